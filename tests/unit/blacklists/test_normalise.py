"""Reading numbers as trunks present them."""

from __future__ import annotations

import pytest

from blacklists.normalise import parse_number
from contracts.phone import NumberKind

pytestmark = pytest.mark.unit

MOBILE_FORMS = [
    "13800001234",
    "138-0000-1234",
    "１３８００００１２３４",
    "013800001234",
    "8613800001234",
    "+86 138 0000 1234",
    "0086 138 0000 1234",
    "tel:+86-138-0000-1234",
    "tel:13800001234;phone-context=+86",
    "sip:+8613800001234@192.0.2.1;user=phone",
    "sips:13800001234:secret@192.0.2.1",
    '"Invented Caller" <sip:%2B8613800001234@192.0.2.1>;tag=1',
    "13800001234@192.0.2.1",
]
LANDLINE_FORMS = [
    "0536 8231234",
    "(0536) 823-1234",
    "8231234",
    "5368231234",
    "+86 536 8231234",
    "865368231234",
]
KINDS = [
    ("110", "110", NumberKind.SHORT_CODE),
    ("0536 96110", "96110", NumberKind.SHORT_CODE),
    ("01095588", "95588", NumberKind.SHORT_CODE),
    ("116114", "116114", NumberKind.SHORT_CODE),
    ("400-123-4567", "4001234567", NumberKind.SERVICE),
    ("+86 400 123 4567", "4001234567", NumberKind.SERVICE),
    ("95588123", "95588123", NumberKind.SERVICE),
    ("+1 212 555 0123", "+12125550123", NumberKind.FOREIGN),
    ("+44 (0)20 7946 0958", "+442079460958", NumberKind.FOREIGN),
    ("+999 1234567", "+9991234567", NumberKind.FOREIGN),
    ("anonymous", "", NumberKind.ANONYMOUS),
    ("", "", NumberKind.ANONYMOUS),
    ("sip:anonymous@anonymous.invalid", "", NumberKind.ANONYMOUS),
    ("匿名", "", NumberKind.ANONYMOUS),
    ("+86110", "", NumberKind.UNUSABLE),
    ("0086 96110", "", NumberKind.UNUSABLE),
    ("0021110", "", NumberKind.UNUSABLE),
    ("0300 96110", "", NumberKind.UNUSABLE),
    ("0400 123 4567", "4001234567", NumberKind.SERVICE),
    ("118114", "118114", NumberKind.SHORT_CODE),
    ("tel:2125550123;phone-context=+1", "+12125550123", NumberKind.FOREIGN),
    ("tel:110;phone-context=+86", "110", NumberKind.SHORT_CODE),
    ("tel:110;phone-context=example.invalid", "110", NumberKind.SHORT_CODE),
    ('"<sip:110@192.0.2.1>" <sip:+12125550123@192.0.2.1>', "+12125550123", NumberKind.FOREIGN),
    ('"a \\" <110>" <sip:96110@192.0.2.1>', "96110", NumberKind.SHORT_CODE),
    ("sip:1.1.0", "", NumberKind.ANONYMOUS),
    ("\u202a+86 138 0000 1234\u202c", "+8613800001234", NumberKind.MOBILE),
    ("+86\u2212138\u22120000\u22121234", "+8613800001234", NumberKind.MOBILE),
    (" " * 400 + "13800001234" + "5" * 200, "", NumberKind.UNUSABLE),
    ("12", "", NumberKind.UNUSABLE),
    ("reception", "", NumberKind.UNUSABLE),
    ("9" * 20, "", NumberKind.UNUSABLE),
    ("1" * 300, "", NumberKind.UNUSABLE),
]


@pytest.mark.parametrize("raw", MOBILE_FORMS)
def test_every_form_of_a_mobile_number_is_the_same_subscriber(raw):
    assert parse_number(raw) == parse_number("+8613800001234")


@pytest.mark.parametrize("raw", LANDLINE_FORMS)
def test_every_form_of_a_landline_number_is_the_same_subscriber(raw):
    assert parse_number(raw, "0536").value == "+865368231234"


def test_home_area_is_taken_with_and_without_its_zero():
    assert parse_number("8231234", "536") == parse_number("8231234", "0536")


def test_a_local_number_without_a_home_area_is_unusable():
    assert parse_number("8231234").kind is NumberKind.UNUSABLE


@pytest.mark.parametrize(("raw", "value", "kind"), KINDS)
def test_kind_and_value_of_a_presented_number(raw, value, kind):
    number = parse_number(raw)
    assert (number.value, number.kind) == (value, kind)


def test_the_presented_form_is_kept():
    assert parse_number("0086 13800001234").raw == "0086 13800001234"
