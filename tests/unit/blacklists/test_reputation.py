"""What reports say about a number, whatever their number, age and order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blacklists.reputation import (
    Report,
    ReportSource,
    Reputation,
    SourceCount,
    blocks_of,
    counts_by_source,
    published_block,
    reputation_of,
    wilson_lower_bound,
)

pytestmark = pytest.mark.unit

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_report(reporter: str = "r1", *, bad: bool = True, verified: bool = True, days: float = 0) -> Report:
    source = ReportSource.RESIDENT if verified else ReportSource.PUBLIC
    return Report(reporter, source, bad, verified, NOON - timedelta(days=days))


def reports(count: int, **fields: object) -> list[Report]:
    return [a_report(f"r{n}", **fields) for n in range(count)]  # type: ignore[arg-type]


many_reports = st.lists(
    st.builds(
        Report,
        reporter=st.sampled_from([f"r{n}" for n in range(12)]),
        source=st.sampled_from(ReportSource),
        bad=st.booleans(),
        verified=st.booleans(),
        at=st.integers(0, 600).map(lambda hours: NOON - timedelta(hours=hours)),
    ),
    max_size=30,
)
moments = st.integers(0, 4000).map(lambda hours: NOON + timedelta(hours=hours))


@given(st.floats(0, 1e4), st.floats(0, 1e4))
def test_the_bound_is_never_above_the_plain_share(bad: float, good: float):
    bound = wilson_lower_bound(bad, bad + good)
    assert 0 <= bound <= (bad / (bad + good) if bad + good else 0)


@given(st.floats(0, 1e4), st.floats(0, 1e4), st.floats(0.001, 1e4))
def test_the_bound_rises_with_every_bad_report(bad: float, good: float, more: float):
    total = bad + good
    assert wilson_lower_bound(bad + more, total + more) >= wilson_lower_bound(bad, total) - 1e-12


@given(st.floats(0.001, 1e4), st.floats(0, 1e4), st.floats(0.001, 1e4))
def test_the_bound_falls_with_every_good_report(bad: float, good: float, more: float):
    total = bad + good
    assert wilson_lower_bound(bad, total + more) <= wilson_lower_bound(bad, total) + 1e-12


def test_the_bound_is_wilsons():
    # Worked by hand: 8 of 10, z = 1.96, from 0.490 to 0.943.
    assert wilson_lower_bound(8, 10) == pytest.approx(0.4902, abs=0.0005)


@given(many_reports, moments)
def test_another_bad_report_never_lowers_the_score(told: list[Report], now: datetime):
    more = [*told, a_report("somebody else")]
    assert reputation_of(more, now).score >= reputation_of(told, now).score - 1e-12


@given(many_reports, moments)
def test_another_bad_report_never_unpublishes(told: list[Report], now: datetime):
    more = [*told, a_report("somebody else")]
    assert reputation_of(more, now).is_published >= reputation_of(told, now).is_published


@given(many_reports, st.randoms(use_true_random=False), moments)
def test_the_order_of_reports_does_not_matter(told: list[Report], random: object, now: datetime):
    shuffled = list(told)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert reputation_of(shuffled, now) == reputation_of(told, now)


@given(many_reports)
def test_whatever_was_reported_is_published_no_more_after_a_year_of_silence(told: list[Report]):
    assert not reputation_of(told, NOON + timedelta(days=365)).is_published


@given(many_reports)
def test_a_published_number_has_more_bad_than_good_reports(told: list[Report]):
    reputation = reputation_of(told, NOON)
    assert not reputation.is_published or 2 * reputation.bad > reputation.total


@pytest.mark.parametrize(("count", "published"), [(3, False), (4, True)])
def test_four_reports_publish_a_number(count: int, *, published: bool):
    assert reputation_of(reports(count), NOON).is_published == published


def test_a_reviewers_word_alone_publishes_a_number():
    word = Report("r1", ReportSource.REVIEW, bad=True, verified=True, at=NOON)
    reputation = reputation_of([word], NOON)
    assert (reputation.is_published, reputation.score) == (True, reputation_of(reports(4), NOON).score)


def test_one_reporter_counts_once_however_often():
    assert reputation_of([a_report(days=days) for days in range(9)], NOON).reporters == 1


def test_a_reporters_newest_word_counts():
    told = [a_report(days=2), a_report(bad=False, days=1)]
    assert reputation_of(told, NOON).bad == 0


def test_unverified_reports_publish_nothing():
    assert reputation_of(reports(50, verified=False), NOON) == Reputation()


@pytest.mark.parametrize(("days", "published"), [(41, True), (43, False)])
def test_four_reports_are_forgotten_after_three_half_lives_of_activity(days: int, *, published: bool):
    assert reputation_of(reports(4, days=days), NOON).is_published == published


def test_a_report_weighs_half_after_125_days():
    assert reputation_of([a_report(days=125)], NOON).bad == pytest.approx(0.5)


def test_a_report_from_a_clock_that_is_ahead_weighs_no_more_than_one():
    assert reputation_of([a_report(days=-1)], NOON).bad == 1


def test_as_many_good_reports_as_bad_ones_keep_a_number_unpublished():
    good = [a_report(f"g{n}", bad=False) for n in range(4)]
    assert not reputation_of(reports(4) + good, NOON).is_published


def test_sources_are_counted_apart():
    told = [a_report("r1"), a_report("r2", bad=False), a_report("r3", verified=False)]
    assert counts_by_source(told) == {
        ReportSource.RESIDENT: SourceCount(bad=1, good=1),
        ReportSource.PUBLIC: SourceCount(bad=1),
    }


def test_a_number_stands_in_a_block_of_ten_and_one_of_a_hundred():
    assert blocks_of("+8619900000123") == ("+861990000012", "+86199000001")


def test_short_codes_stand_in_no_block():
    assert blocks_of("95588") == ()


BAD = reputation_of([a_report()], NOON)
GOOD = reputation_of([a_report(bad=False)], NOON)


@pytest.mark.parametrize(
    ("digits", "members", "published"), [(1, 3, False), (1, 4, True), (2, 7, False), (2, 8, True)]
)
def test_enough_bad_members_publish_a_block(digits: int, members: int, *, published: bool):
    assert (published_block([BAD] * members, digits) is not None) == published


def test_good_members_do_not_make_a_block():
    assert published_block([BAD] * 3 + [GOOD] * 7, 1) is None


def test_good_members_lower_a_blocks_score():
    mixed, plain = published_block([BAD] * 4 + [GOOD] * 2, 1), published_block([BAD] * 4, 1)
    assert mixed is not None
    assert plain is not None
    assert mixed.score < plain.score
