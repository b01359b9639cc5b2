"""How often a password may be wrong: a sliding window per account and per address."""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock

from api.errors import TooManyAttemptsError


class LoginLimit:
    """Counts failures by key (an account's name, an address) within a window.

    Memory is bounded: beyond `keys` keys the one that failed longest ago is forgotten.
    """

    def __init__(self, attempts: int, window: timedelta, keys: int = 10_000) -> None:
        self._attempts = attempts
        self._window = window
        self._keys = keys
        self._failures: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def check(self, keys: tuple[str, ...], now: datetime) -> None:
        """Raise TooManyAttemptsError where one of the keys has used up its attempts."""
        with self._lock:
            waits = [wait for key in keys if (wait := self._wait(key, now)) > timedelta()]
        if waits:
            seconds = math.ceil(max(waits).total_seconds())
            raise TooManyAttemptsError(f"too many wrong passwords; try again in {seconds} s", seconds)

    def fail(self, keys: tuple[str, ...], now: datetime) -> None:
        """Count one failure for each key."""
        with self._lock:
            for key in keys:
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
