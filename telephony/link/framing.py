"""Frames on the link: a length, a kind, then a JSON message or a tagged block of sound. No I/O."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from contracts.errors import ChangmaoError
from contracts.evidence import Speaker

MAX_FRAME = 1 << 24
"""Bytes; the routes of a whole city fit. Anything longer is not ours."""

_HEAD = struct.Struct(">IB")
_LONGEST_CALL_ID = 48
_SOUND_HEAD = struct.Struct(f">Bd{_LONGEST_CALL_ID}s")
_CONTROL, _SOUND = 1, 2
_PARTY = {Speaker.CALLER: 0, Speaker.RESIDENT: 1}
_PARTY_OF = {number: party for party, number in _PARTY.items()}


class BadFrameError(ChangmaoError):
    """The peer on the socket does not speak this protocol."""

    code = "link.bad_frame"


@dataclass(frozen=True, slots=True)
class Sound:
    """One block of one leg's audio."""

    call_id: str
    party: Speaker
    at: float
    """When its first sample was heard, seconds since the epoch."""
    pcm: bytes
    """Signed 16-bit little-endian, 8 kHz, mono; 100 ms."""


def encode_message(message: BaseModel) -> bytes:
    """Return a control frame."""
    body = message.model_dump_json().encode()
    return _HEAD.pack(len(body), _CONTROL) + body


def encode_sound(sound: Sound) -> bytes:
    """Return a frame of sound; BadFrameError where its call id is longer than 48 ASCII characters.

    That of a warning call is its attempt's: the warning's 32 and a number.
    """
    if len(sound.call_id) > _LONGEST_CALL_ID:
        raise BadFrameError(f"a call id of {len(sound.call_id)} characters; {_LONGEST_CALL_ID} can be told")
    tag = _SOUND_HEAD.pack(_PARTY[sound.party], sound.at, sound.call_id.encode("ascii"))
    return _HEAD.pack(len(tag) + len(sound.pcm), _SOUND) + tag + sound.pcm


class FrameReader:
    """Cuts a byte stream into frames: feed what arrived, take what is whole."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes | Sound]:
        """Yield JSON bodies and blocks of sound; BadFrameError where the stream is not ours."""
        self._buffer += data
        while len(self._buffer) >= _HEAD.size:
            length, kind = _HEAD.unpack_from(self._buffer)
            if length > MAX_FRAME or kind not in {_CONTROL, _SOUND}:
                raise BadFrameError(f"frame of kind {kind} and {length} bytes on the controller's socket")
            if len(self._buffer) < _HEAD.size + length:
                return
            body = bytes(self._buffer[_HEAD.size : _HEAD.size + length])
            del self._buffer[: _HEAD.size + length]
            yield body if kind == _CONTROL else _decode_sound(body)


def _decode_sound(body: bytes) -> Sound:
    if len(body) < _SOUND_HEAD.size:
        raise BadFrameError(f"block of sound of {len(body)} bytes is shorter than its tag")
    party, at, call_id = _SOUND_HEAD.unpack_from(body)
    if party not in _PARTY_OF:
        raise BadFrameError(f"block of sound of unknown party {party}")
    if not call_id.isascii():
        raise BadFrameError(f"block of sound with a call id that is not ASCII: {call_id!r}")
    return Sound(call_id.rstrip(b"\0").decode("ascii"), _PARTY_OF[party], at, body[_SOUND_HEAD.size :])
