"""The client against servers that are not ours, are slow, or talk nonsense."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as listen

from asr.client import RecognitionStream, StreamLimits, transcribe
from asr.errors import AsrLostError, AsrRestartedError
from contracts.errors import BadInputError
from contracts.speech import Heard
from tests.fixtures.recordings import character_error_rate, pcm_of, turns_of
from tests.fixtures.speech_servers import conversing, plain_vosk_server

pytestmark = pytest.mark.integration

BLOCK = bytes(1600)
"""100 ms at 8000 Hz."""
FLOOD = bytes(8_000_000)
"""More than fits into all buffers between two sockets."""


def _scripted(*answers: dict[str, object]) -> Callable[[ServerConnection], Awaitable[None]]:
    """Answer the blocks with these, one each, then the end with an empty result."""

    async def converse(connection: ServerConnection) -> None:
        for answer in (*answers, {"text": ""}):
            await connection.recv()
            await connection.send(json.dumps(answer))

    return converse


async def _heard(url: str, blocks: int) -> list[Heard]:
    async with await RecognitionStream.connect(url) as stream:
        got = []
        for _ in range(blocks):
            await stream.send(BLOCK)
            got.append(await anext(stream))
        await stream.finish()
        return got + [heard async for heard in stream]


async def _deaf(connection: ServerConnection) -> None:
    await connection.recv()
    connection.transport.pause_reading()
    await connection.wait_closed()


async def _sent_without_end(stream: RecognitionStream) -> None:
    async with asyncio.timeout(5):
        while True:
            await stream.send(BLOCK)
            await asyncio.sleep(0)


async def test_a_plain_vosk_server_is_understood(vosk_model: Path) -> None:
    said = "".join(turn["text"] for turn in turns_of("benign_courier", "caller")[:2])
    async with plain_vosk_server(vosk_model) as url:
        heard = await transcribe(url, pcm_of("benign_courier", "caller")[: 15 * 16_000])
    assert character_error_rate("".join(each.text for each in heard), said) <= 0.25


async def test_a_partial_without_words_spans_what_was_decoded_since_the_last_final() -> None:
    script = _scripted({"text": "喂"}, {"partial": "您"}, {"partial": "您 好"})
    async with conversing(script) as url:
        heard = await _heard(url, 3)
    assert heard == [
        Heard("喂", final=True, start_ms=0, end_ms=100),
        Heard("您", final=False, start_ms=100, end_ms=200),
        Heard("您好", final=False, start_ms=100, end_ms=300),
    ]


async def test_an_untaken_partial_gives_way_to_the_final_of_its_utterance() -> None:
    script = _scripted({"partial": "您"}, {"partial": "您 好"}, {"text": "您 好"}, {"partial": "请"})
    async with conversing(script) as url, await RecognitionStream.connect(url) as stream:
        await stream.send(4 * BLOCK)
        await stream.finish()
        assert [(each.text, each.final) async for each in stream] == [("您好", True), ("请", False)]


async def test_empty_results_are_not_given_out() -> None:
    async with conversing(_scripted({"partial": ""}, {"text": ""})) as url:
        assert await transcribe(url, 2 * BLOCK) == []


async def test_sending_waits_while_the_server_is_too_far_behind() -> None:
    go_on, received = asyncio.Event(), asyncio.Semaphore(0)

    async def slow(connection: ServerConnection) -> None:
        for _ in range(10):
            await connection.recv()
            received.release()
        await go_on.wait()
        for _ in range(10):
            await connection.send('{"partial": ""}')
        await _scripted(*[{"partial": ""}] * 40)(connection)

    async with (
        conversing(slow) as url,
        await RecognitionStream.connect(url, limits=StreamLimits(backlog=timedelta(seconds=1))) as stream,
    ):
        sending = asyncio.create_task(stream.send(50 * BLOCK))
        for _ in range(10):
            await received.acquire()
        assert (stream.behind_ms, sending.done()) == (5000, False)
        go_on.set()
        await sending
        await stream.finish()
        assert stream.behind_ms == 0


async def test_a_stream_closed_before_its_end_is_lost() -> None:
    async def hasty(connection: ServerConnection) -> None:
        await connection.recv()

    async with conversing(hasty) as url, await RecognitionStream.connect(url) as stream:
        await stream.send(BLOCK)
        with pytest.raises(AsrLostError, match="before its last result"):
            await anext(stream)


@pytest.mark.parametrize(("close_code", "kind"), [(1012, AsrRestartedError), (1011, AsrLostError)])
async def test_a_server_that_closes_a_stream_with_1012_only_wants_it_opened_anew(
    close_code: int, kind: type[AsrLostError]
) -> None:
    async def closing(connection: ServerConnection) -> None:
        await connection.close(close_code)

    async with conversing(closing) as url, await RecognitionStream.connect(url) as stream:
        with pytest.raises(AsrLostError) as lost:
            await anext(stream)
    assert type(lost.value) is kind


async def test_what_was_heard_before_the_loss_is_still_given_out() -> None:
    async def hasty(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.send('{"text": "喂"}')
        await connection.close(1011)

    async with conversing(hasty) as url, await RecognitionStream.connect(url) as stream:
        await stream.send(BLOCK)
        assert (await anext(stream)).text == "喂"
        with pytest.raises(AsrLostError):
            await anext(stream)


async def test_sending_into_a_lost_stream_says_so() -> None:
    async def hasty(connection: ServerConnection) -> None:
        await connection.recv()

    async with conversing(hasty) as url, await RecognitionStream.connect(url) as stream:
        with pytest.raises(AsrLostError):
            await stream.send(1000 * BLOCK)


@pytest.mark.parametrize(
    "answer",
    [
        "nonsense",
        "[]",
        '{"status": "ok"}',
        "[" * 50_000,
        '{"text": "喂", "result": [{"word": "喂", "start": 1e999, "end": 1e999}]}',
        '{"text": "喂", "result": [{"word": "喂", "start": -1, "end": 0}]}',
        '{"text": "喂", "result": [{"word": "喂", "start": 0, "end": 60}]}',
    ],
    ids=["text", "list", "other", "deep", "endless", "before", "after"],
)
async def test_an_answer_of_another_protocol_ends_the_stream(answer: str) -> None:
    async def stranger(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.send(answer)
        await connection.wait_closed()

    async with conversing(stranger) as url, await RecognitionStream.connect(url) as stream:
        await stream.send(BLOCK)
        with pytest.raises(AsrLostError, match="not vosk-server's"):
            await anext(stream)


async def test_an_answer_longer_than_any_utterance_ends_the_stream() -> None:
    script = _scripted({"text": "喂" * 50_000})
    async with conversing(script) as url, await RecognitionStream.connect(url) as stream:
        await stream.send(BLOCK)
        with pytest.raises(AsrLostError, match="1009"):
            await anext(stream)


async def test_answers_that_nobody_asked_for_end_the_stream() -> None:
    async def chatty(connection: ServerConnection) -> None:
        await connection.send('{"text": "喂"}')
        await connection.wait_closed()

    async with conversing(chatty) as url, await RecognitionStream.connect(url) as stream:
        with pytest.raises(AsrLostError, match="what nobody sent"):
            await anext(stream)


async def test_a_server_that_decodes_nothing_is_lost_once_the_backlog_is_full() -> None:
    async def mute(connection: ServerConnection) -> None:
        await connection.wait_closed()

    limits = StreamLimits(backlog=timedelta(seconds=1), patience=timedelta(seconds=0.1))
    async with conversing(mute) as url, await RecognitionStream.connect(url, limits=limits) as stream:
        await stream.send(10 * BLOCK)
        with pytest.raises(AsrLostError, match="took 1000 ms of audio and is silent"):
            await stream.send(BLOCK)


async def test_a_server_that_decodes_nothing_is_lost_by_the_clock_however_little_it_was_sent() -> None:
    async def mute(connection: ServerConnection) -> None:
        await connection.wait_closed()

    limits = StreamLimits(backlog=timedelta(hours=1), patience=timedelta(seconds=0.1))
    async with conversing(mute) as url, await RecognitionStream.connect(url, limits=limits) as stream:
        with pytest.raises(AsrLostError, match="is silent"):
            await _sent_without_end(stream)


async def test_a_server_that_does_not_even_read_is_lost() -> None:
    # Time enough to fill the buffers: what is waited for is the socket, not an answer.
    limits = StreamLimits(backlog=timedelta(hours=1), patience=timedelta(seconds=1))
    async with conversing(_deaf) as url, await RecognitionStream.connect(url, limits=limits) as stream:
        with pytest.raises(AsrLostError, match="is silent"):
            async with asyncio.timeout(5):
                await stream.send(FLOOD)


async def test_a_stream_to_a_server_that_does_not_even_read_is_closed_in_time() -> None:
    limits = StreamLimits(backlog=timedelta(hours=1), patience=timedelta(hours=1))
    async with conversing(_deaf) as url:
        stream = await RecognitionStream.connect(url, limits=limits)
        sending = asyncio.create_task(stream.send(FLOOD))
        await asyncio.wait([sending], timeout=0.5)
        sending.cancel()
        async with asyncio.timeout(3):
            await stream.close()


async def test_the_last_result_is_waited_for_no_longer_than_any_other() -> None:
    async def mute(connection: ServerConnection) -> None:
        await connection.wait_closed()

    limits = StreamLimits(patience=timedelta(seconds=0.1))
    async with conversing(mute) as url, await RecognitionStream.connect(url, limits=limits) as stream:
        await stream.send(BLOCK)
        with pytest.raises(AsrLostError, match="is silent"):
            async with asyncio.timeout(5):
                await stream.finish()


async def test_a_server_that_is_silent_is_given_up_once_less_patience_is_left() -> None:
    async def mute(connection: ServerConnection) -> None:
        await connection.recv()
        got_a_block.set()
        await connection.wait_closed()

    got_a_block, backlog = asyncio.Event(), timedelta(seconds=0.1)
    patient, brisk = (StreamLimits(backlog=backlog, patience=timedelta(seconds=s)) for s in (3600, 0.1))
    async with conversing(mute) as url, await RecognitionStream.connect(url, limits=patient) as stream:
        sending = asyncio.create_task(stream.send(2 * BLOCK))
        await got_a_block.wait()
        stream.set_limits(brisk)
        with pytest.raises(AsrLostError, match="is silent"):
            async with asyncio.timeout(5):
                await sending


async def test_a_server_that_answers_now_and_then_is_not_lost() -> None:
    async def slow(connection: ServerConnection) -> None:
        for _ in range(8):
            await connection.recv()
            await asyncio.sleep(0.05)
            await connection.send('{"partial": ""}')
        await _scripted()(connection)

    limits = StreamLimits(patience=timedelta(seconds=0.3))
    async with conversing(slow) as url, await RecognitionStream.connect(url, limits=limits) as stream:
        await stream.send(8 * BLOCK)
        await stream.finish()
        assert stream.decoded_ms == 800


async def test_a_port_where_nobody_speaks_the_protocol_is_given_up_in_time() -> None:
    async def dumb(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    over, limits = asyncio.Event(), StreamLimits(open_within=timedelta(seconds=0.1))
    async with await asyncio.start_server(dumb, "127.0.0.1", 0) as server:
        with pytest.raises(AsrLostError, match=r"does not answer within 0\.1 s"):
            await RecognitionStream.connect(
                f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}", limits=limits
            )
        over.set()


async def test_a_server_that_closes_at_once_is_lost_from_the_start() -> None:
    async def hasty(connection: ServerConnection) -> None:
        await connection.close(1011)

    async with listen(hasty, "127.0.0.1", 0) as server:
        with pytest.raises(AsrLostError, match="1011"):
            await RecognitionStream.connect(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}")


async def test_what_was_decoded_is_told_though_nothing_was_said() -> None:
    async with conversing(_scripted({"partial": ""})) as url, await RecognitionStream.connect(url) as stream:
        await stream.send(BLOCK)
        await stream.finish()
        assert stream.decoded_ms == 100


async def test_an_odd_number_of_bytes_is_not_sent() -> None:
    async with conversing(_scripted()) as url, await RecognitionStream.connect(url) as stream:
        with pytest.raises(BadInputError, match="3 bytes"):
            await stream.send(b"abc")


@pytest.mark.parametrize("url", ["ws://127.0.0.1:9", "not a url"])
async def test_a_server_that_is_not_there_is_lost_from_the_start(url: str) -> None:
    with pytest.raises(AsrLostError, match="cannot be reached"):
        await RecognitionStream.connect(url)
