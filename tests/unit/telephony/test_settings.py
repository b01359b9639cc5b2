"""What a node is told, and what it refuses to be told."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from telephony.settings import NodeSettings, Trunk

pytestmark = pytest.mark.unit


def trunk(default_route="sip:{number}@10.0.0.9:5070"):
    return Trunk(name="pbx", addresses=("10.0.0.9",), numbers=("+86138",), default_route=default_route)


@pytest.mark.parametrize("port", [5060, 5061])
def test_a_default_route_that_leads_to_a_worker_of_ours_is_refused(port):
    with pytest.raises(ValidationError, match=r"trunk pbx: default_route .* is one of our own ports"):
        NodeSettings(workers=2, trunks=(trunk(f"sip:{{number}}@127.0.0.1:{port}"),))


def test_a_default_route_without_a_port_means_5060():
    with pytest.raises(ValidationError, match="one of our own ports"):
        NodeSettings(trunks=(trunk("sip:{number}@127.0.0.1"),))


@pytest.mark.parametrize("route", ["sip:{number}@127.0.0.1:5062", "sip:{number}@10.0.0.9:5060"])
def test_a_default_route_past_our_ports_is_taken(route):
    assert NodeSettings(workers=2, trunks=(trunk(route),)).trunks[0].default_route == route


@pytest.mark.parametrize("route", ["the exchange", "sip:{extension}@10.0.0.9", "sip:{number}@10.0.0.9:0"])
def test_a_default_route_that_leads_nowhere_is_refused_at_start(route):
    with pytest.raises(ValidationError, match="is no route; write sip:"):
        NodeSettings(trunks=(trunk(route),))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:2700", "127.0.0.1:2700", "ws://", "ws://127.0.0.1:99999", "ws://127.0.0.1:asr"]
)
def test_a_speech_server_is_a_websocket(url):
    with pytest.raises(ValidationError, match="is no speech server; write ws://HOST:PORT"):
        NodeSettings(asr_urls=(url,))


def test_a_speech_server_that_is_named_twice_is_refused():
    with pytest.raises(ValidationError, match="stands there twice; name each once"):
        NodeSettings(asr_urls=("ws://127.0.0.1:2700", "ws://127.0.0.1:2700"))


def test_a_node_needs_a_speech_server():
    with pytest.raises(ValidationError, match="at least 1 item"):
        NodeSettings(asr_urls=())


def test_addresses_of_another_kind_are_refused_by_name():
    with pytest.raises(ValidationError, match="'::1' is no IPv4 address"):
        NodeSettings(host="::1")


def test_rtp_ports_must_exist():
    with pytest.raises(ValidationError, match="workers need ports up to 65600; begin lower"):
        NodeSettings(rtp_port=65000, rtp_ports=300)


def test_sip_and_rtp_ports_must_not_meet():
    with pytest.raises(ValidationError, match="sip_port lies among the RTP ports"):
        NodeSettings(sip_port=20010)


@pytest.mark.parametrize(
    ("number", "dialled"),
    [
        ("+8613800000001", "13800000001"),
        ("+865366110000", "05366110000"),
        ("+861066110000", "01066110000"),
        ("+85261100000", "+85261100000"),
    ],
)
def test_a_resident_is_dialled_as_within_the_country(number, dialled):
    assert trunk().route_to(number) == f"sip:{dialled}@10.0.0.9:5070"


def test_every_worker_listens_on_a_port_of_its_own():
    settings = NodeSettings(sip_port=5080, workers=3)
    assert settings.sip_addresses == {("127.0.0.1", port) for port in (5080, 5081, 5082)}


def test_a_setting_that_is_not_known_is_refused():
    with pytest.raises(ValidationError, match="sip_prot"):
        NodeSettings(sip_prot=5060)
