"""The number lists in force: the compiled file with the overlay on it, never changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from blacklists.key import key_of, length_of
from blacklists.list_file import ListFile, pair_key
from blacklists.list_file_layout import KIND_CODES
from blacklists.pattern import Pattern, parse_pattern
from blacklists.segments import Segments, cut_into_segments
from contracts.errors import BadInputError, ConflictError
from contracts.node_api import Overlay, Standing
from contracts.number_list import EntryKind, ListEntry, NumberList
from contracts.phone import PhoneNumber
from contracts.verdict import Action

_RANGE = KIND_CODES[EntryKind.RANGE]


class StaleOverlayError(ConflictError):
    """An overlay belongs on another list file than the one at hand."""

    code = "lists.stale_overlay"


class UnknownListError(BadInputError):
    """An entry names a list that nobody described."""

    code = "lists.unknown_list"


class Hit(NamedTuple):
    """An entry that covers the number asked for."""

    entry: str
    """Its id."""
    list: NumberList
    category: str
    action: Action
    shadow: bool


class Found(NamedTuple):
    """What the lists say about one number."""

    exact: tuple[Hit, ...]
    """Entries of this very number, by precedence of their lists."""
    covering: tuple[Hit, ...]
    """Prefixes and ranges: the one that covers the fewest numbers first, then by precedence."""


_Place = tuple[int, int, str, int, str]
"""How a hit sorts: width, precedence, list, then the entry's id by length and digits: as a number would."""
_Placed = tuple[_Place, Hit]

_NOTHING = Found((), ())


class NumberLists:
    """Everything a judgement asks about numbers, at one release.

    `file` None stands for no entries, release 0. The overlay's `lists` tell versions and precedence; a list
    it does not name is as the file says. Safe for any number of threads.

    Raises:
        StaleOverlayError: the overlay's base is not the file's release.
        UnknownListError: an added entry's list stands neither in the overlay nor in the file.
        BadPatternError: an added entry's pattern cannot be used.
    """

    def __init__(self, file: ListFile | None, overlay: Overlay) -> None:
        release = file.ref.release if file else 0
        if overlay.base != release:
            raise StaleOverlayError(
                f"overlay {overlay.version} belongs on release {overlay.base}, the list file is of release "
                f"{release}; fetch the other one first"
            )
        lists = {entry.name: entry for entry in (*(file.lists if file else ()), *overlay.lists)}
        self.version = str(overlay.release)
        self._file = file
        self._sources: list[_FileEntries | _AddedEntries] = []
        if file:
            self._sources.append(_FileEntries(file, lists, overlay.removed))
        if overlay.added:
            self._sources.append(_AddedEntries(overlay.added, lists))
        self._standings = {row.number: row for row in overlay.standings if not row.block}
        self._blocks = {row.number: row for row in overlay.standings if row.block}
        self._block_lengths = sorted({len(digits) for digits in self._blocks}, reverse=True)
        self._emergencies = _latest((row.resident_id, row.until) for row in overlay.emergencies)

    def find(self, number: PhoneNumber, now: datetime) -> Found:
        """Return the entries valid at `now` that cover the number; none for a number without digits."""
        if not number.value:
            return _NOTHING
        key, second = key_of(number.value), now.timestamp()
        exact: list[_Placed] = []
        covering: list[_Placed] = []
        for source in self._sources:
            exact += source.exact(key, second)
            covering += source.covering(key, second)
        if not exact and not covering:
            return _NOTHING
        return Found(_in_order(exact), _in_order(covering))

    def standing(self, number: PhoneNumber) -> Standing | None:
        """Return what is known of the number itself, or else of the longest block it lies in."""
        if own := self._standings.get(number.value):
            return own
        for length in self._block_lengths:
            # A block of more digits than the number has is not met: the slice is the whole number then.
            if length <= len(number.value) and (block := self._blocks.get(number.value[:length])):
                return block
        return None

    def is_familiar(self, number: PhoneNumber, resident_id: str) -> bool:
        """Tell whether the number had called the resident when the file was compiled."""
        if not self._file or not number.value:
            return False
        return self._file.has_pair(pair_key(number.value, resident_id))

    def in_emergency(self, resident_id: str, now: datetime) -> bool:
        """Tell whether the resident's calls pass because an emergency number was dialled not long ago."""
        until = self._emergencies.get(resident_id)
        return until is not None and now < until


class _FileEntries:
    """The entries of the file, less those removed since."""

    def __init__(self, file: ListFile, lists: Mapping[str, NumberList], removed: Iterable[str]) -> None:
        self._file = file
        self._tags = [(lists[tag.list], tag.category, tag.action, tag.shadow) for tag in file.tags]
        self._removed = frozenset(int(entry) for entry in removed if entry.isdecimal())
        columns = ("entry", "tag", "valid_from", "expires_at")
        self._exact = tuple(file.sections[f"exact_{column}"] for column in columns)
        self._block = tuple(file.sections[f"block_{column}"] for column in columns)
        self._low = file.sections["block_low"]
        self._high = file.sections["block_high"]
        self._kind = file.sections["block_kind"]

    def exact(self, key: int, second: float) -> Sequence[_Placed]:
        rows = self._file.exact_rows(key)
        return [(_place(0, hit), hit) for row in rows if (hit := self._hit(self._exact, row, second))]

    def covering(self, key: int, second: float) -> Sequence[_Placed]:
        low, high = self._low, self._high
        return [
            (_place(high[row] - low[row], hit), hit)
            for row in self._file.block_rows(key)
            # A range has numbers of one length; a prefix all that sort behind it.
            if (self._kind[row] != _RANGE or length_of(low[row]) == length_of(key))
            and (hit := self._hit(self._block, row, second))
        ]

    def _hit(self, columns: Sequence[memoryview[int]], row: int, second: float) -> Hit | None:
        entries, tags, valid_from, expires_at = columns
        entry = entries[row]
        if entry in self._removed or not _valid(valid_from[row], expires_at[row], second):
            return None
        return Hit(str(entry), *self._tags[tags[row]])


class _Added(NamedTuple):
    pattern: Pattern
    placed: _Placed
    valid_from: int
    expires_at: int


class _AddedEntries:
    """The entries of the overlay."""

    def __init__(self, entries: Iterable[ListEntry], lists: Mapping[str, NumberList]) -> None:
        exact: defaultdict[int, list[_Added]] = defaultdict(list)
        self._blocks: list[_Added] = []
        for entry in entries:
            added = _added(entry, lists)
            if added.pattern.kind is EntryKind.EXACT:
                exact[added.pattern.low].append(added)
            else:
                self._blocks.append(added)
        self._exact: Mapping[int, list[_Added]] = dict(exact)
        # No limit: what is too much is refused when the next file is compiled, not on the way to the nodes.
        self._segments = (
            cut_into_segments(
                [block.pattern.low for block in self._blocks],
                [block.pattern.high for block in self._blocks],
                len(self._blocks),
            )
            if self._blocks
            else Segments()
        )

    def exact(self, key: int, second: float) -> Sequence[_Placed]:
        added = self._exact.get(key, ())
        return [entry.placed for entry in added if _valid(entry.valid_from, entry.expires_at, second)]

    def covering(self, key: int, second: float) -> Sequence[_Placed]:
        return [
            entry.placed
            for entry in (self._blocks[place] for place in self._segments.at(key))
            if entry.pattern.covers(key) and _valid(entry.valid_from, entry.expires_at, second)
        ]


def _added(entry: ListEntry, lists: Mapping[str, NumberList]) -> _Added:
    if entry.list not in lists:
        raise UnknownListError(
            f"entry {entry.id}: nobody described its list {entry.list}; name it in `lists`"
        )
    pattern = parse_pattern(entry.pattern, entry.kind)
    hit = Hit(entry.id, lists[entry.list], entry.category, entry.action, entry.shadow)
    placed = (_place(pattern.high - pattern.low, hit), hit)
    return _Added(pattern, placed, _second(entry.valid_from), _second(entry.expires_at))


def _second(time: datetime | None) -> int:
    # 0 stands for none; whatever was before 1970 is long past all the same.
    return max(1, int(time.timestamp())) if time else 0


def _valid(valid_from: int, expires_at: int, second: float) -> bool:
    return valid_from <= second and (not expires_at or second < expires_at)


def _place(width: int, hit: Hit) -> _Place:
    return width, hit.list.precedence, hit.list.name, len(hit.entry), hit.entry


def _in_order(placed: list[_Placed]) -> tuple[Hit, ...]:
    if len(placed) > 1:
        placed.sort(key=lambda pair: pair[0])
    return tuple([hit for _, hit in placed])


def _latest(windows: Iterable[tuple[str, datetime]]) -> Mapping[str, datetime]:
    return dict(sorted(windows, key=lambda window: window[1]))
