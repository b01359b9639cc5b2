"""What a written call brings as evidence at each of its moments, whatever the weights are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from contracts.evidence import Stage
from screening.evaluation.dialogue import FRAUD, Dialogue, fold_of
from screening.evaluation.playback import results_of
from screening.matcher import Matcher
from screening.phrasebook import Phrasebook
from screening.risk import Mark, strengths
from screening.risk_model import RiskModel
from screening.session import ScreeningSession

Moment = tuple[tuple[str, float], ...]
"""Ids of the phrases that count after some result, sorted, each with the share of its weight it brings.

Under no id at all stands what the wording as a whole brings, log-odds, whatever its limit."""
DICTION = ""
_STEP = 0.02
"""To which diction is rounded: moments that differ by less are alike."""


@dataclass(frozen=True, slots=True)
class HeardCall:
    """A call listened to from its beginning to its end."""

    fold_key: str
    file: str
    """Names what it is counted with."""
    is_fraud: bool
    moments: tuple[Moment, ...]
    """Those at which the risk may be highest; at least one, which is empty where nothing was found."""

    def fold(self, folds: int) -> int:
        """Return the fold (0 to `folds` - 1) in which it is judged by what was fitted on the others."""
        return fold_of(self.fold_key, folds)


def listen(
    dialogue: Dialogue, file: str, phrasebook: Phrasebook, matcher: Matcher | None = None
) -> HeardCall:
    """Play a written call to the end, and keep what counted after each result."""
    session = ScreeningSession(phrasebook, number_risk=0.0, high_risk_resident=False, matcher=matcher)
    heard: dict[Moment, None] = {(): None}
    for speaker, result in results_of(dialogue):
        session.hear(speaker, result)
        phrases = moment_of(session.sightings, phrasebook.model, result.end_ms)
        heard[_worded(session.diction) + phrases] = None
    accusing = {phrase.id for phrase in phrasebook.phrases if phrase.stage is not Stage.PROTECTIVE}
    return HeardCall(
        dialogue.fold_key, file, dialogue.label == FRAUD, undominated(heard, {DICTION, *accusing})
    )


def moment_of(marks: Sequence[Mark], model: RiskModel, now_ms: int) -> Moment:
    """Add up per phrase what its sightings bring at `now_ms` of call time."""
    shares: defaultdict[str, float] = defaultdict(float)
    for mark, strength in zip(marks, strengths(marks, model, now_ms), strict=True):
        shares[mark.phrase.id] += strength
    return tuple(sorted(shares.items()))


def _worded(diction: float) -> Moment:
    rounded = round(diction / _STEP) * _STEP
    return ((DICTION, rounded),) if rounded else ()


def undominated(moments: Iterable[Moment], accusing: set[str]) -> tuple[Moment, ...]:
    """Leave out every moment that another one outdoes: with all it accuses of, and no more protection.

    Whatever the weights, such a moment is not the worst of its call. Of a whole call two or three stay, and
    more where diction goes up and down.
    """
    kept: list[dict[str, float]] = []
    for moment in map(dict, moments):
        if any(_outdoes(other, moment, accusing) for other in kept):
            continue
        kept = [*(other for other in kept if not _outdoes(moment, other, accusing)), moment]
    return tuple(tuple(sorted(moment.items())) for moment in kept)


def _outdoes(one: Mapping[str, float], other: Mapping[str, float], accusing: set[str]) -> bool:
    return all(
        one.get(phrase, 0.0) >= other.get(phrase, 0.0)
        if phrase in accusing
        else one.get(phrase, 0.0) <= other.get(phrase, 0.0)
        for phrase in {*one, *other}
    )
