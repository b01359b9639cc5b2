"""The queue of reported numbers, and what a review does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from blacklists.reputation import ReportSource, SourceCount
from contracts.errors import NotFoundError
from contracts.taxonomy import ScamType
from store.outbox import read_after
from store.overlay import read_overlay
from store.report_queue import ProtectedNumberError, decide, list_reviews, read_queue
from store.report_schema import Decision
from store.reputation import read_published
from store.unit_of_work import SqlStore
from tests.fixtures.told_calls import CALLER, a_call, a_word, four_residents_report, says, tells_staff

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("duty")]

OTHER = "+8619900000099"


def published(store: SqlStore) -> set[str]:
    with store.reading() as connection:
        return set(read_published(connection, store.now(connection)).numbers)


def queued(store: SqlStore) -> list[str]:
    return [item.number for item in read_queue(store).items]


def review(store: SqlStore, decision: Decision, number: str = CALLER, review_id: str = "review-1") -> None:
    decide(store, review_id, number, decision, reason="checked by phone", by="li")


def test_four_residents_publish_a_number(store: SqlStore) -> None:
    four_residents_report(store)
    assert published(store) == {CALLER}


def test_residents_numbers_typed_by_strangers_publish_nothing(store: SqlStore) -> None:
    for n in range(1, 5):
        a_call(store, f"resident-{n}")
        says(store, a_word(n))
    assert published(store) == set()


def test_the_queue_tells_whose_reports_fit_a_call(store: SqlStore) -> None:
    a_call(store)
    says(store, a_word(1))
    says(store, a_word(2))
    item = read_queue(store).items[0]
    assert (item.called, item.verified) == (1, 0)


def test_a_number_whose_reports_fit_calls_stands_higher(store: SqlStore) -> None:
    for n in range(3):
        says(store, a_word(9000 + n, number=OTHER))
    a_call(store)
    says(store, a_word(1))
    assert queued(store) == [CALLER, OTHER]


def test_any_number_of_strangers_publishes_nothing(store: SqlStore) -> None:
    for n in range(20):
        says(store, a_word(9000 + n))
    assert published(store) == set()


def test_the_queue_tells_counts_types_and_notes(store: SqlStore) -> None:
    four_residents_report(store)
    says(store, a_word(9999, note="自称公安"))
    item = read_queue(store).items[0]
    assert item.counts == {ReportSource.RESIDENT: SourceCount(bad=4), ReportSource.PUBLIC: SourceCount(bad=1)}
    assert item.scam_types == {ScamType.POLICE: 5}
    assert (item.verified, item.published, item.notes) == (4, True, ("自称公安",))


def test_the_queue_begins_with_those_nearest_to_publication(store: SqlStore) -> None:
    for n in range(3):
        says(store, a_word(9000 + n, number=OTHER))
    says(store, a_word(1, number=OTHER))
    tells_staff(store)
    assert queued(store) == [CALLER, OTHER]


def test_the_queue_says_how_many_wait_beyond_its_end(store: SqlStore) -> None:
    says(store, a_word(9999))
    says(store, a_word(9999, number=OTHER))
    queue = read_queue(store, limit=1)
    assert (len(queue.items), queue.waiting) == (1, 2)


def test_a_number_only_called_legitimate_waits_for_nobody(store: SqlStore) -> None:
    says(store, a_word(9999, bad=False))
    assert queued(store) == []


def test_a_review_publishes_on_fewer_reports(store: SqlStore) -> None:
    says(store, a_word(9999))
    review(store, Decision.PUBLISH)
    assert published(store) == {CALLER}


def test_what_a_review_published_is_listened_to(store: SqlStore) -> None:
    says(store, a_word(9999))
    review(store, Decision.PUBLISH)
    assert [standing.score for standing in read_overlay(store, 0).standings] == [0.57]


def test_what_a_review_published_fades_too(store: SqlStore) -> None:
    says(store, a_word(9999))
    review(store, Decision.PUBLISH)
    store.clock_offset += timedelta(days=60)
    assert published(store) == set()


def test_a_decided_number_waits_no_more(store: SqlStore) -> None:
    says(store, a_word(9999))
    review(store, Decision.PUBLISH)
    assert queued(store) == []


def test_dismissed_reports_publish_nothing(store: SqlStore) -> None:
    four_residents_report(store)
    review(store, Decision.DISMISS)
    assert (published(store), queued(store)) == (set(), [])


def test_a_newer_report_brings_a_dismissed_number_back_to_the_queue_alone(store: SqlStore) -> None:
    four_residents_report(store)
    review(store, Decision.DISMISS)
    a_call(store, "resident-5")
    tells_staff(store, 5)
    assert (published(store), queued(store)) == (set(), [CALLER])


def test_the_same_reporters_newer_word_brings_a_dismissed_number_back(store: SqlStore) -> None:
    says(store, a_word(1))
    review(store, Decision.DISMISS)
    says(store, a_word(1))
    assert queued(store) == [CALLER]


def test_an_operators_newer_word_brings_a_dismissed_number_back(store: SqlStore) -> None:
    says(store, a_word(None, source=ReportSource.OPERATOR, entered_by="li"))
    review(store, Decision.DISMISS)
    says(store, a_word(None, source=ReportSource.OPERATOR, entered_by="li"))
    assert [item.verified for item in read_queue(store).items] == [1]


def test_an_operators_own_words_are_one_voice(store: SqlStore) -> None:
    for _ in range(5):
        says(store, a_word(None, source=ReportSource.OPERATOR, entered_by="li"))
    assert (published(store), read_queue(store).items[0].verified) == (set(), 1)


def test_a_dismissed_word_is_not_counted_beside_its_repetition(store: SqlStore) -> None:
    tells_staff(store)
    review(store, Decision.DISMISS)
    tells_staff(store)
    assert read_queue(store).items[0].verified == 1


def test_four_newer_residents_publish_a_dismissed_number_again(store: SqlStore) -> None:
    says(store, a_word(9999))
    review(store, Decision.DISMISS)
    four_residents_report(store)
    assert published(store) == {CALLER}


def test_an_old_decision_to_publish_does_not_outlive_a_dismissal(store: SqlStore) -> None:
    says(store, a_word(9999))
    review(store, Decision.PUBLISH)
    review(store, Decision.DISMISS, review_id="review-2")
    a_call(store)
    tells_staff(store)
    assert published(store) == set()


def test_every_decision_is_kept_with_who_and_why(store: SqlStore) -> None:
    says(store, a_word(9999))
    review(store, Decision.PUBLISH)
    review(store, Decision.DISMISS, review_id="review-2")
    kept = [(each.decision, each.by, each.reason) for each in list_reviews(store, CALLER)]
    assert kept == [
        (Decision.DISMISS, "li", "checked by phone"),
        (Decision.PUBLISH, "li", "checked by phone"),
    ]


def test_a_decision_is_told_without_the_number(store: SqlStore) -> None:
    says(store, a_word(9999))
    review(store, Decision.PUBLISH)
    told = [event.refs for event in read_after(store, 0) if event.kind == "number_reviewed"]
    assert told == [{"review_id": "review-1", "decision": "publish"}]


def test_a_number_nobody_reported_cannot_be_decided_on(store: SqlStore) -> None:
    with pytest.raises(NotFoundError):
        review(store, Decision.PUBLISH)


@pytest.mark.parametrize("code", ["110", "96110", "95588"])
def test_a_protected_code_is_never_published(store: SqlStore, code: str) -> None:
    four_residents_report(store, code)
    assert published(store) == set()


def test_a_protected_code_waits_as_an_imitation_and_cannot_be_published_by_hand(store: SqlStore) -> None:
    says(store, a_word(9999, number="96110"))
    assert read_queue(store).items[0].imitated == "反诈预警专线"
    with pytest.raises(ProtectedNumberError, match="反诈预警专线"):
        review(store, Decision.PUBLISH, "96110")
