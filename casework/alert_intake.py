"""What a node tells about alerts: raised, risen, more transcript."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from casework.alert import SCREENING, Alert
from casework.case import Case, CaseStage
from casework.consequence import carry_out, open_case
from casework.escalation import Advanced, Alerted, Rose, advance, open_warning
from casework.policy import Policy
from casework.ports import UnitOfWork
from contracts.node_api import AlertRaised, AlertRose, TranscriptAdded
from contracts.ports import IdSource
from contracts.taxonomy import RiskLevel


def raise_alert(uow: UnitOfWork, event: AlertRaised, policy: Policy, ids: IdSource) -> None:
    """Store an alert with its evidence, and the warning and case it opens or joins."""
    # The resident's row is the gate: two alerts for one person open one warning and one case.
    resident = uow.residents.lock(event.resident_id)
    if resident is None or uow.alerts.get(event.alert_id):
        _ignore(uow, event.alert_id, "alert_known" if resident else "resident_unknown")
        return
    alert = _alert(uow, event)
    alert, advanced = _warn(uow, alert, alert.detected_at, policy, ids)
    uow.alerts.add(alert)
    uow.alerts.replace_evidence(alert.id, event.evidence)
    uow.alerts.add_lines(alert.id, event.transcript)
    uow.outbox.append("alert_raised", _refs(alert))
    carry_out(uow, advanced)


def worsen(uow: UnitOfWork, event: AlertRose, policy: Policy, ids: IdSource) -> None:
    """Store an alert's higher level with all it asks for; a warning that is over is followed by a new one."""
    found = uow.alerts.get(event.alert_id)
    resident = uow.residents.lock(found.resident_id) if found else None
    # Read again: before the resident's row was ours, the alert may have passed to another warning.
    found = uow.alerts.get(event.alert_id) if resident else None
    if found is None:
        _ignore(uow, event.alert_id, "alert_unknown")
        return
    worse = replace(found, scam_type=event.scam_type, level=event.level)
    worse, advanced = _rewarn(uow, worse, event.at, policy, ids)
    alert = replace(
        uow.alerts.lock(event.alert_id) or found,
        scam_type=event.scam_type,
        level=event.level,
        dialogue_risk=event.dialogue_risk,
        warning_id=worse.warning_id,
        case_id=worse.case_id,
    )
    uow.alerts.save(alert)
    uow.alerts.replace_evidence(alert.id, event.evidence)
    uow.outbox.append("alert_rose", _refs(alert))
    carry_out(uow, advanced)


def add_transcript(uow: UnitOfWork, event: TranscriptAdded) -> None:
    """Append what was said after the alert, and time its words more exactly."""
    alert = uow.alerts.lock(event.alert_id)
    if alert is None:
        _ignore(uow, event.alert_id, "alert_unknown")
        return
    timed = replace(
        alert,
        first_word_at=alert.first_word_at or event.first_word_at,
        phrase_ended_at=event.phrase_ended_at or alert.phrase_ended_at,
    )
    if timed != alert:
        uow.alerts.save(timed)
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
        phrasebook_version=event.phrasebook_version,
    )


# Rows are locked in one order everywhere, so that no two transactions wait for each other:
# resident, call, warning, case, alert.


def _warn(
    uow: UnitOfWork, alert: Alert, at: datetime, policy: Policy, ids: IdSource
) -> tuple[Alert, Advanced]:
    """Return the alert with its warning and case, and the move of that warning, still to be carried out."""
    plan = policy.plan_for(alert.level, alert.scam_type)
    # A node's clock may run ahead; a deadline must not begin in the future.
    anchor = min(at, uow.now())
    alerted = Alerted(anchor, alert.scam_type, alert.level, plan, _live_call(uow, alert))
    warning = uow.warnings.live_of(alert.resident_id)
    case_id = _case(uow, alert, ids)
    if warning:
        joined = replace(warning, case_id=warning.case_id or case_id)
        return replace(alert, warning_id=warning.id, case_id=case_id), advance(joined, alerted, uow.now())
    opened = open_warning(ids.new(), alert.resident_id, case_id, alerted, uow.now())
    uow.warnings.add(opened[0])
    return replace(alert, warning_id=opened[0].id, case_id=case_id), opened


def _rewarn(
    uow: UnitOfWork, alert: Alert, at: datetime, policy: Policy, ids: IdSource
) -> tuple[Alert, Advanced]:
    _live_call(uow, alert)
    warning = uow.warnings.get(alert.warning_id) if alert.warning_id else None
    if warning is None or not warning.is_live:
        return _warn(uow, alert, at, policy, ids)
    plan = policy.plan_for(alert.level, alert.scam_type)
    rose = Rose(min(alert.detected_at, uow.now()), alert.scam_type, alert.level, plan)
    return alert, advance(warning, rose, uow.now())


def _live_call(uow: UnitOfWork, alert: Alert) -> str | None:
    call = uow.calls.get(alert.call_id) if alert.call_id else None
    return None if call and call.ended_at else alert.call_id


def _case(uow: UnitOfWork, alert: Alert, ids: IdSource) -> str | None:
    if case := uow.cases.open_of(alert.resident_id):
        return case.id
    if alert.level < RiskLevel.MEDIUM:
        # A low alert opens a case when its warning fails.
        return None
    case = Case(
        id=ids.new(),
        resident_id=alert.resident_id,
        stage=CaseStage.RECEIVED,
        scam_type=alert.scam_type,
        level=alert.level,
        opened_at=uow.now(),
        deadline_at=None,
    )
    open_case(uow, case)
    return case.id


def _ignore(uow: UnitOfWork, alert_id: str, reason: str) -> None:
    uow.outbox.append("event_ignored", {"alert_id": alert_id, "reason": reason})


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
