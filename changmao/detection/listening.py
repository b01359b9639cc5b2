"""Many written calls listened to on several cores, for what they bring as evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from changmao.detection.spreading import spread
from screening.diction import Diction
from screening.evaluation.dialogue import Dialogue, fold_of
from screening.fitting.heard_call import HeardCall, listen
from screening.matcher import matcher_of
from screening.phrasebook import Phrasebook

_Named = tuple[str, Dialogue]


_Told = tuple[Phrasebook, tuple[Diction, ...]]


def listen_to(
    dialogues: Sequence[_Named], phrasebook: Phrasebook, dictions: tuple[Diction, ...], jobs: int
) -> Iterator[HeardCall]:
    """Yield each call, given with the name of its file, in the order given, whatever `jobs` is.

    To the calls of each fold it is listened with the diction that was fitted without it.
    """
    return spread(_listener, (phrasebook, dictions), dialogues, jobs)


def _listener(told: _Told) -> Callable[[_Named], HeardCall]:
    phrasebook, dictions = told
    matcher = matcher_of(phrasebook)
    books = [replace(phrasebook, diction=diction) for diction in dictions]

    def listener(named: _Named) -> HeardCall:
        file, dialogue = named
        return listen(dialogue, file, books[fold_of(dialogue.fold_key, len(books))], matcher)

    return listener
