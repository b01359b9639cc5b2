"""A node fetches list files and full overlays under 10,000 judgements a second, and residents under 1,000."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from blacklists.standing import MOST_STANDINGS
from contracts.node_api import Enrolment, ListFileRef, Overlay, Snapshot, Standing
from contracts.number_list import EntryKind, ListEntry
from contracts.phone import PhoneNumber
from contracts.verdict import Action
from screening.number_rules import judge_number
from screening.number_signs import TrunkFacts
from telephony.controller.api_client import ApiClient
from telephony.controller.holdings import Keeper
from tests.fixtures.node_snapshot import RESIDENT, snapshot
from tests.perf.benchmark import Options, Result
from tests.perf.invented_lists import LISTS, compile_to, listed, listed_value, prefixes, unlisted
from tests.perf.list_server import serving

_RATE = 10_000
_RATE_OF_SNAPSHOT = 1000
_MOST_ENTRIES = 1_000_000
_RESIDENTS = 100_000
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_TRUNK = TrunkFacts(domestic=True, home_area="0536")
_LONGEST_S = 60.0
_ADDED = 5000
"""As many as an overlay carries before the api compiles a new file."""
_ADDED_BLOCKS = 100
_PATIENCE_US = 20_000.0
"""A worker waits so long for a decision, then it delivers unjudged."""


def run(options: Options) -> Iterable[Result]:
    """Judge in windows, by turns without news and with a new list file, a new overlay, new residents."""
    return asyncio.run(_run(options, min(options.entries, _MOST_ENTRIES)))


async def _run(options: Options, entries: int) -> list[Result]:
    folder = options.folder / "controller_swap"
    folder.mkdir()
    async with _node(folder, entries, min(_RESIDENTS, entries)) as node:
        windows = max(2, options.seconds // 2)
        swap, overlay, snapshot_ = _Windows.pair(), _Windows.pair(), _Windows.pair()
        for n in range(windows):
            await _turn(node, _RATE, swap, partial(node.publish, 2 - n % 2))
        release = 2 - (windows - 1) % 2
        for n in range(windows):
            await _turn(node, _RATE, overlay, partial(node.publish, release, added=_ADDED - n % 2))
        for n in range(3):
            # A city's residents come rarely and take seconds to read: at the rate of a busy hour's calls.
            publish = partial(node.publish, release, residents=node.residents + n)
            await _turn(node, _RATE_OF_SNAPSHOT, snapshot_, publish)
    file_mb = node.refs[1].size // 1_000_000
    twice = {"longest_pause": 2.0, "errors": 0.0}
    # Freeing the residents before takes milliseconds at once, some times a day: no call may notice.
    patient = {"longest_pause_with_news_us": _PATIENCE_US, "errors": 0.0}
    return [
        _result("controller_swap", {"entries": entries, "file_mb": file_mb}, *swap, twice),
        _result("controller_overlay", {"added": _ADDED, "standings": MOST_STANDINGS}, *overlay, twice),
        _result("controller_snapshot", {"residents": node.residents}, *snapshot_, patient),
    ]


async def _turn(
    node: _Node, rate: int, windows: tuple[_Windows, _Windows], publish: Callable[[], None]
) -> None:
    calm, news = windows
    await _window(node, rate, calm)
    publish()
    await _window(node, rate, news, node.refresh)


def _result(
    name: str, sizes: dict[str, int], calm: _Windows, news: _Windows, budgets: dict[str, float]
) -> Result:
    figures = {
        "longest_pause_us": calm.longest,
        "longest_pause_with_news_us": news.longest,
        "median_window_us": median(calm.pauses),
        "median_window_with_news_us": median(news.pauses),
        "refresh_seconds": median(news.refreshes),
        "errors": float(calm.errors + news.errors),
    }
    sizes |= {"judged": calm.judged + news.judged, "refreshes": len(news.refreshes)}
    return Result(name, sizes, figures, {"longest_pause": news.longest / calm.longest}, budgets)


@dataclass(slots=True)
class _Windows:
    """What the judgements of some windows met."""

    pauses: list[float] = field(default_factory=list)
    """The longest time between two judgements of each window, microseconds."""
    judged: int = 0
    errors: int = 0
    refreshes: list[float] = field(default_factory=list)
    """Seconds each took, until the news was in force."""

    @classmethod
    def pair(cls) -> tuple[_Windows, _Windows]:
        """Return windows without news and with news."""
        return cls(), cls()

    @property
    def longest(self) -> float:
        return max(self.pauses)


@dataclass(slots=True)
class _Node:
    """A keeper, and what the api it asks has to give."""

    folder: Path
    keeper: Keeper
    entries: int
    residents: int
    refs: dict[int, ListFileRef]
    asked: list[PhoneNumber] = field(default_factory=list)
    version: int = 0

    def publish(self, release: int, residents: int = 1, added: int = _ADDED) -> None:
        """Let the api name another list file, a full overlay with other standings, and so many residents."""
        self.version += 1
        overlay = Overlay(
            version=str(self.version),
            base=release,
            release=release,
            lists=LISTS,
            added=_additions(self.entries)[:added],
            standings=_standings(self.version),
        )
        named: Snapshot = snapshot(str(self.version), lists=self.refs[release])
        others = (Enrolment(resident_id=f"r{n}", number=f"+86138{n:08}") for n in range(residents))
        whole = named.model_copy(update={"enrolments": (*named.enrolments, *others)})
        (self.folder / "overlay.json").write_text(overlay.model_dump_json())
        (self.folder / "snapshot.json").write_text(whole.model_dump_json())

    async def refresh(self) -> None:
        """Fetch what is new, as the poller does."""
        await self.keeper.refresh_snapshot()
        await self.keeper.refresh_overlay()
        await self.keeper.refresh_file()

    def judge(self, n: int) -> bool:
        """Judge the n-th number; tell whether what is said of it is right."""
        held = self.keeper.current
        assert held is not None
        verdict = judge_number(
            self.asked[n], _TRUNK, held.enrolments[RESIDENT], held.lists, _NOW, Action.MONITOR
        )
        return any(step.entry for step in verdict.rules) is bool(n % 2)


@cache
def _additions(entries: int) -> tuple[ListEntry, ...]:
    """Mobiles that are listed nowhere else, and blocks of which no number is asked for."""
    exact = [(EntryKind.EXACT, listed_value(5 * (entries + n))) for n in range(_ADDED - _ADDED_BLOCKS)]
    blocks = [(EntryKind.PREFIX, prefix) for prefix in prefixes()[:_ADDED_BLOCKS]]
    return tuple(
        ListEntry(
            id=str(2 * entries + n),
            list="police",
            pattern=pattern,
            kind=kind,
            category="冒充公检法",
            action=Action.MONITOR,
            valid_from=_NOW,
            expires_at=datetime(2027, 1, 1, tzinfo=UTC),
        )
        for n, (kind, pattern) in enumerate(blocks + exact)
    )


def _standings(version: int) -> tuple[Standing, ...]:
    counts = {"residents_last_hour": version % 50, "repeats": 3, "reports": 7}
    return tuple(Standing(number=listed_value(n), score=0.25, **counts) for n in range(MOST_STANDINGS))


@asynccontextmanager
async def _node(folder: Path, entries: int, residents: int) -> Any:
    refs = {}
    for release in (1, 2):
        made = folder / "made"
        refs[release] = compile_to(made, entries, release)
        made.rename(folder / f"{refs[release].sha256}.lists")
    (folder / "token").write_text("token")
    own = folder / "node"
    own.mkdir()
    with serving(folder) as url:
        client = ApiClient(url, folder / "token")
        node = _Node(folder, Keeper(client, own), entries, residents, refs)
        node.asked = [(listed if n % 2 else unlisted)(n * 7919 % entries) for n in range(2 * _RATE)]
        node.publish(release=1)
        await node.refresh()
        # As the node's own process does; what other benchmarks left is no part of a node besides.
        gc.freeze()
        try:
            yield node
        finally:
            gc.unfreeze()
            await client.close()


async def _window(
    node: _Node, rate: int, windows: _Windows, refresh: Callable[[], Awaitable[None]] | None = None
) -> None:
    """Judge for a second, and longer where the news takes longer."""
    gc.collect()
    begun = last = perf_counter()
    done, longest = 0, 0.0
    news = asyncio.ensure_future(_timed(refresh)) if refresh else None
    while (elapsed := perf_counter() - begun) < 1.0 or not (news is None or news.done()):
        assert elapsed < _LONGEST_S
        # No more than are due; what a machine too busy for the rate leaves over is not judged later.
        for _ in range(min(rate // 100, int(elapsed * rate) - done)):
            windows.errors += not node.judge(done % len(node.asked))
            now = perf_counter()
            longest, last, done = max(longest, now - last), now, done + 1
        await asyncio.sleep(0.0005)
    windows.pauses.append(longest * 1e6)
    windows.judged += done
    if news is not None:
        windows.refreshes.append(await news)


async def _timed(work: Callable[[], Awaitable[None]]) -> float:
    begun = perf_counter()
    await work()
    return perf_counter() - begun
