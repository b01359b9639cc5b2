"""The account of a demonstration: steps judged by what the api and its database say, with their times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from rapidfuzz.distance import Levenshtein

from changmao.demo.scenario import Scenario
from contracts.evidence import Speaker
from contracts.node_api import NoteKind
from contracts.outcome import Outcome
from contracts.taxonomy import RiskLevel, ScamType

ALERT_LEVELS = {RiskLevel.MEDIUM.value, RiskLevel.HIGH.value}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that had to happen."""

    name: str
    happened: bool
    at: datetime | None = None
    latency_ms: float | None = None
    """From what set it off."""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was asked of the service when all was over."""

    call: dict[str, Any]
    case: dict[str, Any] | None
    heard_live: int
    """Final lines of live text that the api sent."""


def steps_of(scenario: Scenario, facts: Facts) -> list[Step]:
    """Return the scenario's steps in their order, each judged."""
    if scenario.expects_alert:
        return [*_call_steps(facts), *_alert_steps(scenario, facts), *_warning_steps(scenario, facts)]
    return [*_call_steps(facts), *_quiet_steps(facts)]


def figures_of(scenario: Scenario, facts: Facts) -> dict[str, Any]:
    """Return the measured figures: seconds and ms by name; None where there is nothing to measure."""
    alert = _alert(facts)
    attempt = _last_attempt(facts)
    return {
        "alert_after_s": _seconds(alert.get("first_word_at"), alert.get("received_at")),
        "phrase_to_alert_ms": _ms(alert.get("phrase_ended_at"), alert.get("received_at")),
        "warning_invite_after_ms": _ms(facts.call["call"]["ended_at"], _first_dial(facts)),
        "acknowledged": attempt.get("outcome") == Outcome.ACKNOWLEDGED,
        "scam_type": alert.get("scam_type"),
        "level": RiskLevel(alert["level"]).word if alert else RiskLevel.NONE.word,
        "case_id": facts.call.get("case_id"),
        "transcript_cer": _error_rate(scenario, facts),
        "attempts": [each["outcome"] for each in attempts_of(facts)],
        "next_deadline_at": facts.case["next_deadline_at"] if facts.case else None,
    }


def step_record(step: Step) -> dict[str, Any]:
    """Return a step for machines."""
    return asdict(step)


def attempts_of(facts: Facts) -> list[dict[str, Any]]:
    """Return the ended attempts to warn of this call, in their order."""
    return [attempt for attempt in _warning(facts).get("attempts", []) if attempt["ended_at"]]


def visit_order_of(facts: Facts) -> dict[str, Any] | None:
    """Return the visit ordered because of this call, or None."""
    order: dict[str, Any] | None = _warning(facts).get("visit_order")
    return order


def _call_steps(facts: Facts) -> Iterator[Step]:
    call = facts.call["call"]
    started = _time(call["started_at"])
    verdict = call["verdict"] or {}
    yield Step("call_judged", bool(verdict), started, detail=f"{verdict.get('action', 'no verdict')}")
    answered = _time(call["answered_at"])
    yield Step("call_bridged", answered is not None, answered, _ms(started, answered))
    yield Step("speech_heard", facts.heard_live > 0, detail=f"{facts.heard_live} lines")


def _alert_steps(scenario: Scenario, facts: Facts) -> Iterator[Step]:
    alert = _alert(facts)
    received = _time(alert.get("received_at"))
    right_type = bool(alert) and scenario.scam_type in {None, ScamType(alert["scam_type"])}
    label = ScamType(alert["scam_type"]).label if alert else "no alert"
    in_call = received is not None and received < (_time(facts.call["call"]["ended_at"]) or received)
    yield Step(
        "alert_raised_in_call",
        bool(alert) and in_call,
        received,
        _ms(alert.get("phrase_ended_at"), received),
        f"{label}",
    )
    yield Step("scam_type_right", right_type, detail=label)
    whispered = _note(facts, NoteKind.WHISPER_ENDED)
    yield Step("whispered", whispered is not None, whispered, _ms(received, whispered))
    ended = _time(facts.call["call"]["ended_at"])
    yield Step("call_ended", ended is not None, ended, detail=str(facts.call["call"]["cause"]))


def _warning_steps(scenario: Scenario, facts: Facts) -> Iterator[Step]:
    attempts = attempts_of(facts)
    dialled = _first_dial(facts)
    after = _ms(facts.call["call"]["ended_at"], dialled)
    yield Step("warning_dialled", dialled is not None and (after or 0) >= 0, dialled, after)
    last = _last_attempt(facts)
    outcome = scenario.last_outcome
    if outcome is Outcome.ACKNOWLEDGED:
        at = _time(last.get("ended_at"))
        yield Step("acknowledged", last.get("outcome") == outcome, at, detail=str(last.get("outcome")))
    else:
        all_so = [each["outcome"] for each in attempts] == [outcome] * scenario.attempts
        yield Step("retried", all_so, _time(last.get("dialled_at")), detail=f"{len(attempts)} attempts")
        order = visit_order_of(facts)
        yield Step("visit_ordered", order is not None, detail=f"meet by {(order or {}).get('deadline_at')}")
    case = facts.case
    whole = bool(case and case["next_deadline_at"] and _alert(facts) and _view(facts)["transcript"])
    detail = f"next deadline {case['next_deadline_at']}" if case else "no case"
    yield Step("case_open_with_evidence", whole and bool(_view(facts)["evidence"]), detail=detail)


def _quiet_steps(facts: Facts) -> Iterator[Step]:
    ended = _time(facts.call["call"]["ended_at"])
    yield Step("call_ended", ended is not None, ended, detail=str(facts.call["call"]["cause"]))
    yield Step("no_alert", not facts.call["alerts"] and facts.call["case_id"] is None)


def _view(facts: Facts) -> dict[str, Any]:
    alerts: list[dict[str, Any]] = facts.call["alerts"]
    return alerts[0] if alerts else {}


def _alert(facts: Facts) -> dict[str, Any]:
    alert: dict[str, Any] = _view(facts).get("alert", {})
    return alert


def _warning(facts: Facts) -> dict[str, Any]:
    """Return the warning of this call's alert: the case may hold those of earlier calls."""
    warnings = facts.case["warnings"] if facts.case else []
    wanted = _alert(facts).get("warning_id")
    return next((view for view in warnings if view["warning"]["id"] == wanted), {})


def _last_attempt(facts: Facts) -> dict[str, Any]:
    return next(iter(reversed(attempts_of(facts))), {})


def _first_dial(facts: Facts) -> datetime | None:
    return next((_time(each["dialled_at"]) for each in attempts_of(facts) if each["dialled_at"]), None)


def _note(facts: Facts, kind: NoteKind) -> datetime | None:
    return next((_time(note["at"]) for note in facts.call["notes"] if note["kind"] == kind), None)


def _error_rate(scenario: Scenario, facts: Facts) -> float | None:
    """Return edits over characters of the caller's leg, punctuation left out."""
    lines = _view(facts).get("transcript", [])
    if scenario.caller_text is None or not lines:
        return None
    said = "".join(filter(str.isalnum, scenario.caller_text))
    heard = "".join(line["text"] for line in lines if line["speaker"] == Speaker.CALLER)
    return round(Levenshtein.distance(heard, said) / len(said), 3)


def _time(value: str | datetime | None) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _ms(start: str | datetime | None, end: str | datetime | None) -> float | None:
    begun, done = _time(start), _time(end)
    return round((done - begun).total_seconds() * 1000) if begun and done else None


def _seconds(start: str | None, end: str | None) -> float | None:
    elapsed = _ms(start, end)
    return None if elapsed is None else round(elapsed / 1000, 2)
