"""What can be wrong with a phrasebook, by name and line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from contracts.errors import BadInputError

MOST_FAULTS = 20
"""So many are told at once; whoever mends those tries again."""


class FaultKind(StrEnum):
    """Names of faults; stable."""

    YAML = "yaml"
    """No valid YAML, or more of YAML than a phrasebook needs."""
    BYTE_ORDER_MARK = "byte_order_mark"
    """U+FEFF before the text: a mark of its file, and no part of it."""
    TOO_LARGE = "too_large"
    SHAPE = "shape"
    """A list, a mapping or plain text stands where another of them belongs."""
    MISSING_KEY = "missing_key"
    UNKNOWN_KEY = "unknown_key"
    REPEATED_KEY = "repeated_key"
    REPEATED_ID = "repeated_id"
    UNKNOWN_STAGE = "unknown_stage"
    UNKNOWN_TYPE = "unknown_type"
    UNKNOWN_SPEAKER = "unknown_speaker"
    BAD_WEIGHT = "bad_weight"
    BAD_DATE = "bad_date"
    BAD_VALUE = "bad_value"
    SHORT_WORDING = "short_wording"
    """Of one syllable: it would be found everywhere."""
    LONG_WORDING = "long_wording"
    OPEN_SLOT = "open_slot"
    """A slot first or last in a wording: nothing says where it ends."""
    DOUBLE_SLOT = "double_slot"
    """Two slots side by side."""
    REPEATED_WORDING = "repeated_wording"
    """Of one type and speaker: it would count twice."""
    UNKNOWN_CLASS = "unknown_class"
    """A wording or a class names a word class that there is none of, or holds { or } without a name."""
    EMPTY_CLASS = "empty_class"
    UNUSED_CLASS = "unused_class"
    """No wording names it: perhaps one was misspelt."""
    NESTED_CLASS = "nested_class"
    """A class named in a class that is named in a class."""
    BAD_WORD = "bad_word"
    """A word of a class that is none, or has a slot or a class in it."""
    LONG_WORD = "long_word"
    REPEATED_WORD = "repeated_word"
    """In one class."""
    BAD_PIECE = "bad_piece"
    """Of diction: too long or too short, or never heard so."""
    REPEATED_PIECE = "repeated_piece"
    """Of one speaker's diction: it would weigh twice."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong."""

    line: int
    """From 1."""
    kind: FaultKind
    problem: str
    """What is wrong and what to write instead, without the line."""
    phrase: str = ""
    """Id of the phrase it is in; empty outside of phrases and where the id itself cannot be read."""

    def __str__(self) -> str:
        return f"line {self.line}: {self.phrase}{': ' if self.phrase else ''}{self.problem}"


class BadPhrasebookError(BadInputError):
    """The phrasebook cannot be used; the message names each fault's line."""

    code = "phrasebook.bad"

    def __init__(self, faults: Sequence[Fault], left_out: int = 0) -> None:
        more = f"; and {left_out} more" if left_out else ""
        super().__init__(f"phrasebook, {'; '.join(map(str, faults))}{more}")
        self.faults = tuple(faults)
        """In the order of their lines, MOST_FAULTS of them at most."""
        self.left_out = left_out
        """How many more there are."""


class Faults:
    """Gathers what is wrong, so that one reading tells of all of it."""

    def __init__(self) -> None:
        self._found: list[Fault] = []

    def add(self, line: int, kind: FaultKind, problem: str, phrase: str = "") -> None:
        """Keep a fault."""
        self._found.append(Fault(line, kind, problem, phrase))

    def check(self) -> None:
        """Raise BadPhrasebookError if there are any."""
        if self._found:
            ordered = sorted(self._found, key=lambda fault: fault.line)
            raise BadPhrasebookError(ordered[:MOST_FAULTS], max(0, len(ordered) - MOST_FAULTS))
