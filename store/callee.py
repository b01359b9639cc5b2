"""One enrolled resident as the judgement of a call sees it, found by id or number."""

from __future__ import annotations

from sqlalchemy import or_, select

from blacklists.normalise import parse_number
from contracts.errors import NotFoundError
from contracts.node_api import Enrolment
from store import schema
from store.contacts import read_contacts
from store.resident_rows import resident_of
from store.residents import enrolment_of
from store.unit_of_work import SqlStore


def find_callee(store: SqlStore, who: str, home_area: str = "") -> Enrolment:
    """Return a resident with contacts; `who` is an id, or a number in any written form.

    Raises:
        NotFoundError: nobody enrolled has that id or number.
    """
    table = schema.residents
    number = parse_number(who, home_area).value
    is_meant = or_(table.c.id == who, table.c.number == number) if number else table.c.id == who
    with store.reading() as connection:
        row = connection.execute(select(table).where(is_meant)).mappings().first()
    if row is None:
        raise NotFoundError("resident: nobody enrolled has that id or number; give one of those enrolled")
    enrolment = enrolment_of(resident_of(row))
    return enrolment.model_copy(update={"contacts": read_contacts(store, enrolment.resident_id)})
