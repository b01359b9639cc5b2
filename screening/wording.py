"""A wording taken apart: words of its own, slots, and names of word classes."""

from __future__ import annotations

import re

from screening.normalise import normalise
from screening.phrase import SLOT

_ELEMENT = re.compile(rf"({SLOT}|\{{[^{{}}]*\}})")


def elements_of(wording: str) -> tuple[str, ...]:
    """Return its words as written, slots … and {names}, without mere fillers and punctuation."""
    return tuple(
        element
        for element in _ELEMENT.split(wording)
        if element == SLOT or class_of(element) is not None or normalise(element).text
    )


def class_of(element: str) -> str | None:
    """Return the name of the word class that an element stands for; None where it is no class."""
    is_class = element.startswith("{") and element.endswith("}")
    return element[1:-1] if is_class else None
