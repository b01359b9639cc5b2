"""By which address a client is counted."""

from __future__ import annotations

import pytest

from api.client_address import counted_by

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:0:1::7", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:1::/64"),
        ("2001:db8:0:2::7", "2001:db8:0:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix", "unix"),
    ],
)
def test_a_client_is_counted_by_address_and_of_ipv6_by_its_network(host: str, counted: str):
    assert counted_by(host) == counted
