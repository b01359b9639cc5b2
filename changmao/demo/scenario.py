"""What a demonstration plays, and what must have happened when it is over."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from changmao.demo.phones import check_recordings
from changmao.demo.stage import CALLER, RESIDENT
from contracts.errors import BadInputError
from contracts.evidence import Speaker
from contracts.outcome import Outcome
from contracts.taxonomy import ScamType
from telephony.phone.script import PRESS_AFTER_S, WarningManners

CALLS = Path(str(files("changmao.demo"))) / "calls"
"""Recorded calls that come with the service: NAME.caller.wav, NAME.resident.wav, NAME.json."""
DEFAULT = "fraud_police"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One demonstration."""

    name: str
    caller_wav: Path
    resident_wav: Path
    expects_alert: bool = True
    scam_type: ScamType | None = None
    """The type the alert must have; None: any."""
    manners: WarningManners = WarningManners.PRESS
    last_outcome: Outcome | None = Outcome.ACKNOWLEDGED
    """How the last attempt must have ended; None: no warning call is due."""
    attempts: int = 1
    caller_text: str | None = None
    """What the caller says, for the error rate; None where it is not known."""
    caller: str = CALLER
    called: str = RESIDENT
    press_after_s: float = PRESS_AFTER_S


@dataclass(frozen=True, slots=True)
class _Story:
    call: str
    scam_type: ScamType | None = None
    manners: WarningManners = WarningManners.PRESS
    last_outcome: Outcome = Outcome.ACKNOWLEDGED
    attempts: int = 1


_STORIES = {
    "fraud_police": _Story("fraud_police", ScamType.POLICE),
    "fraud_service": _Story("fraud_service", ScamType.SERVICE),
    "fraud_tasks": _Story("fraud_tasks", ScamType.TASKS),
    "benign_courier": _Story("benign_courier"),
    "benign_family": _Story("benign_family"),
    "no_answer": _Story("fraud_police", ScamType.POLICE, WarningManners.RING_OUT, Outcome.NO_ANSWER, 2),
    # The resident presses nothing: the step `acknowledged` must be seen to fail.
    "silent": _Story("fraud_police", ScamType.POLICE, WarningManners.SILENT),
}
NAMES = tuple(_STORIES)


def shipped_scenario(name: str) -> Scenario:
    """Return one of the scenarios that come with the service; BadInputError for another name."""
    story = _STORIES.get(name)
    if story is None:
        raise BadInputError(f"no scenario {name!r}; use one of {', '.join(NAMES)}")
    alerts = story.scam_type is not None
    return Scenario(
        name=name,
        caller_wav=CALLS / f"{story.call}.caller.wav",
        resident_wav=CALLS / f"{story.call}.resident.wav",
        expects_alert=alerts,
        scam_type=story.scam_type,
        manners=story.manners,
        last_outcome=story.last_outcome if alerts else None,
        attempts=story.attempts,
        caller_text=_text_of(story.call),
    )


def own_scenario(base: Scenario, caller_wav: Path, resident_wav: Path) -> Scenario:
    """Return a scenario that plays somebody's own recordings, with the expectations of another."""
    check_recordings(caller_wav, resident_wav)
    return replace(base, caller_wav=caller_wav, resident_wav=resident_wav, caller_text=None)


def _text_of(call: str) -> str:
    script = json.loads((CALLS / f"{call}.json").read_text(encoding="utf-8"))
    return "".join(turn["text"] for turn in script["turns"] if turn["speaker"] == Speaker.CALLER)
