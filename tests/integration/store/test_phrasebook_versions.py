"""Versions of the phrasebook: prepared on the one in force, released by a second person, rolled back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from contracts.errors import BadInputError, ConflictError, NotFoundError
from screening.phrasebook_fault import BadPhrasebookError
from store.list_version import VersionState
from store.outbox import read_after
from store.phrasebook_release import (
    discard_phrasebook,
    prepare_phrasebook,
    release_phrasebook,
    roll_back_phrasebook,
)
from store.phrasebook_version import PhrasebookSecondPersonError, PhrasebookVersion, StalePhrasebookError
from store.phrasebooks import (
    find_phrasebook,
    phrasebook_diff,
    phrasebook_in_force,
    phrasebook_text,
    phrasebook_versions,
)
from store.unit_of_work import SqlStore
from tests.fixtures.phrasebooks import BROKEN, HEAVIER, LONGER, ORIGINAL

pytestmark = pytest.mark.integration


def prepared(store: SqlStore, text: str = HEAVIER) -> PhrasebookVersion:
    return prepare_phrasebook(store, text, original=ORIGINAL, by="li", note="今日新话术")


def released(store: SqlStore, text: str = HEAVIER) -> PhrasebookVersion:
    return release_phrasebook(store, prepared(store, text).n, original=ORIGINAL, by="sun")


def in_force(store: SqlStore, original: str = ORIGINAL) -> tuple[int, str]:
    with store.reading() as connection:
        found = phrasebook_in_force(connection, original)
    return found.version, found.text


def test_the_original_is_in_force_until_a_release(store: SqlStore) -> None:
    prepared(store)
    assert in_force(store) == (0, ORIGINAL)


def test_a_released_version_is_in_force(store: SqlStore) -> None:
    version = released(store)
    assert in_force(store) == (version.n, HEAVIER)


def test_a_release_tells_who_prepared_and_who_released_it_and_why(store: SqlStore) -> None:
    version = released(store)
    assert (version.prepared_by, version.decided_by, version.note) == ("li", "sun", "今日新话术")


def test_a_release_tells_the_other_processes(store: SqlStore) -> None:
    version = released(store)
    (event,) = read_after(store, 0)
    assert (event.kind, event.refs) == ("phrasebook_released", {"version": str(version.n)})


def test_a_draft_counts_what_it_changes(store: SqlStore) -> None:
    version = prepared(store, LONGER.replace("1.5", "2"))
    assert (version.added, version.removed, version.changed, version.phrases) == (1, 0, 1, 2)


def test_a_draft_bears_the_name_its_text_gives_it(store: SqlStore) -> None:
    assert prepared(store).label == "heavier"


def test_whoever_prepared_a_draft_may_not_release_it(store: SqlStore) -> None:
    version = prepared(store)
    with pytest.raises(PhrasebookSecondPersonError, match="prepared by li"):
        release_phrasebook(store, version.n, original=ORIGINAL, by="li")
    assert in_force(store) == (0, ORIGINAL)


def test_a_single_admin_may_release_the_own_draft(store: SqlStore) -> None:
    version = prepared(store)
    release_phrasebook(store, version.n, original=ORIGINAL, by="li", single_admin=True)
    assert in_force(store) == (version.n, HEAVIER)


def test_a_draft_on_a_version_no_longer_in_force_is_stale(store: SqlStore) -> None:
    stale = prepared(store, LONGER)
    newer = released(store)
    with pytest.raises(StalePhrasebookError, match=f"version 0, and {newer.n} is in force"):
        release_phrasebook(store, stale.n, original=ORIGINAL, by="sun")


def test_a_draft_on_an_original_that_was_replaced_since_is_stale(store: SqlStore) -> None:
    version = prepared(store)
    with pytest.raises(StalePhrasebookError):
        release_phrasebook(store, version.n, original=LONGER, by="sun")


def test_of_two_drafts_released_at_once_one_is_stale(store: SqlStore) -> None:
    drafts = (prepared(store).n, prepared(store, LONGER).n)

    def tried(n: int) -> bool:
        try:
            release_phrasebook(store, n, original=ORIGINAL, by="sun")
        except StalePhrasebookError:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(tried, drafts)) == [False, True]


def test_a_draft_is_released_once(store: SqlStore) -> None:
    version = released(store)
    with pytest.raises(ConflictError, match="is released, not pending"):
        release_phrasebook(store, version.n, original=ORIGINAL, by="sun")


def test_a_discarded_draft_stays_in_the_history(store: SqlStore) -> None:
    discard_phrasebook(store, prepared(store).n, by="zhao")
    with store.reading() as connection:
        (version,) = phrasebook_versions(connection)
    assert (version.state, version.decided_by) == (VersionState.DISCARDED, "zhao")


def test_a_discarded_draft_is_not_released(store: SqlStore) -> None:
    version = discard_phrasebook(store, prepared(store).n, by="zhao")
    with pytest.raises(ConflictError, match="is discarded"):
        release_phrasebook(store, version.n, original=ORIGINAL, by="sun")


def test_the_newest_version_comes_first(store: SqlStore) -> None:
    numbers = [prepared(store).n, prepared(store, LONGER).n]
    with store.reading() as connection:
        assert [version.n for version in phrasebook_versions(connection)] == numbers[::-1]


def test_an_edit_of_a_version_no_longer_in_force_is_no_draft(store: SqlStore) -> None:
    released(store)
    with pytest.raises(StalePhrasebookError, match="edited from version 0"):
        prepare_phrasebook(store, LONGER, original=ORIGINAL, by="li", based_on=0)


def test_an_edit_of_the_version_in_force_is_a_draft(store: SqlStore) -> None:
    n = released(store).n
    draft = prepare_phrasebook(store, LONGER, original=ORIGINAL, by="li", based_on=n)
    assert draft.based_on == n


def test_a_broken_text_is_no_draft(store: SqlStore) -> None:
    with pytest.raises(BadPhrasebookError) as refused:
        prepared(store, BROKEN)
    assert [fault.line for fault in refused.value.faults] == [3, 3]


def test_the_text_in_force_is_no_draft(store: SqlStore) -> None:
    with pytest.raises(ConflictError, match="version 0, which is in force"):
        prepared(store, ORIGINAL)


def test_a_note_has_an_end(store: SqlStore) -> None:
    with pytest.raises(BadInputError, match="501"):
        prepare_phrasebook(store, HEAVIER, original=ORIGINAL, by="li", note="很" * 501)


def test_a_rollback_is_a_new_version_with_the_old_text(store: SqlStore) -> None:
    first = released(store)
    released(store, LONGER)
    back = roll_back_phrasebook(store, first.n, original=ORIGINAL, by="li")
    release_phrasebook(store, back.n, original=ORIGINAL, by="sun")
    assert (back.restores, in_force(store)) == (first.n, (back.n, HEAVIER))


def test_a_rollback_to_version_0_brings_the_original_back(store: SqlStore) -> None:
    released(store)
    back = roll_back_phrasebook(store, 0, original=ORIGINAL, by="li")
    release_phrasebook(store, back.n, original=ORIGINAL, by="sun")
    assert in_force(store) == (back.n, ORIGINAL)


def test_a_rollback_needs_a_second_person_too(store: SqlStore) -> None:
    released(store)
    back = roll_back_phrasebook(store, 0, original=ORIGINAL, by="li")
    with pytest.raises(PhrasebookSecondPersonError):
        release_phrasebook(store, back.n, original=ORIGINAL, by="li")


def test_nothing_is_rolled_back_to_what_was_never_in_force(store: SqlStore) -> None:
    version = prepared(store)
    with pytest.raises(ConflictError, match="never in force"):
        roll_back_phrasebook(store, version.n, original=ORIGINAL, by="li")


def test_a_diff_is_against_what_the_version_is_based_on(store: SqlStore) -> None:
    released(store)
    version = released(store, LONGER)
    with store.reading() as connection:
        diff = phrasebook_diff(connection, version.n, ORIGINAL)
    assert diff.lines == (
        "+ any.ask.gold (any, ask, caller, 2): 买成金条",
        "~ police.hook.case: weight 2.5 -> 1.5",
    )


def test_a_version_in_force_that_cannot_be_read_any_more_does_not_keep_out_a_better_one(
    store: SqlStore,
) -> None:
    version = prepare_phrasebook(store, HEAVIER, original=BROKEN, by="li")
    assert (version.added, version.changed) == (1, 0)


@pytest.mark.parametrize("n", [0, 7])
def test_a_version_nobody_prepared_is_not_found(store: SqlStore, n: int) -> None:
    with store.reading() as connection, pytest.raises(NotFoundError, match=f"version {n}: unknown"):
        find_phrasebook(connection, n)


def test_the_text_of_any_version_is_kept(store: SqlStore) -> None:
    version = discard_phrasebook(store, prepared(store).n, by="zhao")
    with store.reading() as connection:
        assert phrasebook_text(connection, version.n, ORIGINAL) == HEAVIER
