"""The caller's number reaches the resident's telephone as the trunk presented it."""

from __future__ import annotations

import pytest

from telephony.link.messages import Incoming

pytestmark = [pytest.mark.sip, pytest.mark.timeout(60)]


@pytest.mark.parametrize(
    "shown",
    [
        "<sip:19900000007@127.0.0.1>",
        '"张三" <sip:19900000007@pbx.test>',
        "<sip:+8619900000007@127.0.0.1;user=phone>",
        "<tel:+8619900000007>",
        '"Anonymous" <sip:anonymous@anonymous.invalid>',
    ],
)
def test_the_callers_number_reaches_the_resident_unaltered(exchange, shown):
    exchange.call(from_=shown).status()
    rung = exchange.phone.wait_for("INVITE").header("From")
    assert rung.rpartition(";tag=")[0] == shown


def test_an_anonymous_caller_is_told_to_the_controller_as_such(exchange):
    exchange.call(from_='"Anonymous" <sip:anonymous@anonymous.invalid>').status()
    assert exchange.controller.of(Incoming)[0].caller == "anonymous"


def test_the_controller_is_told_who_calls_whom_on_which_trunk(exchange):
    exchange.call(from_="<sip:19900000007@127.0.0.1>").status()
    incoming = exchange.controller.of(Incoming)[0]
    assert (incoming.trunk, incoming.caller, incoming.called) == ("pbx", "19900000007", "13800000001")
