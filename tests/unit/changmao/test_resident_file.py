"""Which files of residents are taken, and what is said of the others."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from casework.resident import Resident
from changmao.resident_file import COLUMNS, ResidentFileError, read_residents

pytestmark = pytest.mark.unit

HEADER = ",".join(COLUMNS)
GOOD = "138 0000 1111,王某某,青州,sip:1@127.0.0.1:5090,是,v1,2026-01-31T09:30:00+08:00"


def read(*lines: str) -> list[Resident]:
    return list(read_residents([HEADER, *lines], lambda number: f"id of {number}", "0536"))


def test_a_line_becomes_a_resident() -> None:
    (resident,) = read(GOOD)
    assert (resident.id, resident.number.value) == ("id of +8613800001111", "+8613800001111")
    assert (resident.name, resident.district, resident.high_risk) == ("王某某", "青州", True)
    assert resident.delivery_route == "sip:1@127.0.0.1:5090"
    assert resident.consented_at == datetime(2026, 1, 31, 1, 30, tzinfo=UTC)


def test_a_landline_without_area_code_belongs_to_the_home_area() -> None:
    (resident,) = read(GOOD.replace("138 0000 1111", "3220000"))
    assert resident.number.value == "+865363220000"


def test_an_empty_route_means_the_trunks_default() -> None:
    assert read(GOOD.replace("sip:1@127.0.0.1:5090", ""))[0].delivery_route is None


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (GOOD.replace("138 0000 1111", "12"), "line 3: number is no Chinese mobile"),
        (GOOD.replace("sip:1@127.0.0.1:5090", "somewhere"), "line 3: delivery_route is no SIP URI"),
        (GOOD.replace("是", "maybe"), "line 3: high_risk is neither yes nor no"),
        (GOOD.replace("v1", ""), "line 3: consent_version is empty"),
        (GOOD.replace("+08:00", ""), "line 3: consent_at has no zone"),
        (GOOD.replace("2026-01-31T09:30:00+08:00", "soon"), "line 3: consent_at is no time"),
        (GOOD.replace(",v1", ""), "line 3: 7 fields are wanted"),
        (GOOD + ",more", "line 3: 7 fields are wanted"),
        (GOOD.replace("138 0000 1111", "+86 19900001111"), "line 3: number stands in line 2 already"),
    ],
)
def test_a_bad_line_is_named_with_its_column(line: str, says: str) -> None:
    with pytest.raises(ResidentFileError, match=says):
        read(GOOD.replace("138 0000 1111", "19900001111"), line)


def test_what_is_said_of_a_bad_line_holds_no_personal_data() -> None:
    with pytest.raises(ResidentFileError) as caught:
        read(GOOD.replace("138 0000 1111", "138000011119"))
    assert "138" not in str(caught.value)


def test_another_header_is_refused() -> None:
    with pytest.raises(ResidentFileError, match="line 1: the header must be number,name"):
        list(read_residents(["phone,name"], str))


def test_a_field_that_never_closes_its_quotes_is_refused() -> None:
    with pytest.raises(ResidentFileError, match=r"line \d: unexpected end of data"):
        read('"' + GOOD)
