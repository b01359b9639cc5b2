"""Numbers a resident named as known: calls from them are not listened to without another reason."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.identity import TheCommander, TheContext, ThePerson
from api.public_door import BadNumberError, subscriber_number
from contracts.phone import PhoneNumber
from store.contacts import read_contacts, replace_contacts

router = APIRouter(prefix="/residents/{resident_id}/contacts", tags=["residents"])

MOST_CONTACTS = 50


class BadContactError(BadNumberError):
    """Some of the contacts cannot be used; nothing was changed."""

    code = "contacts.bad_number"


class Contacts(BaseModel):
    """A resident's contacts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    numbers: tuple[Annotated[str, Field(max_length=100)], ...] = Field(max_length=MOST_CONTACTS)
    """In any written form; E.164 in answers."""


@router.get("", operation_id="read_contacts")
def contacts(resident_id: str, person: ThePerson, context: TheContext) -> Contacts:
    """Return a resident's contacts."""
    del person
    return Contacts(numbers=read_contacts(context.store, resident_id))


@router.put("", operation_id="replace_contacts")
def put_contacts(resident_id: str, given: Contacts, person: TheCommander, context: TheContext) -> Contacts:
    """Put these contacts in the place of those before; a number given twice is kept once."""
    del person
    return Contacts(numbers=replace_contacts(context.store, resident_id, _usable(given.numbers)))


def _usable(numbers: tuple[str, ...]) -> list[PhoneNumber]:
    usable, wrong = [], []
    for place, written in enumerate(numbers, 1):
        try:
            usable.append(subscriber_number(written, f"contact {place}"))
        except BadNumberError as error:
            wrong.append(str(error))
    if wrong:
        raise BadContactError("; ".join(wrong))
    return usable
