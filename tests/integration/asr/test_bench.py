"""The benchmark of the speech server: what it measures is what happened."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from typer.testing import CliRunner
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as listen
from websockets.exceptions import ConnectionClosed

from asr.bench.own_server import serve_own
from asr.bench.played_leg import PlayedLeg, play
from asr.bench.recorded_call import BLOCK_BYTES, RecordedCall
from asr.bench.trial import run_trial
from changmao.cli import app
from tests.fixtures.recordings import pcm_of
from tests.perf.plain_vosk_server import serve_plain

pytestmark = pytest.mark.integration

_PCM = pcm_of("fraud_police", "caller")[: 42 * BLOCK_BYTES] + bytes(30 * BLOCK_BYTES)
"""One turn, and silence in which its result must come."""
_CALL = RecordedCall(
    "short",
    tuple(_PCM[at : at + BLOCK_BYTES] for at in range(0, len(_PCM), BLOCK_BYTES)),
    (bytes(BLOCK_BYTES),) * 72,
)


@asynccontextmanager
async def _server(converse: Callable[[ServerConnection], Awaitable[None]]) -> AsyncIterator[str]:
    async def quietly(connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            await connection.recv()
            await converse(connection)

    async with listen(quietly, "127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _echo(connection: ServerConnection) -> None:
    """Answer the fifth block with a word that ended 300 ms into the stream, and the end with another."""
    for number in range(1, 9):
        await connection.recv()
        word = {"word": "喂", "start": 0.1, "end": 0.3}
        answer = {"result": [word], "text": "喂"} if number == 5 else {"partial": ""}
        await connection.send(json.dumps(answer))
    await connection.recv()
    await connection.send('{"result": [{"word": "您", "start": 0.3, "end": 0.4}], "text": "您"}')


async def test_the_lag_of_a_result_runs_from_the_end_of_its_last_word() -> None:
    async with _server(_echo) as url:
        played = await play(url, [bytes(BLOCK_BYTES)] * 8)
    # The fifth block is there 500 ms after the stream began, 200 ms after the word.
    assert played.lags_ms == (pytest.approx(200, abs=150),)


async def test_a_call_is_played_as_fast_as_it_was_spoken() -> None:
    async with _server(_echo) as url:
        begun = asyncio.get_running_loop().time()
        played = await play(url, [bytes(BLOCK_BYTES)] * 8)
    assert asyncio.get_running_loop().time() - begun >= 0.8
    assert played.audio_s == 0.8


async def test_a_refused_leg_is_refused_and_not_lost() -> None:
    async with _server(lambda connection: connection.close(1013)) as url:
        played = await play(url, [bytes(BLOCK_BYTES)] * 8)
    assert (played.refused, played.lost) == (True, False)


async def test_a_leg_whose_server_goes_away_is_lost() -> None:
    async with _server(lambda connection: connection.close(1011)) as url:
        assert (await play(url, [bytes(BLOCK_BYTES)] * 8)).lost


async def test_a_leg_without_a_server_is_lost() -> None:
    assert await play("ws://127.0.0.1:1", [bytes(BLOCK_BYTES)]) == PlayedLeg(lost=True)


@pytest.mark.parametrize("serve", [serve_own, serve_plain])
def test_both_servers_hold_one_call(vosk_model: Path, serve: Callable[..., None]) -> None:
    trial = run_trial(serve, vosk_model, [_CALL], streams=2, seconds=7, processors=1)
    assert (trial.refused, trial.lost) == (0, 0)
    assert trial.final_lag_ms.p50 is not None
    assert trial.rtf_per_core > 0
    assert trial.memory_mb > 50


def test_the_command_prints_one_json_object(vosk_model: Path) -> None:
    arguments = ["asr", "bench", "--streams", "1", "--seconds", "1", "--json"]
    told = CliRunner().invoke(app, arguments, env={"CHANGMAO_ASR__MODEL_PATH": str(vosk_model)})
    assert set(json.loads(told.stdout)) == {
        "streams",
        "seconds",
        "rtf_per_core",
        "final_lag_ms",
        "refused",
        "lost",
        "memory_mb",
        "streams_per_core",
        "ratio_to_plain",
    }
