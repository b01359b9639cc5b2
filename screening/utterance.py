"""What one speaker is saying right now, matched as it grows and is revised."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.evidence import Context, Stage
from screening.context import REACH, Told, context_of, context_of_warning
from screening.match import Match
from screening.pattern import Hit
from screening.pattern_index import PatternIndex
from screening.reading import NOTHING, Reading, read


@dataclass(frozen=True, slots=True)
class _Find:
    hit: Hit
    told: Told
    settled: int
    """No character from here on had a part in it."""

    @property
    def rank(self) -> tuple[bool, float, int, int, str]:
        """What is meant comes first, then what is most alike, earliest and shortest."""
        hit = self.hit
        meant = self.told.context is Context.PLAIN
        return not meant, -hit.score, hit.start, hit.end, hit.pattern.wording


class Utterance:
    """The matches of a text that is heard again and again, each time longer or with another end.

    Costs what has changed since the last time, and always finds what it would have found at once.
    """

    def __init__(self, index: PatternIndex, *, merge_f_h: bool = False) -> None:
        self._index = index
        self._merge_f_h = merge_f_h
        self._reading = NOTHING
        self._finds: list[_Find] = []

    def hear(self, text: str) -> tuple[Match, ...]:
        """Return the best match of each phrase in the text as it stands now, in order of the text."""
        best: dict[str, _Find] = {}
        for find in self._follow(read(text, self._reading, merge_f_h=self._merge_f_h)):
            known = best.setdefault(find.hit.pattern.phrase.id, find)
            if find.rank < known.rank:
                best[find.hit.pattern.phrase.id] = find
        return tuple(sorted((self._match(find, text) for find in best.values()), key=_place))

    def _follow(self, reading: Reading) -> list[_Find]:
        """Keep what rests on unchanged characters alone, and look where the rest may have begun."""
        since = reading.shared_with(self._reading)
        hits = self._index.hits(reading, max(0, since - self._index.ahead - REACH))
        found = (_find(hit, reading.characters) for hit in hits)
        kept = [find for find in self._finds if find.settled <= since]
        self._finds = kept + [find for find in found if find.settled > since]
        self._reading = reading
        return self._finds

    def _match(self, find: _Find, text: str) -> Match:
        hit = find.hit
        start, end = self._reading.original_span(hit.start, hit.end)
        return Match(
            hit.pattern.phrase,
            hit.pattern.wording,
            text[start:end],
            (start, end),
            hit.score,
            find.told.context,
            find.told.cue,
        )


def _find(hit: Hit, characters: str) -> _Find:
    if hit.pattern.phrase.stage is Stage.PROTECTIVE:
        told = context_of_warning(characters, hit.start)
    else:
        told = context_of(characters, hit.start, hit.end)
    return _Find(hit, told, max(hit.settled, hit.end + REACH))


def _place(match: Match) -> tuple[int, int, str]:
    return *match.span, match.phrase.id
