"""How often a password may be wrong, or strangers may write: a sliding window for each key."""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock

from api.errors import TooManyAttemptsError


class LoginLimit:
    """Counts failures by key (an address, or an account as seen from one) within a window.

    Memory is bounded: beyond `keys` keys the one that failed longest ago is forgotten. `error` is raised.
    """

    def __init__(
        self,
        attempts: int,
        window: timedelta,
        keys: int = 10_000,
        error: type[TooManyAttemptsError] = TooManyAttemptsError,
    ) -> None:
        self._attempts = attempts
        self._window = window
        self._keys = keys
        self._error = error
        self._failures: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def check(self, key: str, now: datetime) -> None:
        """Raise the limit's error where the key has used up its attempts."""
        with self._lock:
            wait = self._wait(key, now)
        if wait > timedelta():
            seconds = math.ceil(wait.total_seconds())
            raise self._error(f"too many {self._error.what}; try again in {seconds} s", seconds)

    def fail(self, key: str, now: datetime) -> None:
        """Count one failure."""
        with self._lock:
            self._failures.setdefault(key, deque(maxlen=self._attempts)).append(now)
            self._failures.move_to_end(key)
            while len(self._failures) > self._keys:
                self._failures.popitem(last=False)

    def succeed(self, key: str) -> None:
        """Forget the failures of a key."""
        with self._lock:
            self._failures.pop(key, None)

    def _wait(self, key: str, now: datetime) -> timedelta:
        """How long until the oldest of `attempts` failures leaves the window; zero if there are fewer."""
        failures = self._failures.get(key)
        if failures is None or len(failures) < self._attempts:
            return timedelta()
        return failures[0] + self._window - now
