"""Routes that take words from people without a login: who may, how often, and about which numbers."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Request

from api.client_address import counted_address
from api.context import Context, context_of
from api.errors import UnauthenticatedError
from api.identity import Person, bearer_of, the_commander, the_person
from blacklists.normalise import parse_number
from contracts.errors import BadInputError
from contracts.phone import NumberKind, PhoneNumber

_WRONG = {
    NumberKind.ANONYMOUS: "no number was shown; without one nothing can be kept",
    NumberKind.UNUSABLE: "is too short, too long or no number; give all digits, landlines with area code",
}


class BadNumberError(BadInputError):
    """A number cannot be read, or is none that this can be about."""

    code = "number.bad"


def staff_or_stranger(
    request: Request,
    context: Annotated[Context, Depends(context_of)],
    x_csrf_token: Annotated[str, Header()] = "",
) -> Person | None:
    """Return the member of staff who asks; None for a stranger, whose address is counted.

    A browser sends the cookie of a login that has ended by itself: who does so is a stranger again.

    Raises:
        UnauthenticatedError: a bearer token was sent and is no login.
        ForbiddenError: the account's role may only look.
        TooManyReportsError: the stranger's address has used up its turns.
    """
    try:
        person = the_person(request, context)
    except UnauthenticatedError:
        if bearer_of(request):
            raise
    else:
        return the_commander(person, x_csrf_token)
    address = counted_address(request)
    now = context.clock.now()
    context.public_limit.check(address, now)
    context.public_limit.fail(address, now)
    return None


def usable_number(written: str, field: str) -> PhoneNumber:
    """Return the number of a field.

    Raises:
        BadNumberError: it is anonymous or unreadable; the message says which.
    """
    number = parse_number(written)
    if why := _WRONG.get(number.kind):
        raise BadNumberError(f"{field}: {why}")
    return number


def subscriber_number(written: str, field: str) -> PhoneNumber:
    """Return the number of a field, which must be a subscriber's.

    Raises:
        BadNumberError: it is none, or a short code or service number, which no person has.
    """
    number = usable_number(written, field)
    if number.kind in {NumberKind.SHORT_CODE, NumberKind.SERVICE}:
        raise BadNumberError(f"{field}: is a service's code; give the number of a person")
    return number


StaffOrStranger = Annotated[Person | None, Depends(staff_or_stranger)]
