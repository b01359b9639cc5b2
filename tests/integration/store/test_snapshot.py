"""The snapshot's version changes when and only when its contents do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import event

from blacklists.normalise import parse_number
from contracts.node_api import ListFileRef, Snapshot
from store.contacts import replace_contacts
from store.phrasebook_release import prepare_phrasebook, release_phrasebook
from store.residents import import_residents, residents_by_number
from store.snapshot import build_snapshot, snapshot_version
from store.unit_of_work import SqlStore
from tests.fixtures.duty import a_resident
from tests.fixtures.phrasebooks import HEAVIER

pytestmark = pytest.mark.integration


LISTS = ListFileRef(sha256="1" * 64, size=1, release=1)


def whole(store: SqlStore) -> Snapshot:
    return build_snapshot(store, LISTS, "phrases: 1", "policy: 1")


def version(store: SqlStore) -> str:
    return snapshot_version(store, LISTS, "phrases: 1", "policy: 1")


def test_the_snapshot_holds_what_was_imported(store: SqlStore) -> None:
    import_residents(store, [a_resident(1)])
    snapshot = whole(store)
    assert snapshot.lists == LISTS
    assert [enrolment.number for enrolment in snapshot.enrolments] == ["+8613800000001"]
    assert snapshot.version == version(store)


def test_the_snapshot_holds_the_residents_contacts(store: SqlStore) -> None:
    import_residents(store, [a_resident(1), a_resident(2)])
    replace_contacts(store, "resident-1", [parse_number("13800000009")])
    assert [enrolment.contacts for enrolment in whole(store).enrolments] == [("+8613800000009",), ()]


def test_changed_contacts_change_the_version(store: SqlStore) -> None:
    import_residents(store, [a_resident(1)])
    before = version(store)
    replace_contacts(store, "resident-1", [parse_number("13800000009")])
    assert version(store) != before


def test_importing_the_same_again_changes_no_version(store: SqlStore) -> None:
    import_residents(store, [a_resident(1)])
    before = version(store)
    import_residents(store, [a_resident(1)])
    assert version(store) == before


def test_a_changed_enrolment_changes_the_version_and_changing_it_back_restores_it(store: SqlStore) -> None:
    import_residents(store, [a_resident(1)])
    before = version(store)
    import_residents(store, [replace(a_resident(1), high_risk=True)])
    changed = version(store)
    import_residents(store, [a_resident(1)])
    assert changed != before
    assert version(store) == before


def test_another_list_file_changes_the_version(store: SqlStore) -> None:
    other = LISTS.model_copy(update={"sha256": "2" * 64})
    assert snapshot_version(store, other, "phrases: 1", "policy: 1") != version(store)


def test_what_nodes_never_see_changes_no_version(store: SqlStore) -> None:
    import_residents(store, [a_resident(1)])
    before = version(store)
    import_residents(store, [replace(a_resident(1), name="新名")])
    with store.begin() as uow:
        resident = uow.residents.get("resident-1")
    assert resident is not None
    assert resident.name == "新名"
    assert version(store) == before


@pytest.mark.parametrize("texts", [("phrases: 2", "policy: 1"), ("phrases: 1", "policy: 2")])
def test_another_phrasebook_or_policy_changes_the_version(store: SqlStore, texts: tuple[str, str]) -> None:
    assert snapshot_version(store, LISTS, *texts) != version(store)


def released(store: SqlStore, text: str) -> int:
    draft = prepare_phrasebook(store, text, original="phrases: 1", by="li")
    return release_phrasebook(store, draft.n, original="phrases: 1", by="sun").n


def test_a_released_phrasebook_is_in_the_snapshot_with_its_number(store: SqlStore) -> None:
    n = released(store, HEAVIER)
    snapshot = whole(store)
    assert (snapshot.phrasebook, snapshot.phrasebook_version) == (HEAVIER, n)


def test_a_release_changes_the_version_at_once(store: SqlStore) -> None:
    before = version(store)
    released(store, HEAVIER)
    assert (version(store) == before, version(store)) == (False, whole(store).version)


def test_a_draft_changes_no_version(store: SqlStore) -> None:
    before = version(store)
    prepare_phrasebook(store, HEAVIER, original="phrases: 1", by="li")
    assert version(store) == before


def test_an_import_longer_than_a_batch_is_whole(store: SqlStore) -> None:
    assert import_residents(store, map(a_resident, range(1, 1203))) == 1202
    assert len(residents_by_number(store)) == 1202


def test_an_import_writes_only_residents_who_differ(store: SqlStore) -> None:
    import_residents(store, map(a_resident, range(1, 4)))
    written: list[object] = []

    def note(_connection: object, _cursor: object, statement: str, values: object, *_more: object) -> None:
        if statement.startswith("UPDATE residents"):
            written.append(values)

    event.listen(store.engine, "before_cursor_execute", note)
    import_residents(store, [a_resident(1), replace(a_resident(2), name="新名"), a_resident(3)])
    assert len(written) == 1
    assert "resident-2" in str(written)
    assert "resident-1" not in str(written)
