"""Points in time as a list file writes them: ISO 8601 with a zone, or a date in China."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from blacklists.importing.refusal import BadCellError, quoted
from blacklists.reason import Why

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY = 24 * 3600
# Asia/Shanghai has had no other offset since 1991, and no list is older.
_CHINA = 8 * 3600
_EPOCH = date(1970, 1, 1).toordinal()
_LAST = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())


def read_moment(text: str, column: str, *, end: bool = False) -> int:
    """Return whole seconds since 1970, 0 for an empty field.

    A bare date is the beginning of the day in Asia/Shanghai, or its end.

    Raises:
        BadCellError: names the column.
    """
    text = text.strip()
    if not text:
        return 0
    try:
        seconds = _seconds(text, column, end=end)
    except ValueError:
        raise _bad(Why.NO_TIME, column, text) from None
    if not 0 < seconds <= _LAST:
        raise _bad(Why.TIME_OUT_OF_RANGE, column, text)
    return seconds


def seconds_of(moment: datetime | None, column: str) -> int:
    """Return whole seconds since 1970, 0 for none; raises BadCellError as `read_moment`."""
    if moment is None:
        return 0
    seconds = int(moment.timestamp())
    if not 0 < seconds <= _LAST:
        raise _bad(Why.TIME_OUT_OF_RANGE, column, moment.isoformat())
    return seconds


def check_order(valid_from: int, expires_at: int) -> None:
    """Raise BadCellError where an entry would end before it begins; seconds since 1970, 0 for none."""
    if 0 < expires_at <= valid_from:
        raise BadCellError(Why.ENDS_FIRST)


def time_of(seconds: int) -> datetime:
    """Return the time, or the nearest that has a date in every zone: what is stored may be older than checks.

    Seconds since 1970.
    """
    return datetime.fromtimestamp(min(max(seconds, 1), _LAST), UTC)


def write_moment(seconds: int) -> str:
    """Return a time in UTC as it is read again; empty for none."""
    return time_of(seconds).strftime("%Y-%m-%dT%H:%M:%SZ") if seconds else ""


def _seconds(text: str, column: str, *, end: bool) -> int:
    if _DATE.fullmatch(text):
        return (date.fromisoformat(text).toordinal() - _EPOCH + end) * _DAY - _CHINA
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise _bad(Why.TIME_WITHOUT_ZONE, column, text)
    return int(moment.timestamp())


def _bad(why: Why, column: str, text: str) -> BadCellError:
    return BadCellError(why, column=column, text=quoted(text))
