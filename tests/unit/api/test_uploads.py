"""Uploaded list files: worked on, kept between preview and import, swept when forgotten."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from time import time

import pytest

from api.uploads import KEPT_SECONDS, LEFT_SECONDS, MOST_KEPT, UploadGoneError, Uploads

pytestmark = pytest.mark.unit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


@pytest.fixture
def uploads(folder: Path) -> Uploads:
    return Uploads(folder)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def kept(uploads: Uploads, session: str = "session") -> str:
    with uploads.copied(BytesIO(b"pattern")) as path:
        return uploads.keep(path, session)


def grow_old(folder: Path, seconds: float) -> None:
    long_ago = time() - seconds - 1
    for path in files(folder):
        os.utime(path, (long_ago, long_ago))


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


async def test_previews_of_others_do_not_take_a_body_away(uploads: Uploads):
    async with uploads.received(blocks(b"pattern")) as path:
        for _ in range(MOST_KEPT + 1):
            kept(uploads)
        assert path.read_bytes() == b"pattern"


def test_previews_of_others_do_not_take_an_export_away(uploads: Uploads):
    path = uploads.fresh()
    path.write_bytes(b"pattern")
    for _ in range(MOST_KEPT + 1):
        kept(uploads)
    assert path.exists()


def test_a_copy_that_is_not_kept_is_gone(uploads: Uploads, folder: Path):
    with uploads.copied(BytesIO(b"pattern")):
        pass
    assert files(folder) == []


def test_a_kept_file_is_found_by_its_word(uploads: Uploads):
    with uploads.taken(kept(uploads), "session") as path:
        assert path.read_bytes() == b"pattern"


def test_a_kept_file_belongs_to_its_login_alone(uploads: Uploads):
    with pytest.raises(UploadGoneError), uploads.taken(kept(uploads), "another session"):
        pytest.fail("it was given to somebody else")


def test_a_file_is_taken_once(uploads: Uploads):
    word = kept(uploads)
    with (
        uploads.taken(word, "session"),
        pytest.raises(UploadGoneError),
        uploads.taken(word, "session"),
    ):
        pytest.fail("it was given out twice")


def test_previews_of_others_do_not_take_away_what_is_imported(uploads: Uploads):
    with uploads.taken(kept(uploads), "session") as path:
        for _ in range(MOST_KEPT + 1):
            kept(uploads)
        assert path.read_bytes() == b"pattern"


def test_a_taken_file_is_gone_afterwards(uploads: Uploads, folder: Path):
    with uploads.taken(kept(uploads), "session"):
        pass
    assert files(folder) == []


@pytest.mark.parametrize("word", ["", "../changmao.db", "/etc/passwd", "\x00"])
def test_no_word_leads_out_of_the_folder(uploads: Uploads, word: str):
    with pytest.raises(UploadGoneError), uploads.taken(word, "session"):
        pytest.fail("it led somewhere")


def test_a_sweep_removes_a_preview_that_was_forgotten(uploads: Uploads, folder: Path):
    kept(uploads)
    grow_old(folder, KEPT_SECONDS)
    uploads.sweep()
    assert files(folder) == []


def test_a_sweep_leaves_a_fresh_preview(uploads: Uploads, folder: Path):
    kept(uploads)
    uploads.sweep()
    assert len(files(folder)) == 1


def test_a_sweep_leaves_a_long_export_alone(uploads: Uploads, folder: Path):
    uploads.fresh().write_bytes(b"pattern")
    grow_old(folder, KEPT_SECONDS)
    uploads.sweep()
    assert len(files(folder)) == 1


def test_a_sweep_removes_what_a_killed_process_left(uploads: Uploads, folder: Path):
    uploads.fresh().write_bytes(b"pattern")
    grow_old(folder, LEFT_SECONDS)
    uploads.sweep()
    assert files(folder) == []


def test_a_sweep_needs_no_folder(uploads: Uploads, folder: Path):
    uploads.sweep()
    assert not folder.exists()


def test_kept_files_are_bounded(uploads: Uploads, folder: Path):
    for _ in range(MOST_KEPT + 3):
        kept(uploads)
    assert len(files(folder)) == MOST_KEPT


def test_the_newest_preview_is_kept(uploads: Uploads):
    for _ in range(MOST_KEPT):
        kept(uploads)
    with uploads.taken(kept(uploads), "session") as path:
        assert path.exists()
