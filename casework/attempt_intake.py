"""What a node tells about the attempts it leased: the INVITE left, the outcome."""

from __future__ import annotations

from dataclasses import replace

from casework.attempt import Attempt, AttemptState
from casework.consequence import carry_out
from casework.escalation import AttemptOver, Ignore, KeyPressedLate, advance
from casework.ports import UnitOfWork
from casework.warning import ResidentWarning
from contracts.node_api import AttemptDialled, AttemptEnded
from contracts.outcome import Outcome

_KEYS = {Outcome.ACKNOWLEDGED, Outcome.WANTS_OFFICER, Outcome.PAID}


def dialled(uow: UnitOfWork, event: AttemptDialled, node: str) -> None:
    """Store when a leased attempt's INVITE left."""
    found = _find(uow, event.attempt_id)
    if found is None or not _holds(found[1], node, event.fence):
        _ignore(uow, event.attempt_id, "not_the_holder")
        return
    uow.attempts.save(replace(found[1], dialled_at=event.at))
    uow.outbox.append("attempt_dialled", _refs(*found))


def end(uow: UnitOfWork, event: AttemptEnded, node: str) -> None:
    """Store an attempt's outcome and move its warning on.

    A node whose lease is lost changes nothing, unless the resident pressed a key: what a person said counts,
    however late it is told.
    """
    found = _find(uow, event.attempt_id)
    over = _over(found[1], event, node) if found else None
    if found is None or over is None:
        _ignore(uow, event.attempt_id, "not_the_holder", outcome=event.outcome.value)
        return
    warning, attempt = found
    advanced = advance(warning, over, uow.now())
    if Ignore() in advanced[1]:
        _ignore(uow, event.attempt_id, "lease_over", outcome=event.outcome.value)
        return
    uow.attempts.save(
        replace(
            attempt,
            state=AttemptState.ENDED,
            outcome=event.outcome,
            sip_code=event.sip_code,
            answered_at=event.answered_at,
            ended_at=event.at,
            digit=event.digit,
        )
    )
    uow.outbox.append("attempt_ended", _refs(*found) | {"outcome": event.outcome.value})
    carry_out(uow, advanced)


def _find(uow: UnitOfWork, attempt_id: str) -> tuple[ResidentWarning, Attempt] | None:
    attempt = uow.attempts.get(attempt_id)
    warning = uow.warnings.get(attempt.warning_id) if attempt else None
    # Read again: before the warning's lock was ours, the due-work loop may have interrupted the attempt.
    attempt = uow.attempts.get(attempt_id) if warning else None
    return (warning, attempt) if warning and attempt else None


def _over(attempt: Attempt, event: AttemptEnded, node: str) -> AttemptOver | KeyPressedLate | None:
    if _holds(attempt, node, event.fence):
        return AttemptOver(attempt.n, event.fence, event.outcome)
    if _held(attempt, node, event.fence) and event.outcome in _KEYS:
        return KeyPressedLate(event.outcome)
    return None


def _holds(attempt: Attempt, node: str, fence: int) -> bool:
    return attempt.state is AttemptState.DIALLING and (attempt.node, attempt.fence) == (node, fence)


def _held(attempt: Attempt, node: str, fence: int) -> bool:
    return attempt.state is AttemptState.INTERRUPTED and (attempt.node, attempt.fence) == (node, fence)


def _ignore(uow: UnitOfWork, attempt_id: str, reason: str, **more: str) -> None:
    uow.outbox.append("event_ignored", {"attempt_id": attempt_id, "reason": reason} | more)


def _refs(warning: ResidentWarning, attempt: Attempt) -> dict[str, str]:
    case = {"case_id": warning.case_id} if warning.case_id else {}
    return {"attempt_id": attempt.id, "warning_id": warning.id, "resident_id": warning.resident_id} | case
