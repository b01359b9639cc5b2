"""When a stream that broke off is opened again."""

from __future__ import annotations

from telephony.controller.patience import Patience


class Retries:
    """Knows how often one leg failed in a row, by not being let in or by streams that hardly began.

    Each has a row of its own: a server that is back after some time may lose its first stream at once.
    """

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._never_open = 0
        self._short_lived = 0

    def pause_s(self, lasted_s: float | None) -> float:
        """Return how long to wait after a stream that lasted so long; None: it was never open."""
        patience = self._patience
        if lasted_s is None:
            self._never_open += 1
            return self._after(self._never_open, patience.longest_retry_s)
        self._never_open = 1  # the loss of what was open is a try that failed, too
        self._short_lived = 1 if lasted_s >= patience.lasting_s else self._short_lived + 1
        return self._after(self._short_lived, patience.longest_short_lived_retry_s)

    def _after(self, failures: int, longest_s: float) -> float:
        if failures == 1:
            return 0.0
        return min(self._patience.retry_s * (1 << min(failures - 1, 10)), longest_s)
