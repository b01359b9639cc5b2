"""An n-gram grammar as OpenFst prints it: one arc a line, states and words as numbers, sorted by state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from asr.errors import GrammarError

BACK_OFF = 0
"""The word of an arc that forgets the oldest word of the context; its cost is the back-off's."""


@dataclass(frozen=True, slots=True)
class Arc:
    """One word said in one context."""

    source: int
    """The context: a state."""
    target: int
    """The longest context that the grammar keeps after this word."""
    word: int
    cost: float
    """Minus the natural logarithm of the probability."""

    @classmethod
    def read(cls, line: str) -> Self | None:
        """Read a line of `fstprint --numeric`; None where it says that a context may end a sentence.

        A cost that is not printed is 0. GrammarError where it is neither.
        """
        fields = line.split()
        try:
            if len(fields) < 3:
                return None
            source, target, word, said = map(int, fields[:4])
            cost = float(fields[4]) if len(fields) > 4 else 0.0
        except ValueError:
            raise GrammarError(
                f"the grammar has a line {line.strip()!r}, no arc; fetch the model anew"
            ) from None
        if word != said:
            raise GrammarError(
                f"the grammar turns word {word} into {said}; only an n-gram grammar can be read"
            )
        return cls(source, target, word, cost)

    def line(self) -> str:
        """Return it as `fstcompile` reads it."""
        return f"{self.source}\t{self.target}\t{self.word}\t{self.word}\t{self.cost:.9g}\n"


@dataclass(frozen=True, slots=True)
class Unigrams:
    """The words without context, and how many contexts the grammar has."""

    state: int
    """The empty context."""
    arcs: dict[int, Arc]
    """By word."""
    states: int

    @classmethod
    def read(cls, lines: Iterable[str]) -> Self:
        """Read them from all lines of a grammar. GrammarError where it is no n-gram grammar.

        Its first context is the beginning of a sentence, one word long, and backs off to the empty one.
        """
        empty, arcs, states = -1, [], 0
        for state, group in groupby(lines, key=_state):
            states = max(states, state + 1)
            if empty < 0:
                empty = _backed_off(group)
            elif state == empty:
                arcs = [arc for arc in map(Arc.read, group) if arc is not None]
        if not arcs:
            raise GrammarError("the grammar has no words without context; only an n-gram grammar can be read")
        return cls(empty, {arc.word: arc for arc in arcs}, states)


def by_state(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield each context with its lines."""
    for state, group in groupby(lines, key=_state):
        yield state, list(group)


def _state(line: str) -> int:
    return int(line.partition("\t")[0])


def _backed_off(lines: Iterable[str]) -> int:
    arcs = filter(None, map(Arc.read, lines))
    return next((arc.target for arc in arcs if arc.word == BACK_OFF), -1)
