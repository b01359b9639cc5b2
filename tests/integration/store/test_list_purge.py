"""What is over for two years goes; what a rollback, a decision or a count needs stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Table, func, select

from blacklists.importing.row import ImportRow, Rejected
from blacklists.normalise import parse_number
from blacklists.reason import Reason, Why
from blacklists.reputation import ReportSource
from contracts.errors import ConflictError
from contracts.number_list import EntryKind
from contracts.taxonomy import ScamType
from contracts.verdict import Action
from store import list_purge
from store.import_lines import flagged_lines, rejected_lines
from store.list_export import export_rows
from store.list_import import Order, prepare_import
from store.list_purge import KEPT_VERSIONS, PURGED, Purged, purge
from store.list_release import discard, release
from store.list_rollback import rollback
from store.list_schema import list_entries, list_versions
from store.outbox import kinds_after
from store.removal_requests import add_request, decide_request, list_requests
from store.report_queue import Decision, decide
from store.report_schema import number_reports, number_reviews
from store.reports import NewReport, add_report
from store.unit_of_work import SqlStore
from tests.fixtures.number_list_source import Written, a_row, mobile, numbers

pytestmark = pytest.mark.integration

KEEP = timedelta(days=730)
LONG = KEEP + timedelta(days=1)
NUMBER = parse_number(mobile(1))


def prepared(store: SqlStore, *rows: ImportRow | Rejected) -> int:
    version = prepare_import(store, "police", Written(*rows), Order("wang", "file"), print).version
    assert version is not None
    return version.n


def released(store: SqlStore, *rows: ImportRow) -> int:
    return release(store, prepared(store, *rows), by="li").n


def changed_often(store: SqlStore, times: int) -> list[int]:
    """Change one entry so many times; every change ends the entry before it."""
    return [released(store, *numbers(1, note=str(turn))) for turn in range(times)]


def count(store: SqlStore, table: Table) -> int:
    with store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def notes(store: SqlStore) -> list[str]:
    with store.reading() as connection:
        return [row.note for row in export_rows(connection, "police")]


def reported(store: SqlStore) -> None:
    report = NewReport(NUMBER, ScamType.LOAN, parse_number("13800000009"), ReportSource.PUBLIC)
    add_report(store, "report", report)


def test_entries_ended_long_ago_are_taken_away(store: SqlStore) -> None:
    changed_often(store, KEPT_VERSIONS + 3)
    store.clock_offset += LONG
    assert purge(store, KEEP).entries == 3
    assert count(store, list_entries) == KEPT_VERSIONS


def test_entries_ended_of_late_stay(store: SqlStore) -> None:
    changed_often(store, KEPT_VERSIONS + 3)
    assert purge(store, KEEP) == Purged(0, 0, 0, 0)


def test_each_of_the_last_versions_can_be_rolled_back_to(store: SqlStore) -> None:
    versions = changed_often(store, KEPT_VERSIONS + 3)
    store.clock_offset += LONG
    purge(store, KEEP)
    release(store, rollback(store, versions[-KEPT_VERSIONS], by="wang").n, by="li")
    assert notes(store) == ["3"]


def test_a_rollback_behind_what_is_kept_is_refused(store: SqlStore) -> None:
    versions = changed_often(store, KEPT_VERSIONS + 3)
    store.clock_offset += LONG
    purge(store, KEEP)
    with pytest.raises(ConflictError, match="not all that was in force"):
        rollback(store, versions[-KEPT_VERSIONS - 1], by="wang")


def test_what_is_in_force_stays_however_old(store: SqlStore) -> None:
    released(store, *numbers(1, 2, 3))
    store.clock_offset += LONG
    purge(store, KEEP)
    assert len(notes(store)) == 3


def test_a_transaction_takes_away_no_more_than_it_may(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_purge, "MOST_ROWS", 4)
    monkeypatch.setattr(list_purge, "MOST_PORTIONS", 2)
    released(store, *numbers(*range(9)))
    released(store, *numbers(*range(9), action=Action.MONITOR))
    changed_often(store, KEPT_VERSIONS - 1)
    store.clock_offset += LONG
    # Two portions of two entries with what ended each; the next run goes on.
    assert [purge(store, KEEP).entries for _ in range(4)] == [4, 4, 1, 0]


def test_discarded_versions_go_with_their_rejected_and_flagged_lines(store: SqlStore) -> None:
    n = prepared(
        store, *numbers(1), a_row("+8613", EntryKind.PREFIX), Rejected(9, Reason(Why.OPEN_QUOTE, {}), "x")
    )
    discard(store, n, by="wang")
    store.clock_offset += LONG
    purge(store, KEEP)
    assert [count(store, table) for table in (list_versions, rejected_lines, flagged_lines)] == [0, 0, 0]


def test_a_version_that_awaits_release_stays(store: SqlStore) -> None:
    n = prepared(store, *numbers(1))
    store.clock_offset += LONG
    purge(store, KEEP)
    release(store, n, by="li")
    assert len(notes(store)) == 1


def test_a_superseded_version_without_entries_goes_if_it_ended_nothing(store: SqlStore) -> None:
    changed_often(store, KEPT_VERSIONS + 1)
    store.clock_offset += LONG
    # The first only added, the second ended that.
    assert (purge(store, KEEP).versions, count(store, list_versions)) == (1, KEPT_VERSIONS)


def test_reports_and_reviews_of_long_ago_go(store: SqlStore) -> None:
    reported(store)
    decide(store, "review", NUMBER.value, Decision.DISMISS, reason="误报", by="li")
    store.clock_offset += LONG
    purge(store, KEEP)
    assert (count(store, number_reports), count(store, number_reviews)) == (0, 0)


def test_reports_stay_as_long_as_they_count(store: SqlStore) -> None:
    reported(store)
    store.clock_offset += timedelta(days=600)
    purge(store, timedelta(days=30))
    assert count(store, number_reports) == 1


def test_requests_answered_long_ago_go_and_open_ones_stay(store: SqlStore) -> None:
    for request in ("answered", "open"):
        words = {"reason": "这是我的号码", "contact": "owner@example.test"}
        add_request(store, request, NUMBER, **words, within=timedelta(days=10))
    decide_request(store, "answered", accepted=False, reason="证据充分", by="li")
    store.clock_offset += LONG
    purge(store, KEEP)
    assert [request.id for request, _ in list_requests(store)] == ["open"]


def test_what_keeps_a_cleared_number_off_outlives_its_request(store: SqlStore) -> None:
    released(store, *numbers(1))
    add_request(
        store, "q1", NUMBER, reason="这是我的号码", contact="owner@example.test", within=timedelta(days=10)
    )
    decide_request(store, "q1", accepted=True, reason="号码已换机主", by="li")
    store.clock_offset += LONG
    purge(store, KEEP)
    again = prepare_import(store, "police", Written(*numbers(1)), Order("wang", "file"), print)
    assert (again.version, again.plan.rejected) == (None, 1)


def test_a_purge_that_took_something_away_leaves_a_proof(store: SqlStore) -> None:
    reported(store)
    store.clock_offset += LONG
    purge(store, KEEP)
    purge(store, KEEP)
    assert PURGED in kinds_after(store, 0)[1]
