"""List entries without end, of numbers that nobody has, and the file compiled of them."""

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
_PAIR_BITS = 64
# Lowest number and count. Of 154 and 169 no operator has numbers; no local number begins with 1; 999 is
# nobody's country code (ITU-T E.164.D). Entries end in an even digit, so that odd ones are unlisted.
_MOBILES = 8_615_400_000_000, 10**8
_LANDLINES = 865_361_0000000, 10**7
_FOREIGNERS = 99_910_000_000_000, 4 * 10**12
_BLOCK_AREA = 8_616_900_000_000
_BLOCK = 10**5


def listed_value(n: int) -> str:
    """Return the number of the n-th exact entry."""
    return f"+{_digits(n)}"


def listed(n: int) -> PhoneNumber:
    """Return the n-th listed number: of twenty one is foreign, three are landlines, the others mobiles."""
    return _number(n, _digits(n))


def unlisted(n: int) -> PhoneNumber:
    """Return a number between the listed ones that no entry covers."""
    return _number(n, _digits(n) + 1)


def covered(n: int) -> PhoneNumber:
    """Return a number that a prefix or a range covers, and no exact entry."""
    return PhoneNumber(f"+{_BLOCK_AREA + n * 7919 % BLOCKS * _BLOCK + 12_345}", NumberKind.MOBILE)


def _digits(n: int) -> int:
    if n % 20 == 19:
        return _spread(n, _FOREIGNERS)
    return _spread(n // 5, _LANDLINES) if n % 5 == 4 else _spread(n, _MOBILES)


def _number(n: int, digits: int) -> PhoneNumber:
    """Return a number as a trunk presents it."""
    if n % 20 == 19:
        return PhoneNumber(f"+{digits}", NumberKind.FOREIGN, f"00{digits}")
    national = str(digits)[2:]
    if n % 5 == 4:
        return PhoneNumber(f"+{digits}", NumberKind.LANDLINE, f"0{national}")
    return PhoneNumber(f"+{digits}", NumberKind.MOBILE, national)


def _spread(n: int, numbers: tuple[int, int]) -> int:
    # A multiplier without a factor in common walks all numbers without repeating one, in no order.
    lowest, count = numbers
    return lowest + 2 * (n * 1_234_567_891 % (count // 2))


def prefixes() -> list[str]:
    """Return the prefixes among the blocks, of a hundred thousand numbers each."""
    return [f"+{(_BLOCK_AREA + n * _BLOCK) // _BLOCK}" for n in range(0, BLOCKS, 2)]


def records(count: int) -> Iterator[Record]:
    """Yield exact entries in no order, some with times, and then the blocks."""
    random = Random(_SEED)
    for n in range(count):
        key = key_of(listed_value(n))
        yield 0, key, key, n, 1 + n % 3, 1_700_000_000, 0 if random.random() < 0.5 else 4_000_000_000
    for n, prefix in zip(range(0, BLOCKS, 2), prefixes(), strict=True):
        low = key_of(prefix)
        yield 1, low, last_with_prefix(low), count + n, 1, 0, 0
        first = _BLOCK_AREA + (n + 1) * _BLOCK
        yield 2, key_of(f"+{first}"), key_of(f"+{first + _BLOCK - 1}"), count + n + 1, 2, 0, 0


def block_records(count: int) -> Iterator[Record]:
    """Yield prefixes and ranges in no order, two of them over most of the numbers they cover."""
    for n in range(count):
        block = n * 1_234_567_891 % count
        first = _FOREIGNERS[0] + block // 2 * 1000
        if block % 2:
            yield 2, key_of(f"+{first + 500}"), key_of(f"+{first + 1499}"), n, 2, 0, 0
        else:
            low = key_of(f"+{first // 1000}")
            yield 1, low, last_with_prefix(low), n, 1, 0, 0


def pairs(count: int) -> Iterator[int]:
    """Yield who has called whom before, a pair for every five entries: hashes, so any number may be one."""
    random = Random(_SEED)
    for _ in range(count // 5):
        yield random.getrandbits(_PAIR_BITS)


def compile_to(path: Path, count: int, release: int = 1) -> ListFileRef:
    """Compile the entries."""
    return build_list_file(
        path, release=release, lists=LISTS, tags=TAGS, records=records(count), pairs=pairs(count)
    )


def compile_blocks_to(path: Path, count: int) -> ListFileRef:
    """Compile so many prefixes and ranges, and nothing else."""
    return build_list_file(path, release=1, lists=LISTS, tags=TAGS, records=block_records(count))


def ready_file(options: Options) -> Path:
    """Return the file of the run, compiled where it is not there yet."""
    path = options.folder / f"{options.entries}.lists"
    if not path.exists():
        compile_to(path, options.entries)
    return path
