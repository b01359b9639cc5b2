"""`changmao lists snapshot` writes its file without touching those the api serves."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from blacklists.list_file import ListFile
from changmao.commands.list_output import snapshot
from contracts.errors import BadInputError

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHANGMAO_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def test_without_a_name_it_writes_into_the_data_folder(data: Path) -> None:
    snapshot()
    with ListFile.open(data / "numbers.lists") as made:
        assert made.ref.release == 0


def test_it_leaves_nothing_but_its_file(tmp_path: Path) -> None:
    snapshot(tmp_path / "out" / "numbers.lists")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["numbers.lists"]


def test_it_adds_nothing_to_the_files_the_api_serves(data: Path) -> None:
    snapshot()
    assert not (data / "lists").exists()


def test_it_refuses_the_folder_of_the_files_the_api_serves(data: Path) -> None:
    with pytest.raises(BadInputError, match="name another with --out"):
        snapshot(data / "lists" / "numbers.lists")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file where the folder should be")
    with pytest.raises((BadInputError, typer.Exit), match="out"):
        snapshot(tmp_path / "out" / "numbers.lists")
