"""The control messages between a telephony worker and its controller."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from contracts.evidence import Speaker


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# --- from the worker ----------------------------------------------------------------------------


class Hello(_Message):
    """First on every connection; calls in progress follow as Incoming with `ongoing`."""

    type: Literal["hello"] = "hello"
    worker: int
    pid: int
    slots: int
    """SIP dialogs it can hold at once."""


class Incoming(_Message):
    """An INVITE from a trunk wants a decision, or a call in progress wants a listener."""

    type: Literal["incoming"] = "incoming"
    call_id: str
    trunk: str
    caller: str
    """User part of the caller's identity, as presented."""
    called: str
    """User part of the request URI."""
    at: float
    """When the INVITE came in, seconds since the epoch."""
    ongoing: bool = False
    """Already delivered; only listening can be added."""
    degraded: bool = False
    """Delivered by the worker's own routes because no decision came in time."""


class Answered(_Message):
    """The far end of a leg picked up."""

    type: Literal["answered"] = "answered"
    call_id: str
    at: float


class Dialled(_Message):
    """The INVITE of a call of ours has been sent."""

    type: Literal["dialled"] = "dialled"
    call_id: str
    at: float


class Ended(_Message):
    """No leg of the call is left."""

    type: Literal["ended"] = "ended"
    call_id: str
    cause: str
    """caller, resident, policy, not_delivered, rejected, ..."""
    sip_code: int
    at: float
    answered_at: float | None = None


class Digit(_Message):
    """A key was pressed on the resident's leg (RFC 4733)."""

    type: Literal["digit"] = "digit"
    call_id: str
    digit: str
    at: float


class Played(_Message):
    """A recording has been played to its end."""

    type: Literal["played"] = "played"
    call_id: str
    file: str


class Stats(_Message):
    """Free dialogs and totals since the worker's start; sent on every change and every second."""

    type: Literal["stats"] = "stats"
    free_slots: int
    counters: dict[str, int]


FromWorker = Annotated[
    Hello | Incoming | Answered | Dialled | Ended | Digit | Played | Stats, Field(discriminator="type")
]

# --- from the controller ------------------------------------------------------------------------


class Deed(StrEnum):
    """What the worker does with an INVITE."""

    DELIVER = "deliver"
    REDIRECT = "redirect"
    """302 with the route as Contact."""
    REJECT = "reject"


class Decision(_Message):
    """What becomes of an INVITE. Once delivered, only `listen` of a late decision counts."""

    type: Literal["decision"] = "decision"
    call_id: str
    deed: Deed
    route: str | None = None
    """SIP URI to deliver or redirect to; None: the worker's own routes."""
    sip_code: int = 603
    """Answer of a rejection."""
    listen: bool = False


class Dial(_Message):
    """Place a call of our own to a resident."""

    type: Literal["dial"] = "dial"
    call_id: str
    route: str
    caller: str
    """The trunk's fixed number."""
    attempt_id: str
    ring_seconds: float


class Play(_Message):
    """Play a shipped recording to one party; what plays there already stops."""

    type: Literal["play"] = "play"
    call_id: str
    file: str
    to: Speaker = Speaker.RESIDENT
    hold_peer: bool = False
    """The other party is not heard meanwhile, so that two voices do not talk over each other."""


class HangUp(_Message):
    """End one party's leg; the other follows unless it is to be kept."""

    type: Literal["hang_up"] = "hang_up"
    call_id: str
    party: Speaker = Speaker.RESIDENT
    keep_peer: bool = False
    cause: str = "policy"
    """What the call's record says: policy or operator."""


class Routes(_Message):
    """The delivery routes that differ from the trunk's default: the worker's own copy."""

    type: Literal["routes"] = "routes"
    routes: dict[str, str]
    """Called number, E.164 -> SIP URI."""
    first: bool = True
    """Replaces what was sent before; the pieces that follow add to it."""


FromController = Annotated[Decision | Dial | Play | HangUp | Routes, Field(discriminator="type")]

WORKER_MESSAGE: TypeAdapter[FromWorker] = TypeAdapter(FromWorker)
CONTROLLER_MESSAGE: TypeAdapter[FromController] = TypeAdapter(FromController)
