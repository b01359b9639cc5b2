"""The snapshot's version changes when and only when its contents do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from contracts.node_api import ListEntry, Snapshot
from contracts.verdict import Action
from store.lists import import_entries
from store.residents import import_residents, residents_by_number
from store.snapshot import build_snapshot, snapshot_version
from store.unit_of_work import SqlStore
from tests.fixtures.duty import a_resident

pytestmark = pytest.mark.integration


def an_entry(n: int = 1, **fields: object) -> ListEntry:
    words: dict[str, object] = {
        "id": f"entry-{n}",
        "list": "suspects",
        "pattern": f"+861990000{n:04}",
        "kind": "exact",
        "category": "reported",
        "action": Action.MONITOR,
        "expires_at": datetime(2027, 1, 1, tzinfo=UTC),
    }
    return ListEntry.model_validate(words | fields)


def whole(store: SqlStore) -> Snapshot:
    return build_snapshot(store, "phrases: 1", "policy: 1")


def version(store: SqlStore) -> str:
    return snapshot_version(store, "phrases: 1", "policy: 1")


def test_the_snapshot_holds_what_was_imported(store: SqlStore) -> None:
    import_entries(store, [an_entry(1), an_entry(2)])
    import_residents(store, [a_resident(1)])
    snapshot = whole(store)
    assert snapshot.entries == (an_entry(1), an_entry(2))
    assert [enrolment.number for enrolment in snapshot.enrolments] == ["+8613800000001"]
    assert snapshot.version == version(store)


def test_importing_the_same_again_changes_no_version(store: SqlStore) -> None:
    import_entries(store, [an_entry(1), an_entry(2)])
    import_residents(store, [a_resident(1)])
    before = version(store)
    import_entries(store, [an_entry(2), an_entry(1)])
    import_residents(store, [a_resident(1)])
    assert version(store) == before


def test_a_changed_entry_changes_the_version_and_changing_it_back_restores_it(store: SqlStore) -> None:
    import_entries(store, [an_entry(1)])
    before = version(store)
    import_entries(store, [an_entry(1, action=Action.REJECT)])
    changed = version(store)
    import_entries(store, [an_entry(1)])
    assert changed != before
    assert version(store) == before


def test_a_changed_enrolment_changes_the_version_but_not_that_of_the_lists(store: SqlStore) -> None:
    import_residents(store, [a_resident(1)])
    before, lists = version(store), whole(store).list_version
    import_residents(store, [replace(a_resident(1), high_risk=True)])
    assert version(store) != before
    assert whole(store).list_version == lists


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
    assert snapshot_version(store, *texts) != version(store)


def test_an_import_longer_than_a_batch_is_whole(store: SqlStore) -> None:
    assert import_residents(store, map(a_resident, range(1, 1203))) == 1202
    assert len(residents_by_number(store)) == 1202


def test_an_import_that_breaks_off_leaves_nothing(store: SqlStore) -> None:
    def broken() -> object:
        for n in range(1, 800):
            yield an_entry(n)
        raise OSError("the file ends here")

    with pytest.raises(OSError, match="ends here"):
        import_entries(store, broken())  # type: ignore[arg-type]
    assert whole(store).entries == ()


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
