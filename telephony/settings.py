"""What a node must be told: its trunks, ports, peers and folders."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from telephony.sip import BadSipUriError, parse_uri

SNAPSHOT_FILE = "snapshot.json"
"""Within a node's folder: the last good snapshot."""


def _ipv4(text: str) -> str:
    try:
        return str(IPv4Address(text))
    except AddressValueError:
        raise ValueError(f"{text!r} is no IPv4 address; names and IPv6 are not taken here") from None


def _route(template: str) -> str:
    try:
        parse_uri(template.format(number="1"))
    except (LookupError, ValueError, BadSipUriError):
        raise ValueError(f"{template!r} is no route; write sip:{{number}}@HOST:PORT") from None
    return template


def _speech_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        named = parts.scheme in {"ws", "wss"} and parts.hostname and parts.port != 0
    except ValueError:  # a port that is none
        named = None
    if not named:
        raise ValueError(f"{url!r} is no speech server; write ws://HOST:PORT")
    return url


Ipv4 = Annotated[str, AfterValidator(_ipv4)]
Route = Annotated[str, AfterValidator(_route)]
SpeechUrl = Annotated[str, AfterValidator(_speech_url)]


class Trunk(BaseModel):
    """A peer that sends us calls: recognised by its address, trusted for its numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    addresses: tuple[Ipv4, ...]
    """Source addresses of its signalling; an INVITE from any other address gets 403."""
    numbers: tuple[str, ...]
    """Leading digits, E.164 with plus, of the numbers it may send us calls for; others get 404."""
    home_area: str = ""
    """Area code given to local numbers, with its zero: 0536."""
    domestic: bool = True
    """False for an international gateway: a domestic caller ID on it is a spoof sign."""
    default_route: Route
    """SIP URI a called number is delivered to; {number} stands for the digits that were called."""
    divert_route: str | None = None
    """SIP URI that diverted callers are sent to, an announcement or operators; None: they are refused."""
    outbound_caller: str = "96110"
    """The fixed number our own calls show on this trunk (anti-fraud law, art. 14)."""

    def route_to(self, number: str) -> str:
        """Return the SIP URI of a resident's number (E.164), as it is dialled within the country."""
        national = number.removeprefix("+86")
        if national == number:
            return self.default_route.format(number=number)
        mobile = national.startswith("1") and len(national) == 11
        return self.default_route.format(number=national if mobile else f"0{national}")


class NodeSettings(BaseModel):
    """One node: a controller and its telephony workers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = "node1"
    host: Ipv4 = "127.0.0.1"
    """Address that signalling and media are bound to."""
    sip_port: int = Field(default=5060, ge=1, le=65000)
    """Worker n listens on sip_port + n (UDP and TCP)."""
    rtp_port: int = Field(default=20000, ge=1024, le=65000)
    """Worker n uses rtp_ports ports from rtp_port + n * rtp_ports: disjoint, or binds fail."""
    rtp_ports: int = Field(default=200, ge=32, le=4000)
    workers: int = Field(default=2, ge=1, le=64)
    slots: int = Field(default=4, ge=2, le=1024)
    """SIP dialogs a worker can hold; 4 with the published wheel, a bridged call takes two."""
    trunks: tuple[Trunk, ...] = ()
    api_url: str = "http://127.0.0.1:8000"
    token_file: Path | None = None
    """File that holds the node token for the api."""
    asr_urls: tuple[SpeechUrl, ...] = Field(default=("ws://127.0.0.1:2700",), min_length=1)
    """Speech servers; a leg is heard by the one with fewest of our streams, and by another if it is lost."""
    folder: Path = Path("node")
    """Socket, event spool and last good snapshot."""
    live_preview: bool = False
    """Send live text to the api before an alert is raised (data protection: off by default)."""

    @property
    def snapshot_file(self) -> Path:
        """Return where the last good snapshot is kept."""
        return self.folder / SNAPSHOT_FILE

    @property
    def socket_path(self) -> Path:
        """Where the controller listens for its workers."""
        return self.folder / "controller.sock"

    @property
    def sip_addresses(self) -> frozenset[tuple[str, int]]:
        """Where our own workers listen."""
        return frozenset((self.host, self.sip_port + n) for n in range(self.workers))

    @field_validator("asr_urls")
    @classmethod
    def _every_speech_server_counts_once(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(urls)) < len(urls):
            raise ValueError("a speech server stands there twice; name each once")
        return urls

    @model_validator(mode="after")
    def _ports_stay_apart(self) -> Self:
        last_rtp = self.rtp_port + self.workers * self.rtp_ports
        if last_rtp > 65535:
            raise ValueError(f"rtp_port: {self.workers} workers need ports up to {last_rtp}; begin lower")
        if any(self.rtp_port <= port < last_rtp for _, port in self.sip_addresses):
            raise ValueError(f"sip_port lies among the RTP ports {self.rtp_port} to {last_rtp}; move one")
        return self

    @model_validator(mode="after")
    def _default_routes_lead_away_from_us(self) -> Self:
        for trunk in self.trunks:
            uri = parse_uri(trunk.default_route)
            if (uri.host, uri.port) in self.sip_addresses:
                raise ValueError(
                    f"trunk {trunk.name}: default_route {trunk.default_route} is one of our own ports;"
                    " give the address that leads to the residents' telephones"
                )
        return self
