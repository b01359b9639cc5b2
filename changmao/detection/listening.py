"""Many written calls listened to on several cores, for what they bring as evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from changmao.detection.spreading import spread
from screening.evaluation.dialogue import Dialogue
from screening.fitting.heard_call import HeardCall, listen
from screening.phrasebook import Phrasebook

_Named = tuple[str, Dialogue]


def listen_to(dialogues: Sequence[_Named], phrasebook: Phrasebook, jobs: int) -> Iterator[HeardCall]:
    """Yield each call, given with the name of its file, in the order given, whatever `jobs` is."""
    return spread(_listener, phrasebook, dialogues, jobs)


def _listener(phrasebook: Phrasebook) -> Callable[[_Named], HeardCall]:
    return lambda named: listen(named[1], named[0], phrasebook)
