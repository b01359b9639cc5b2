"""One screened call: what was heard so far, and the judgement after each recognised result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from contracts.evidence import Context, Evidence, Line, Speaker, Stage
from contracts.speech import Heard
from screening.heard_diction import HeardDiction
from screening.judgement import Judgement
from screening.match import Match
from screening.matcher import Matcher, matcher_of
from screening.phrase import Phrase
from screening.phrasebook import Phrasebook
from screening.risk import Assessment, assess, threshold_shift
from screening.utterance import Utterance
from screening.word_times import times_of

# An hour of lively talk; older lines are let go, their evidence stays.
_MOST_LINES = 2000
# A phrase said again adds little (its weight saturates), so further sightings are not kept.
_MOST_SIGHTINGS = 3
# A recogniser that never ends its utterance must not make matching slower and slower: of more characters
# than the first number the beginning is let go, as many at once as the second says.
_MOST_CHARACTERS = 1000
_LET_GO = 500
# Fillers within a match are free, and so much of what was heard is kept with an alert.
_LONGEST_TEXT = 255


@dataclass(frozen=True, slots=True)
class Sighting:
    """A phrase found in the talk: by whom and when it was said, ms of call time."""

    match: Match
    speaker: Speaker
    start_ms: int
    end_ms: int

    @property
    def phrase(self) -> Phrase:
        """What was found."""
        return self.match.phrase

    @property
    def score(self) -> float:
        """How well, 0 to 100."""
        return self.match.score


@dataclass(frozen=True, slots=True)
class _Current:
    """What one speaker is saying right now."""

    utterance: Utterance
    phrase_ids: frozenset[str] = frozenset()
    """Meant in the latest partial."""
    standing: tuple[Sighting, ...] = ()
    """Of the latest partial, those that were meant in the partial before as well."""
    skipped: int = 0
    """Characters of its beginning that are heard no more."""


class ScreeningSession:
    """Listens to one call. Not thread-safe; `matcher`, ready-made of the phrasebook, may be shared.

    `number_risk` (0 to 1) and `high_risk_resident` (R15) lower the thresholds; they never speak alone.
    """

    def __init__(
        self,
        phrasebook: Phrasebook,
        *,
        number_risk: float,
        high_risk_resident: bool,
        matcher: Matcher | None = None,
    ) -> None:
        self._matcher = matcher or matcher_of(phrasebook)
        self._model = phrasebook.model
        self._diction = HeardDiction(phrasebook.diction, merge_f_h=phrasebook.model.merge_f_h)
        self._shift = threshold_shift(number_risk, high_risk_resident=high_risk_resident)
        self._final: list[Sighting] = []
        self._now_ms = 0
        self._current = {speaker: _Current(self._matcher.utterance(speaker)) for speaker in Speaker}
        self._lines: tuple[Line, ...] = ()

    def hear(self, speaker: Speaker, heard: Heard) -> Judgement:
        """Take one result, its times already those of the call, and judge the call so far.

        Evidence of a partial counts once it stands in two successive partials; a final replaces them,
        but for the beginning of an endless utterance, which is matched no more: what stood there stays.
        """
        self._now_ms = max(self._now_ms, heard.end_ms)
        skipped = _let_go(len(heard.text))
        if skipped > self._current[speaker].skipped:
            self._diction.keep(speaker)
        for sighting in self._current[speaker].standing:
            if sighting.match.span[0] < skipped:
                self._keep(sighting)
        sightings = self._sight(speaker, heard, skipped)
        if heard.final:
            self._settle(speaker, heard, sightings)
        else:
            self._follow(speaker, sightings, skipped)
        return self._judge(sightings)

    @property
    def sightings(self) -> tuple[Sighting, ...]:
        """All that counts so far, for whichever type: of finals first, then of partials that stand."""
        standing = (sighting for current in self._current.values() for sighting in current.standing)
        return (*self._final, *standing)

    @property
    def diction(self) -> float:
        """How the call is worded so far, log-odds, whatever its limit is."""
        return self._diction.value

    @property
    def strongest_pieces(self) -> tuple[str, ...]:
        """The few pieces of diction that weigh most on the side that it is on, the strongest first."""
        return self._diction.strongest

    def assess(self) -> Assessment:
        """Weigh what counts so far."""
        return self._assess(self.sightings)

    def _assess(self, counting: Sequence[Sighting]) -> Assessment:
        return assess(counting, self._model, self._shift, now_ms=self._now_ms, diction=self.diction)

    def _sight(self, speaker: Speaker, heard: Heard, skipped: int) -> list[Sighting]:
        sightings = []
        utterance = self._current[speaker].utterance
        reading = utterance.read(heard.text[skipped:])
        self._diction.hear(speaker, reading, final=heard.final)
        for match in utterance.match(reading):
            placed = replace(match, span=(match.span[0] + skipped, match.span[1] + skipped))
            sightings.append(Sighting(placed, speaker, *times_of(heard, placed.span)))
        return sightings

    def _settle(self, speaker: Speaker, heard: Heard, sightings: Sequence[Sighting]) -> None:
        self._current[speaker] = _Current(self._matcher.utterance(speaker))
        line = Line(speaker=speaker, text=heard.text, start_ms=heard.start_ms, end_ms=heard.end_ms)
        self._lines = (*self._lines, line)[-_MOST_LINES:]
        for sighting in self._meant(sightings):
            self._keep(sighting)

    def _meant(self, sightings: Iterable[Sighting]) -> list[Sighting]:
        """Return what was said and meant, once: a stream that was lost and opened again hears words twice."""
        plain = (sighting for sighting in sightings if sighting.match.context is Context.PLAIN)
        return [sighting for sighting in plain if not self._is_kept(sighting)]

    def _is_kept(self, sighting: Sighting) -> bool:
        return any(
            kept.phrase.id == sighting.phrase.id
            and kept.speaker is sighting.speaker
            and kept.start_ms < sighting.end_ms
            and sighting.start_ms < kept.end_ms
            for kept in self._final
        )

    def _keep(self, sighting: Sighting) -> None:
        self._final.append(sighting)
        same = [kept for kept in self._final if kept.phrase.id == sighting.phrase.id]
        if len(same) > _MOST_SIGHTINGS:
            self._final.remove(min(same, key=self._strength))

    def _strength(self, sighting: Sighting) -> float:
        return sighting.score * self._model.remaining(self._now_ms - sighting.end_ms)

    def _follow(self, speaker: Speaker, sightings: Sequence[Sighting], skipped: int) -> None:
        before, meant = self._current[speaker], self._meant(sightings)
        self._current[speaker] = _Current(
            before.utterance,
            frozenset(sighting.phrase.id for sighting in meant),
            tuple(sighting for sighting in meant if sighting.phrase.id in before.phrase_ids),
            skipped,
        )

    def _judge(self, latest: Sequence[Sighting]) -> Judgement:
        counting = self.sightings
        assessment = self._assess(counting)
        relevant = {None, assessment.scam_type}
        evidence: list[Evidence] = []
        contributions: dict[int, float] = {}
        for sighting, contribution in zip(counting, assessment.contributions, strict=True):
            contributions[id(sighting)] = contribution
            if sighting.phrase.type in relevant:
                evidence.append(_evidence(sighting, contribution))
        accusing = [item.end_ms for item in evidence if item.stage is not Stage.PROTECTIVE]
        line = tuple(_evidence(sighting, contributions.get(id(sighting), 0.0)) for sighting in latest)
        if accusing and assessment.diction > 0 and not any(item.contribution > 0 for item in line):
            # Where no phrase of it counts, it is the wording of the latest result that moved the risk.
            accusing.append(self._now_ms)
        evidence += self._worded(assessment)
        return Judgement(
            assessment.level,
            assessment.scam_type,
            assessment.risk,
            tuple(evidence),
            line,
            self._lines,
            max(accusing, default=None),
        )

    def _worded(self, assessment: Assessment) -> Iterator[Evidence]:
        """Yield how the call is worded as a whole, which stands nowhere in particular."""
        if strongest := self.strongest_pieces:
            yield Evidence(
                phrase_id=Stage.DICTION.value,
                wording="",
                text=" ".join(strongest),
                speaker=Speaker.CALLER,
                stage=Stage.DICTION,
                scam_type=None,
                score=100.0,
                contribution=round(assessment.diction, 3),
                span=(0, 0),
                start_ms=0,
                end_ms=0,
            )


def _let_go(length: int) -> int:
    """Return how many characters of an utterance are no longer matched."""
    return -(max(0, length - _MOST_CHARACTERS) // -_LET_GO) * _LET_GO


def _evidence(sighting: Sighting, contribution: float) -> Evidence:
    match = sighting.match
    return Evidence(
        phrase_id=match.phrase.id,
        wording=match.wording,
        text=match.text[:_LONGEST_TEXT],
        speaker=sighting.speaker,
        stage=match.phrase.stage,
        scam_type=match.phrase.type,
        score=round(match.score, 1),
        contribution=round(contribution, 3),
        span=match.span,
        start_ms=sighting.start_ms,
        end_ms=sighting.end_ms,
        context=match.context,
        cue=match.cue,
    )
