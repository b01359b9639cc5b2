"""Requests to take a number off the lists: from anybody, answered by those who keep the lists."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.identity import TheContext, TheListKeeper, ThePerson
from api.public_door import StaffOrStranger, usable_number
from api.reason import Reason
from store.removal_requests import RemovalRequest, add_request, decide_request, list_requests

router = APIRouter(prefix="/removal-requests", tags=["removal requests"])


class RemovalForm(BaseModel):
    """Which number is listed wrongly, why, and how the answer reaches whoever asks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str = Field(max_length=100)
    reason: Reason
    contact: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class RemovalReceipt(BaseModel):
    """The request is kept and will be answered by the deadline."""

    id: str
    deadline_at: datetime


class ListedRequest(BaseModel):
    """One request, and whether it has waited too long."""

    request: RemovalRequest
    overdue: bool


class RemovalDecision(BaseModel):
    """The answer to a request."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    decision: Literal["accepted", "refused"]
    reason: Reason
    """What the one who asked is told."""


@router.post("", operation_id="request_removal", status_code=201)
def request_removal(form: RemovalForm, person: StaffOrStranger, context: TheContext) -> RemovalReceipt:
    """Take a request; no login is needed."""
    del person
    request = add_request(
        context.store,
        context.ids.new(),
        usable_number(form.number, "number"),
        reason=form.reason,
        contact=form.contact,
        within=timedelta(days=context.settings.removal_days),
    )
    return RemovalReceipt(id=request.id, deadline_at=request.deadline_at)


@router.get("", operation_id="list_removal_requests")
def removal_requests(
    person: ThePerson, context: TheContext, limit: Annotated[int, Query(ge=1, le=200)] = 100
) -> tuple[ListedRequest, ...]:
    """Return open requests by deadline, the soonest first, then those answered last."""
    del person
    listed = list_requests(context.store, limit)
    return tuple(ListedRequest(request=request, overdue=overdue) for request, overdue in listed)


@router.post("/{request_id}/decision", operation_id="decide_removal")
def decide_removal(
    request_id: str, order: RemovalDecision, person: TheListKeeper, context: TheContext
) -> RemovalRequest:
    """Answer a request. Accepted: the number's own entries end, and its reports count no more.

    Another person than the one who listed the number accepts it.
    """
    return decide_request(
        context.store,
        request_id,
        accepted=order.decision == "accepted",
        reason=order.reason,
        by=person.name,
        single_admin=context.settings.single_admin,
    )
