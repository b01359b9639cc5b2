"""What parties may do to a worker within a call and around it, and what they may not."""

from __future__ import annotations

import pytest

from contracts.evidence import Speaker

pytestmark = [pytest.mark.sip, pytest.mark.timeout(60)]


def test_nobody_in_a_call_can_make_us_dial(exchange):
    call = exchange.call()
    exchange.until_bridged()
    assert call.refer(f"sip:009001234567@{exchange.phone.address}") == 603
    call.hang_up()
    exchange.until_idle()
    assert len(exchange.phone.of("INVITE")) == 1


def test_a_call_with_early_media_is_listened_to(exchange):
    exchange.phone.manners = lambda _: (183, 200)
    exchange.call()
    call_id = exchange.until_bridged()
    exchange.controller.until(lambda: (call_id, Speaker.CALLER) in exchange.controller.sounds, "sound")


def test_early_media_is_passed_on_to_the_caller(exchange):
    exchange.phone.manners = lambda _: (183, 200)
    call = exchange.call()
    call.status()
    assert 183 in [reply.status for reply in call.replies]


def test_an_address_that_cannot_be_is_refused_and_ends_nothing(exchange):
    odd = exchange.caller.invite("sip:13800000001@127.0.0.1:0", to=exchange.port)
    assert (odd.status(), exchange.call().status()) == (400, 200)


@pytest.mark.parametrize("field", ["Privacy: id", "Diversion: <sip:13800000002@pbx.test>;reason=no-answer"])
def test_what_the_trunk_says_of_the_caller_is_passed_on(exchange, field):
    exchange.call(headers=(field,)).status()
    name, _, value = field.partition(": ")
    assert exchange.phone.wait_for("INVITE").header(name) == value


def test_a_forwarding_telephone_sends_the_caller_back_to_the_trunk(exchange):
    exchange.phone.manners = lambda _: (302,)
    call = exchange.call()
    assert call.status() == 302
    assert exchange.phone.address in call.final.header("Contact")
