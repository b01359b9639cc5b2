"""What a node tells about calls: that one began, what happened to it, that it is over."""

from __future__ import annotations

from dataclasses import replace

from casework.call import Call, CallNote
from casework.consequence import move
from casework.escalation import CallOver
from casework.ports import UnitOfWork
from contracts.node_api import CallEnded, CallNoted, CallStarted

LONGEST_TEXT = 255
"""Characters kept of what a trunk presents: whoever calls decides how long that is."""


def start(uow: UnitOfWork, event: CallStarted, node: str) -> None:
    """Store the record every call leaves; a second one may only add that no decision came in time."""
    known = uow.calls.get(event.call_id)
    if known:
        if event.degraded:
            uow.calls.save(replace(known, degraded=True))
        uow.outbox.append("event_ignored", {"call_id": event.call_id, "reason": "call_known"})
        return
    uow.calls.add(
        Call(
            id=event.call_id,
            node=node,
            trunk=event.trunk,
            caller_raw=_fitting(event.caller_raw),
            caller=event.caller,
            called=_fitting(event.called),
            resident_id=event.resident_id,
            verdict=event.verdict,
            degraded=event.degraded,
            started_at=event.at,
        )
    )
    uow.outbox.append("call_started", {"call_id": event.call_id})


def note(uow: UnitOfWork, event: CallNoted) -> None:
    """Store something that happened to a call."""
    uow.calls.note(CallNote(event.call_id, event.kind, _fitting(event.detail), event.at))
    uow.outbox.append("call_noted", {"call_id": event.call_id, "kind": event.kind.value})


def end(uow: UnitOfWork, event: CallEnded) -> None:
    """Store a call's end; warnings that waited for it plan their attempt in the same transaction."""
    call = uow.calls.get(event.call_id)
    if call:
        uow.calls.save(
            replace(
                call,
                answered_at=event.answered_at,
                ended_at=event.at,
                cause=event.cause,
                sip_code=event.sip_code,
            )
        )
    uow.outbox.append("call_ended", {"call_id": event.call_id, "cause": event.cause})
    waiting = {alert.warning_id for alert in uow.alerts.of_call(event.call_id) if alert.warning_id}
    for warning_id in sorted(waiting):
        warning = uow.warnings.get(warning_id)
        if warning and event.call_id in warning.live_calls:
            move(uow, warning, CallOver(event.call_id))


def _fitting(text: str) -> str:
    # The record must survive whatever was presented; databases hold no NUL in text.
    return text.replace("\0", "")[:LONGEST_TEXT]
