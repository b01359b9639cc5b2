"""What doctor says of the folder that list files are kept in."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import ApiSettings
from changmao.diagnosis import Finding, _list_folder
from changmao.settings import Settings

pytestmark = pytest.mark.unit

POSTGRESQL = "postgresql://127.0.0.1/changmao"


def found(folder: Path | None, database: str | None = None) -> Finding:
    return _list_folder(Settings(database_url=database, api=ApiSettings(folder=folder)))


def test_the_folder_of_one_machine_needs_no_word(tmp_path: Path) -> None:
    assert found(tmp_path) == Finding("list files", ok=True, detail=str(tmp_path))


def test_a_service_of_several_machines_is_told_to_share_it(tmp_path: Path) -> None:
    assert found(tmp_path, POSTGRESQL).detail.endswith("must mount this same folder")


def test_several_machines_may_not_each_keep_their_own() -> None:
    assert "api.folder" in found(None, POSTGRESQL).remedy


def test_an_address_that_cannot_be_read_does_not_end_the_examination(tmp_path: Path) -> None:
    settings = Settings(database_url_file=tmp_path / "nowhere", api=ApiSettings(folder=tmp_path))
    assert _list_folder(settings).ok
