"""Memory and disk are asked for before a graph is compiled."""

from __future__ import annotations

from pathlib import Path

import pytest

from asr.errors import NoRoomError
from asr.graph.room import Room

pytestmark = pytest.mark.unit

NEEDED = Room(memory=1_300_000_000, disk=900_000_000)


def test_too_little_memory_is_told_with_both_figures() -> None:
    with pytest.raises(NoRoomError, match=r"needs 1\.3 GB of memory, 0\.5 GB is free"):
        Room(memory=500_000_000, disk=1 << 40).check(NEEDED)


def test_too_little_disk_is_told_with_both_figures() -> None:
    with pytest.raises(NoRoomError, match=r"needs 0\.9 GB of disk, 0\.1 GB is free"):
        Room(memory=1 << 40, disk=100_000_000).check(NEEDED)


def test_a_machine_that_does_not_tell_its_memory_is_believed() -> None:
    Room(memory=None, disk=1 << 40).check(NEEDED)


def test_as_much_as_is_needed_is_enough() -> None:
    NEEDED.check(NEEDED)


def test_the_room_of_this_machine_can_be_asked(tmp_path: Path) -> None:
    assert Room.free_at(tmp_path).disk > 0


def test_the_limit_of_a_container_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "max").write_text("3000\n")
    (tmp_path / "current").write_text("1000\n")
    monkeypatch.setattr("asr.graph.room._LIMIT", tmp_path / "max")
    monkeypatch.setattr("asr.graph.room._USED", tmp_path / "current")
    monkeypatch.setattr("asr.graph.room._USE", tmp_path / "stat")
    assert Room.free_at(tmp_path).memory == 2000
    (tmp_path / "stat").write_text("anon 100\ninactive_file 700\nactive_file 200\n")
    assert Room.free_at(tmp_path).memory == 2700
