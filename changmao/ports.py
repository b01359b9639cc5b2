"""The ports the service listens on: by which setting, whether free, and who may hold them."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from changmao.settings import Settings
from contracts.errors import ConfigurationError


class PortTakenError(ConfigurationError):
    """Something else listens on a port of ours, or the address is not this machine's."""

    code: ClassVar[str] = "port_taken"


class Transport(Enum):
    """What a port is of."""

    TCP = socket.SOCK_STREAM
    UDP = socket.SOCK_DGRAM


@dataclass(frozen=True, slots=True)
class Port:
    """One port and the setting that names it."""

    setting: str
    host: str
    number: int
    """0: any free one."""
    transport: Transport = Transport.TCP

    def __str__(self) -> str:
        return f"{self.transport.name} {self.host}:{self.number}"

    def bind(self) -> socket.socket:
        """Return a socket bound to the port; PortTakenError says which setting to change."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        bound = socket.socket(family, self.transport.value)
        if self.transport is Transport.TCP:  # a port in TIME_WAIT is free
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((self.host, self.number))
        except OSError as error:
            bound.close()
            raise PortTakenError(self._why(error)) from None
        return bound

    def check_free(self) -> None:
        """Raise PortTakenError unless the port can be bound now."""
        self.bind().close()

    def _why(self, error: OSError) -> str:
        if error.errno == errno.EADDRINUSE:
            return f"port taken: {self} is in use; end the program that listens there, or set {self.setting}"
        return f"cannot listen on {self}: {error.strerror}; correct {self.setting}"


def api_port(settings: Settings) -> Port:
    """Return the port of the console and the API."""
    return Port("api.port", settings.api.host, settings.api.port)


def asr_port(settings: Settings) -> Port:
    """Return the port of the speech server."""
    return Port("asr.port", settings.asr.host, settings.asr.port)


def sip_ports(settings: Settings) -> Iterator[Port]:
    """Yield the signalling ports of the node's workers."""
    node = settings.node
    for index in range(node.workers):
        for transport in (Transport.UDP, Transport.TCP):
            yield Port("node.sip_port", node.host, node.sip_port + index, transport)


def all_ports(settings: Settings) -> tuple[Port, ...]:
    """Return every fixed port of a service that runs on one machine; RTP ports are taken call by call."""
    return (api_port(settings), asr_port(settings), *sip_ports(settings))


def check_free(ports: Iterable[Port]) -> None:
    """Raise PortTakenError for the first port that cannot be bound now."""
    for port in ports:
        port.check_free()
