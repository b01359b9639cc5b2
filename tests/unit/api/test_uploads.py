"""Uploaded list files, kept between preview and import."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from time import time

import pytest

from api.uploads import KEPT_SECONDS, MOST_KEPT, UploadGoneError, Uploads

pytestmark = pytest.mark.unit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


@pytest.fixture
def uploads(folder: Path) -> Uploads:
    return Uploads(folder)


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def blocks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def broken() -> AsyncIterator[bytes]:
    yield b"pattern"
    raise ConnectionError


async def test_a_body_is_there_while_it_is_worked_on(uploads: Uploads):
    async with uploads.received(blocks(b"pat", b"tern")) as path:
        assert path.read_bytes() == b"pattern"


async def test_a_body_is_gone_afterwards(uploads: Uploads, folder: Path):
    async with uploads.received(blocks(b"pattern")):
        pass
    assert files(folder) == []


async def test_a_body_that_breaks_off_leaves_nothing(uploads: Uploads, folder: Path):
    with pytest.raises(ConnectionError):
        async with uploads.received(broken()):
            pytest.fail("it never came whole")
    assert files(folder) == []


def test_a_kept_file_is_found_by_its_word(uploads: Uploads):
    word = uploads.keep(BytesIO(b"pattern"), "session")
    assert uploads.path_of(word, "session").read_bytes() == b"pattern"


def test_a_kept_file_belongs_to_its_login_alone(uploads: Uploads):
    word = uploads.keep(BytesIO(b"pattern"), "session")
    with pytest.raises(UploadGoneError):
        uploads.path_of(word, "another session")


def test_a_file_is_taken_once(uploads: Uploads):
    word = uploads.keep(BytesIO(b"pattern"), "session")
    with uploads.taken(word, "session"):
        pass
    with pytest.raises(UploadGoneError):
        uploads.path_of(word, "session")


@pytest.mark.parametrize("word", ["", "../changmao.db", "/etc/passwd", "\x00"])
def test_no_word_leads_out_of_the_folder(uploads: Uploads, word: str):
    with pytest.raises(UploadGoneError):
        uploads.path_of(word, "session")


def test_a_forgotten_file_is_swept_away_by_the_next(uploads: Uploads):
    word = uploads.keep(BytesIO(b"pattern"), "session")
    long_ago = time() - KEPT_SECONDS - 1
    os.utime(uploads.path_of(word, "session"), (long_ago, long_ago))
    uploads.keep(BytesIO(b"pattern"), "session")
    with pytest.raises(UploadGoneError):
        uploads.path_of(word, "session")


def test_kept_files_are_bounded(uploads: Uploads, folder: Path):
    for _ in range(MOST_KEPT + 3):
        uploads.keep(BytesIO(b"pattern"), "session")
    assert len(files(folder)) == MOST_KEPT
