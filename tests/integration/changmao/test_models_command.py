"""`changmao models compile` and what it changes: which model is opened, and what is listed."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from asr.errors import ProgramsMissingError
from asr.model_compiler import compile_model
from asr.model_spec import SMALL_CN
from asr.models import check_model
from changmao.cli import app
from changmao.commands.models import vocabulary_of
from changmao.settings import load_settings
from changmao.speech_model import model_of
from tests.fixtures.tiny_graph import openfst, tiny_model

pytestmark = pytest.mark.integration

Run = Callable[..., Result]
PHRASEBOOK = """\
version: "7"
phrases:
- {id: any.hook.fraud, wordings: [反诈账户], stage: hook, weight: 1.0}
"""
CLASSES = """\
version: "8"
words:
  pay: [汇, 打过来]
phrases:
- {id: any.hook.fraud, wordings: [转到…账户, "马上{pay}到…{pay}", "今天先，{pay}"], stage: hook, weight: 1.0}
"""


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHANGMAO_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("CHANGMAO_DATA_DIR", str(tmp_path / "data"))
    # But for its graphs it is noise, which Vosk could not load.
    monkeypatch.setattr("changmao.commands.models.compile_model", partial(compile_model, load=check_model))
    folder = tiny_model(tmp_path / "models", openfst())
    return folder.rename(folder.with_name(SMALL_CN.name))


@pytest.fixture
def changmao(tmp_path: Path) -> Run:
    phrasebook = tmp_path / "phrases.yaml"
    phrasebook.write_text(PHRASEBOOK, encoding="utf-8")

    def run(*arguments: str, **more: str) -> Result:
        return CliRunner().invoke(app, arguments, env=more)

    return run


@pytest.mark.usefixtures("model")
def test_compiling_tells_the_folder_and_what_was_raised(changmao: Run, tmp_path: Path) -> None:
    done = changmao("models", "compile", "--phrasebook", str(tmp_path / "phrases.yaml"), "--weight", "0.2")
    assert "raised: phrasebook 7 by 0.2" in " ".join(done.stdout.split()), done.stderr


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize(
    ("asked", "search"),
    [
        ((), "beam 12, lattice beam 2, 3000 active"),
        (("--search", "10,4,5000"), "beam 10, lattice beam 4, 5000 active"),
    ],
    ids=["measured", "asked-for"],
)
def test_a_search_is_compiled_in(changmao: Run, asked: tuple[str, ...], search: str) -> None:
    done = changmao("models", "compile", "--weight", "0", *asked)
    assert search in " ".join(done.stdout.split()), done.stderr


def test_what_word_classes_say_is_raised_and_their_names_are_not() -> None:
    wordings = vocabulary_of(None, 0.3).wordings
    assert {"老伴", "取出来"} <= set(wordings)
    assert not any("{" in each for each in wordings)


def test_of_a_wording_only_what_stands_for_itself_is_raised(tmp_path: Path) -> None:
    phrasebook = tmp_path / "classes.yaml"
    phrasebook.write_text(CLASSES, encoding="utf-8")
    assert vocabulary_of(phrasebook, 0.3).wordings == ("转到…账户", "马上", "今天先，", "汇", "打过来")


@pytest.mark.usefixtures("model")
def test_weight_0_leaves_the_grammar_as_published(changmao: Run) -> None:
    assert "grammar as published" in " ".join(changmao("models", "compile", "--weight", "0").stdout.split())


@pytest.mark.usefixtures("model")
def test_compiling_says_which_programs_it_used(changmao: Run) -> None:
    said = changmao("models", "compile", "--weight", "0").stderr
    assert str(openfst().plugins) in said.replace("\n", "")


@pytest.mark.usefixtures("model")
def test_without_the_programs_the_packages_are_named(changmao: Run, tmp_path: Path) -> None:
    done = changmao("models", "compile", PATH=str(tmp_path))
    assert isinstance(done.exception, ProgramsMissingError)
    assert "apt-get install libfst-tools" in str(done.exception)


def test_the_compiled_model_is_opened_instead_of_the_other(changmao: Run, model: Path) -> None:
    changmao("models", "compile", "--weight", "0")
    assert model_of(load_settings()).name.startswith(f"{model.name}-compiled-")


def test_a_model_that_is_named_is_opened_as_it_is(
    changmao: Run, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changmao("models", "compile", "--weight", "0")
    monkeypatch.setenv("CHANGMAO_ASR__MODEL_PATH", str(model))
    assert model_of(load_settings()) == model


def test_the_list_tells_the_compiled_model(changmao: Run, model: Path) -> None:
    changmao("models", "compile", "--weight", "0")
    rows = json.loads(changmao("models", "list", "--json").stdout)
    assert [(row["name"], row["state"]) for row in rows] == [
        (model.name, "ok"),
        (f"{model.name}-compiled", "ok"),
    ]


def test_a_damaged_compiled_model_is_a_finding(changmao: Run, model: Path) -> None:
    changmao("models", "compile", "--weight", "0")
    (model.with_name(f"{model.name}-compiled") / "graph/words.txt").write_text("")
    done = changmao("models", "list", "--json")
    assert (done.exit_code, json.loads(done.stdout)[1]["state"]) == (1, "damaged")
