"""How a call is worded as a whole: pieces of talk that frauds say more, or less, than others do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import isfinite

import yaml

from contracts.evidence import Speaker
from screening.normalise import normalise
from screening.phrasebook_fault import FaultKind, Faults
from screening.phrasebook_yaml import line_of
from screening.syllables import to_syllables

SOUND = "~"
"""Stands before a piece that counts however it is written, as long as it sounds so."""
MOST_PIECES = 40_000
STEADY = 1000
"""How many pieces the weights are spread over at least: the first words of a call tell little, and an hour of
talk, which says everything once, not much more than its first minutes."""
GREATEST_WEIGHT = 50.0


@dataclass(frozen=True)
class Diction:
    """What pieces of talk weigh: a character or two neighbouring ones of one utterance, normalised.

    Or two or three that sound like those behind the sign `SOUND`: errors of recognition mostly keep sounds.
    """

    weights: Mapping[Speaker, Mapping[str, float]] = field(
        default_factory=lambda: {speaker: {} for speaker in Speaker}
    )
    """By whom, and by piece, log-odds that a call is fraud; each counts once a call."""

    def known_in(
        self, speaker: Speaker, characters: str, syllables: str, *, merge_f_h: bool = False
    ) -> frozenset[str]:
        """Return the pieces of (a part of) an utterance that weigh anything, as they are written here.

        `merge_f_h` is what the syllables were made with.
        """
        written = self.weights[speaker]
        spoken = (self._by_merged_sound if merge_f_h else self._by_sound)[speaker]
        as_written = neighbours(characters, CHARACTERS) & written.keys()
        by_sound = neighbours(syllables, SYLLABLES) & spoken.keys()
        return frozenset(as_written.union(spoken[sound] for sound in by_sound))

    @cached_property
    def _by_sound(self) -> dict[Speaker, dict[str, str]]:
        return self._heard_as(merge_f_h=False)

    @cached_property
    def _by_merged_sound(self) -> dict[Speaker, dict[str, str]]:
        return self._heard_as(merge_f_h=True)

    def _heard_as(self, *, merge_f_h: bool) -> dict[Speaker, dict[str, str]]:
        return {
            speaker: {
                sound_of(piece[1:], merge_f_h=merge_f_h): piece
                for piece in weights
                if piece.startswith(SOUND)
            }
            for speaker, weights in self.weights.items()
        }


NO_DICTION = Diction()
CHARACTERS = (1, 2)
"""Lengths of pieces that count as they are written."""
SYLLABLES = (2, 3)
"""Lengths of those that count by their sound: one syllable says too little."""
_LONGEST_SHOWN = 12


def neighbours(text: str, lengths: Sequence[int]) -> set[str]:
    """Return all neighbouring characters of a text, so many at a time."""
    return {text[at : at + length] for length in lengths for at in range(len(text) - length + 1)}


@lru_cache(maxsize=1 << 18)
def is_piece(piece: str) -> bool:
    """Tell whether a piece as it is written may be heard, whatever stands around it."""
    text = piece.removeprefix(SOUND)
    by_sound = text != piece
    if len(text) not in (SYLLABLES if by_sound else CHARACTERS) or normalise(text).text != text:
        return False
    return not by_sound or sound_of(text) != text


@lru_cache(maxsize=1 << 18)
def sound_of(text: str, *, merge_f_h: bool = False) -> str:
    """Return the syllables of a few characters by themselves; `merge_f_h` as in `to_syllables`."""
    return to_syllables(text, merge_f_h=merge_f_h)


def read_diction(node: yaml.Node | None, faults: Faults) -> Diction:
    """Return the mapping `diction`: by speaker and weight, pieces with spaces between.

    Keeps a fault for each entry that cannot be used.
    """
    if node is None:
        return NO_DICTION
    if not isinstance(node, yaml.MappingNode):
        faults.add(line_of(node), FaultKind.SHAPE, "diction: must be a mapping of caller and resident")
        return NO_DICTION
    if _number_of_pieces(node) > MOST_PIECES:
        # Nothing of it is read: each piece is normalised and read aloud.
        problem = f"diction: more than {MOST_PIECES} pieces; take the lightest out"
        faults.add(line_of(node), FaultKind.TOO_LARGE, problem)
        return NO_DICTION
    weights: dict[Speaker, dict[str, float]] = {speaker: {} for speaker in Speaker}
    seen: set[str] = set()
    for key, rows in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.value not in set(Speaker):
            problem = f"diction: {key.value!r} is no speaker; there are caller and resident"
            faults.add(line_of(key), FaultKind.UNKNOWN_KEY, problem)
        elif key.value in seen:
            faults.add(line_of(key), FaultKind.REPEATED_KEY, f"diction of {key.value} is given twice")
        elif not isinstance(rows, yaml.MappingNode):
            problem = f"diction: that of {key.value} must be a mapping of weights to pieces"
            faults.add(line_of(rows), FaultKind.SHAPE, problem)
        else:
            seen.add(key.value)
            _read_rows(rows, weights[Speaker(key.value)], faults)
    return Diction(weights)


def written_diction(diction: Diction) -> str:
    """Return the lines of the mapping `diction`, heaviest pieces first."""
    lines = ["diction:"]
    for speaker, rows in rows_of(diction):
        lines += [f"  {speaker.value}:", *(f"    {row}" for row in rows)]
    return "\n".join(lines) + "\n"


def rows_of(diction: Diction) -> Iterator[tuple[Speaker, list[str]]]:
    """Yield by speaker the entries of weights and pieces as YAML, the heaviest first."""
    for speaker, weights in diction.weights.items():
        by_weight: dict[float, list[str]] = {}
        for piece, weight in weights.items():
            by_weight.setdefault(weight, []).append(piece)
        if by_weight:
            heaviest_first = sorted(by_weight.items(), reverse=True)
            yield speaker, [f'{weight:g}: "{" ".join(sorted(pieces))}"' for weight, pieces in heaviest_first]


def _number_of_pieces(node: yaml.MappingNode) -> int:
    return sum(
        len(pieces.value.split())
        for _, rows in node.value
        if isinstance(rows, yaml.MappingNode)
        for _, pieces in rows.value
        if isinstance(pieces, yaml.ScalarNode)
    )


def _read_rows(rows: yaml.MappingNode, weights: dict[str, float], faults: Faults) -> None:
    known: set[str] = set()
    for key, pieces in rows.value:
        weight = _weight(key.value)
        if weight is None:
            problem = f"diction: {key.value!r} is no weight; write a number up to {GREATEST_WEIGHT:g}, not 0"
            faults.add(line_of(key), FaultKind.BAD_VALUE, problem)
        elif not isinstance(pieces, yaml.ScalarNode):
            problem = f"diction: the pieces of {key.value} must be plain text with spaces between"
            faults.add(line_of(pieces), FaultKind.SHAPE, problem)
        else:
            for piece in pieces.value.split():
                _read_piece(piece, weight, weights, known, pieces, faults)


def _read_piece(
    piece: str, weight: float, weights: dict[str, float], known: set[str], node: yaml.Node, faults: Faults
) -> None:
    # Of what is too long only the beginning is looked at, and shown: any text may stand here.
    piece = piece[:_LONGEST_SHOWN]
    if not is_piece(piece):
        problem = (
            f"diction: {piece!r} is never heard; a piece is one or two characters, normalised, "
            f"or {SOUND} and two or three"
        )
        faults.add(line_of(node), FaultKind.BAD_PIECE, problem)
        return
    heard_as = sound_of(piece[1:]) if piece.startswith(SOUND) else piece
    if heard_as in known:
        faults.add(line_of(node), FaultKind.REPEATED_PIECE, f"diction: {piece!r} is given twice")
        return
    known.add(heard_as)
    weights[piece] = weight


def _weight(text: object) -> float | None:
    try:
        weight = float(str(text))
    except ValueError:
        return None
    return weight if isfinite(weight) and 0 < abs(weight) <= GREATEST_WEIGHT else None
