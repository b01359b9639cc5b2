"""When a stream that broke off is opened again."""

from __future__ import annotations

from telephony.controller.patience import Patience


class Retries:
    """Knows how often one leg failed in a row: a stream that had lasted ends the row."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._failures = 0

    def pause_s(self, lasted_s: float | None) -> float:
        """Return how long to wait after a stream that lasted so long; None: it was never open."""
        patience = self._patience
        if lasted_s is not None and lasted_s >= patience.lasting_s:
            self._failures = 0
        failures, self._failures = self._failures, self._failures + 1
        if not failures:
            return 0.0
        longest_s = patience.longest_retry_s if lasted_s is None else patience.longest_short_lived_retry_s
        return min(patience.retry_s * (1 << min(failures, 10)), longest_s)
