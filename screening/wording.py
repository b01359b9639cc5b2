"""A wording taken apart: words of its own, slots, and names of word classes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from screening.normalise import normalise
from screening.phrase import SLOT

_BRACES = frozenset("{}")
_SIGN = re.compile(rf"({SLOT}|\{{[^{{}}]*\}})")


@dataclass(frozen=True, slots=True)
class Element:
    """One of them."""

    written: str
    said: str
    """Normalised characters of words; empty for a slot and a class."""

    @property
    def is_slot(self) -> bool:
        """Whether anything may stand here."""
        return self.written == SLOT

    @property
    def class_name(self) -> str | None:
        """The word class of which any word may stand here; None where it is no class."""
        is_class = self.written.startswith("{") and self.written.endswith("}")
        return self.written[1:-1] if is_class else None

    @property
    def has_lone_brace(self) -> bool:
        """Whether it is text with a brace in it: no class, and nothing that is said."""
        return self.class_name is None and not _BRACES.isdisjoint(self.written)


def elements_of(wording: str) -> tuple[Element, ...]:
    """Return its elements in order; mere fillers and punctuation are none, but for braces."""
    elements = (
        Element(text, "" if _SIGN.fullmatch(text) else normalise(text).text) for text in _SIGN.split(wording)
    )
    return tuple(
        each
        for each in elements
        if each.said or each.is_slot or each.class_name is not None or each.has_lone_brace
    )


def classes_in(wording: str) -> frozenset[str]:
    """Return the names of the word classes that a wording uses."""
    return frozenset(name for name, _ in class_places(wording))


def class_places(wording: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield each class's name with its first character and one past its last, in order."""
    for sign in _SIGN.finditer(wording):
        if sign[0] != SLOT:
            yield sign[0][1:-1], sign.span()
