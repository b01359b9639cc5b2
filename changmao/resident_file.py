"""Residents as a CSV file: number,name,district,delivery_route,high_risk,consent_version,consent_at."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import ClassVar

from blacklists.normalise import parse_number
from casework.resident import Resident
from contracts.errors import BadInputError
from contracts.phone import NumberKind, PhoneNumber

COLUMNS = ("number", "name", "district", "delivery_route", "high_risk", "consent_version", "consent_at")
_YES = {"1", "true", "yes", "是"}
_NO = {"", "0", "false", "no", "否"}


class ResidentFileError(BadInputError):
    """A line of the file cannot be used; nothing was imported."""

    code: ClassVar[str] = "residents.bad_file"


def read_residents(
    lines: Iterable[str], id_of: Callable[[PhoneNumber], str], home_area: str = ""
) -> Iterator[Resident]:
    """Yield the residents of a file; ResidentFileError names the line and the column, never the value.

    `id_of` gives the id of the resident with a number, old or new. `home_area` is the area code of landlines
    written without one.
    """
    rows = csv.DictReader(lines, strict=True)
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise ResidentFileError(f"line 1: the header must be {','.join(COLUMNS)}")
    seen: dict[str, int] = {}
    try:
        for row in rows:
            resident = _resident(row, rows.line_num, id_of, home_area)
            first = seen.setdefault(resident.number.value, rows.line_num)
            if first != rows.line_num:
                raise _bad(rows.line_num, "number", f"stands in line {first} already; leave one of them out")
            yield resident
    except csv.Error as error:
        raise ResidentFileError(f"line {rows.line_num}: {error}") from None


def _resident(
    row: dict[str, str | None], line: int, id_of: Callable[[PhoneNumber], str], home_area: str
) -> Resident:
    if None in row or None in row.values():
        raise ResidentFileError(f"line {line}: {len(COLUMNS)} fields are wanted")
    text = {name: (value or "").strip() for name, value in row.items()}
    number = parse_number(text["number"], home_area)
    if number.kind not in {NumberKind.MOBILE, NumberKind.LANDLINE}:
        raise _bad(line, "number", "is no Chinese mobile or landline; write it with its area code")
    if not text["consent_version"]:
        raise _bad(line, "consent_version", "is empty; only residents who consented may be enrolled")
    return Resident(
        id=id_of(number),
        number=number,
        name=text["name"],
        district=text["district"],
        delivery_route=_route(text["delivery_route"], line),
        high_risk=_flag(text["high_risk"], line),
        consent_version=text["consent_version"],
        consented_at=_time(text["consent_at"], line),
    )


def _route(text: str, line: int) -> str | None:
    if text and not text.startswith(("sip:", "sips:")):
        raise _bad(line, "delivery_route", "is no SIP URI; write sip:NUMBER@HOST or leave it empty")
    return text or None


def _flag(text: str, line: int) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise _bad(line, "high_risk", "is neither yes nor no; write 1 or 0")


def _time(text: str, line: int) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _bad(line, "consent_at", "is no time; write 2026-01-31T09:30:00+08:00") from None
    if moment.tzinfo is None:
        raise _bad(line, "consent_at", "has no zone; write 2026-01-31T09:30:00+08:00")
    return moment.astimezone(UTC)


def _bad(line: int, column: str, why: str) -> ResidentFileError:
    return ResidentFileError(f"line {line}: {column} {why}")
