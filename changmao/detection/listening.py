"""Many written calls listened to on several cores, for what they bring as evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextvars import ContextVar
from multiprocessing import get_context

from screening.evaluation.dialogue import Dialogue
from screening.fitting.heard_call import HeardCall, listen
from screening.phrasebook import Phrasebook

_CHUNK = 16
"""Dialogues handed to a process at once."""
_PHRASEBOOK: ContextVar[Phrasebook] = ContextVar("phrasebook")
"""Of this process, where it is one of a pool."""


def listen_to(
    dialogues: Sequence[tuple[str, Dialogue]], phrasebook: Phrasebook, jobs: int
) -> Iterator[HeardCall]:
    """Yield each call, given with the name of its file, in the order given, whatever `jobs` is."""
    if jobs == 1:
        for file, dialogue in dialogues:
            yield listen(dialogue, file, phrasebook)
        return
    # Spawned, not forked: the command has threads by now (its progress bar).
    with ProcessPoolExecutor(jobs, get_context("spawn"), _prepare, (phrasebook,)) as pool:
        yield from pool.map(_listen, dialogues, chunksize=_CHUNK)


def _prepare(phrasebook: Phrasebook) -> None:
    _PHRASEBOOK.set(phrasebook)


def _listen(named: tuple[str, Dialogue]) -> HeardCall:
    file, dialogue = named
    return listen(dialogue, file, _PHRASEBOOK.get())
