"""What is kept of a report, and whether it is believed."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import Row, select

from blacklists.reputation import ReportSource
from contracts.taxonomy import ScamType
from store.report_schema import number_reports
from store.reports import BadReportTimeError, NewReport
from store.unit_of_work import SqlStore
from tests.fixtures.told_calls import CALLER, a_call, a_word, says, tells_staff

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("duty")]


def kept(store: SqlStore) -> list[Row[tuple[object, ...]]]:
    with store.reading() as connection:
        return list(connection.execute(select(number_reports).order_by(number_reports.c.reported_at)))


def test_a_resident_who_was_called_and_tells_staff_is_believed(store: SqlStore) -> None:
    a_call(store)
    tells_staff(store)
    row = kept(store)[0]
    assert (row.source, row.verified, row.resident_id) == (ReportSource.RESIDENT, True, "resident-1")


def test_a_number_anybody_can_type_proves_nothing(store: SqlStore) -> None:
    a_call(store)
    says(store, a_word(1))
    assert (kept(store)[0].source, kept(store)[0].verified) == (ReportSource.PUBLIC, False)


def test_a_strangers_report_that_fits_a_call_is_marked(store: SqlStore) -> None:
    a_call(store)
    says(store, a_word(1))
    assert kept(store)[0].resident_id == "resident-1"


def test_a_resident_whom_the_number_did_not_call_is_only_heard(store: SqlStore) -> None:
    a_call(store, "resident-2")
    says(store, a_word(1))
    row = kept(store)[0]
    assert (row.source, row.verified, row.resident_id) == (ReportSource.PUBLIC, False, None)


def test_a_call_of_more_than_thirty_days_ago_fits_no_report(store: SqlStore) -> None:
    a_call(store, minutes_ago=31 * 24 * 60)
    tells_staff(store)
    assert (kept(store)[0].source, kept(store)[0].resident_id) == (ReportSource.OPERATOR, None)


def test_a_strangers_report_is_only_heard(store: SqlStore) -> None:
    says(store, a_word(9999))
    assert (kept(store)[0].source, kept(store)[0].verified) == (ReportSource.PUBLIC, False)


@pytest.mark.parametrize("source", [ReportSource.OPERATOR, ReportSource.UPSTREAM])
def test_what_staff_enter_is_believed(store: SqlStore, source: ReportSource) -> None:
    says(store, a_word(None, source=source, entered_by="li"))
    assert (kept(store)[0].source, kept(store)[0].verified) == (source, True)


def test_nobody_can_clear_a_caller_in_a_residents_name(store: SqlStore) -> None:
    a_call(store)
    says(store, a_word(1, bad=False))
    assert not kept(store)[0].verified


def test_an_outsiders_word_does_not_undo_what_staff_took_down(store: SqlStore) -> None:
    a_call(store)
    tells_staff(store)
    says(store, a_word(1, bad=False))
    assert [(row.verified, row.scam_type is None) for row in kept(store)] == [(True, False)]


def test_nobody_takes_back_a_report_by_typing_its_reporters_number(store: SqlStore) -> None:
    says(store, a_word(1))
    says(store, a_word(1, bad=False))
    assert [row.scam_type for row in kept(store)] == [ScamType.POLICE]


def test_staff_take_back_what_they_took_down(store: SqlStore) -> None:
    tells_staff(store)
    tells_staff(store, bad=False)
    assert [row.scam_type for row in kept(store)] == [None]


def test_what_staff_take_down_makes_a_strangers_word_believed(store: SqlStore) -> None:
    a_call(store)
    says(store, a_word(1))
    tells_staff(store)
    assert [(row.source, row.verified) for row in kept(store)] == [(ReportSource.RESIDENT, True)]


def test_a_repetition_changes_the_report_there_is(store: SqlStore) -> None:
    first = says(store, a_word(1, note="one"))
    again = says(store, a_word(1, note="two"))
    assert (first, [row.note for row in kept(store)]) == (again, ["two"])


def test_after_thirty_days_it_is_a_report_of_its_own(store: SqlStore) -> None:
    says(store, a_word(1))
    store.clock_offset += timedelta(days=30)
    says(store, a_word(1))
    assert len(kept(store)) == 2


def test_reports_on_two_numbers_are_two_reports(store: SqlStore) -> None:
    says(store, a_word(1))
    says(store, a_word(1, number="+8619900000002"))
    assert [row.number for row in kept(store)] == [CALLER, "+8619900000002"]


def test_no_reporters_number_is_stored(store: SqlStore) -> None:
    says(store, a_word(9999))
    assert "13800009999" not in str(kept(store))


def test_a_reporter_is_not_found_by_hashing_all_numbers(store: SqlStore) -> None:
    says(store, a_word(9999))
    assert kept(store)[0].reporter != sha256(b"+8613800009999").hexdigest()


@pytest.mark.parametrize("off", [timedelta(minutes=10), -timedelta(days=366)])
def test_a_call_in_the_future_or_long_ago_is_refused(store: SqlStore, off: timedelta) -> None:
    word = a_word(1)
    with store.reading() as connection:
        at = store.now(connection) + off
    told = NewReport(word.number, word.scam_type, word.reporter, word.source, happened_at=at)
    with pytest.raises(BadReportTimeError, match="happened_at"):
        says(store, told)
