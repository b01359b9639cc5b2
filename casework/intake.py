"""The one door for what nodes report: each event is taken once, with all that follows, in one transaction."""

from __future__ import annotations

from casework import alert_intake, attempt_intake, call_intake
from casework.policy import Policy
from casework.ports import UnitOfWork
from contracts.node_api import (
    AlertRaised,
    AlertRose,
    AttemptDialled,
    AttemptEnded,
    CallEnded,
    CallNoted,
    CallStarted,
    NodeEvent,
    TranscriptAdded,
)
from contracts.ports import IdSource


def take(uow: UnitOfWork, event: NodeEvent, node: str, policy: Policy, ids: IdSource) -> bool:
    """Store what a node reports; return False where this event's id was taken before.

    Give each event its own unit of work; only events about calls without an alert, which lock nothing but
    their call, may share one. An event about something unknown (a resident who has withdrawn,
    an attempt whose lease has passed to another) is taken, changes nothing and is recorded in the outbox as
    `event_ignored`: the node could do nothing better by sending it again.
    """
    if not uow.taken.add(event.id, node):
        return False
    match event:
        case CallStarted():
            call_intake.start(uow, event, node)
        case CallEnded():
            call_intake.end(uow, event)
        case CallNoted():
            call_intake.note(uow, event)
        case AlertRaised():
            alert_intake.raise_alert(uow, event, policy, ids)
        case AlertRose():
            alert_intake.worsen(uow, event, policy, ids)
        case TranscriptAdded():
            alert_intake.add_transcript(uow, event)
        case AttemptDialled():
            attempt_intake.dialled(uow, event, node)
        case AttemptEnded():
            attempt_intake.end(uow, event, node)
    return True
