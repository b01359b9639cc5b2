"""Handing planned attempts to a node: the lease is a committed fact before anything is dialled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from casework.attempt import AttemptState, attempt_id
from casework.consequence import move
from casework.escalation import Leased
from casework.ports import UnitOfWork
from casework.warning import ResidentWarning
from contracts.node_api import LeasedAttempt

PROMPT_AND_MARGIN = timedelta(seconds=80)
"""Longest prompt with its repetition, set-up of the call and the way of the report back."""


def lease(uow: UnitOfWork, node: str, free_slots: int) -> tuple[LeasedAttempt, ...]:
    """Give a node at most as many planned attempts as it has free slots, most urgent first.

    The caller must leave the unit of work, which commits, before it sends the answer: an attempt is
    dialled only after its state says so.
    """
    if free_slots <= 0:
        return ()
    leased = (_lease(uow, node, warning) for warning in uow.warnings.claim_leasable(free_slots))
    return tuple(attempt for attempt in leased if attempt)


def _lease(uow: UnitOfWork, node: str, warning: ResidentWarning) -> LeasedAttempt | None:
    resident = uow.residents.get(warning.resident_id)
    attempt = uow.attempts.get(attempt_id(warning.id, warning.open_attempt or 0))
    if resident is None or attempt is None:
        return None
    voice = warning.plan.voice
    until = uow.now() + timedelta(seconds=voice.ring_seconds + voice.key_seconds) + PROMPT_AND_MARGIN
    warning, _ = move(uow, warning, Leased(until))
    uow.attempts.save(
        replace(
            attempt,
            state=AttemptState.DIALLING,
            node=node,
            fence=warning.fence,
            leased_at=uow.now(),
            lease_until=until,
        )
    )
    refs = {"attempt_id": attempt.id, "warning_id": warning.id, "resident_id": resident.id, "node": node}
    uow.outbox.append("attempt_leased", refs)
    return LeasedAttempt(
        attempt_id=attempt.id,
        warning_id=warning.id,
        fence=warning.fence,
        lease_until=until,
        number=resident.number.value,
        delivery_route=resident.delivery_route,
        scam_type=warning.scam_type,
        ring_seconds=voice.ring_seconds,
        key_seconds=voice.key_seconds,
    )
