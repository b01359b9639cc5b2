"""Emergency windows: after a resident dialled 110 or 120, all calls to that resident pass for a while."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.context import Context, context_of
from api.identity import TheContext, ThePerson, bearer_of, the_commander, the_person
from api.public_door import subscriber_number
from api.token import token_hash
from store import accounts
from store.emergency import StoredWindow, end_window, list_windows, open_window

router = APIRouter(prefix="/emergency-windows", tags=["emergency windows"])


class EmergencyCall(BaseModel):
    """A resident dialled an emergency number."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str = Field(max_length=100)
    """The resident's."""
    at: AwareDatetime | None = None
    """When; left out: now."""


def staff_or_node(
    request: Request,
    context: Annotated[Context, Depends(context_of)],
    x_csrf_token: Annotated[str, Header()] = "",
) -> str:
    """Return the name of the node, or of the member of staff, who asks.

    Raises:
        UnauthenticatedError: neither a node's token nor a login.
        ForbiddenError: the account's role may only look.
    """
    token = bearer_of(request)
    node = accounts.find_node(context.store, token_hash(token)) if token else None
    return node or the_commander(the_person(request, context), x_csrf_token).name


StaffOrNode = Annotated[str, Depends(staff_or_node)]


@router.post("", operation_id="open_emergency_window", status_code=201)
def open_emergency_window(
    call: EmergencyCall, who: StaffOrNode, context: TheContext, response: Response
) -> StoredWindow:
    """Let every call to a resident pass for a while; nodes hear of it within seconds.

    200 where the resident has an open window: that one is returned, lengthened if need be.
    """
    window_id = context.ids.new()
    window = open_window(
        context.store,
        window_id,
        subscriber_number(call.number, "number"),
        at=call.at,
        lasts=timedelta(minutes=context.settings.emergency_minutes),
        by=who,
    )
    if window.id != window_id:
        response.status_code = 200
    return window


@router.get("", operation_id="list_emergency_windows")
def emergency_windows(person: ThePerson, context: TheContext) -> tuple[StoredWindow, ...]:
    """Return the windows that are open, the newest first."""
    del person
    return list_windows(context.store)


@router.delete("/{window_id}", operation_id="end_emergency_window", status_code=204)
def end_emergency_window(window_id: str, who: StaffOrNode, context: TheContext) -> None:
    """End a window that was opened by mistake, and any other of the same resident."""
    end_window(context.store, window_id, by=who)
