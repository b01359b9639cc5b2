"""Frames on the link: cut anywhere, they come out the same; what is none is named."""

from __future__ import annotations

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.evidence import Speaker
from telephony.link.framing import (
    MAX_FRAME,
    BadFrameError,
    FrameReader,
    Sound,
    encode_message,
    encode_sound,
)
from telephony.link.messages import Digit

pytestmark = pytest.mark.unit

CALL_ID = "0123456789abcdef0123456789abcdef"

sounds = st.builds(
    Sound,
    call_id=st.text("0123456789abcdef-", min_size=1, max_size=48),
    party=st.sampled_from(Speaker),
    at=st.floats(allow_nan=False),
    pcm=st.binary(max_size=64),
)
messages = st.builds(
    Digit, call_id=st.text(max_size=8), digit=st.sampled_from("0123456789*#"), at=st.just(1.0)
)


def encoded(frame):
    return encode_sound(frame) if isinstance(frame, Sound) else encode_message(frame)


def decoded(frame):
    return frame if isinstance(frame, Sound) else frame.model_dump_json().encode()


@given(st.lists(sounds | messages, max_size=5), st.data())
def test_a_stream_cut_anywhere_yields_the_same_frames(frames, data):
    stream = b"".join(map(encoded, frames))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    reader = FrameReader()
    got = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        got.extend(reader.feed(stream[start:end]))
    assert got == [decoded(frame) for frame in frames]


def test_a_stream_that_comes_byte_by_byte_yields_its_frame_at_the_last_byte():
    stream = encode_sound(Sound(CALL_ID, Speaker.RESIDENT, 1.5, b"\1\2"))
    reader = FrameReader()
    assert [len(list(reader.feed(bytes([byte])))) for byte in stream] == [0] * (len(stream) - 1) + [1]


def feed(stream):
    return list(FrameReader().feed(stream))


def frame(kind, body):
    return struct.pack(">IB", len(body), kind) + body


@pytest.mark.parametrize(
    ("stream", "named"),
    [
        (struct.pack(">IB", MAX_FRAME + 1, 1), f"{MAX_FRAME + 1} bytes"),
        (b"GET / HTTP/1.1\r\n", "kind 47"),
        (frame(3, b""), "kind 3"),
        (frame(2, b"short"), "5 bytes is shorter than its tag"),
        (frame(2, struct.pack(">Bd48s", 9, 1.0, b"c")), "unknown party 9"),
        (frame(2, struct.pack(">Bd48s", 0, 1.0, b"\xff\xfe")), "call id that is not ASCII"),
    ],
)
def test_a_peer_that_does_not_speak_the_protocol_is_named(stream, named):
    with pytest.raises(BadFrameError, match=named):
        feed(stream)


def test_a_call_id_that_is_too_long_to_be_told_is_refused():
    with pytest.raises(BadFrameError, match="a call id of 49 characters"):
        encode_sound(Sound("c" * 49, Speaker.CALLER, 1.0, b""))


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda body: frame(2, body)))
def test_no_bytes_at_all_raise_anything_but_a_bad_frame(stream):
    with suppress(BadFrameError):
        feed(stream)
