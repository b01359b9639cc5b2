"""What is kept for the next start survives full disks and power cuts."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from telephony.controller.kept_file import KeptFile

pytestmark = pytest.mark.unit


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "kept.json"


def test_what_was_kept_is_read_again(path):
    KeptFile(path).keep(b"one")
    assert KeptFile(path).read(bytes) == b"one"


def test_the_last_one_stays_where_the_disk_takes_no_more(path):
    kept = KeptFile(path)
    kept.keep(b"one")
    path.with_suffix(".new").mkdir()
    kept.keep(b"two")
    assert kept.read(bytes) == b"one"


def test_half_a_file_is_left_nowhere(path, monkeypatch):
    def fail(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    KeptFile(path).keep(b"one")
    assert list(path.parent.iterdir()) == []


def test_the_disk_has_the_content_before_the_name_and_then_the_name(path, monkeypatch):
    done: list[str] = []
    replace = Path.replace

    def sync(opened: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(opened).st_mode) else "content")

    def rename(source: Path, target: Path) -> Path:
        done.append("name")
        return replace(source, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", rename)
    KeptFile(path).keep(b"one")
    assert done == ["content", "name", "folder"]
