"""`changmao lists` as a shell sees it: streams, exit codes, files, who may do what."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from blacklists.normalise import parse_number
from changmao.commands.opening import open_store
from changmao.first_start import prepare
from changmao.settings import load_settings
from store.accounts import add_account
from store.list_versions import versions
from store.removal_requests import add_request, decide_request
from tests.fixtures.command_line import run_changmao
from tests.fixtures.postgres import running_cluster

pytestmark = pytest.mark.integration

Run = Callable[..., subprocess.CompletedProcess[str]]
HEADER = "pattern,kind,category,action,source,evidence,valid_from,expires_at,note\n"
GOOD = "19900001111,exact,fraud,reject,case,A-1,,,\n"
BAD = "1990000xxxx,exact,fraud,reject,case,A-2,,,\n"


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in [name for name in os.environ if name.startswith("CHANGMAO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CHANGMAO_DATA_DIR", str(tmp_path / "data"))

    def run(*arguments: str, single_admin: bool = True) -> subprocess.CompletedProcess[str]:
        alone = {} if single_admin else {"CHANGMAO_SINGLE_ADMIN": "false"}
        return run_changmao(("lists", *arguments), {**os.environ, **alone})

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "suspects.csv"
    path.write_text(HEADER + GOOD)
    return path


@pytest.fixture
def staff(lists: Run) -> Run:
    """Two accounts beside the first: a lead and an operator."""
    settings = load_settings()
    prepare(settings)
    with open_store(settings) as store:
        add_account(store, "1", "wang", "no hash", "lead")
        add_account(store, "2", "zhao", "no hash", "operator")
    return lists


def count_of_versions() -> int:
    with open_store(load_settings()) as store, store.reading() as connection:
        return len(versions(connection))


def test_a_dry_run_on_a_fresh_machine_prints_figures_and_nothing_else(lists: Run, file: Path) -> None:
    run = lists("import", str(file), "--list", "police", "--dry-run", "--json")
    figures = json.loads(run.stdout)
    assert run.returncode == 0, run.stderr
    assert list(figures) == ["added", "changed", "expired", "rejected", "seconds", "peak_mb", "version"]
    assert (figures["added"], figures["version"], count_of_versions()) == (1, None, 0)


def test_with_yes_a_single_admin_prepares_and_releases_at_once(lists: Run, file: Path) -> None:
    figures = json.loads(lists("import", str(file), "--list", "police", "--yes", "--json").stdout)
    shown = json.loads(lists("show", "--json").stdout)
    (police,) = [each for each in shown if each["name"] == "police"]
    assert (figures["version"], police["version"], police["entries"]) == (1, 1, 1)


def test_importing_the_same_again_makes_no_version(lists: Run, file: Path) -> None:
    lists("import", str(file), "--list", "police", "--yes")
    again = json.loads(lists("import", str(file), "--list", "police", "--yes", "--json").stdout)
    assert (again["added"], again["version"]) == (0, None)


def test_without_yes_it_is_told_how_to_release(lists: Run, file: Path) -> None:
    run = lists("import", str(file), "--list", "police")
    assert "changmao lists release 1 --as ACCOUNT" in run.stdout
    assert lists("release", "1").returncode == 0


def test_rejected_lines_are_findings_in_a_file_beside(lists: Run, file: Path) -> None:
    file.write_text(HEADER + GOOD + BAD)
    run = lists("import", str(file), "--list", "police", "--yes", "--json")
    rejects = file.with_name("suspects.csv.rejects.csv")
    assert (run.returncode, json.loads(run.stdout)["rejected"]) == (1, 1)
    assert "1990000xxxx" in rejects.read_text(encoding="utf-8-sig")


def test_without_rejected_lines_there_is_no_file_of_them(lists: Run, file: Path) -> None:
    lists("import", str(file), "--list", "police", "--dry-run")
    assert [path.name for path in file.parent.glob("*.csv")] == ["suspects.csv"]


def test_a_file_of_another_kind_is_never_overwritten_by_rejected_lines(
    lists: Run, file: Path, tmp_path: Path
) -> None:
    file.write_text(HEADER + BAD)
    precious = tmp_path / "precious.txt"
    precious.write_text("mine")
    run = lists("import", str(file), "--list", "police", "--dry-run", "--rejects", str(precious))
    assert (run.returncode, precious.read_text()) == (2, "mine")


def test_an_unknown_list_is_refused_with_the_names_there_are(lists: Run, file: Path) -> None:
    run = lists("import", str(file), "--list", "polise", "--dry-run")
    assert run.returncode == 2
    assert "allow, police, protected, reports, upstream" in run.stderr


def test_a_missing_file_is_refused(lists: Run, tmp_path: Path) -> None:
    run = lists("import", str(tmp_path / "none.csv"), "--list", "police", "--dry-run")
    assert (run.returncode, run.stdout) == (2, "")


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "FILE", "--list", "police", "--yes"),
        ("import", "FILE", "--list", "police"),
        ("import", "FILE", "--list", "police", "--as", "nobody"),
        ("import", "FILE", "--list", "police", "--as", "zhao"),
        ("rollback", "1", "--yes"),
    ],
)
def test_who_may_not_change_lists_alone_is_refused_before_any_work(
    staff: Run, file: Path, arguments: tuple[str, ...]
) -> None:
    run = staff(*(str(file) if word == "FILE" else word for word in arguments), single_admin=False)
    assert (run.returncode, run.stdout, count_of_versions()) == (2, "", 0)


def test_a_bulk_change_is_prepared_by_one_and_released_by_another(staff: Run, file: Path) -> None:
    file.write_text(HEADER + "".join(f"1990000{n:04},exact,fraud,reject,case,,,,\n" for n in range(11)))
    staff("import", str(file), "--list", "police", "--as", "wang", single_admin=False)
    alone = staff("release", "1", "--as", "wang", single_admin=False)
    assert alone.returncode == 2
    assert "[lists.second_person]" in alone.stderr
    both = staff("release", "1", "--as", "admin", single_admin=False)
    assert (both.returncode, "version 1 of police is in force" in both.stdout) == (0, True)


def test_a_discarded_version_cannot_be_released(lists: Run, file: Path) -> None:
    lists("import", str(file), "--list", "police")
    assert lists("discard", "1").returncode == 0
    assert lists("release", "1").returncode == 2


def test_a_rollback_empties_a_list_again(lists: Run, file: Path) -> None:
    lists("import", str(file), "--list", "police", "--yes")
    assert lists("rollback", "0", "--list", "police", "--yes").returncode == 0
    assert lists("export", "--list", "police").stdout.splitlines() == [
        "pattern,kind,category,action,source,evidence,valid_from,expires_at,review_at,note"
    ]


def test_what_is_exported_changes_nothing_when_imported(lists: Run, file: Path, tmp_path: Path) -> None:
    lists("import", str(file), "--list", "police", "--yes")
    packed = tmp_path / "police.csv.gz"
    assert lists("export", "--list", "police", "--out", str(packed)).returncode == 0
    again = json.loads(lists("import", str(packed), "--list", "police", "--dry-run", "--json").stdout)
    assert [again[name] for name in ("added", "changed", "expired", "rejected")] == [0, 0, 0, 0]


def test_one_number_is_added_and_removed(lists: Run) -> None:
    added = lists(
        "add", "+86 19900001111", "--list", "police", "--category", "fraud", "--action", "shadow:reject"
    )
    assert "version 1 of police is in force" in added.stdout, added.stderr
    assert ",shadow:reject," in lists("export", "--list", "police").stdout
    assert "version 2 of police is in force" in lists("remove", "19900001111", "--list", "police").stdout


def test_an_entry_past_its_review_date_is_shown(lists: Run) -> None:
    words = ("--list", "police", "--category", "fraud", "--action", "reject", "--review-at", "2026-03-01")
    lists("add", "19900001111", *words)
    found = json.loads(lists("review", "--json").stdout)
    assert (found["due"], [entry["pattern"] for entry in found["entries"]]) == (1, ["+8619900001111"])


def test_a_number_that_is_none_is_refused(lists: Run) -> None:
    run = lists("add", "hello", "--list", "police", "--category", "fraud", "--action", "reject")
    assert (run.returncode, "[lists.bad_pattern]" in run.stderr) == (2, True)


def test_versions_tell_who_prepared_and_who_released(staff: Run, file: Path) -> None:
    staff("import", str(file), "--list", "police", "--as", "wang")
    staff("release", "1", "--as", "admin")
    (version,) = json.loads(staff("versions", "--list", "police", "--json").stdout)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", version["prepared_at"])
    assert (version["prepared_by"], version["released_by"], version["origin"]) == (
        "wang",
        "admin",
        "suspects.csv",
    )


def test_a_new_list_is_shown(lists: Run) -> None:
    lists("create", "banks", "--kind", "score", "--precedence", "30", "--owner", "96110")
    assert "banks" in lists("show").stdout


def test_a_snapshot_is_written_where_it_is_asked_for(lists: Run, tmp_path: Path) -> None:
    run = lists("snapshot", "--out", str(tmp_path / "numbers.lists"))
    assert (run.returncode, (tmp_path / "numbers.lists").read_bytes()[:8]) == (0, b"CHANGMAO")


def test_a_database_of_an_older_service_is_left_as_it_is(lists: Run) -> None:
    lists("show")
    with open_store(load_settings()) as store, store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    run = lists("show")
    assert (run.returncode, "[database.outdated]" in run.stderr, "changmao db upgrade" in run.stderr) == (
        2,
        True,
        True,
    )
    with open_store(load_settings()) as store, store.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "0001"


def test_a_database_that_is_not_there_is_not_made_on_a_server(
    lists: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_cluster() as cluster:
        monkeypatch.setenv("CHANGMAO_DATABASE_URL", cluster.new_database())
        run = lists("show")
    assert (run.returncode, "its tables are missing" in run.stderr) == (2, True)


def test_a_number_cleared_by_a_removal_request_is_rejected_and_comes_back_by_hand(
    staff: Run, file: Path
) -> None:
    with open_store(load_settings()) as store:
        words = {"reason": "这是我的号码", "contact": "owner@example.test"}
        add_request(store, "q1", parse_number("19900001111"), within=timedelta(days=9), **words)
        decide_request(store, "q1", accepted=True, reason="号码已换机主", by="wang")
    imported = staff("import", str(file), "--list", "police", "--yes", "--json")
    rejected = Path(f"{file}.rejects.csv").read_text(encoding="utf-8-sig")
    by_hand = "add", "19900001111", "--list", "police", "--category", "fraud", "--action", "reject"
    assert (json.loads(imported.stdout)["rejected"], count_of_versions()) == (1, 0)
    assert "cleared by removal request q1" in rejected
    assert "is in force" in staff(*by_hand).stdout


def test_a_purge_tells_what_it_took_away(lists: Run) -> None:
    lists("show")
    with open_store(load_settings()) as store:
        store.clock_offset = -timedelta(days=731)
        words = {"reason": "这是我的号码", "contact": "owner@example.test"}
        add_request(store, "q1", parse_number("19900001234"), **words, within=timedelta(days=10))
        decide_request(store, "q1", accepted=False, reason="证据充分", by="wang")
    purged = json.loads(lists("purge", "--json").stdout)
    assert purged == {"entries": 0, "versions": 0, "reports": 0, "requests": 1}


def test_a_list_is_not_given_a_name_that_no_address_can_carry(staff: Run) -> None:
    refused = staff("create", "lookup", "--kind", "score", "--precedence", "50", "--owner", "96110")
    assert (refused.returncode, "cannot stand in an address" in refused.stderr) == (2, True)


def block_list(path: Path, version: int, votes: int) -> str:
    number = {"phone": "+8619900001111", "votes": votes, "rating": "G_FRAUD", "lastActivity": 0}
    path.write_text(json.dumps({"version": version, "numbers": [number]}))
    return str(path)


def test_an_older_block_list_is_refused_until_it_is_asked_for_on_purpose(lists: Run, tmp_path: Path) -> None:
    for version, votes in ((7, 5), (8, 0)):
        lists("import", block_list(tmp_path / "b.json", version, votes), "--list", "upstream", "--yes")
    old = block_list(tmp_path / "b.json", 7, 5)
    refused = lists("import", old, "--list", "upstream", "--yes")
    assert (refused.returncode, "[lists.old_source]" in refused.stderr) == (2, True)
    on_purpose = lists("import", old, "--list", "upstream", "--yes", "--older", "--json")
    assert json.loads(on_purpose.stdout)["added"] == 1


WIDE = "13,prefix,fraud,monitor,case,,,,\n"


def test_flagged_lines_are_in_a_file_beside_and_it_is_said_where(lists: Run, file: Path) -> None:
    file.write_text(HEADER + GOOD + WIDE + "+1,prefix,fraud,monitor,case,,,,\n")
    run = lists("import", str(file), "--list", "police", "--dry-run", "--json")
    flagged = file.with_name("suspects.csv.flagged.csv")
    assert f"2 notices on lines to look at are in {flagged}" in run.stderr
    lines = flagged.read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["line", "3", "4"]


def test_without_flagged_lines_there_is_no_file_of_them(lists: Run, file: Path) -> None:
    lists("import", str(file), "--list", "police", "--dry-run")
    assert list(file.parent.glob("*.flagged.csv")) == []


def test_a_second_person_sees_what_is_in_a_version_before_its_release(lists: Run, file: Path) -> None:
    file.write_text(HEADER + GOOD + WIDE)
    assert "changmao lists plan 1" in lists("import", str(file), "--list", "police").stdout
    shown = lists("plan", "1").stdout
    assert "2 added, 0 changed, 0 expired, 0 rejected, 1 flagged" in shown
    assert "look at line 3: prefix +8613 covers up to 1000 million numbers" in shown
    assert "impact of 2 patterns" in shown


def test_what_is_in_a_version_is_told_to_machines(lists: Run, file: Path) -> None:
    file.write_text(HEADER + GOOD + WIDE)
    lists("import", str(file), "--list", "police")
    plan = json.loads(lists("plan", "1", "--json").stdout)
    assert [notice["code"] for notice in plan["notices"]] == ["block.covers_many"]
    assert [sample["pattern"] for sample in plan["samples"]] == ["+8619900001111", "+8613"]
    assert plan["version"]["impact"]["patterns"] == 2


def test_a_version_that_is_not_there_has_no_plan(lists: Run) -> None:
    run = lists("plan", "9")
    assert (run.returncode, "version 9: unknown" in run.stderr) == (2, True)


def test_an_entry_against_a_protected_code_is_told_when_it_is_added(lists: Run) -> None:
    run = lists("add", "110", "--list", "police", "--category", "fraud", "--action", "reject")
    assert "110 is a protected code" in run.stdout
