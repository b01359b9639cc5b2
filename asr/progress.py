"""How far a long step is, told to whoever shows it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Somebody who wants to know how far the fetching of a model is."""

    def step(self, name: str, total: int | None) -> None:
        """Hear that a step of `total` bytes begins; None: nobody knows how many."""
        ...

    def advance(self, count: int) -> None:
        """Hear that `count` more bytes of the current step are done."""
        ...

    def note(self, message: str) -> None:
        """Hear of something worth a line: a source that was silent, an interruption."""
        ...


class SilentProgress:
    """Tells nobody."""

    def step(self, name: str, total: int | None) -> None:
        """Ignore the step."""

    def advance(self, count: int) -> None:
        """Ignore the bytes."""

    def note(self, message: str) -> None:
        """Ignore the line."""
