"""A decoder behind the voice gate: what it hears and when, and what it costs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import vosk

from asr.decoder import Decoder
from asr.protocol import Answer, StreamConfig, read_answer
from asr.speech_model import SpeechModel
from asr.telephone_line import through_alaw
from tests.fixtures.recordings import character_error_rate, pcm_of, turns_of

pytestmark = pytest.mark.integration

BLOCK = 1600
SECOND = 16_000


@pytest.fixture(scope="module")
def model(vosk_model: Path) -> SpeechModel:
    return SpeechModel(vosk_model)


def _finals(decoder: Decoder, pcm: bytes) -> list[Answer]:
    answers = [read_answer(decoder.feed(pcm[at : at + BLOCK])) for at in range(0, len(pcm), BLOCK)]
    return [each for each in (*answers, read_answer(decoder.finish())) if each.final and each.text]


def _without_gate(folder: Path, pcm: bytes) -> str:
    kaldi = vosk.KaldiRecognizer(vosk.Model(str(folder)), 8000)
    blocks = (pcm[at : at + BLOCK] for at in range(0, len(pcm), BLOCK))
    results = [kaldi.Result() for block in blocks if kaldi.AcceptWaveform(block)]
    return "".join(json.loads(each)["text"] for each in (*results, kaldi.FinalResult())).replace(" ", "")


def test_the_gate_costs_at_most_half_a_point_of_the_error_rate(model: SpeechModel, vosk_model: Path) -> None:
    said = "".join(turn["text"] for turn in turns_of("fraud_police", "caller"))
    pcm = through_alaw(pcm_of("fraud_police", "caller"))
    heard = "".join(each.text for each in _finals(Decoder(model, StreamConfig()), pcm))
    without = character_error_rate(_without_gate(vosk_model, pcm), said)
    assert character_error_rate(heard, said) <= without + 0.005


def test_words_after_a_long_silence_stand_where_they_were_said(model: SpeechModel) -> None:
    speech = pcm_of("fraud_police", "caller")[: 4 * SECOND]
    (at_once,) = _finals(Decoder(model, StreamConfig()), speech)
    (later,) = _finals(Decoder(model, StreamConfig()), bytes(60 * SECOND) + speech)
    assert later.words[0].start_ms == pytest.approx(at_once.words[0].start_ms + 60_000, abs=100)


def test_words_of_a_second_utterance_stand_where_they_were_said(model: SpeechModel) -> None:
    speech = pcm_of("fraud_police", "caller")[: 4 * SECOND]
    first, second = _finals(Decoder(model, StreamConfig()), speech + bytes(30 * SECOND) + speech)
    assert second.words[0].start_ms == pytest.approx(first.words[0].start_ms + 34_000, abs=100)


def test_a_recogniser_used_before_begins_its_times_anew(model: SpeechModel) -> None:
    speech = pcm_of("fraud_police", "caller")[: 4 * SECOND]
    decoder = Decoder(model, StreamConfig())
    first, second = _finals(decoder, speech), _finals(Decoder(model, StreamConfig()), speech)
    assert second[0].words[0].start_ms == pytest.approx(first[0].words[0].start_ms, abs=100)


def test_silence_is_not_decoded(model: SpeechModel) -> None:
    decoder = Decoder(model, StreamConfig())
    _finals(decoder, through_alaw(bytes(60 * SECOND)))
    # While the gate learns the line, it may let all pass.
    assert decoder.decoded_s <= 1


def test_a_final_result_comes_without_the_end_of_the_stream(model: SpeechModel) -> None:
    decoder = Decoder(model, StreamConfig())
    pcm = pcm_of("fraud_police", "caller")[: 4 * SECOND] + bytes(SECOND)
    answers = [read_answer(decoder.feed(pcm[at : at + BLOCK])) for at in range(0, len(pcm), BLOCK)]
    assert [each.text for each in answers if each.final and each.text]


def test_recognisers_are_used_again_where_the_graph_is_not_compiled(vosk_model: Path) -> None:
    model = SpeechModel(vosk_model)
    first = model.take(StreamConfig())
    first.kaldi.FinalResult()
    model.give_back(first)
    assert model.take(StreamConfig()) is first


def test_a_recogniser_for_another_rate_is_not_used(vosk_model: Path) -> None:
    model = SpeechModel(vosk_model)
    first = model.take(StreamConfig())
    model.give_back(first)
    assert model.take(StreamConfig(sample_rate=16_000)) is not first


def test_a_recogniser_that_heard_many_streams_is_retired(vosk_model: Path) -> None:
    model = SpeechModel(vosk_model)
    first = model.take(StreamConfig())
    first.streams = 100
    model.give_back(first)
    assert model.retired == 1
    assert model.take(StreamConfig()) is not first
