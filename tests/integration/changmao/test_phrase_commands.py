"""`changmao phrases` as a shell sees it: streams, exit codes, who may do what."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from changmao.commands.opening import open_store
from changmao.first_start import prepare
from changmao.settings import load_settings
from store.accounts import add_account
from tests.fixtures.command_line import run_changmao
from tests.fixtures.phrasebooks import BROKEN, HEAVIER, ORIGINAL
from tests.fixtures.sound_files import recording_of

pytestmark = pytest.mark.integration

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def phrases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command on a fresh machine with two leads and an operator, where nobody may act alone."""
    for name in [name for name in os.environ if name.startswith("CHANGMAO_")]:
        monkeypatch.delenv(name)
    original = tmp_path / "original.yaml"
    original.write_text(ORIGINAL, encoding="utf-8")
    monkeypatch.setenv("CHANGMAO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CHANGMAO_SINGLE_ADMIN", "false")
    monkeypatch.setenv("CHANGMAO_API__PHRASEBOOK", str(original))
    settings = load_settings()
    prepare(settings)
    with open_store(settings) as store:
        for n, (name, role) in enumerate({"li": "lead", "sun": "lead", "zhao": "operator"}.items()):
            add_account(store, str(n), name, "no hash", role)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return run_changmao(("phrases", *arguments))

    return run


@pytest.fixture
def heavier(tmp_path: Path) -> str:
    path = tmp_path / "heavier.yaml"
    path.write_text(HEAVIER, encoding="utf-8")
    return str(path)


def test_the_phrasebook_in_force_is_printed_and_nothing_else(phrases: Run) -> None:
    assert phrases("show").stdout == ORIGINAL


def test_a_release_by_a_second_person_is_in_force(phrases: Run, heavier: str) -> None:
    phrases("prepare", heavier, "--as", "li")
    run = phrases("release", "1", "--as", "sun")
    assert (run.returncode, json.loads(phrases("show", "--json").stdout)["version"]) == (0, 1), run.stderr


def test_preparing_shows_what_changes(phrases: Run, heavier: str) -> None:
    run = phrases("prepare", heavier, "--as", "li")
    assert run.stdout.splitlines()[0] == "~ police.hook.case: weight 1.5 -> 2.5"


def test_whoever_prepared_a_version_does_not_release_it(phrases: Run, heavier: str) -> None:
    phrases("prepare", heavier, "--as", "li")
    run = phrases("release", "1", "--as", "li")
    assert (run.returncode, "[phrasebook.second_person]" in run.stderr) == (2, True)


def test_an_operator_prepares_nothing(phrases: Run, heavier: str) -> None:
    run = phrases("prepare", heavier, "--as", "zhao")
    assert (run.returncode, "operator may not change" in run.stderr) == (2, True)


def test_a_discarded_version_stays_in_the_history(phrases: Run, heavier: str) -> None:
    phrases("prepare", heavier, "--as", "li", "--note", "新话术")
    phrases("discard", "1", "--as", "sun")
    (version,) = json.loads(phrases("versions", "--json").stdout)
    assert (version["state"], version["decided_by"], version["note"]) == ("discarded", "sun", "新话术")


def test_a_rollback_awaits_its_release(phrases: Run, heavier: str) -> None:
    phrases("prepare", heavier, "--as", "li")
    phrases("release", "1", "--as", "sun")
    phrases("rollback", "0", "--as", "li")
    phrases("release", "2", "--as", "sun")
    assert phrases("show").stdout == ORIGINAL


def test_a_diff_is_told_to_machines(phrases: Run, heavier: str) -> None:
    phrases("prepare", heavier, "--as", "li")
    (change,) = json.loads(phrases("diff", "1", "--json").stdout)["changed"]
    assert change["values"] == [{"name": "weight", "before": "1.5", "after": "2.5"}]


def test_an_unknown_version_is_bad_usage(phrases: Run) -> None:
    run = phrases("diff", "7")
    assert (run.returncode, "version 7: unknown" in run.stderr) == (2, True)


def test_a_check_tells_every_fault_by_line(phrases: Run, tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(BROKEN, encoding="utf-8")
    run = phrases("check", str(path))
    told = [line.rsplit("[", 1)[1] for line in run.stdout.splitlines()]
    assert (run.returncode, told) == (1, ["unknown_stage]", "bad_weight]"])


def test_a_check_without_faults_ends_well(phrases: Run, heavier: str) -> None:
    run = phrases("check", heavier, "--json")
    assert (run.returncode, json.loads(run.stdout)["faults"]) == (0, [])


def test_a_broken_file_is_bad_usage_to_prepare(phrases: Run, tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(BROKEN, encoding="utf-8")
    run = phrases("prepare", str(path), "--as", "li")
    assert (run.returncode, "[phrasebook.bad]" in run.stderr) == (2, True)


def test_a_text_is_tested_against_a_phrasebook_of_a_file(phrases: Run, heavier: str) -> None:
    ended = phrases("test", "您涉嫌洗钱", "--phrasebook", heavier)
    assert "您【涉嫌洗钱】" in ended.stdout
    assert "police.hook.case" in ended.stdout


def test_a_tested_text_is_told_to_machines_and_nothing_else(phrases: Run) -> None:
    found = json.loads(phrases("test", "居民：好的", "--json").stdout)
    assert (found["level"], found["said"][0]["speaker"]) == ("none", "resident")


def test_a_recording_that_is_not_there_is_named(phrases: Run) -> None:
    ended = phrases("test", "gone.wav")
    assert (ended.returncode, "gone.wav: cannot be read" in ended.stderr) == (2, True)


def test_a_recording_without_a_model_says_what_to_run(phrases: Run) -> None:
    ended = phrases("test", str(recording_of("fraud_police", "caller")))
    assert (ended.returncode, "changmao models fetch" in ended.stderr) == (2, True)
