"""What parties may do within a call, and what they may not."""

from __future__ import annotations

import pytest

from telephony.link.framing import Sound

pytestmark = [pytest.mark.sip, pytest.mark.timeout(60)]


def test_nobody_in_a_call_can_make_us_dial(exchange):
    call = exchange.call()
    call.status()
    assert call.refer(f"sip:009001234567@{exchange.phone.address}") == 603
    call.hang_up()
    exchange.until_idle()
    assert len(exchange.phone.of("INVITE")) == 1


def test_a_call_with_early_media_is_listened_to(exchange):
    exchange.phone.manners = lambda _: (183, 200)
    exchange.controller.listens = True
    exchange.call().status()
    exchange.controller.wait_for(Sound)


def test_a_request_for_a_port_that_cannot_be_is_refused_and_ends_nothing(exchange):
    assert exchange.caller.invite(f"sip:13800000001@127.0.0.1:{exchange.port}:0").final is None
    assert exchange.call().status() == 200
