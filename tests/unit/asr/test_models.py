"""Models on the disk: found, found damaged, unpacked whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from asr.errors import ModelDamagedError, ModelMissingError, WrongModelError
from asr.model_archive import MANIFEST
from asr.models import check_model, fetch_model, find_model
from contracts.errors import BadInputError
from tests.fixtures.fake_model import FILES, NAME, model_zip, spec_of

pytestmark = pytest.mark.unit


class _Listener:
    def __init__(self) -> None:
        self.steps: dict[str, int | None] = {}
        self.done: dict[str, int] = {}

    def step(self, name: str, total: int | None) -> None:
        self.steps[name] = total
        self.done[name] = 0

    def advance(self, count: int) -> None:
        self.done[list(self.steps)[-1]] += count

    def note(self, message: str) -> None:
        raise AssertionError(message)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return model_zip(tmp_path / "given.zip")


@pytest.fixture
def folder(tmp_path: Path, archive: Path) -> Path:
    return fetch_model(tmp_path / "models", archive, spec=spec_of(archive))


def test_a_missing_model_names_the_command_that_fetches_it(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match=r"vosk-model-small-cn-0\.22.*changmao models fetch"):
        find_model(tmp_path)


def test_a_zip_named_by_the_user_is_unpacked_and_found(folder: Path, archive: Path) -> None:
    assert find_model(folder.parent, spec_of(archive)) == folder


def test_the_given_zip_stays_where_it_was(folder: Path, archive: Path) -> None:
    assert folder.is_dir()
    assert archive.is_file()


def test_nothing_but_the_model_and_the_lock_stays_in_the_folder(folder: Path) -> None:
    assert {path.name for path in folder.parent.iterdir()} == {NAME, ".lock"}


@pytest.mark.parametrize("name", FILES)
def test_a_model_without_a_needed_file_is_damaged(folder: Path, archive: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelDamagedError, match=f"{name} is missing"):
        find_model(folder.parent, spec_of(archive))


def test_a_truncated_file_is_named_with_both_lengths(folder: Path) -> None:
    with (folder / "graph/Gr.fst").open("r+b") as file:
        file.truncate(39_000)
    with pytest.raises(ModelDamagedError, match=r"graph/Gr\.fst has 39000 bytes instead of 40000"):
        check_model(folder)


def test_an_unreadable_manifest_is_damage(folder: Path) -> None:
    (folder / MANIFEST).write_text("{")
    with pytest.raises(ModelDamagedError, match=MANIFEST):
        check_model(folder)


def test_the_manifest_keeps_the_hash_of_the_zip(folder: Path, archive: Path) -> None:
    assert json.loads((folder / MANIFEST).read_text())["sha256"] == spec_of(archive).sha256


def test_a_model_with_a_compiled_graph_needs_no_other_graph(folder: Path) -> None:
    (folder / MANIFEST).unlink()
    for name in ("HCLr.fst", "Gr.fst"):
        (folder / "graph" / name).unlink()
    for name in ("HCLG.fst", "words.txt"):
        (folder / "graph" / name).write_text("x")
    check_model(folder)


def test_an_empty_needed_file_is_damage_even_without_a_manifest(folder: Path) -> None:
    (folder / MANIFEST).unlink()
    (folder / "am/final.mdl").write_bytes(b"")
    with pytest.raises(ModelDamagedError, match=r"am/final\.mdl is empty"):
        check_model(folder)


def test_fetching_repairs_a_damaged_model(folder: Path, archive: Path) -> None:
    (folder / "am/final.mdl").unlink()
    fetch_model(folder.parent, archive, spec=spec_of(archive))
    check_model(folder)


def test_a_whole_model_is_not_fetched_again(folder: Path, archive: Path) -> None:
    spec = spec_of(archive)
    archive.unlink()
    assert fetch_model(folder.parent, archive, spec=spec) == folder


def test_a_file_that_is_not_there_is_named(tmp_path: Path, archive: Path) -> None:
    with pytest.raises(BadInputError, match=r"nothing\.zip is no file"):
        fetch_model(tmp_path / "models", tmp_path / "nothing.zip", spec=spec_of(archive))


def test_a_wrong_hash_is_refused_with_the_source_and_both_hashes(tmp_path: Path, archive: Path) -> None:
    spec = spec_of(archive)
    content = bytearray(archive.read_bytes())
    content[1000] ^= 1
    archive.write_bytes(content)
    with pytest.raises(WrongModelError, match=f"given.zip.*{spec_of(archive).sha256}.*{spec.sha256}"):
        fetch_model(tmp_path / "models", archive, spec=spec)


def test_a_wrong_size_is_refused_with_both_sizes(tmp_path: Path, archive: Path) -> None:
    spec = spec_of(archive)
    archive.write_bytes(b"short")
    with pytest.raises(WrongModelError, match=f"5 bytes.*{spec.size}"):
        fetch_model(tmp_path / "models", archive, spec=spec)


@pytest.mark.parametrize(
    "member",
    ["../evil.txt", f"{NAME}/../../evil.txt", "/tmp/evil.txt", "other/evil.txt", f"{NAME}\\evil.txt"],
)
def test_a_zip_that_reaches_outside_its_folder_leaves_nothing(tmp_path: Path, member: str) -> None:
    archive = model_zip(tmp_path / "given.zip", {member: b"evil"})
    with pytest.raises(WrongModelError, match="evil"):
        fetch_model(tmp_path / "models", archive, spec=spec_of(archive))
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["given.zip", ".lock"]


def test_a_zip_without_the_needed_files_is_named_damaged(tmp_path: Path) -> None:
    archive = model_zip(tmp_path / "given.zip", {f"{NAME}/ivector/final.ie": b"x"})
    with pytest.raises(ModelDamagedError, match=r"ivector/final\.mat is missing"):
        fetch_model(tmp_path / "models", archive, spec=spec_of(archive))


def test_every_step_is_told_to_its_last_byte(tmp_path: Path, archive: Path) -> None:
    listener = _Listener()
    fetch_model(tmp_path / "models", archive, listener, spec_of(archive))
    assert listener.done == listener.steps
    assert list(listener.steps) == [f"checking {NAME}", f"unpacking {NAME}"]
