"""List entries without end, of a country code that nobody has, and the file compiled of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

from blacklists.key import key_of, last_with_prefix
from blacklists.list_file_builder import build_list_file
from blacklists.list_file_layout import Record, Tag
from contracts.node_api import ListFileRef
from contracts.number_list import ListKind, NumberList
from contracts.phone import NumberKind, PhoneNumber
from contracts.verdict import Action
from tests.perf.benchmark import Options

BLOCKS = 1000
"""Half of them prefixes, half ranges."""
LISTS = (
    NumberList(name="police", kind=ListKind.HARD, precedence=10, owner="unit", version=4),
    NumberList(name="reports", kind=ListKind.SCORE, precedence=20, owner="unit", version=9),
)
TAGS = {
    1: Tag("police", "冒充公检法", Action.REJECT, shadow=False),
    2: Tag("police", "刷单", Action.MONITOR, shadow=False),
    3: Tag("reports", "贷款", Action.MONITOR, shadow=True),
}
_SEED = 96110
# ITU-T E.164.D: 999 is nobody's country code. Entries end in an even digit, so that odd ones are unlisted.
_LOWEST = 99_910_000_000_000
_NUMBERS = 4 * 10**12
_BLOCK_AREA = 99_970_000_000_000


def listed_value(n: int) -> str:
    """Return the number of the n-th exact entry."""
    # A multiplier without a factor in common walks all numbers without repeating one, in no order.
    return f"+{_LOWEST + 2 * (n * 1_234_567_891 % (_NUMBERS // 2))}"


def listed(n: int) -> PhoneNumber:
    """Return the n-th listed number."""
    return PhoneNumber(listed_value(n), NumberKind.FOREIGN)


def unlisted(n: int) -> PhoneNumber:
    """Return a number between the listed ones that no entry covers."""
    return PhoneNumber(f"+{int(listed_value(n)[1:]) + 1}", NumberKind.FOREIGN)


def covered(n: int) -> PhoneNumber:
    """Return a number that a prefix or a range covers, and no exact entry."""
    return PhoneNumber(f"+{_BLOCK_AREA + n * 7919 % BLOCKS * 10**6 + 123_456}", NumberKind.FOREIGN)


def prefixes() -> list[str]:
    """Return the prefixes among the blocks, of a million numbers each."""
    return [f"+{(_BLOCK_AREA + n * 10**6) // 10**6}" for n in range(0, BLOCKS, 2)]


def records(count: int) -> Iterator[Record]:
    """Yield exact entries in no order, some with times, and then the blocks."""
    random = Random(_SEED)
    for n in range(count):
        key = key_of(listed_value(n))
        yield 0, key, key, n, 1 + n % 3, 1_700_000_000, 0 if random.random() < 0.5 else 4_000_000_000
    for n in range(0, BLOCKS, 2):
        low = key_of(f"+{(_BLOCK_AREA + n * 10**6) // 10**6}")
        yield 1, low, last_with_prefix(low), count + n, 1, 0, 0
        first = _BLOCK_AREA + (n + 1) * 10**6
        yield 2, key_of(f"+{first}"), key_of(f"+{first + 999_999}"), count + n + 1, 2, 0, 0


def compile_to(path: Path, count: int, release: int = 1) -> ListFileRef:
    """Compile the entries."""
    return build_list_file(path, release=release, lists=LISTS, tags=TAGS, records=records(count))


def ready_file(options: Options) -> Path:
    """Return the file of the run, compiled where it is not there yet."""
    path = options.folder / f"{options.entries}.lists"
    if not path.exists():
        compile_to(path, options.entries)
    return path
