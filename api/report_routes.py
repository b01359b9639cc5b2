"""Reports about numbers: from anybody, and the review by staff."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.errors import ForbiddenError
from api.identity import Person, TheCommander, TheContext, ThePerson
from api.public_door import BadNumberError, StaffOrStranger, subscriber_number, usable_number
from api.reason import Reason
from blacklists.reputation import ReportSource
from contracts.phone import PhoneNumber
from contracts.taxonomy import ScamType
from store.report_queue import ReportQueue, Review, decide, read_queue
from store.report_schema import Decision
from store.reports import NewReport, add_report

router = APIRouter(prefix="/reports", tags=["reports"])

LEGITIMATE = "legitimate"


class ReportForm(BaseModel):
    """What somebody reports about a number."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [{"number": "199 0000 0001", "category": "police", "reporter": "13800000001"}]
        },
    )

    number: str = Field(max_length=100)
    category: ScamType | Literal["legitimate"]
    reporter: str = Field(default="", max_length=100)
    """The reporter's own number; staff may leave it out."""
    note: str = Field(default="", max_length=500)
    happened_at: AwareDatetime | None = None
    """When the number called; left out: now."""
    upstream: bool = False
    """Staff only: the report of another service is passed on."""


class ReportReceipt(BaseModel):
    """The report is kept. Whether it counts is not told: that would tell who is enrolled and was called."""

    id: str


class ReviewOrder(BaseModel):
    """What is to become of a reported number."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    decision: Decision
    reason: Reason


@router.post("", operation_id="report_number", status_code=202)
def report_number(form: ReportForm, person: StaffOrStranger, context: TheContext) -> ReportReceipt:
    """Take a report; a repetition within 30 days changes the earlier one.

    No login is needed, but without one it publishes nothing: it waits for a review.
    """
    report = NewReport(
        number=usable_number(form.number, "number"),
        scam_type=None if form.category == LEGITIMATE else ScamType(form.category),
        reporter=_reporter(form, person),
        source=_source(form, person),
        entered_by=person.name if person else None,
        note=form.note,
        happened_at=form.happened_at,
    )
    return ReportReceipt(id=add_report(context.store, context.ids.new(), report))


@router.get("/queue", operation_id="read_report_queue")
def report_queue(
    person: ThePerson, context: TheContext, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> ReportQueue:
    """Return reported numbers that nobody has judged yet, those nearest to publication first."""
    del person
    return read_queue(context.store, limit)


@router.post("/queue/{number}/decision", operation_id="review_number")
def review_number(number: str, order: ReviewOrder, person: TheCommander, context: TheContext) -> Review:
    """Publish a reported number, or dismiss its reports; newer reports bring it back."""
    value = usable_number(number, "number").value
    return decide(
        context.store, context.ids.new(), value, order.decision, reason=order.reason, by=person.name
    )


def _reporter(form: ReportForm, person: Person | None) -> PhoneNumber | None:
    if form.reporter.strip():
        return subscriber_number(form.reporter, "reporter")
    if person is None:
        raise BadNumberError("reporter: give your own number, so that you can be asked and count once")
    return None


def _source(form: ReportForm, person: Person | None) -> ReportSource:
    if person is None:
        if form.upstream:
            raise ForbiddenError("upstream: only staff pass on the reports of other services; log in")
        return ReportSource.PUBLIC
    return ReportSource.UPSTREAM if form.upstream else ReportSource.OPERATOR
