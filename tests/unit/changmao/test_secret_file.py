"""Generated secrets are for their owner alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from changmao.secret_file import read_secret, write_secret

pytestmark = pytest.mark.unit


def test_a_secret_is_read_back_and_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "token"
    write_secret(path, "s3cret")
    assert read_secret(path) == "s3cret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_writing_replaces_a_file_that_others_could_read(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.touch(mode=0o644)
    write_secret(path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["token"]


@pytest.mark.parametrize("text", [None, "", "\n"])
def test_a_missing_or_empty_file_holds_no_secret(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "token").write_text(text)
    assert read_secret(tmp_path / "token") is None
