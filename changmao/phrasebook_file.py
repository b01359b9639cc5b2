"""The phrasebook a command is told to use: a file of its own, else the one that is shipped."""

from __future__ import annotations

from pathlib import Path

from changmao.text_file import open_text
from screening.phrasebook import shipped_text


def phrasebook_text(path: Path | None) -> str:
    """Return the YAML of a file; None is the shipped one. BadInputError as of `open_text`."""
    if path is None:
        return shipped_text()
    with open_text(path) as file:
        return file.read()
