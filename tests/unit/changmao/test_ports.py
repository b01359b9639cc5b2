"""A taken port is told by name, with its setting and who holds it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from changmao.port_holder import holder_of
from changmao.ports import Port, PortTakenError, Transport, all_ports, check_free
from changmao.settings import load_settings

pytestmark = pytest.mark.unit


@pytest.fixture(params=[Transport.TCP, Transport.UDP])
def taken(request: pytest.FixtureRequest) -> Iterator[Port]:
    transport: Transport = request.param
    with socket.socket(socket.AF_INET, transport.value) as held:
        held.bind(("127.0.0.1", 0))
        if transport is Transport.TCP:
            held.listen()
        yield Port("api.port", "127.0.0.1", held.getsockname()[1], transport)


def test_a_taken_port_is_named_with_its_setting(taken: Port) -> None:
    with pytest.raises(PortTakenError, match=rf"port taken: {taken} is in use; .*set api\.port"):
        taken.check_free()


def test_whoever_holds_a_port_is_found(taken: Port) -> None:
    holder = holder_of(taken)
    assert holder is not None
    assert holder.pid == os.getpid()


def test_nobody_holds_a_free_port(taken: Port) -> None:
    other = Transport.UDP if taken.transport is Transport.TCP else Transport.TCP
    free = Port("api.port", taken.host, taken.number, other)
    check_free([free])
    assert holder_of(free) is None


def test_an_address_of_another_machine_is_told_apart_from_a_taken_port() -> None:
    with pytest.raises(
        PortTakenError, match=r"cannot listen on TCP 192\.0\.2\.1:8096: .*; correct api\.port"
    ):
        Port("api.port", "192.0.2.1", 8096).check_free()


def test_every_worker_has_its_two_signalling_ports(tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text("[node]\nsip_port = 5080\nworkers = 2\n")
    sip = [str(port) for port in all_ports(load_settings(config)) if port.setting == "node.sip_port"]
    host = "127.0.0.1"
    assert sip == [f"UDP {host}:5080", f"TCP {host}:5080", f"UDP {host}:5081", f"TCP {host}:5081"]
