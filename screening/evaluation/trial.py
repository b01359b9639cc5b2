"""One labelled call played through a screening session, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from contracts.evidence import Context, Evidence, Stage
from contracts.taxonomy import RiskLevel, ScamType
from screening.evaluation.dialogue import FRAUD, Dialogue
from screening.evaluation.playback import Delivered, deliveries_of
from screening.judgement import Judgement
from screening.matcher import Matcher, matcher_of
from screening.phrasebook import Phrasebook
from screening.session import ScreeningSession

ALERT_AT = RiskLevel.MEDIUM
"""The level at which a call's alert is raised."""
SCRIPT = (Stage.APPROACH, Stage.HOOK, Stage.ISOLATION, Stage.ASK)
"""The stages of a scam's script."""


@dataclass(frozen=True, slots=True)
class Alert:
    """The first alert of a call."""

    at_ms: int
    """Call time."""
    turn: int | None
    scam_type: ScamType | None


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one call."""

    id: str
    label: str
    type: str
    alert: Alert | None
    ask_turn: int | None
    """First turn of an alerted fraud that asks for something; None where none does, and for all others."""
    risk: float | None
    """The highest reached while it was played, log-odds; None where nothing was said."""
    evidence: tuple[Evidence, ...]
    """What the highest risk rests on."""

    @property
    def is_wrong(self) -> bool:
        """Tell whether this is a missed fraud or a false alarm."""
        return (self.label == FRAUD) != (self.alert is not None)

    @property
    def stages_missing(self) -> tuple[Stage, ...]:
        """The stages of a script of which nothing was found."""
        found = {item.stage for item in self.evidence if item.contribution > 0}
        return tuple(stage for stage in SCRIPT if stage not in found)

    @property
    def in_time(self) -> bool | None:
        """Tell whether the alert came before or within the first ask; None where there is no saying."""
        if self.alert is None or self.alert.turn is None or self.ask_turn is None:
            return None
        return self.alert.turn <= self.ask_turn


class Trials:
    """Tries calls against one phrasebook."""

    def __init__(self, phrasebook: Phrasebook, *, to_the_end: bool = False) -> None:
        """Play calls `to_the_end` where the highest risk matters, else only up to the alert."""
        self._phrasebook = phrasebook
        self._matcher = matcher_of(phrasebook)
        self._to_the_end = to_the_end

    def of_text(self, dialogue: Dialogue, heard_as: Dialogue | None = None) -> Trial:
        """Play a written call; `heard_as` is the same one with recognition errors."""
        return self.of_results(dialogue, deliveries_of(heard_as or dialogue))

    def of_results(self, dialogue: Dialogue, results: Iterable[Delivered]) -> Trial:
        """Play what was recognised of a call."""
        alert: Alert | None = None
        peak: Judgement | None = None
        session = self._session()
        for result in results:
            judgement = session.hear(result.speaker, result.heard)
            if peak is None or judgement.risk > peak.risk:
                peak = judgement
            if alert is None and judgement.level >= ALERT_AT:
                alert = Alert(result.at_ms, result.turn, judgement.scam_type)
                if not self._to_the_end:
                    break
        return self._trial(dialogue, alert, peak)

    def _session(self) -> ScreeningSession:
        return ScreeningSession(
            self._phrasebook, number_risk=0.0, high_risk_resident=False, matcher=self._matcher
        )

    def _trial(self, dialogue: Dialogue, alert: Alert | None, peak: Judgement | None) -> Trial:
        return Trial(
            id=dialogue.id,
            label=dialogue.label,
            type=dialogue.type,
            alert=alert,
            ask_turn=ask_turn_of(dialogue, self._matcher) if alert and dialogue.label == FRAUD else None,
            risk=peak.risk if peak else None,
            evidence=peak.evidence if peak else (),
        )


def ask_turn_of(dialogue: Dialogue, matcher: Matcher) -> int | None:
    """Return the first turn that asks for something: as marked, else by a phrase of `ask` in earnest."""
    if dialogue.ask_turn is not None:
        return dialogue.ask_turn
    finals = (result for result in deliveries_of(dialogue) if result.heard.final)
    return next((final.turn for final in finals if _asks(matcher, final)), None)


def _asks(matcher: Matcher, final: Delivered) -> bool:
    matches = matcher.find(final.heard.text, final.speaker)
    return any(match.phrase.stage is Stage.ASK and match.context is Context.PLAIN for match in matches)
