"""`changmao lists lookup` as a shell sees it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fixtures.command_line import run_changmao

pytestmark = pytest.mark.integration

Run = Callable[..., subprocess.CompletedProcess[str]]
CONFIG = """
[[node.trunks]]
name = "gateway"
addresses = ["127.0.0.1"]
numbers = ["+86"]
domestic = false
default_route = "sip:{number}@127.0.0.1:5099"
"""


@pytest.fixture(scope="module")
def changmao(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The command line on a service of its own, with one listed number."""
    folder = tmp_path_factory.mktemp("service")
    (folder / "changmao.toml").write_text(CONFIG)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHANGMAO_")}
    environment = {**kept, "CHANGMAO_DATA_DIR": str(folder), "CHANGMAO_CONFIG": str(folder / "changmao.toml")}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return run_changmao(("lists", *arguments), environment)

    _list_one(run, folder)
    return run


def _list_one(run: Run, folder: Path) -> None:
    file = folder / "list.csv"
    file.write_text("pattern,kind,category,action\n19900000001,exact,诈骗,reject\n", encoding="utf-8")
    done = run("import", str(file), "--list", "police", "--yes", "--json")
    assert done.returncode == 0, done.stderr


def test_the_json_is_alone_on_standard_output(changmao: Run):
    answer = json.loads(changmao("lookup", "19900000001", "--json").stdout)
    assert (answer["number"], answer["verdict"]) == ("+8619900000001", "reject")


def test_the_json_has_what_programs_rely_on(changmao: Run):
    answer = json.loads(changmao("lookup", "19900000001", "--json").stdout)
    assert {"number", "verdict", "number_risk", "rules", "lookup_us"} <= set(answer)
    assert {"rule", "matched", "entry", "list", "version"} <= set(answer["rules"][-1])


def test_the_rule_that_decides_is_marked_for_people(changmao: Run):
    (marked,) = [line for line in changmao("lookup", "19900000001").stdout.splitlines() if "│ *" in line]
    assert "police" in marked


@pytest.mark.parametrize("number", ["+8619900000001", "008619900000001", "199-0000-0001"])
def test_any_written_form_is_taken(changmao: Run, number: str):
    assert json.loads(changmao("lookup", number, "--json").stdout)["verdict"] == "reject"


@pytest.mark.parametrize("number", ["-19900000001", "anonymous", "+86110"])
def test_what_looks_like_no_number_is_judged_too(changmao: Run, number: str):
    assert changmao("lookup", number, "--json").returncode == 0


def test_a_trunk_is_known_by_its_name_in_the_settings(changmao: Run):
    answer = json.loads(changmao("lookup", "110", "--trunk", "gateway", "--json").stdout)
    assert answer["verdict"] == "monitor"


def test_an_unknown_trunk_is_refused_with_those_there_are(changmao: Run):
    run = changmao("lookup", "110", "--trunk", "nowhere")
    assert (run.returncode, run.stdout) == (2, "")
    assert "gateway" in run.stderr


def test_an_unknown_resident_is_refused(changmao: Run):
    run = changmao("lookup", "110", "--to", "nobody")
    assert (run.returncode, run.stdout) == (2, "")
