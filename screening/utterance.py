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
        return self.match(self.read(text))

    def read(self, text: str) -> Reading:
        """Return how the text as it stands now reads."""
        return read(text, self._reading, merge_f_h=self._merge_f_h)

    def match(self, reading: Reading) -> tuple[Match, ...]:
        """Return the best match of each phrase in what was read."""
        self._follow(reading)
        best: dict[str, _Find] = {}
        for find in self._finds:
            known = best.setdefault(find.hit.pattern.phrase.id, find)
            if find.rank < known.rank:
                best[find.hit.pattern.phrase.id] = find
        return tuple(sorted((self._match(find) for find in best.values()), key=_place))

    def _follow(self, reading: Reading) -> None:
        """Keep what rests on unchanged characters alone, and look for what the others have a part in."""
        since = reading.shared_with(self._reading)
        finds = [
            find if find.hit.end + REACH <= since else _find(find.hit, reading.characters)
            for find in self._finds
            if find.hit.settled <= since
        ]
        self._finds = finds + [_find(hit, reading.characters) for hit in self._index.hits(reading, since)]
        self._reading = reading

    def _match(self, find: _Find) -> Match:
        hit = find.hit
        start, end = self._reading.original_span(hit.start, hit.end)
        return Match(
            hit.pattern.phrase,
            hit.wording,
            self._reading.text[start:end],
            (start, end),
            hit.score,
            find.told.context,
            find.told.cue,
        )


def _find(hit: Hit, characters: str) -> _Find:
    return _Find(hit, _told(hit, characters))


def _told(hit: Hit, characters: str) -> Told:
    if hit.pattern.phrase.stage is Stage.PROTECTIVE:
        return context_of_warning(characters, hit.start)
    return context_of(characters, [(place.start, place.end) for place in hit.places])


def _place(match: Match) -> tuple[int, int, str]:
    return *match.span, match.phrase.id
