"""A graph compiled from a model of four words, with the real programs."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from asr.compiled_model import COMPILED, CompiledModel, find_compiled, graph_of
from asr.errors import CompilingFailedError, ModelDamagedError, NoRoomError, NotCompilableError
from asr.graph.compilation import Vocabulary
from asr.graph.openfst import OpenFst
from asr.graph.room import Room
from asr.model_compiler import compile_model
from asr.models import check_model
from asr.search import Search
from asr.speech_model import SpeechModel
from tests.fixtures.tiny_graph import MARK, NAME, SOUNDS, best_sentence, openfst, tiny_model

pytestmark = pytest.mark.integration

RAISED = Vocabulary("phrasebook 7", ("反诈",), 0.9)
SEARCH = Search(10.0, 2.0, 3000)


def _compile(model: Path, vocabulary: Vocabulary | None = None) -> CompiledModel:
    """Compile a model that Vosk could not load: but for its graphs it is noise."""
    return compile_model(model, vocabulary, load=check_model)


@pytest.fixture
def tools() -> OpenFst:
    return openfst()


@pytest.fixture
def model(tmp_path: Path, tools: OpenFst) -> Path:
    return tiny_model(tmp_path / "models", tools)


@pytest.fixture
def compiled(model: Path) -> CompiledModel:
    return _compile(model)


def test_a_compiled_graph_explains_sounds_by_the_grammar(
    compiled: CompiledModel, tools: OpenFst, tmp_path: Path
) -> None:
    sounds = SOUNDS["反"] + SOUNDS["账户"]
    assert best_sentence(compiled.folder / "graph", sounds, tools, tmp_path) == ["反", "账户"]


def test_as_published_the_more_frequent_of_two_homophones_wins(
    compiled: CompiledModel, tools: OpenFst, tmp_path: Path
) -> None:
    assert best_sentence(compiled.folder / "graph", SOUNDS["反差"], tools, tmp_path) == ["反差"]


def test_a_raised_wording_wins_over_its_homophone(model: Path, tools: OpenFst, tmp_path: Path) -> None:
    graph = _compile(model, RAISED).folder / "graph"
    assert best_sentence(graph, SOUNDS["反差"], tools, tmp_path) == ["反", "诈"]


def test_no_mark_stays_in_the_graph(compiled: CompiledModel, tools: OpenFst, tmp_path: Path) -> None:
    tools.run("fstprint", compiled.folder / "graph/HCLG.fst", tmp_path / "graph.txt")
    arcs = [line.split() for line in (tmp_path / "graph.txt").read_text().splitlines()]
    assert {int(arc[2]) for arc in arcs if len(arc) >= 4} == {0, 11, 12, 13, 14, 15} - {MARK}


def test_the_compiled_folder_holds_no_other_graph_and_nothing_of_the_way(compiled: CompiledModel) -> None:
    assert {path.name for path in (compiled.folder / "graph").iterdir()} == {
        "HCLG.fst",
        "disambig_tid.int",
        "phones",
        "words.txt",
    }


def test_a_compiled_model_is_found_beside_its_model(model: Path, compiled: CompiledModel) -> None:
    assert find_compiled(model) == compiled


def test_without_compiling_there_is_nothing_to_find(model: Path) -> None:
    assert find_compiled(model) is None


def test_the_folder_bears_a_hash_and_the_link_the_model(model: Path, compiled: CompiledModel) -> None:
    assert compiled.folder.name.startswith(f"{NAME}{COMPILED}-")
    assert model.with_name(f"{NAME}{COMPILED}").resolve() == compiled.folder


def test_compiling_anew_keeps_what_is_there(model: Path, compiled: CompiledModel) -> None:
    written = (compiled.folder / "graph/HCLG.fst").stat().st_mtime_ns
    _compile(model)
    assert (compiled.folder / "graph/HCLG.fst").stat().st_mtime_ns == written


def test_the_one_before_is_kept_for_servers_that_run_on_it(model: Path, compiled: CompiledModel) -> None:
    _compile(model, RAISED)
    assert CompiledModel.read(compiled.folder) == compiled


def test_what_is_older_than_the_one_before_is_taken_away(model: Path, compiled: CompiledModel) -> None:
    before = _compile(model, RAISED)
    latest = _compile(model, replace(RAISED, weight=0.5))
    assert not compiled.folder.exists()
    assert before.folder.exists()
    assert find_compiled(model) == latest


def test_going_back_to_the_one_before_takes_nothing_away(model: Path, compiled: CompiledModel) -> None:
    other = _compile(model, RAISED)
    assert _compile(model) == compiled
    assert other.folder.exists()


def test_a_graph_that_vosk_cannot_load_is_not_put_in_force(model: Path, compiled: CompiledModel) -> None:
    with pytest.raises(CompilingFailedError, match=r"cannot be loaded .*stays"):
        compile_model(model, RAISED)
    assert find_compiled(model) == compiled
    assert len(list(model.parent.glob(f"{NAME}{COMPILED}-*"))) == 1


def test_a_compiled_model_that_vosk_cannot_load_names_the_command_that_makes_it(
    compiled: CompiledModel,
) -> None:
    with pytest.raises(ModelDamagedError, match="changmao models compile"):
        SpeechModel(compiled.folder)


def test_a_damaged_compiled_model_names_the_command(model: Path, compiled: CompiledModel) -> None:
    (compiled.folder / "graph/HCLG.fst").write_bytes(b"cut")
    with pytest.raises(ModelDamagedError, match=r"HCLG\.fst has 3 bytes.*changmao models compile"):
        find_compiled(model)


def test_a_link_to_nothing_names_the_command(model: Path, compiled: CompiledModel) -> None:
    shutil.rmtree(compiled.folder)
    with pytest.raises(ModelDamagedError, match=r"missing.*changmao models compile"):
        find_compiled(model)


def test_compiling_repairs_a_damaged_compiled_model(model: Path, compiled: CompiledModel) -> None:
    (compiled.folder / "graph/HCLG.fst").unlink()
    assert _compile(model) == find_compiled(model)


@pytest.mark.usefixtures("compiled")
def test_a_graph_of_another_model_is_refused(model: Path) -> None:
    (model / "am/final.mdl").write_bytes(b"another")
    with pytest.raises(ModelDamagedError, match=r"another model.*changmao models compile"):
        find_compiled(model)


def test_a_failed_compilation_leaves_what_was_in_force(
    model: Path, compiled: CompiledModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Path) -> Room:
        return Room(memory=0, disk=0)

    monkeypatch.setattr(Room, "free_at", full)
    with pytest.raises(NoRoomError):
        _compile(model, RAISED)
    assert find_compiled(model) == compiled


def test_a_folder_that_cannot_be_written_is_named(model: Path) -> None:
    (model.parent / ".compile-lock").mkdir()
    with pytest.raises(CompilingFailedError, match=r"\.compile-lock cannot be read or written"):
        _compile(model)


def test_a_killed_compilation_is_cleared_away(model: Path) -> None:
    left = model.with_name(f".compile-{NAME}-killed")
    left.mkdir()
    _compile(model)
    assert not left.exists()


def test_a_model_that_is_compiled_already_cannot_be_compiled(compiled: CompiledModel) -> None:
    with pytest.raises(NotCompilableError, match="nothing to compile"):
        _compile(compiled.folder)


def test_the_graph_says_what_was_raised(model: Path) -> None:
    assert graph_of(_compile(model, RAISED).folder).endswith("raised: phrasebook 7 by 0.9")


def test_a_search_is_written_into_the_compiled_model_alone(model: Path) -> None:
    compiled = compile_model(model, search=SEARCH, load=check_model)
    assert "--beam=10.0\n" in (compiled.folder / "conf/model.conf").read_text()
    assert "--beam" not in (model / "conf/model.conf").read_text()


def test_another_search_is_another_compiled_model(model: Path, compiled: CompiledModel) -> None:
    narrow = compile_model(model, search=SEARCH, load=check_model)
    assert narrow.folder != compiled.folder
    assert compile_model(model, search=replace(SEARCH, beam=11.0), load=check_model).folder != narrow.folder


def test_the_graph_says_how_it_is_searched(model: Path) -> None:
    compiled = compile_model(model, search=SEARCH, load=check_model)
    assert graph_of(compiled.folder).endswith("beam 10, lattice beam 2, 3000 active")


def test_a_model_that_is_not_compiled_says_so(model: Path) -> None:
    assert graph_of(model) == "composed while decoding"
