"""`changmao phrases fit` as a shell sees it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from changmao.commands.phrases_fit import numbers_of
from contracts.errors import BadInputError
from contracts.evidence import Speaker
from screening.phrasebook import Phrasebook
from tests.fixtures.command_line import run_changmao

pytestmark = pytest.mark.integration

Run = Callable[..., subprocess.CompletedProcess[str]]
BOOK = """\
# Of this summer.
version: "3"
phrases:
- {id: who, wordings: [我是公安局的民警], type: police, stage: approach, weight: 1}  # often true
- {id: case, wordings: [涉嫌洗钱], type: police, stage: hook, weight: 0.5}
- {id: unheard, wordings: [安全账户], stage: ask, weight: 2.25}
"""
CALLS = 45
BOTH = ("fraud.jsonl", "benign.jsonl")
SCRIPT = "我是公安局的民警。您涉嫌洗钱。"
GENUINE = "我是公安局的民警。您的身份证找到了。"


def dialogues(path: Path, label: str, text: str) -> None:
    turns = [{"speaker": "caller", "text": text}]
    rows = [{"id": f"{path.stem}/{n}", "label": label, "turns": turns} for n in range(CALLS)]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fit")
    dialogues(folder / "fraud.jsonl", "fraud", SCRIPT)
    dialogues(folder / "benign.jsonl", "benign", GENUINE)
    (folder / "phrases.yaml").write_text(BOOK, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def fit(folder: Path) -> Run:
    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        named = ("phrases", "fit", "--phrasebook", "phrases.yaml", *map(str, arguments))
        return run_changmao(named, at=folder)

    return run


@pytest.fixture(scope="module")
def printed(fit: Run) -> str:
    """Return what is printed while fitted.yaml is written."""
    return fit(*BOTH, "--jobs", 1, "--json", "--write", "fitted.yaml").stdout


@pytest.fixture(scope="module")
def written(printed: str, folder: Path) -> str:
    assert printed
    return (folder / "fitted.yaml").read_text(encoding="utf-8")


def test_the_frauds_are_told_in_every_fold_after_fitting_and_no_benign_call_is(printed):
    files = json.loads(printed)["files"]
    rates = {count["file"]: count["after"] / count["calls"] for count in files}
    assert rates == {"fraud.jsonl": 1.0, "benign.jsonl": 0.0}


def test_the_report_tells_how_much_diction_weighs_and_how_many_pieces_it_has(printed, written):
    told = json.loads(printed)["diction"]
    caller = Phrasebook.parse(written).diction.weights[Speaker.CALLER]
    assert told["before"] == {"factor": 0.0, "pieces": {"caller": 0, "resident": 0}}
    assert told["after"]["pieces"] == {"caller": len(caller), "resident": 0}
    assert (told["after"]["factor"] > 0, len(caller) > 0) == (True, True)


def test_the_fold_held_back_is_judged_apart(printed):
    report = json.loads(printed)
    folds = [trial["fold"] for trial in report["folds"]]
    assert (folds, report["held_back"]["fold"]) == ([1, 2, 3, 4], 0)


def test_without_a_fold_held_back_all_are_fitted_on(fit):
    report = json.loads(fit(*BOTH, "--jobs", 1, "--json", "--held-back", -1).stdout)
    assert (len(report["folds"]), report["held_back"]) == (5, None)


def test_the_fitted_phrasebook_is_written_with_its_comments(written):
    assert written.splitlines()[0] == "# Of this summer."
    assert "# often true" in written


def test_the_phrasebook_fitted_stays_as_it_is(written, folder):
    assert (written != BOOK, (folder / "phrases.yaml").read_text(encoding="utf-8")) == (True, BOOK)


def test_what_no_call_said_keeps_its_weight_and_what_tells_frauds_gains(written):
    weights = {phrase.id: phrase.weight for phrase in Phrasebook.parse(written).phrases}
    assert (weights["unheard"], weights["case"] > 0.5) == (2.25, True)


def test_two_processes_find_the_same_as_one_and_print_tables_where_no_json_is_asked(folder, written):
    arguments = ("--phrasebook", "phrases.yaml", *BOTH, "--jobs", "2", "--write", "again.yaml")
    # No fork of the tests: it has processes of its own.
    command = [sys.executable, "-m", "changmao", "phrases", "fit", *arguments]
    tables = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=120, check=True
    ).stdout
    assert "held back, never fitted on" in tables
    assert (folder / "again.yaml").read_text(encoding="utf-8") == written


FILES = {"fraud.jsonl", "benign.jsonl"}


@pytest.mark.parametrize("weight", ["fraud.jsonl", "other.jsonl=2", "fraud.jsonl=0", "fraud.jsonl=nan"])
def test_a_weight_that_cannot_be_used_is_refused(weight):
    with pytest.raises(BadInputError, match=f"--weight {weight}: write FILE=N"):
        numbers_of("--weight", [weight], FILES, least=0.001, most=1000)


def test_a_weight_is_that_of_the_file_by_its_name():
    read = numbers_of("--weight", ["calls/fraud.jsonl=2.5"], FILES, least=0.001, most=1000)
    assert read == {"fraud.jsonl": 2.5}


def test_no_false_alarm_may_be_asked_of_a_file(fit):
    tried = fit(*BOTH, "--jobs", 1, "--json", "--more-false-alarms", "benign.jsonl=0")
    assert (tried.returncode, tried.stderr) == (0, "")


def test_two_files_of_one_name_are_refused(fit):
    refused = fit("fraud.jsonl", "elsewhere/fraud.jsonl")
    assert (refused.returncode, "fraud.jsonl: named twice" in refused.stderr) == (2, True)


def test_calls_of_one_label_are_too_few(fit):
    refused = fit("fraud.jsonl")
    assert (refused.returncode, "give files with both frauds and benign calls" in refused.stderr) == (2, True)


def test_a_missing_file_is_named(fit):
    refused = fit("none.jsonl")
    assert (refused.returncode, "none.jsonl: cannot be read" in refused.stderr) == (2, True)


def test_a_place_that_cannot_be_written_is_named_before_minutes_of_fitting(fit):
    refused = fit(*BOTH, "--jobs", 1, "--write", "no/fitted.yaml")
    assert (refused.returncode, "cannot be written" in refused.stderr) == (2, True)
    assert refused.stdout == ""
