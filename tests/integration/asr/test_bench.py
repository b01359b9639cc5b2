"""The benchmark of the speech server: what it measures is what happened."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner
from websockets.asyncio.server import ServerConnection

from asr.bench.load import Load
from asr.bench.own_server import serve_own
from asr.bench.played_leg import PlayedLeg, play
from asr.bench.recorded_call import BLOCK_BYTES, RecordedCall
from asr.bench.server_process import measured_server
from asr.bench.trial import run_trial
from asr.protocol import EOF_TEXT
from changmao.cli import app
from contracts.errors import BadInputError
from tests.fixtures.recordings import pcm_of
from tests.fixtures.speech_servers import conversing, serve_plain

pytestmark = pytest.mark.integration

_PCM = pcm_of("fraud_police", "caller")[: 22 * BLOCK_BYTES] + bytes(20 * BLOCK_BYTES)
"""A word, and silence in which its result may come."""
_CALL = RecordedCall(
    "short",
    tuple(_PCM[at : at + BLOCK_BYTES] for at in range(0, len(_PCM), BLOCK_BYTES)),
    (bytes(BLOCK_BYTES),) * 42,
)


async def _echo(connection: ServerConnection) -> None:
    """Answer the fifth block with a word that ended 300 ms into the stream, and the end with another."""
    for number in itertools.count(1):
        if await connection.recv() == EOF_TEXT:
            break
        word = {"word": "喂", "start": 0.1, "end": 0.3}
        answer = {"result": [word], "text": "喂"} if number == 5 else {"partial": ""}
        await connection.send(json.dumps(answer))
    await connection.send('{"result": [{"word": "您", "start": 0.3, "end": 0.4}], "text": "您"}')


async def test_the_lag_of_a_result_runs_from_the_end_of_its_last_word() -> None:
    async with conversing(_echo) as url:
        begun = asyncio.get_running_loop().time()
        played = await play(url, [bytes(BLOCK_BYTES)] * 8)
        lasted_ms = (asyncio.get_running_loop().time() - begun) * 1000
    (lag,) = played.lags_ms
    # The fifth block is there 500 ms after the stream began, 200 ms after the word; three more came after it.
    assert 200 <= lag <= lasted_ms - 300 - 300


async def test_a_call_is_played_as_fast_as_it_was_spoken() -> None:
    async with conversing(_echo) as url:
        begun = asyncio.get_running_loop().time()
        played = await play(url, [bytes(BLOCK_BYTES)] * 8)
    assert asyncio.get_running_loop().time() - begun >= 0.8
    assert played.audio_s == 0.8


async def test_a_refused_leg_is_refused_and_not_lost() -> None:
    async with conversing(lambda connection: connection.close(1013)) as url:
        played = await play(url, [bytes(BLOCK_BYTES)] * 8)
    assert (played.refused, played.lost) == (True, False)


async def test_a_leg_whose_server_goes_away_is_lost() -> None:
    async with conversing(lambda connection: connection.close(1011)) as url:
        assert (await play(url, [bytes(BLOCK_BYTES)] * 8)).lost


async def _babble(connection: ServerConnection) -> None:
    await connection.send("no result")
    await connection.wait_closed()


async def test_a_leg_that_is_answered_with_no_result_is_lost() -> None:
    async with conversing(_babble) as url:
        assert (await play(url, [bytes(BLOCK_BYTES)] * 8)).lost


async def test_a_leg_without_a_server_is_lost() -> None:
    assert await play("ws://127.0.0.1:1", [bytes(BLOCK_BYTES)]) == PlayedLeg(lost=True)


@pytest.mark.parametrize("serve", [serve_own, serve_plain])
def test_both_servers_are_measured(vosk_model: Path, serve: Callable[..., None]) -> None:
    trial = run_trial(serve, vosk_model, Load([_CALL], streams=2, seconds=4), processors=1)
    assert (trial.refused, trial.lost) == (0, 0)
    # On a busy machine the word may come with the answer to the end, which is never counted.
    assert trial.finals <= 1
    assert trial.final_lag_ms.p50 == trial.final_lag_ms.p99
    assert trial.rtf_per_core is not None
    assert 0.001 < trial.rtf_per_core < 5
    assert trial.memory is not None
    assert 50 < trial.memory.start <= trial.memory.most


def test_the_player_leaves_the_servers_processors_to_it(vosk_model: Path) -> None:
    before = os.sched_getaffinity(0)
    with measured_server(_idle, vosk_model, 1) as server:
        if len(before) > 1:
            assert not os.sched_getaffinity(0) & os.sched_getaffinity(server.pid)
    assert os.sched_getaffinity(0) == before


def _idle(_: Path, processors: int, line: Connection) -> None:
    line.send(processors)
    line.poll(60)


def test_what_a_server_logs_does_not_stand_among_the_figures(
    vosk_model: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with measured_server(_logging, vosk_model, 1):
        pass
    out, err = capfd.readouterr()
    assert (out, "stream refused" in err) == ("", True)


def _logging(_: Path, processors: int, line: Connection) -> None:
    structlog.get_logger().warning("stream refused")
    line.send(processors)
    line.poll(60)


def test_more_processors_than_there_are_cannot_be_asked_for(vosk_model: Path) -> None:
    with pytest.raises(BadInputError, match="1000 processors"), measured_server(_idle, vosk_model, 1000):
        pass


_KEYS = {
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


def test_the_command_prints_one_json_object(vosk_model: Path) -> None:
    arguments = ["asr", "bench", "--streams", "1", "--seconds", "1", "--json"]
    told = CliRunner().invoke(app, arguments, env={"CHANGMAO_ASR__MODEL_PATH": str(vosk_model)})
    found = json.loads(told.stdout)
    assert found.keys() == _KEYS | {"finals", "memory_course_mb"}
    assert found["memory_mb"] >= found["memory_course_mb"]["end"] > 50


async def test_a_server_that_runs_already_is_played_to_by_its_url() -> None:
    async with conversing(_echo) as url:
        arguments = ["asr", "bench", "--url", url, "--streams", "1", "--seconds", "1", "--json"]
        told = await asyncio.to_thread(CliRunner().invoke, app, arguments)
    found = json.loads(told.stdout)
    assert found.keys() >= _KEYS
    assert (found["refused"], found["lost"], found["rtf_per_core"]) == (0, 0, None)
