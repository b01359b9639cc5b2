"""Clients that do as they should not, or too much of it: each meets a bound, and others are heard on."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import httpx
import pytest
from structlog.testing import capture_logs
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from asr.client import RecognitionStream, transcribe
from asr.errors import AsrRefusedError, DecodingLostError
from asr.server import serve
from asr.settings import AsrSettings
from tests.fixtures.played_nursery import PlayedNursery, served_by
from tests.fixtures.recordings import pcm_of
from tests.fixtures.speech_servers import (
    children_of,
    decoding_processes,
    has_ended,
    speech_process,
    speech_server,
)

pytestmark = pytest.mark.integration

SECOND = 16_000
BLOCK = bytes(1600)
_MANY = 1000
_UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_REFUSED_LATE = 'changmao_asr_refused_total{reason="late"}'
_REFUSED = (1013).to_bytes(2, "big") + b"all 8 streams are taken"


@pytest.fixture
def nursery() -> PlayedNursery:
    return PlayedNursery()


async def _told(url: str, path: str) -> str:
    async with httpx.AsyncClient(trust_env=False) as http:
        return (await http.get(url.replace("ws", "http") + path)).text


async def _until_free(url: str) -> None:
    async with asyncio.timeout(10):
        while json.loads(await _told(url, "/healthz"))["streams"]:
            pass


async def _until_told(url: str, figure: str) -> None:
    async with asyncio.timeout(10):
        while figure not in await _told(url, "/metrics"):
            pass


async def _never_reads(client: ClientConnection) -> None:
    client.transport.pause_reading()
    for _ in range(40):
        await client.send(BLOCK)


@pytest.fixture
def loud_nursery() -> PlayedNursery:
    """Each answer is more than sockets hold."""
    return PlayedNursery(answer_bytes=1 << 20)


async def test_a_client_that_stops_reading_loses_its_stream(
    loud_nursery: PlayedNursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asr.stream_server._SEND_S", 0.2)
    monkeypatch.setattr("asr.stream_server._GOODBYE_S", 0.2)
    async with served_by(loud_nursery) as url, connect(url, max_queue=1, close_timeout=0.1) as deaf:
        await _never_reads(deaf)
        await _until_free(url)
        assert 'changmao_asr_ended_total{code="1008"} 1.0' in await _told(url, "/metrics")


@pytest.mark.parametrize("goodbye_s", [0.1, 60.0], ids=["let go", "still there"])
async def test_a_client_that_stops_reading_does_not_keep_the_server_from_ending(
    loud_nursery: PlayedNursery, monkeypatch: pytest.MonkeyPatch, goodbye_s: float
) -> None:
    monkeypatch.setattr("asr.stream_server._SEND_S", 0.1)
    monkeypatch.setattr("asr.stream_server._GOODBYE_S", goodbye_s)
    monkeypatch.setattr("asr.server._STOP_S", 0.2)
    async with asyncio.timeout(5):
        async with served_by(loud_nursery) as url:
            deaf = await connect(url, max_queue=1)
            await _never_reads(deaf)
            await _until_free(url)
    deaf.transport.resume_reading()
    with suppress(ConnectionClosed):
        while True:
            await deaf.recv()
    assert deaf.close_code == 1006


class _Clock:
    """Goes on as it is told, and by so much for each answer of a process that waits for it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.answer_s = 0.0

    def __call__(self) -> float:
        return self.now

    async def wait(self) -> None:
        self.now += self.answer_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> _Clock:
    """The one by which it is told how far decoding is behind."""
    played = _Clock()
    monkeypatch.setattr("asr.pooled_stream.monotonic", played)
    monkeypatch.setattr("asr.decoding_line.monotonic", played)
    return played


async def _stays_deaf(client: ClientConnection, url: str, clock: _Clock) -> None:
    client.transport.pause_reading()
    await client.send(BLOCK)
    await _until_told(url, "changmao_asr_audio_seconds_total 0.1\n")
    clock.now += 10


async def _sends_nothing_often(client: ClientConnection, _: str, clock: _Clock) -> None:
    clock.answer_s = 0.009
    for _ in range(400):
        await client.send(b"")
        await client.recv()


@pytest.mark.parametrize(
    ("misbehave", "answer_bytes"), [(_stays_deaf, 1 << 24), (_sends_nothing_often, 0)], ids=["deaf", "empty"]
)
async def test_a_client_of_its_own_kind_keeps_nobody_out(
    nursery: PlayedNursery,
    clock: _Clock,
    misbehave: Callable[[ClientConnection, str, _Clock], Awaitable[None]],
    answer_bytes: int,
) -> None:
    nursery.answer = b'{"partial": "%s"}' % (b"x" * answer_bytes)
    nursery.answering = clock
    async with served_by(nursery, processes=1) as url:
        client = await connect(url, max_queue=1, close_timeout=0.1)
        await misbehave(client, url, clock)
        await (await RecognitionStream.connect(url)).close()
        client.transport.abort()
        assert _REFUSED_LATE + " 0.0" in await _told(url, "/metrics")


async def _flood(url: str, message: bytes, count: int) -> asyncio.StreamWriter:
    """Write so many text messages at once to a new stream, of which no answer is ever read."""
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port)
    writer.write(_UPGRADE)
    await reader.readuntil(b"\r\n\r\n")
    # RFC 6455 section 5.2: a final text frame, masked by nothing.
    writer.write((bytes([0x81, 0x80 | len(message), 0, 0, 0, 0]) + message) * count)
    return writer


@pytest.mark.parametrize("order", [b'{"config":{}}', b'{"reset":1}'], ids=["config", "reset"])
async def test_a_client_that_floods_with_orders_lets_others_be_heard_in_between(
    nursery: PlayedNursery, order: bytes
) -> None:
    async with served_by(nursery) as url, connect(url) as other:
        flooding = await _flood(url, order, 20_000)
        slowest = 0.0
        for _ in range(50):
            begun = monotonic()
            await other.send(BLOCK)
            await other.recv()
            slowest = max(slowest, monotonic() - begun)
        flooding.transport.abort()
    assert slowest < 0.5


async def test_a_client_that_says_nothing_for_too_long_loses_its_stream(
    nursery: PlayedNursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asr.stream_server._IDLE_S", 0.2)
    async with served_by(nursery) as url, connect(url) as mute:
        await mute.wait_closed()
    assert (mute.close_code, mute.close_reason) == (1008, "nothing came for 0 s; send silence, or eof")


async def test_a_client_that_never_says_eof_gives_its_place_back_when_it_closes(
    nursery: PlayedNursery,
) -> None:
    async with served_by(nursery, max_streams=1) as url:
        for _ in range(3):
            async with connect(url) as abrupt:
                await abrupt.send(BLOCK)
                await abrupt.recv()
            await _until_free(url)


async def test_a_message_of_10_mb_ends_its_stream_and_no_other(nursery: PlayedNursery) -> None:
    async with served_by(nursery) as url, connect(url) as other:
        greedy = await connect(url)
        with suppress(ConnectionClosed):
            await greedy.send(bytes(10_000_000))
        await greedy.wait_closed()
        await other.send(BLOCK)
        assert await other.recv()
        # The client knows of it before the server has seen the connection end.
        await _until_told(url, 'changmao_asr_ended_total{code="1009"} 1.0\n')


async def test_a_grammar_is_told_to_be_of_no_use(nursery: PlayedNursery) -> None:
    async with served_by(nursery) as url, connect(url) as client:
        with capture_logs() as logs:
            await client.send('{"config": {"phrase_list": ["反诈"]}}')
            await client.send(BLOCK)
            assert await client.recv()
    assert any("grammar" in line["event"] for line in logs)


async def _connect_on(url: str) -> None:
    while True:
        await (await RecognitionStream.connect(url)).close()


async def test_a_server_behind_with_the_calls_it_has_takes_no_more(
    nursery: PlayedNursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asr.pace.LATE_S", 0.05)
    nursery.answering.clear()
    async with served_by(nursery, processes=1) as url, connect(url) as live:
        await live.send(BLOCK)
        async with asyncio.timeout(10):
            with pytest.raises(AsrRefusedError, match="behind"):
                await _connect_on(url)
        told = await _told(url, "/metrics")
        nursery.answering.set()
    figures = dict(line.rsplit(" ", 1) for line in told.splitlines() if not line.startswith("#"))
    assert figures['changmao_asr_refused_total{reason="late"}'] == "1.0"
    assert float(figures["changmao_asr_queue_seconds"]) > 0.05


async def _die_out(nursery: PlayedNursery, url: str) -> None:
    nursery.barren = True
    for process in nursery.processes:
        process.end()
    async with asyncio.timeout(10):
        while json.loads(await _told(url, "/healthz"))["processes"]:
            pass


async def test_a_server_without_a_decoding_process_takes_no_stream(
    nursery: PlayedNursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asr.decoding_pool._REPLACING_S", 0.0)
    async with served_by(nursery) as url:
        await _die_out(nursery, url)
        with pytest.raises(AsrRefusedError, match="no decoding process is running"):
            await RecognitionStream.connect(url)
        assert 'changmao_asr_refused_total{reason="dead"} 1.0' in await _told(url, "/metrics")


async def test_health_is_503_where_no_decoding_process_lives(nursery: PlayedNursery) -> None:
    async with served_by(nursery) as url, httpx.AsyncClient(trust_env=False) as http:
        await _die_out(nursery, url)
        assert (await http.get(url.replace("ws", "http") + "/healthz")).status_code == 503


async def test_half_the_processes_take_half_the_streams(
    nursery: PlayedNursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asr.decoding_pool._REPLACING_S", 0.0)
    async with served_by(nursery, max_streams=2) as url:
        nursery.barren = True
        nursery.processes[0].end()
        async with asyncio.timeout(10), connect(url):
            with pytest.raises(AsrRefusedError, match="all 1 streams are taken"):
                await _connect_on(url)


async def test_a_server_that_cannot_replace_a_process_ends(
    vosk_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asr.decoding_pool._TRIES", 1)
    ready = asyncio.Event()
    serving = asyncio.create_task(serve(AsrSettings(port=0), vosk_model, lambda _: ready.set()))
    async with asyncio.timeout(30):
        await ready.wait()
        os.kill(decoding_processes(os.getpid())[0], signal.SIGKILL)
        with pytest.raises(DecodingLostError, match="to be started anew"):
            await serving


@pytest.fixture
def many_sockets() -> Iterator[None]:
    """Let this process have as many sockets as it is about to open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 2 * _MANY:
        told = f"this system gives a process {hard} open files at most"
        (pytest.fail if os.environ.get("CHANGMAO_TEST_STRICT") == "1" else pytest.skip)(told)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * _MANY), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="module")
def running(vosk_model: Path) -> Iterator[str]:
    """The URL of a server in a process of its own, with 8 places."""
    with speech_process(vosk_model) as (url, _):
        yield url


@pytest.mark.usefixtures("many_sockets")
async def test_a_thousand_connections_at_once_are_refused_and_a_call_is_heard_on(running: str) -> None:
    places = [await RecognitionStream.connect(running) for _ in range(8)]
    crowd = asyncio.gather(*(_answer_to_upgrade(running) for _ in range(_MANY)))
    await places[0].send(pcm_of("fraud_police", "caller")[: 3 * SECOND])
    first = await anext(places[0])
    answers = await crowd
    for place in places:
        await place.close()
    assert first.text.startswith("喂")
    # On a busy machine a handshake may take too long and is broken off; but nobody takes a place.
    refused = sum(_REFUSED in each for each in answers)
    assert refused >= _MANY // 2
    assert all(_REFUSED in each or b"101 Switching" not in each for each in answers)


async def _answer_to_upgrade(url: str) -> bytes:
    """Ask for a WebSocket as cheaply as can be, and return all that comes until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port)
    writer.write(_UPGRADE)
    try:
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_what_was_heard_is_told_as_metrics(vosk_model: Path) -> None:
    turn = pcm_of("fraud_police", "caller")[: 5 * SECOND // 2] + bytes(SECOND)
    async with speech_server(vosk_model) as url:
        (heard,) = await transcribe(url, turn)
        told = await _told(url, "/metrics")
    figures = dict(line.rsplit(" ", 1) for line in told.splitlines() if not line.startswith("#"))
    assert heard.end_ms < 2600
    assert float(figures["changmao_asr_audio_seconds_total"]) == pytest.approx(3.5)
    assert 0 < float(figures["changmao_asr_real_time_factor"]) < 3
    assert float(figures["changmao_asr_memory_bytes"]) > 100_000_000
    # The gate closed once; what the end of the stream is answered with has waited for nothing.
    assert float(figures["changmao_asr_result_seconds_count"]) == 1
    assert float(figures["changmao_asr_processes"]) == 2


async def test_what_never_happened_yet_is_told_as_0(nursery: PlayedNursery) -> None:
    async with served_by(nursery) as url:
        told = await _told(url, "/metrics")
    for reason in ("dead", "full", "late"):
        assert f'changmao_asr_refused_total{{reason="{reason}"}} 0.0' in told
    for code in (1003, 1007, 1008, 1009, 1012):
        assert f'changmao_asr_ended_total{{code="{code}"}} 0.0' in told


async def test_the_stream_of_a_killed_decoding_process_is_closed_with_1012(nursery: PlayedNursery) -> None:
    async with served_by(nursery) as url, connect(url) as one, asyncio.timeout(10):
        await one.send(BLOCK)
        await one.recv()
        for process in nursery.processes:
            process.end()
        with suppress(ConnectionClosed):
            while True:
                await one.send(BLOCK)
                await one.recv()
        assert one.close_code == 1012


def test_nothing_is_left_of_a_server_that_was_killed(vosk_model: Path) -> None:
    with speech_process(vosk_model) as (_, process):
        started = [*children_of(process.pid), *decoding_processes(process.pid)]
    assert len(started) == 3
    until = monotonic() + 10
    while not all(has_ended(pid) for pid in started):
        assert monotonic() < until


async def test_a_raw_connection_that_never_speaks_http_harms_nobody(running: str) -> None:
    await _until_free(running)
    with socket.create_connection(("127.0.0.1", int(running.rsplit(":", 1)[1]))) as raw:
        raw.sendall(b"\x00" * 1000)
        assert await transcribe(running, bytes(SECOND)) == []
