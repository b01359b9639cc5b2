"""What a phrasebook makes of one talk, and why: each phrase found, and what the risk adds up from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from contracts.evidence import Evidence, Speaker, Stage
from contracts.taxonomy import RiskLevel, ScamType
from screening.evaluation.playback import Delivered
from screening.evaluation.trial import ALERT_AT
from screening.judgement import Judgement
from screening.phrasebook import Phrasebook
from screening.risk import LEVELS, Assessment
from screening.session import ScreeningSession


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance and what was found in it."""

    speaker: Speaker
    text: str
    start_ms: int
    """Call time."""
    end_ms: int
    found: tuple[Evidence, ...]
    """In the order of the text; contributions are those at the end of the talk."""


@dataclass(frozen=True, slots=True)
class StageSum:
    """What one stage adds, log-odds."""

    stage: Stage
    value: float
    """That of the protective stage is taken away; only that of diction may be negative."""
    limit: float
    """The most it can be, however much is said."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The judgement of a talk at its end, as of a caller and a resident nobody knows anything about."""

    level: RiskLevel
    scam_type: ScamType | None
    risk: float
    """Log-odds: the prior, plus the accusing stages and what they weigh in combination, less protection, plus
    diction."""
    prior: float
    combination: float
    stages: tuple[StageSum, ...]
    """In the order of a script, then the protective one and diction."""
    strongest: tuple[str, ...]
    """Pieces, of one to three characters, that made most of the diction, the strongest first; few."""
    thresholds: tuple[tuple[RiskLevel, float], ...]
    """From which risk on each level is reached, the lowest first."""
    alert_ms: int | None
    """Call time at which the first result came that raised an alert; None where none did."""
    said: tuple[Said, ...]

    @classmethod
    def of(cls, results: Iterable[Delivered], phrasebook: Phrasebook) -> Self:
        """Listen to a talk as it is recognised and explain what came of it."""
        session = ScreeningSession(phrasebook, number_risk=0.0, high_risk_resident=False)
        alert_ms = None
        finals: list[tuple[Delivered, Judgement]] = []
        for result in results:
            judgement = session.hear(result.speaker, result.heard)
            if alert_ms is None and judgement.level >= ALERT_AT:
                alert_ms = result.at_ms
            if result.heard.final:
                finals.append((result, judgement))
        last = session.assess()
        counted = _contributions(session, last)
        return cls(
            level=last.level,
            scam_type=last.scam_type,
            risk=last.risk,
            prior=phrasebook.model.prior,
            combination=last.sums.combination,
            stages=_stages(last, phrasebook),
            strongest=session.strongest_pieces,
            thresholds=tuple((level, least) for least, level in reversed(LEVELS)),
            alert_ms=alert_ms,
            said=tuple(_said(final, judgement, counted) for final, judgement in finals),
        )


_Place = tuple[str, Speaker, int, tuple[int, int]]
"""Which phrase, by whom, when it began, where in its utterance."""


def _contributions(session: ScreeningSession, assessment: Assessment) -> dict[_Place, float]:
    counting = zip(session.sightings, assessment.contributions, strict=True)
    return {
        (sighting.phrase.id, sighting.speaker, sighting.start_ms, sighting.match.span): contribution
        for sighting, contribution in counting
    }


def _stages(assessment: Assessment, phrasebook: Phrasebook) -> tuple[StageSum, ...]:
    model, sums = phrasebook.model, assessment.sums
    limits = dict(model.stage_limits.items())
    accusing = (StageSum(stage, value, limits[stage]) for stage, value in sums.stages)
    least, most = model.diction_limits
    return (
        *accusing,
        StageSum(Stage.PROTECTIVE, sums.protection, model.protection_limit),
        StageSum(Stage.DICTION, assessment.diction, most if assessment.diction > 0 else -least),
    )


def _said(final: Delivered, judgement: Judgement, counted: dict[_Place, float]) -> Said:
    found = [
        evidence.model_copy(update={"contribution": round(counted.get(_place(evidence), 0.0), 3)})
        for evidence in judgement.line_evidence
    ]
    found.sort(key=lambda evidence: evidence.span)
    heard = final.heard
    return Said(final.speaker, heard.text, heard.start_ms, heard.end_ms, tuple(found))


def _place(evidence: Evidence) -> _Place:
    return evidence.phrase_id, evidence.speaker, evidence.start_ms, evidence.span
