"""The little of SIP's text that decisions need: URIs, header fields, status codes. No I/O (RFC 3261)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from contracts.errors import BadInputError
from contracts.outcome import Outcome

LOOP_HEADER = "X-Changmao-Call"
"""On every INVITE we send: one that comes back with it has met itself."""
ATTEMPT_HEADER = "X-Changmao-Attempt"
"""On every warning call: the attempt's id."""

_URI = re.compile(
    r"\s*<?\s*(?:tel:(?P<number>[^;?>\s]+)"
    # A user part may hold ; and ? (RFC 3261 25.1); what follows it holds no @.
    r"|sips?:(?:(?P<user>[^@>\s]*)@)?+(?P<host>\[[^\]\s]+\]|[^:;?>@\s]+)(?::(?P<port>[0-9]*))?)",
    re.IGNORECASE | re.ASCII,
)
_QUOTED = re.compile(r'\s*"(?:[^"\\]|\\.)*"', re.DOTALL)
"""A display name in quotes, which may hold brackets (RFC 3261 25.1)."""


@dataclass(frozen=True, slots=True)
class SipUri:
    """User, host and port of a SIP or tel URI (RFC 3261 19.1, RFC 3966)."""

    user: str
    host: str
    port: int


class BadSipUriError(BadInputError):
    """The text is not a SIP URI."""

    code = "sip.bad_uri"


def parse_uri(text: str) -> SipUri:
    """Read a URI, bare or in a name-addr; BadSipUriError where it is none. The port defaults to 5060."""
    addr = text[_name_ends(text) :]
    match = _URI.match(addr[addr.find("<") :] if "<" in addr else addr)
    port = (match["port"] or "5060") if match else ""
    if match is None or len(port) > 5 or not 0 < int(port) < 65536:
        raise BadSipUriError(f"not a SIP URI: {text[:80]!r}; write sip:USER@HOST:PORT")
    if match["number"]:
        return SipUri(match["number"], "", 5060)
    return SipUri(re.split("[:;]", match["user"] or "")[0], match["host"], int(port))


def _name_ends(field: str) -> int:
    quoted = _QUOTED.match(field)
    return quoted.end() if quoted else 0


@dataclass(frozen=True, slots=True)
class Request:
    """Request line and header fields of a SIP request; bodies are left to the stack."""

    method: str
    uri: str
    headers: tuple[tuple[str, str], ...]

    def header(self, *names: str) -> str | None:
        """Return the first field that bears one of the names (long or compact), or None."""
        wanted = {name.lower() for name in names}
        return next((value for name, value in self.headers if name.lower() in wanted), None)


def parse_request(message: str) -> Request:
    """Read the head of a request; folded lines are joined, what cannot be read is left out."""
    head = re.sub(r"\r?\n[ \t]+", " ", message.partition("\r\n\r\n")[0])
    first, *rest = re.split(r"\r?\n", head)
    method, _, remainder = first.partition(" ")
    fields = (line.partition(":") for line in rest if ":" in line)
    headers = tuple((name.strip(), value.strip()) for name, _, value in fields)
    return Request(method, remainder.rpartition(" ")[0].strip(), headers)


def caller_of(request: Request) -> str:
    """Return the caller as the trunk presents it: P-Asserted-Identity (RFC 3325) before From."""
    field = request.header("P-Asserted-Identity") or request.header("From", "f") or ""
    try:
        return parse_uri(field).user
    except BadSipUriError:
        return ""


# RFC 3325, RFC 3323, RFC 5806, RFC 7044
_IDENTITY = {"p-asserted-identity", "privacy", "diversion", "history-info"}


def identity_of(request: Request) -> tuple[tuple[str, str], ...]:
    """Return the fields that say who calls and who forwarded; they are passed on as they came (art. 14)."""
    return tuple((name, value) for name, value in request.headers if name.lower() in _IDENTITY)


def name_addr(field: str) -> str:
    """Return a From or To field without its parameters: what a leg of ours may present in turn."""
    name_ends = _name_ends(field)
    if "<" in field[name_ends:]:
        return field[: field.find(">", name_ends) + 1]
    return f"<{field.partition(';')[0]}>"


def addr_spec(field: str) -> str:
    """Return the bare URI of a name-addr or of a field without brackets."""
    _, opened, rest = field[_name_ends(field) :].partition("<")
    return rest.partition(">")[0] if opened else field.partition(";")[0].strip()


_OUTCOMES = {
    301: Outcome.FORWARDED,
    302: Outcome.FORWARDED,
    404: Outcome.UNREACHABLE,
    408: Outcome.UNREACHABLE,
    410: Outcome.INVALID_NUMBER,
    480: Outcome.UNREACHABLE,
    484: Outcome.INVALID_NUMBER,
    486: Outcome.BUSY,
    487: Outcome.NO_ANSWER,
    600: Outcome.BUSY,
    603: Outcome.DECLINED,
    604: Outcome.INVALID_NUMBER,
}


def outcome_of(status: int) -> Outcome:
    """Return what the network's final answer means for an attempt that nobody answered."""
    return _OUTCOMES.get(status, Outcome.FAILED)
