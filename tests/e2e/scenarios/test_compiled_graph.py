"""The real model compiled with the shipped phrasebook: it hears frauds better, and honest talk no worse."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from asr.compiled_model import CompiledModel, compile_model
from asr.recogniser import Recogniser
from changmao.commands.models import RAISED_BY, vocabulary_of
from changmao.detection.hearing import hear
from contracts.evidence import Speaker
from tests.fixtures.recordings import character_error_rate, pcm_of, turns_of
from tests.fixtures.tiny_graph import openfst

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def compiled(vosk_model: Path, tmp_path_factory: pytest.TempPathFactory) -> CompiledModel:
    openfst()
    model = tmp_path_factory.mktemp("models") / vosk_model.name
    shutil.copytree(vosk_model, model)
    return compile_model(model, vocabulary_of(None, RAISED_BY))


def _error_rate(model: Path, call: str) -> float:
    with Recogniser(model, threads=1) as recogniser:
        results = hear({Speaker.CALLER: pcm_of(call, "caller")}, recogniser)
        heard = "".join(heard.text for _, heard, _ in results if heard.final)
    return character_error_rate(heard, "".join(turn["text"] for turn in turns_of(call, "caller")))


@pytest.mark.parametrize("call", ["fraud_service", "fraud_tasks"])
def test_a_fraud_is_heard_with_fewer_errors(compiled: CompiledModel, vosk_model: Path, call: str) -> None:
    assert _error_rate(compiled.folder, call) < _error_rate(vosk_model, call)


@pytest.mark.parametrize("call", ["benign_courier", "benign_family"])
def test_an_honest_call_is_heard_no_worse(compiled: CompiledModel, vosk_model: Path, call: str) -> None:
    assert _error_rate(compiled.folder, call) <= _error_rate(vosk_model, call)
