"""The policy: how the service acts in a call, and by level how a resident is reached and by when (R24)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from importlib.resources import files
from typing import Literal, TypeVar

from casework.document import Value, read_document
from casework.plan import Plan, VoicePlan
from contracts.taxonomy import RiskLevel, ScamType

_LEVELS = ("low", "medium", "high")
_Word = TypeVar("_Word", bound=StrEnum)


class Unlisted(StrEnum):
    """What is done with a call from a number on no list."""

    MONITOR = "monitor"
    PASS = "pass"  # noqa: S105 (not a password)


@dataclass(frozen=True, slots=True)
class InCall:
    """What the node does while a suspect call is on."""

    whisper_at: RiskLevel | None
    """From this level on the resident hears the warning; None: never."""
    hang_up_caller_at: RiskLevel | None
    """From this level on the caller's leg is ended; None: never."""
    unlisted_caller: Unlisted


@dataclass(frozen=True, slots=True)
class Policy:
    """One released policy."""

    version: str
    """Its name and a digest of its text."""
    in_call: InCall
    force_visit: frozenset[ScamType]
    """Alerts of these types open the visit order at once; at least those of R25."""
    levels: Mapping[RiskLevel, Plan]

    @classmethod
    def parse(cls, text: str) -> Policy:
        """Read a policy.

        Raises:
            PolicyError: something is missing, unknown or out of bounds; the message names the line.
        """
        root = read_document(text).fields("name", "in_call", "force_visit", "levels")
        version = f"{root['name'].word()}@{sha256(text.encode()).hexdigest()[:12]}"
        levels = root["levels"].fields(*_LEVELS)
        return cls(
            version=version,
            in_call=_in_call(root["in_call"]),
            force_visit=_force_visit(root["force_visit"]),
            levels={RiskLevel.of(word): _plan(levels[word], version, RiskLevel.of(word)) for word in _LEVELS},
        )

    @classmethod
    def shipped(cls, name: Literal["default", "demo"]) -> Policy:
        """Return a policy that comes with the service."""
        return cls.parse(shipped_text(name))

    def plan_for(self, level: RiskLevel, scam_type: ScamType) -> Plan:
        """Return the plan of an alert; a level below low is treated as low."""
        plan = self.levels[max(level, RiskLevel.LOW)]
        if scam_type not in self.force_visit:
            return plan
        return replace(plan, visit_after=timedelta(0))


def shipped_text(name: Literal["default", "demo"]) -> str:
    """Return the YAML of a policy that comes with the service."""
    return files("casework").joinpath(f"policy.{name}.yaml").read_text(encoding="utf-8")


def _in_call(value: Value) -> InCall:
    fields = value.fields("whisper_at", "hang_up_caller_at", "unlisted_caller")
    return InCall(
        whisper_at=_level_or_never(fields["whisper_at"]),
        hang_up_caller_at=_level_or_never(fields["hang_up_caller_at"]),
        unlisted_caller=_word(fields["unlisted_caller"], Unlisted),
    )


def _force_visit(value: Value) -> frozenset[ScamType]:
    forced = frozenset(_word(item, ScamType) for item in value.items())
    missing = [scam_type for scam_type in ScamType if scam_type.forces_visit and scam_type not in forced]
    if missing:
        raise value.error(f"add {', '.join(missing)}: these always end in a visit (R25)")
    return forced


def _plan(value: Value, version: str, level: RiskLevel) -> Plan:
    fields = value.fields("voice", "visit_after", "meet_within", "feedback_within")
    visit_after = None if fields["visit_after"].word() == "never" else fields["visit_after"].duration()
    meet_within = fields["meet_within"].duration()
    if visit_after is not None and visit_after > meet_within:
        raise fields["visit_after"].error("order the visit before the meeting must have happened")
    return Plan(
        policy=version,
        level=level,
        voice=_voice(fields["voice"]),
        visit_after=visit_after,
        meet_within=meet_within,
        feedback_within=fields["feedback_within"].duration(),
    )


def _voice(value: Value) -> VoicePlan:
    fields = value.fields("ring_seconds", "key_seconds", "redials", "wait_for_call_end")
    return VoicePlan(
        ring_seconds=fields["ring_seconds"].seconds(1, 120),
        key_seconds=fields["key_seconds"].seconds(1, 60),
        redials=tuple(item.duration() for item in fields["redials"].items()),
        wait_for_call_end=fields["wait_for_call_end"].duration(),
    )


def _level_or_never(value: Value) -> RiskLevel | None:
    if value.word() == "never":
        return None
    if value.word() not in _LEVELS:
        raise value.error(f"use {', '.join(_LEVELS)} or never")
    return RiskLevel.of(value.word())


def _word(value: Value, words: type[_Word]) -> _Word:
    try:
        return words(value.word())
    except ValueError:
        raise value.error(f"use one of {', '.join(words)}") from None
