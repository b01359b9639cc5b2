"""Residents' contacts, and how nodes learn of a change."""

from __future__ import annotations

import pytest

from contracts.errors import NotFoundError
from store.contacts import contacts_by_resident, read_contacts, replace_contacts
from store.residents import import_residents
from store.revision import ENROLMENTS, read_revision
from store.unit_of_work import SqlStore
from tests.fixtures.duty import a_resident
from tests.fixtures.told_calls import resident_number

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("duty")]


def name(store: SqlStore, *numbers: int) -> tuple[str, ...]:
    return replace_contacts(store, "resident-1", [resident_number(n) for n in numbers])


def revision(store: SqlStore) -> str:
    with store.reading() as connection:
        return read_revision(connection, ENROLMENTS)


def test_contacts_take_the_place_of_those_before(store: SqlStore) -> None:
    name(store, 11, 12)
    name(store, 13)
    assert read_contacts(store, "resident-1") == ("+8613800000013",)


def test_a_number_named_twice_is_kept_once(store: SqlStore) -> None:
    assert name(store, 11, 11) == ("+8613800000011",)


def test_all_contacts_are_read_at_once(store: SqlStore) -> None:
    name(store, 12, 11)
    with store.reading() as connection:
        assert contacts_by_resident(connection) == {"resident-1": ("+8613800000011", "+8613800000012")}


def test_other_contacts_are_another_revision_and_the_same_are_the_same(store: SqlStore) -> None:
    without = revision(store)
    name(store, 11)
    one = revision(store)
    name(store, 11, 12)
    both = revision(store)
    name(store, 11)
    again = revision(store)
    name(store)
    assert (len({without, one, both}), again, revision(store)) == (3, one, without)


def test_an_import_of_the_resident_keeps_the_contacts(store: SqlStore) -> None:
    name(store, 11)
    import_residents(store, [a_resident(1)])
    assert read_contacts(store, "resident-1") == ("+8613800000011",)


def test_nobody_unknown_has_contacts(store: SqlStore) -> None:
    with pytest.raises(NotFoundError):
        replace_contacts(store, "nobody", [])
    with pytest.raises(NotFoundError):
        read_contacts(store, "nobody")
