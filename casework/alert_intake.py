"""What a node tells about alerts: raised, risen, more transcript."""

from __future__ import annotations

from dataclasses import replace

from casework.alert import SCREENING, Alert
from casework.case import Case, CaseStage
from casework.consequence import carry_out, move, open_case
from casework.escalation import Alerted, Rose, open_warning
from casework.policy import Policy
from casework.ports import UnitOfWork
from casework.resident import Resident
from contracts.node_api import AlertRaised, AlertRose, TranscriptAdded
from contracts.ports import IdSource
from contracts.taxonomy import RiskLevel


def raise_alert(uow: UnitOfWork, event: AlertRaised, policy: Policy, ids: IdSource) -> None:
    """Store an alert with its evidence, and the warning and case it opens or joins."""
    # The resident's row is the gate: two alerts for one person open one warning and one case.
    resident = uow.residents.lock(event.resident_id)
    if resident is None or uow.alerts.get(event.alert_id):
        reason = "alert_known" if resident else "resident_unknown"
        uow.outbox.append("event_ignored", {"alert_id": event.alert_id, "reason": reason})
        return
    alert = _alert(uow, event)
    case = _case(uow, resident, alert, ids)
    alert = replace(alert, case_id=case.id if case else None)
    uow.alerts.add(alert)
    uow.alerts.replace_evidence(alert.id, event.evidence)
    uow.alerts.add_lines(alert.id, event.transcript)
    uow.outbox.append("alert_raised", _refs(alert))
    _warn(uow, alert, policy, ids)


def worsen(uow: UnitOfWork, event: AlertRose, policy: Policy) -> None:
    """Store an alert's higher level; the visit is ordered where that level wants it."""
    alert = uow.alerts.get(event.alert_id)
    if alert is None:
        uow.outbox.append("event_ignored", {"alert_id": event.alert_id, "reason": "alert_unknown"})
        return
    alert = replace(alert, scam_type=event.scam_type, level=event.level, dialogue_risk=event.dialogue_risk)
    uow.alerts.save(alert)
    uow.alerts.replace_evidence(alert.id, event.evidence)
    uow.outbox.append("alert_rose", _refs(alert))
    warning = uow.warnings.get(alert.warning_id) if alert.warning_id else None
    if warning and warning.is_live:
        anchor = min(alert.detected_at, uow.now())
        plan = policy.plan_for(event.level, event.scam_type)
        move(uow, warning, Rose(anchor, event.scam_type, event.level, plan))


def add_transcript(uow: UnitOfWork, event: TranscriptAdded) -> None:
    """Append what was said after the alert, and time the words that raised it more exactly."""
    alert = uow.alerts.get(event.alert_id)
    if alert is None:
        uow.outbox.append("event_ignored", {"alert_id": event.alert_id, "reason": "alert_unknown"})
        return
    if event.phrase_ended_at is not None:
        uow.alerts.save(replace(alert, phrase_ended_at=event.phrase_ended_at))
    uow.alerts.add_lines(alert.id, event.lines)
    uow.alerts.replace_evidence(alert.id, event.evidence)
    uow.outbox.append("transcript_added", _refs(alert))


def _alert(uow: UnitOfWork, event: AlertRaised) -> Alert:
    return Alert(
        id=event.alert_id,
        source=SCREENING,
        source_ref=event.id,
        resident_id=event.resident_id,
        call_id=event.call_id,
        caller=event.caller,
        scam_type=event.scam_type,
        level=event.level,
        number_risk=event.number_risk,
        dialogue_risk=event.dialogue_risk,
        call_started_at=event.call_started_at,
        first_word_at=event.first_word_at,
        phrase_ended_at=event.phrase_ended_at,
        listening_since=event.listening_since,
        detected_at=event.at,
        received_at=uow.now(),
    )


def _case(uow: UnitOfWork, resident: Resident, alert: Alert, ids: IdSource) -> Case | None:
    case = uow.cases.open_of(resident.id)
    if case:
        if alert.level > case.level:
            case = replace(case, level=alert.level, scam_type=alert.scam_type)
            uow.cases.save(case)
        return case
    if alert.level < RiskLevel.MEDIUM:
        # A low alert opens a case when its warning fails.
        return None
    case = Case(
        id=ids.new(),
        resident_id=resident.id,
        stage=CaseStage.RECEIVED,
        scam_type=alert.scam_type,
        level=alert.level,
        opened_at=uow.now(),
        deadline_at=None,
    )
    open_case(uow, case)
    return case


def _warn(uow: UnitOfWork, alert: Alert, policy: Policy, ids: IdSource) -> None:
    # A node's clock may run ahead; a deadline must not begin in the future.
    anchor = min(alert.detected_at, uow.now())
    call = uow.calls.get(alert.call_id) if alert.call_id else None
    live_call = None if call and call.ended_at else alert.call_id
    plan = policy.plan_for(alert.level, alert.scam_type)
    alerted = Alerted(anchor, alert.scam_type, alert.level, plan, live_call)
    warning = uow.warnings.live_of(alert.resident_id)
    if warning:
        uow.alerts.save(replace(alert, warning_id=warning.id))
        move(uow, replace(warning, case_id=warning.case_id or alert.case_id), alerted)
        return
    opened = open_warning(ids.new(), alert.resident_id, alert.case_id, alerted, uow.now())
    uow.warnings.add(opened[0])
    uow.alerts.save(replace(alert, warning_id=opened[0].id))
    carry_out(uow, opened)


def _refs(alert: Alert) -> dict[str, str]:
    refs = {
        "alert_id": alert.id,
        "resident_id": alert.resident_id,
        "scam_type": alert.scam_type.value,
        "level": alert.level.word,
        "call_id": alert.call_id,
        "case_id": alert.case_id,
        "warning_id": alert.warning_id,
    }
    return {name: ref for name, ref in refs.items() if ref}
