"""Many written calls tried on all cores: as they stand, and with recognition errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from changmao.detection.spreading import spread
from screening.evaluation.dialogue import Dialogue
from screening.evaluation.noise import add_noise
from screening.evaluation.trial import Trial, Trials
from screening.phrasebook import Phrasebook


@dataclass(frozen=True, slots=True)
class Plan:
    """How every call is tried."""

    phrasebook: Phrasebook
    rates: tuple[float, ...] = ()
    """Shares of characters (0 to 1) with recognition errors; each is one more trial."""
    to_the_end: bool = False
    """Play calls without noise on after their alert, for the highest risk they reach."""


@dataclass(frozen=True, slots=True)
class Examined:
    """The trials of one call."""

    clean: Trial
    noisy: tuple[Trial, ...]
    """One for each rate of the plan."""


class Examiner:
    """Tries calls by a plan, one after the other."""

    def __init__(self, plan: Plan) -> None:
        self._rates = plan.rates
        self._clean = Trials(plan.phrasebook, to_the_end=plan.to_the_end)
        self._noisy = Trials(plan.phrasebook)

    def examine(self, dialogue: Dialogue) -> Examined:
        """Try one call."""
        noisy = (self._noisy.of_text(dialogue, add_noise(dialogue, rate)) for rate in self._rates)
        return Examined(self._clean.of_text(dialogue), tuple(noisy))


def examine(
    dialogues: Sequence[Dialogue], plan: Plan, jobs: int, step: Callable[[], None] = lambda: None
) -> list[Examined]:
    """Try all calls in so many processes; the order is kept and no figure hangs on `jobs`.

    `step` is called after each.
    """
    return list(_stepping(spread(_examiner, plan, dialogues, jobs), step))


def _stepping(examined: Iterable[Examined], step: Callable[[], None]) -> Iterator[Examined]:
    for each in examined:
        yield each
        step()


def _examiner(plan: Plan) -> Callable[[Dialogue], Examined]:
    return Examiner(plan).examine
