"""PhoneBlock's block list as rows: {"version": N, "numbers": [{"phone", "votes", "rating", "lastActivity"}]}.

Votes of 0 are a tombstone: since an earlier version the number has been taken off the list.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

import ijson

from blacklists.importing.cell import read_pattern
from blacklists.importing.limits import Limits
from blacklists.importing.packed import PackedFile
from blacklists.importing.refusal import BadCellError, DamagedSourceError, SourceTooLargeError, quoted
from blacklists.importing.row import ImportRow, Rejected, reject
from blacklists.reason import ReasonedError, Why
from contracts.number_list import EntryKind
from contracts.verdict import Action

CATEGORIES = {
    "B_MISSED": "missed call",
    "C_PING": "ping call",
    "D_POLL": "poll",
    "E_ADVERTISING": "advertising",
    "F_GAMBLE": "gambling",
    "G_FRAUD": "fraud",
}
"""What a rating is called in our lists. A_LEGITIMATE is none of them: such a number is on no list."""
LEGITIMATE = "A_LEGITIMATE"
SOURCE = "PhoneBlock"

_EPOCH = date(1970, 1, 1).toordinal()
_DAY = 24 * 3600 * 1000
"""Milliseconds, as all times of PhoneBlock."""
_LAST_ACTIVITY = 253_402_300_800_000
_FIELDS = frozenset({"phone", "votes", "rating", "lastActivity"})
_OPENING = frozenset({"start_map", "start_array"})
_CLOSING = frozenset({"end_map", "end_array"})
_BUFFER = 64 * 1024
_Scalar = str | int | float | bool | None
_Item = dict[str, _Scalar]


class PhoneBlockRows:
    """The numbers of a file, streamed; `version` is known when they have been read."""

    def __init__(self, file: PackedFile, limits: Limits, home_area: str) -> None:
        self._file = file
        self._limits = limits
        self._home_area = home_area
        self.version: int | None = None

    def __iter__(self) -> Iterator[ImportRow | Rejected]:
        """Yield a row or a rejection for each number.

        Raises:
            DamagedSourceError: no JSON, or none of this form.
            SourceTooLargeError: too many numbers, or one value without end.
        """
        walk = _Walk()
        events = ijson.basic_parse(_Guarded(self._file, self._limits.line), buf_size=_BUFFER, use_float=True)
        try:
            for event, value in events:
                if (item := walk.step(event, value)) is not None:
                    if walk.count > self._limits.rows:
                        raise SourceTooLargeError(
                            f"{self._file.path}: has more than {self._limits.rows} numbers; split it"
                        )
                    yield self._read(walk.count, item)
        except (ijson.JSONError, ValueError, OverflowError) as error:
            reason = str(error).splitlines()[0][:100] if str(error) else "no JSON"
            raise DamagedSourceError(f"{self._file.path}: {reason}; fetch it again") from None
        self.version = walk.version
        if not walk.numbers_seen:
            raise DamagedSourceError(
                f'{self._file.path}: has no list "numbers"; give a block list of PhoneBlock'
            )

    def _read(self, place: int, item: _Item) -> ImportRow | Rejected:
        text = json.dumps(item, ensure_ascii=False)
        try:
            return self._row(place, item, text)
        except ReasonedError as error:
            return reject(place, error.reason, text)

    def _row(self, place: int, item: _Item, text: str) -> ImportRow:
        phone, votes, rating = item.get("phone"), item.get("votes"), item.get("rating")
        if not isinstance(phone, str):
            raise BadCellError(Why.PHONE_NO_TEXT)
        if not isinstance(votes, int) or isinstance(votes, bool):
            raise BadCellError(Why.VOTES_NO_NUMBER)
        gone = votes <= 0 or rating == LEGITIMATE
        category = CATEGORIES.get(rating) if isinstance(rating, str) else None
        if not gone and category is None:
            raise BadCellError(Why.NO_RATING, text=quoted(str(rating)), ratings=", ".join(CATEGORIES))
        return ImportRow(
            place,
            read_pattern(phone, EntryKind.EXACT, self._home_area),
            category or "",
            Action.MONITOR,
            shadow=False,
            source=SOURCE,
            evidence=_evidence(votes, item.get("lastActivity")),
            note="",
            valid_from=0,
            expires_at=0,
            review_at=0,
            gone=gone,
            text=text,
        )


class _Walk:
    """Where in the file the parser is: 1 the object, 2 its list of numbers, 3 one of them."""

    def __init__(self) -> None:
        self.version: int | None = None
        self.numbers_seen = False
        self.count = 0
        self._depth = 0
        self._in_numbers = False
        self._top = ""
        self._key = ""
        self._item: _Item = {}

    def step(self, event: str, value: _Scalar) -> _Item | None:
        """Take an event of the parser; return a number, or what stands in its place, when it is complete."""
        if event == "map_key":
            self._name(str(value))
        elif event in _OPENING:
            self._open(event)
        elif event in _CLOSING:
            return self._close()
        elif self._depth == 2 and self._in_numbers:
            self.count += 1
            return {}
        elif self._depth == 3 and self._key in _FIELDS:
            self._item[self._key] = value
        elif self._depth == 1 and self._top == "version" and isinstance(value, int):
            self.version = value
        return None

    def _open(self, event: str) -> None:
        self._depth += 1
        if self._depth == 2:
            self._in_numbers = event == "start_array" and self._top == "numbers"
            self.numbers_seen = self.numbers_seen or self._in_numbers
        if self._depth == 3:
            self._item, self._key = {}, ""

    def _close(self) -> _Item | None:
        self._depth -= 1
        if self._depth == 2 and self._in_numbers:
            self.count += 1
            return self._item
        return None

    def _name(self, name: str) -> None:
        if self._depth == 1:
            self._top = name
        elif self._depth == 3:
            self._key = name


class _Guarded:
    """A file whose values end: the parser would hold one of any length."""

    def __init__(self, file: PackedFile, longest: int) -> None:
        self._file = file
        self._longest = longest
        self._open = 0
        self._first = True

    def read(self, size: int) -> bytes:
        chunk = self._file.read(size)
        if self._first:
            chunk = chunk.removeprefix(codecs.BOM_UTF8)
            self._first = not size
        quote = chunk.rfind(b'"')
        while quote > 0 and chunk[quote - 1] == ord("\\"):
            quote = chunk.rfind(b'"', 0, quote)
        self._open = self._open + len(chunk) if quote < 0 else len(chunk) - quote
        if self._open > self._longest + _BUFFER:
            raise SourceTooLargeError(
                f"{self._file.path}: holds a value of more than {self._longest} bytes; fetch it again"
            )
        return chunk


def _evidence(votes: int, last_activity: _Scalar) -> str:
    if not isinstance(last_activity, int) or not 0 < last_activity < _LAST_ACTIVITY:
        return f"{votes} votes"
    return f"{votes} votes, the last on {_date(last_activity // _DAY)}"


@lru_cache(maxsize=4096)
def _date(day: int) -> str:
    return date.fromordinal(_EPOCH + day).isoformat()
