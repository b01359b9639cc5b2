"""Our speech server with the real model: what it hears, what it refuses, how it ends."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs
from websockets.asyncio.client import ClientConnection, connect

from asr.client import RecognitionStream, transcribe
from asr.errors import AsrLostError, AsrRefusedError, ModelMissingError, PortTakenError
from asr.server import serve
from asr.settings import AsrSettings
from contracts.speech import Heard
from tests.fixtures.played_nursery import PlayedNursery, served_by
from tests.fixtures.recordings import character_error_rate, pcm_of, turns_of
from tests.fixtures.speech_servers import speech_process, speech_server

pytestmark = pytest.mark.integration

SECOND = 16_000
"""Bytes of one second of PCM16 at 8000 Hz."""


@pytest.fixture(scope="module")
def url(vosk_model: Path) -> Iterator[str]:
    """A server with the real model."""
    with speech_process(vosk_model) as (url, _):
        yield url


@pytest.fixture
def nursery() -> PlayedNursery:
    return PlayedNursery()


def _text(heard: list[Heard]) -> str:
    return "".join(each.text for each in heard)


async def _close_of(connection: ClientConnection) -> tuple[int | None, str | None]:
    """Wait until the server closes; return its code and reason."""
    async with asyncio.timeout(10):
        await connection.wait_closed()
    return connection.close_code, connection.close_reason


async def _health(url: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.get(url.replace("ws", "http") + "/healthz")


async def _until_free(url: str) -> None:
    async with asyncio.timeout(10):
        while (await _health(url)).json()["streams"]:
            pass


async def test_a_fraud_call_is_heard_with_few_wrong_characters(url: str) -> None:
    turns = turns_of("fraud_police", "caller")[:2]
    pcm = pcm_of("fraud_police", "caller")[: int(turns[-1]["end_s"] + 1) * SECOND]
    heard = await transcribe(url, pcm)
    assert character_error_rate(_text(heard), "".join(turn["text"] for turn in turns)) <= 0.15


async def test_words_stand_where_they_were_said(url: str) -> None:
    turn = turns_of("fraud_tasks", "caller")[0]
    heard = await transcribe(url, pcm_of("fraud_tasks", "caller")[: int(turn["end_s"] + 2) * SECOND])
    spans = [(word.start_ms, word.end_ms) for each in heard for word in each.words]
    assert spans == sorted(spans)
    # The script's span of a turn includes the pauses at its ends.
    assert spans[0][0] == pytest.approx(1000 * turn["start_s"], abs=500)
    assert spans[-1][1] == pytest.approx(1000 * turn["end_s"], abs=1000)


async def test_silence_has_no_text(url: str) -> None:
    assert await transcribe(url, bytes(10 * SECOND)) == []


async def test_partial_results_come_while_the_speaker_goes_on(url: str) -> None:
    async with await RecognitionStream.connect(url) as stream:
        await stream.send(pcm_of("fraud_police", "caller")[: 3 * SECOND])
        first = await anext(stream)
    assert (first.final, first.words) == (False, ())
    assert 1000 <= first.end_ms <= 2000


async def test_words_of_partial_results_come_with_times_where_wanted(url: str) -> None:
    async with await RecognitionStream.connect(url, partial_words=True) as stream:
        await stream.send(pcm_of("fraud_police", "caller")[: 7 * SECOND // 2])
        first = await anext(stream)
    assert not first.final
    assert "".join(word.text for word in first.words) == first.text


async def test_two_streams_at_once_do_not_mix(url: str) -> None:
    calls = {call: _first_turn(call) for call in ("benign_family", "benign_courier")}
    heard = await asyncio.gather(*(transcribe(url, pcm) for pcm, _ in calls.values()))
    for call, texts in zip(calls, heard, strict=True):
        rates = {other: character_error_rate(_text(texts), said) for other, (_, said) in calls.items()}
        assert rates.pop(call) < 0.5 < min(rates.values())


async def test_audio_at_16000_hz_is_heard_as_well(url: str) -> None:
    narrow, said = _first_turn("benign_family")
    wide = b"".join(2 * narrow[at : at + 2] for at in range(0, len(narrow), 2))
    heard = await transcribe(url, wide, sample_rate=16_000)
    assert character_error_rate(_text(heard), said) <= 0.25


def _first_turn(call: str) -> tuple[bytes, str]:
    """Return the sound of the first thing a caller says, and its text."""
    turn = turns_of(call, "caller")[0]
    return pcm_of(call, "caller")[: int((turn["end_s"] + 0.5) * 8000) * 2], turn["text"]


async def test_one_stream_too_many_is_refused_at_once(nursery: PlayedNursery) -> None:
    async with served_by(nursery, max_streams=1) as url, await RecognitionStream.connect(url):
        with pytest.raises(AsrRefusedError, match="all 1 streams are taken"):
            await RecognitionStream.connect(url)


async def test_a_refusal_is_close_code_1013(nursery: PlayedNursery) -> None:
    async with served_by(nursery, max_streams=1) as url, connect(url), connect(url) as second:
        assert (await _close_of(second))[0] == 1013


async def test_a_finished_stream_gives_its_place_to_the_next(nursery: PlayedNursery) -> None:
    async with served_by(nursery, max_streams=1) as url:
        for _ in range(20):
            assert await transcribe(url, bytes(SECOND // 10)) == []


async def test_a_client_that_vanishes_gives_its_place_back(nursery: PlayedNursery) -> None:
    async with served_by(nursery, max_streams=1) as url:
        with capture_logs() as logs:
            (await connect(url)).transport.abort()
            await _until_free(url)
        assert await transcribe(url, bytes(SECOND // 10)) == []
    assert [line["event"] for line in logs] == ["stream broke off"]


@pytest.mark.parametrize(
    ("message", "code", "reason"),
    [
        (b"abc", 1007, "3 bytes"),
        ('{"config": {"sample_rate": 44100}}', 1007, "config.sample_rate"),
        ("hello", 1003, "binary"),
        (bytes(1 << 17), 1009, ""),
    ],
)
async def test_a_wrong_message_ends_its_own_stream_with_a_reason(
    nursery: PlayedNursery, message: str | bytes, code: int, reason: str
) -> None:
    async with served_by(nursery) as url, await RecognitionStream.connect(url) as other:
        async with connect(url) as wrong:
            await wrong.send(message)
            closed, why = await _close_of(wrong)
        await other.send(bytes(SECOND))
        await other.finish()
    assert closed == code
    assert reason in (why or "")


async def test_a_config_after_the_first_audio_is_refused(nursery: PlayedNursery) -> None:
    async with served_by(nursery) as url, connect(url) as late:
        await late.send(bytes(1600))
        await late.send('{"config": {"sample_rate": 16000}}')
        assert (await _close_of(late)) == (1007, "config must come before the first audio")


async def test_an_end_without_audio_is_answered_with_no_text(nursery: PlayedNursery) -> None:
    async with served_by(nursery) as url, connect(url) as brief:
        await brief.send('{"eof": 1}')
        assert json.loads(await brief.recv()) == {"text": ""}


async def test_a_reset_gives_the_result_so_far_and_goes_on(url: str) -> None:
    async with connect(url) as again:
        for _ in range(2):
            await again.send(pcm_of("fraud_police", "caller")[: 3 * SECOND])
            await again.recv()
            await again.send('{"reset": 1}')
            assert json.loads(await again.recv())["text"].startswith("喂 您好")


async def test_health_is_told_on_the_same_port(nursery: PlayedNursery) -> None:
    async with served_by(nursery) as url, await RecognitionStream.connect(url):
        answer = await _health(url)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == {
        "streams": 1,
        "max_streams": 8,
        "processes": 2,
        "model": "none",
    }


async def test_a_stopped_server_ends_its_streams_and_its_port(vosk_model: Path) -> None:
    async with speech_server(vosk_model) as url:
        stream = await RecognitionStream.connect(url)
        await stream.send(bytes(SECOND))
    with pytest.raises(AsrLostError, match="1001"):
        await stream.finish()
    with pytest.raises(AsrLostError, match="cannot be reached"):
        await RecognitionStream.connect(url)


async def test_a_killed_server_is_noticed_in_mid_stream(vosk_model: Path) -> None:
    with speech_process(vosk_model) as (url, process):
        async with asyncio.timeout(30), await RecognitionStream.connect(url) as stream:
            await stream.send(pcm_of("fraud_police", "caller")[: 3 * SECOND])
            await anext(stream)
            process.kill()
            with pytest.raises(AsrLostError):
                async for _ in stream:
                    pass


async def test_a_taken_port_is_named(vosk_model: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"port {port}"):
            await serve(AsrSettings(port=port), vosk_model, lambda _: None)


async def test_a_server_without_a_model_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="changmao models fetch"):
        await serve(AsrSettings(port=0), tmp_path / "none", lambda _: None)


async def test_a_server_behind_with_decoding_still_answers_pings(nursery: PlayedNursery) -> None:
    nursery.answering.clear()
    async with served_by(nursery) as url, connect(url) as client:
        for _ in range(40):
            await client.send(bytes(1600))
        try:
            async with asyncio.timeout(5):
                await (await client.ping())
                # The first may have travelled with the audio; this one comes when the audio fills the queue.
                await (await client.ping())
        finally:
            nursery.answering.set()
            client.transport.abort()


async def test_places_that_are_not_set_follow_processes_and_graph(url: str) -> None:
    assert (await _health(url)).json()["max_streams"] == 2 * 4
