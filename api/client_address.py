"""By which address a client is counted."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv6Address, IPv6Network

from fastapi import Request

_SUBSCRIBER_BITS = 64


def counted_address(request: Request) -> str:
    """Return the address a client's attempts are counted by."""
    return counted_by(request.client.host) if request.client else "unknown"


def counted_by(host: str) -> str:
    """Return what stands for all addresses of a client with this one.

    Of IPv6 its network of 64 bits, all of which one subscriber has to choose from (RFC 6177 section 2); an
    IPv4 address written as IPv6 is that address.
    """
    try:
        address = IPv6Address(host.partition("%")[0])
    except AddressValueError:
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((address, _SUBSCRIBER_BITS), strict=False))
