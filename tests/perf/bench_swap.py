"""Replacing the list file under ten thousand look-ups a second: how long the longest of them waits."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import perf_counter, sleep

from blacklists.list_file import ListFile
from blacklists.lists import NumberLists
from contracts.node_api import Overlay
from tests.perf.benchmark import Options, Result
from tests.perf.invented_lists import LISTS, listed, ready_file, unlisted

_RATE = 10_000
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_ASKED = 20_000
_SWAP_AFTER = _RATE // 5


def run(options: Options) -> Iterable[Result]:
    """Look up in windows of a second, by turns without a swap and with one."""
    first = ready_file(options)
    second = options.folder / "second.lists"
    shutil.copyfile(first, second)
    holder = _Holder(_mapped(first))
    next_files = cycle((second, first))
    calm = _Windows()
    swapped = _Windows()
    gc.collect()
    for _ in range(options.seconds):
        _window(options, holder, calm)
        _window(options, holder, swapped, next(next_files))
    second.unlink()
    figures = {
        "longest_pause_us": calm.longest,
        "longest_pause_with_swaps_us": swapped.longest,
        "median_window_us": median(calm.pauses),
        "median_window_with_swaps_us": median(swapped.pauses),
        "swap_seconds": median(swapped.swaps),
        "errors": float(calm.errors + swapped.errors),
    }
    ratios = {"longest_pause": swapped.longest / calm.longest}
    sizes = {
        "entries": options.entries,
        "lookups": calm.lookups + swapped.lookups,
        "swaps": len(swapped.swaps),
    }
    yield Result("swap", sizes, figures, ratios, {"longest_pause": 2.0, "errors": 0.0})


@dataclass(slots=True)
class _Holder:
    """Where look-ups find the lists in force."""

    lists: NumberLists


@dataclass(slots=True)
class _Windows:
    """What the look-ups of some windows met."""

    pauses: list[float] = field(default_factory=list)
    """The longest of each window, microseconds after its look-up was due."""
    lookups: int = 0
    errors: int = 0
    swaps: list[float] = field(default_factory=list)
    """Seconds each took, the old file's end among them."""

    @property
    def longest(self) -> float:
        return max(self.pauses)


def _mapped(path: Path) -> NumberLists:
    return NumberLists(ListFile.open(path), Overlay(version="1", base=1, release=1, lists=LISTS))


def _window(options: Options, holder: _Holder, windows: _Windows, file: Path | None = None) -> None:
    """Look up for a second on a thread of its own; this one swaps the file meanwhile where one is given."""
    under_way = Event()
    thread = Thread(target=_look_up, args=(options, holder, windows, under_way))
    thread.start()
    under_way.wait()
    if file is not None:
        begun = perf_counter()
        # The last reference to the old lists goes with the assignment, and the map with it.
        holder.lists = _mapped(file)
        windows.swaps.append(perf_counter() - begun)
    thread.join()


def _look_up(options: Options, holder: _Holder, windows: _Windows, under_way: Event) -> None:
    longest = 0.0
    asked = [(listed if n % 2 else unlisted)(n * 7919 % options.entries) for n in range(_ASKED)]
    begun = perf_counter()
    for n in range(_RATE):
        due = begun + n / _RATE
        if n == _SWAP_AFTER:
            under_way.set()
        if (left := due - perf_counter()) > 0:
            sleep(left)
        try:
            found = holder.lists.find(asked[n % _ASKED], _NOW)
        except Exception:  # noqa: BLE001 (whatever goes wrong in a look-up is what is counted)
            windows.errors += 1
        else:
            windows.errors += bool(found.exact) != bool(n % 2)
        longest = max(longest, perf_counter() - due)
    windows.pauses.append(longest * 1e6)
    windows.lookups += _RATE
