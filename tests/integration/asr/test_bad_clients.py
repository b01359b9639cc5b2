"""Clients that do as they should not, or too much of it: each meets a bound, and others are heard on."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from asr.client import RecognitionStream, transcribe
from asr.errors import AsrRefusedError
from asr.server import StreamServer, _listening
from asr.settings import AsrSettings
from tests.fixtures.prompt_engine import PromptEngine
from tests.fixtures.recordings import pcm_of
from tests.fixtures.speech_servers import speech_process, speech_server

pytestmark = pytest.mark.integration

SECOND = 16_000
_MANY = 1000
_UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_REFUSED = (1013).to_bytes(2, "big") + b"all 8 streams are taken"


@asynccontextmanager
async def _serving(engine: PromptEngine) -> AsyncIterator[str]:
    settings = AsrSettings(port=0)
    async with await _listening(StreamServer(engine, settings, "none"), settings) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _told(url: str, path: str) -> str:
    async with httpx.AsyncClient(trust_env=False) as http:
        return (await http.get(url.replace("ws", "http") + path)).text


async def test_a_client_that_stops_reading_loses_its_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asr.server._SEND_S", 0.2)
    async with _serving(PromptEngine(answer_bytes=1 << 20)) as url, asyncio.timeout(20):
        async with connect(url, max_queue=1, close_timeout=0.1) as deaf:
            deaf.transport.pause_reading()
            for _ in range(40):
                await deaf.send(bytes(1600))
            while json.loads(await _told(url, "/healthz"))["streams"]:
                pass
        assert 'changmao_asr_ended_total{code="1008"} 1.0' in await _told(url, "/metrics")


async def test_a_client_that_says_nothing_for_too_long_loses_its_stream(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("asr.server._IDLE_S", 0.2)
    async with _serving(PromptEngine()) as url, connect(url) as mute:
        await mute.wait_closed()
    assert (mute.close_code, mute.close_reason) == (1008, "nothing came for 0 s; send silence, or eof")


async def test_a_client_that_never_says_eof_gives_its_place_back_when_it_closes(vosk_model: Path) -> None:
    async with speech_server(vosk_model, max_streams=1) as url:
        for _ in range(3):
            async with connect(url) as abrupt:
                await abrupt.send(pcm_of("fraud_police", "caller")[:SECOND])
                await abrupt.recv()
            while json.loads(await _told(url, "/healthz"))["streams"]:
                pass


async def test_a_message_of_10_mb_ends_its_stream_and_no_other(vosk_model: Path) -> None:
    async with speech_server(vosk_model) as url, await RecognitionStream.connect(url) as other:
        greedy = await connect(url)
        with suppress(ConnectionClosed):
            await greedy.send(bytes(10_000_000))
        await greedy.wait_closed()
        await other.send(pcm_of("fraud_police", "caller")[: 3 * SECOND])
        assert (await anext(other)).text


async def _connect_on(url: str) -> None:
    while True:
        await (await RecognitionStream.connect(url)).close()


async def test_a_server_behind_a_call_it_has_takes_no_more() -> None:
    stalled = asyncio.Event()
    async with _serving(PromptEngine(until=stalled)) as url, connect(url) as live:
        await live.send(bytes(1600))
        async with asyncio.timeout(10):
            with pytest.raises(AsrRefusedError, match="behind"):
                await _connect_on(url)
        stalled.set()
        assert 'changmao_asr_refused_total{reason="late"} 1.0' in await _told(url, "/metrics")


async def test_a_server_without_a_decoding_process_takes_no_stream() -> None:
    engine = PromptEngine()
    engine.lines = ()
    async with _serving(engine) as url:
        with pytest.raises(AsrRefusedError, match="behind"):
            await RecognitionStream.connect(url)


async def test_health_is_503_where_no_decoding_process_lives() -> None:
    engine = PromptEngine()
    engine.lines = ()
    async with _serving(engine) as url, httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(url.replace("ws", "http") + "/healthz")).status_code == 503


@pytest.fixture
def many_sockets() -> Iterator[None]:
    """Let this process have as many sockets as it is about to open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 2 * _MANY:
        pytest.skip(f"this system gives a process {hard} open files at most")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * _MANY), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_sockets")
async def test_a_thousand_connections_at_once_are_refused_and_a_call_is_heard_on(vosk_model: Path) -> None:
    with speech_process(vosk_model) as (url, _):
        places = [await RecognitionStream.connect(url) for _ in range(8)]
        crowd = asyncio.gather(*(_answer_to_upgrade(url) for _ in range(_MANY)))
        await places[0].send(pcm_of("fraud_police", "caller")[: 4 * SECOND])
        first = await anext(places[0])
        answers = await crowd
        for place in places:
            await place.close()
    assert first.text.startswith("喂")
    assert sum(_REFUSED in each for each in answers) == _MANY


async def _answer_to_upgrade(url: str) -> bytes:
    """Ask for a WebSocket as cheaply as can be, and return all that comes until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port)
    writer.write(_UPGRADE)
    try:
        return await reader.read()
    finally:
        writer.close()


async def test_what_was_heard_is_told_as_metrics(vosk_model: Path) -> None:
    async with speech_server(vosk_model) as url:
        await transcribe(url, pcm_of("fraud_police", "caller")[: 3 * SECOND])
        told = await _told(url, "/metrics")
    figures = dict(line.rsplit(" ", 1) for line in told.splitlines() if not line.startswith("#"))
    assert float(figures["changmao_asr_audio_seconds_total"]) == pytest.approx(3)
    assert 0 < float(figures["changmao_asr_real_time_factor"]) < 3
    assert float(figures["changmao_asr_memory_bytes"]) > 10_000_000
    assert float(figures["changmao_asr_result_seconds_count"]) == 30
    assert float(figures["changmao_asr_processes"]) == 2


async def test_the_stream_of_a_killed_decoding_process_is_closed_with_1012(vosk_model: Path) -> None:
    with speech_process(vosk_model) as (url, process):
        async with connect(url) as one, asyncio.timeout(20):
            await one.send(bytes(1600))
            await one.recv()
            _kill_decoding(process.pid)
            with suppress(ConnectionClosed):
                while True:
                    await one.send(bytes(1600))
                    await one.recv()
            assert one.close_code == 1012


def _kill_decoding(server: int) -> None:
    """Kill the processes that the server's nursery forked."""
    for nursery in _children(server):
        for pid in _children(nursery):
            os.kill(pid, signal.SIGKILL)


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def test_nothing_is_left_of_a_server_that_was_killed(vosk_model: Path) -> None:
    with speech_process(vosk_model) as (_, process):
        started = _children(process.pid)
        started += [pid for nursery in started for pid in _children(nursery)]
    assert len(started) == 3
    until = monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in started):
        assert monotonic() < until


def test_a_raw_connection_that_never_speaks_http_harms_nobody(vosk_model: Path) -> None:
    with speech_process(vosk_model) as (url, _):
        port = int(url.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port)) as raw:
            raw.sendall(b"\x00" * 1000)
            assert asyncio.run(transcribe(url, bytes(SECOND))) == []
