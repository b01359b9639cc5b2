"""The real model compiled with the shipped phrasebook: it hears frauds better, and honest talk no worse."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from asr.client import transcribe
from asr.compiled_model import CompiledModel
from asr.model_compiler import compile_model
from asr.recogniser import Recogniser
from changmao.commands.models import RAISED_BY, vocabulary_of
from changmao.detection.hearing import hear
from contracts.evidence import Speaker
from tests.fixtures.recordings import character_error_rate, pcm_of, turns_of
from tests.fixtures.speech_servers import speech_process
from tests.fixtures.tiny_graph import openfst

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

FRAUDS = ("fraud_service", "fraud_tasks")
HONEST = ("benign_courier", "benign_family")
DITHER = 0.02
"""By so much two runs of one model may differ: 2 of 112 characters."""


@pytest.fixture(scope="module")
def compiled(vosk_model: Path, tmp_path_factory: pytest.TempPathFactory) -> CompiledModel:
    openfst()
    model = tmp_path_factory.mktemp("models") / vosk_model.name
    shutil.copytree(vosk_model, model)
    return compile_model(model, vocabulary_of(None, RAISED_BY))


def _error_rate(model: Path, calls: Sequence[str]) -> float:
    """Return it over the callers' legs of all calls together: one call alone may well lose a character."""
    with Recogniser(model, threads=1) as recogniser:
        heard = "".join(_heard(call, recogniser) for call in calls)
    said = "".join(turn["text"] for call in calls for turn in turns_of(call, "caller"))
    return character_error_rate(heard, said)


def _heard(call: str, recogniser: Recogniser) -> str:
    results = hear({Speaker.CALLER: pcm_of(call, "caller")}, recogniser)
    return "".join(heard.text for _, heard, _ in results if heard.final)


def test_frauds_are_heard_with_fewer_errors(compiled: CompiledModel, vosk_model: Path) -> None:
    assert _error_rate(compiled.folder, FRAUDS) < _error_rate(vosk_model, FRAUDS)


async def test_a_server_on_a_compiled_graph_has_more_places_and_hears(compiled: CompiledModel) -> None:
    turn = pcm_of("fraud_police", "caller")[:48_000]
    with speech_process(compiled.folder) as (url, _):
        async with httpx.AsyncClient(trust_env=False) as http:
            health = (await http.get(f"{url.replace('ws', 'http', 1)}/healthz")).json()
        heard = await transcribe(url, turn)
    assert (health["max_streams"], health["processes"]) == (20, 2)
    assert heard[0].text.startswith("喂")


def test_honest_calls_are_heard_no_worse(compiled: CompiledModel, vosk_model: Path) -> None:
    assert _error_rate(compiled.folder, HONEST) <= _error_rate(vosk_model, HONEST) + DITHER
