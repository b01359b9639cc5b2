"""The number lists in force: the compiled file with the overlay on it, never changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from blacklists.crowding import densest, surplus
from blacklists.key import key_of, length_of
from blacklists.list_file import ListFile, pair_key
from blacklists.list_file_layout import KIND_CODES, MOST_ENTRIES_PER_NUMBER, NEVER
from blacklists.pattern import Pattern, parse_pattern
from blacklists.segments import Segments, cut_into_segments
from contracts.errors import BadInputError, ConflictError
from contracts.node_api import EmergencyWindow, Standing
from contracts.number_list import EntryKind, ListEntry, ListKind, NumberList
from contracts.phone import PhoneNumber
from contracts.verdict import Action

_RANGE = KIND_CODES[EntryKind.RANGE]
_KINDS = tuple(ListKind)


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


_Sized = tuple[int, Hit]
"""How much an entry covers, and the entry."""

_NOTHING = Found((), ())
# What a named tuple's own constructor calls; without it, for it is Python and stands in every look-up.
_tuple = tuple.__new__


class Laid(Protocol):
    """An overlay, however it is held; its fields are those of contracts.node_api.Overlay."""

    @property
    def version(self) -> str:
        """Its version."""
        ...

    @property
    def base(self) -> int:
        """Release of the list file it belongs on."""
        ...

    @property
    def release(self) -> int:
        """Release that file and overlay together stand for."""
        ...

    @property
    def lists(self) -> Sequence[NumberList]:
        """Every list, at its version in force."""
        ...

    @property
    def added(self) -> Sequence[ListEntry]:
        """Entries the file lacks; walked once, perhaps slowly."""
        ...

    @property
    def removed(self) -> Sequence[str]:
        """Ids of entries of the file that are in force no more."""
        ...

    @property
    def number_standings(self) -> Mapping[str, Standing]:
        """Standings of single numbers, by number."""
        ...

    @property
    def block_standings(self) -> Mapping[str, Standing]:
        """Standings of blocks, by their leading digits."""
        ...

    @property
    def emergencies(self) -> Sequence[EmergencyWindow]:
        """Windows in which a resident's calls pass."""
        ...


class NumberLists:
    """Everything a judgement asks about numbers, at one release.

    `file` None stands for no entries, release 0. The overlay's `lists` tell versions and precedence; a list
    it does not name is as the file says. Of `before`, the added entries are used again where they are the
    same. Safe for any number of threads.

    Raises:
        StaleOverlayError: the overlay's base is not the file's release.
        UnknownListError: an added entry's list stands neither in the overlay nor in the file.
        BadPatternError: an added entry's pattern cannot be used.
    """

    def __init__(self, file: ListFile | None, overlay: Laid, before: NumberLists | None = None) -> None:
        release = file.ref.release if file else 0
        if overlay.base != release:
            raise StaleOverlayError(
                f"overlay {overlay.version} belongs on release {overlay.base}, the list file is of release "
                f"{release}; fetch the other one first"
            )
        lists = {entry.name: entry for entry in (*(file.lists if file else ()), *overlay.lists)}
        self.version = str(overlay.release)
        self._file = file
        self._entries = _FileEntries(file, lists, overlay.removed) if file else None
        laid = before._added if before else None  # noqa: SLF001 (this class's own)
        if laid and laid.source == overlay.added and laid.lists == lists:
            self._added: _AddedEntries | None = laid
        else:
            self._added = _AddedEntries(overlay.added, lists) if overlay.added else None
        self.left_out = self._added.left_out if self._added else frozenset()
        """Ids of the overlay's prefixes and ranges that are too many over one number, and left out."""
        self._standings = overlay.number_standings
        self._blocks = overlay.block_standings
        self._block_lengths = sorted({len(digits) for digits in self._blocks}, reverse=True)
        self._emergencies = _latest((row.resident_id, row.until) for row in overlay.emergencies)

    def find(self, number: PhoneNumber, now: datetime) -> Found:
        """Return the entries valid at `now` that cover the number; none for a number without digits."""
        if not number.value:
            return _NOTHING
        key, file, added = key_of(number.value), self._entries, self._added
        exact = file.exact(key, now) if file else []
        covering = file.covering(key, now) if file else []
        if added:
            exact += added.exact(key, now)
            covering += added.covering(key, now)
        if not exact and not covering:
            return _NOTHING
        if len(exact) > 1:
            exact.sort(key=_rank)
        return _tuple(Found, (tuple(exact), _by_width(covering) if covering else ()))

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

    def exact(self, key: int, now: datetime) -> list[Hit]:
        hits: list[Hit] = []
        if not (rows := self._file.exact(key)):
            return hits
        second = int(now.timestamp())
        for entry, tag, valid_from, expires_at in rows:
            if valid_from <= second < expires_at and entry not in self._removed:
                # A comprehension is one more call in the path of every look-up.
                hits.append(_tuple(Hit, (str(entry), *self._tags[tag])))
        return hits

    def covering(self, key: int, now: datetime) -> list[_Sized]:
        sized: list[_Sized] = []
        if not (rows := self._file.blocks(key)):
            return sized
        second = int(now.timestamp())
        for low, high, kind, entry, tag, valid_from, expires_at, _ in rows:
            # A range has numbers of one length; a prefix all that sort behind it.
            if kind == _RANGE and length_of(low) != length_of(key):
                continue
            if valid_from <= second < expires_at and entry not in self._removed:
                sized.append((high - low, _tuple(Hit, (str(entry), *self._tags[tag]))))
        return sized


class _Added(NamedTuple):
    pattern: Pattern
    hit: Hit
    valid_from: int
    expires_at: int


class _AddedEntries:
    """The entries of the overlay."""

    def __init__(self, entries: Sequence[ListEntry], lists: Mapping[str, NumberList]) -> None:
        self.source, self.lists = entries, lists
        exact: defaultdict[int, list[_Added]] = defaultdict(list)
        self._blocks: list[_Added] = []
        for entry in entries:
            added = _added(entry, lists)
            if added.pattern.kind is EntryKind.EXACT:
                exact[added.pattern.low].append(added)
            else:
                self._blocks.append(added)
        self._exact: Mapping[int, list[_Added]] = dict(exact)
        self.left_out = _surplus(self._blocks)
        if self.left_out:
            self._blocks = [block for block in self._blocks if block.hit.entry not in self.left_out]
        lows, highs = _ends(self._blocks)
        self._segments = (
            cut_into_segments(lows, highs, MOST_ENTRIES_PER_NUMBER) if self._blocks else Segments()
        )

    def exact(self, key: int, now: datetime) -> list[Hit]:
        added, second = self._exact.get(key, ()), int(now.timestamp())
        return [entry.hit for entry in added if entry.valid_from <= second < entry.expires_at]

    def covering(self, key: int, now: datetime) -> list[_Sized]:
        second = int(now.timestamp())
        return [
            (entry.pattern.high - entry.pattern.low, entry.hit)
            for entry in (self._blocks[place] for place in self._segments.at(key))
            if entry.pattern.covers(key) and entry.valid_from <= second < entry.expires_at
        ]


def _surplus(blocks: Sequence[_Added]) -> frozenset[str]:
    """Return ids of blocks that are more over one number than a look-up may walk.

    The overlay is not refused for them: calls are better judged by the rest of it. Those whose lists speak
    first stay, of one list the narrower, as where a file is compiled.
    """
    if not blocks or densest(*_ends(blocks)).blocks <= MOST_ENTRIES_PER_NUMBER:
        return frozenset()
    in_order = sorted(blocks, key=_speaks)
    places = surplus(*_ends(in_order), MOST_ENTRIES_PER_NUMBER)
    return frozenset(in_order[place].hit.entry for place in places)


def _ends(blocks: Iterable[_Added]) -> tuple[list[int], list[int]]:
    patterns = [block.pattern for block in blocks]
    return [pattern.low for pattern in patterns], [pattern.high for pattern in patterns]


def _speaks(block: _Added) -> tuple[int, int, int, str]:
    pattern, said_by = block.pattern, block.hit.list
    return _KINDS.index(said_by.kind), said_by.precedence, pattern.high - pattern.low, block.hit.entry


def _added(entry: ListEntry, lists: Mapping[str, NumberList]) -> _Added:
    if entry.list not in lists:
        raise UnknownListError(
            f"entry {entry.id}: nobody described its list {entry.list}; name it in `lists`"
        )
    pattern = parse_pattern(entry.pattern, entry.kind)
    hit = Hit(entry.id, lists[entry.list], entry.category, entry.action, entry.shadow)
    return _Added(pattern, hit, _second(entry.valid_from, 0), _second(entry.expires_at, NEVER))


def _second(time: datetime | None, otherwise: int) -> int:
    return int(time.timestamp()) if time else otherwise


def _by_width(sized: list[_Sized]) -> tuple[Hit, ...]:
    if len(sized) == 1:
        return (sized[0][1],)
    return tuple([hit for _, hit in sorted(sized, key=lambda pair: (pair[0], _rank(pair[1])))])


def _rank(hit: Hit) -> tuple[int, str, int, str]:
    # Ids by length and then digits: as the numbers they mostly are.
    return hit.list.precedence, hit.list.name, len(hit.entry), hit.entry


def _latest(windows: Iterable[tuple[str, datetime]]) -> Mapping[str, datetime]:
    return dict(sorted(windows, key=lambda window: window[1]))
