"""INVITEs that do not come in, each with its answer; and odd ones that do."""

from __future__ import annotations

import pytest

from telephony.link.messages import Incoming
from tests.fixtures.raw_sip import G729, RawSip
from tests.fixtures.worker_process import until

pytestmark = [pytest.mark.sip, pytest.mark.timeout(60)]


def test_an_invite_from_an_address_that_is_no_trunk_is_refused_and_counted(exchange):
    before = exchange.counter("refused_source")
    stranger = RawSip("127.0.0.2")
    try:
        status = stranger.invite(exchange.uri()).status()
    finally:
        stranger.close()
    exchange.controller.until(lambda: exchange.counter("refused_source") == before + 1, "the count")
    assert status == 403


def is_answered(call):
    """Tell whether it is within a second; its INVITE may be one of those that found no place."""
    try:
        return call.status(1) == 200
    except AssertionError:
        return False


def test_a_flood_of_strangers_does_not_end_the_worker(exchange):
    with RawSip("127.0.0.2") as stranger:
        calls = [stranger.invite(exchange.uri()) for _ in range(300)]
        # What the socket's buffer could not hold is never answered.
        until(lambda: is_answered(exchange.call()), "a good call in the flood", 30)
        answers = {call.final.status for call in calls if call.final}
    assert answers == {403, 486}


def test_a_number_outside_the_trunks_ranges_is_not_found(exchange):
    assert exchange.call("13900000001").status() == 404


def test_an_invite_that_has_met_us_before_is_a_loop(exchange):
    assert exchange.call(headers=("X-Changmao-Call: c1",)).status() == 482


def test_a_caller_without_a_codec_of_ours_is_told_so(exchange):
    assert exchange.call(codec=G729).status() == 488


def test_nobody_is_asked_about_a_call_that_is_refused(exchange):
    exchange.call("13900000001").status()
    exchange.until_idle()
    assert exchange.controller.of(Incoming) == []


def test_a_request_for_no_number_at_all_is_not_found(exchange):
    call = exchange.caller.invite(f"sip:127.0.0.1:{exchange.port}")
    assert call.status() == 404


@pytest.mark.parametrize(
    "called", ["+8613800000001", "13800000001;npdi=yes", "%2B8613800000001", "13800000001;phone-context=+86"]
)
def test_a_number_in_range_comes_in_however_it_is_written(exchange, called):
    assert exchange.call(called).status() == 200


def test_a_caller_name_that_is_no_utf_8_does_not_keep_the_call_from_the_resident(exchange):
    # GBK, as older exchanges in China send it.
    name = "张三".encode("gbk").decode("utf-8", "surrogateescape")
    call = exchange.call(from_=f'"{name}" <sip:19900000001@127.0.0.1>')
    assert call.status() == 200
    assert "张三" in exchange.phone.wait_for("INVITE").header("From")


def test_brackets_in_a_callers_name_do_not_keep_the_call_from_the_resident(exchange):
    assert exchange.call(from_='"A <b> > C" <sip:19900000001@127.0.0.1>').status() == 200


def test_the_asserted_identity_is_the_caller(exchange):
    exchange.call(headers=("P-Asserted-Identity: <sip:19900000009@pbx.test>",)).status()
    assert exchange.controller.of(Incoming)[0].caller == "19900000009"


def test_garbage_on_the_port_does_not_disturb_the_next_call(exchange):
    for garbage in ("", "\0" * 400, "INVITE", "INVITE sip:1@x SIP/2.0\r\n\r\n", "\udcff" * 200):
        exchange.caller.send(garbage, ("127.0.0.1", exchange.port))
    exchange.call(from_="<sip:\udcff\udcfe@127.0.0.1>")
    exchange.caller.invite(f"urn:service:sos@127.0.0.1:{exchange.port}")
    assert exchange.call().status() == 200
