"""One of Vosk's recognisers, used for one stream after another."""

from __future__ import annotations

import pytest

from asr.speech_model import KaldiRecogniser

pytestmark = pytest.mark.unit


class PlayedKaldi:
    """Does as Vosk does: `FinalResult` forgets the voice, but only where sound came since the last result."""

    def __init__(self) -> None:
        self.knows_voice = False
        self._running = False

    def AcceptWaveform(self, pcm: bytes) -> int:  # noqa: N802
        self._running = True
        self.knows_voice = self.knows_voice or any(pcm)
        return 0

    def Result(self) -> str:  # noqa: N802
        self._running = False
        return '{"text": "result"}'

    def FinalResult(self) -> str:  # noqa: N802
        if not self._running:
            return '{"text": ""}'
        self._running = self.knows_voice = False
        return '{"text": "final"}'


@pytest.fixture
def kaldi() -> PlayedKaldi:
    return PlayedKaldi()


@pytest.fixture
def recogniser(kaldi: PlayedKaldi) -> KaldiRecogniser:
    used = KaldiRecogniser(kaldi, 8000)
    used.accept(b"\1\2" * 800)
    return used


def test_a_stream_that_ended_in_mid_sentence_is_forgotten(
    kaldi: PlayedKaldi, recogniser: KaldiRecogniser
) -> None:
    assert recogniser.finish() == '{"text": "final"}'
    assert not kaldi.knows_voice


def test_a_stream_that_ended_in_silence_is_forgotten(kaldi: PlayedKaldi, recogniser: KaldiRecogniser) -> None:
    recogniser.result()
    recogniser.finish()
    assert not kaldi.knows_voice


def test_the_voice_is_known_from_one_utterance_to_the_next(
    kaldi: PlayedKaldi, recogniser: KaldiRecogniser
) -> None:
    recogniser.result()
    assert kaldi.knows_voice


def test_what_it_was_fed_to_forget_counts_as_fed(recogniser: KaldiRecogniser) -> None:
    recogniser.result()
    recogniser.finish()
    assert recogniser.fed_s == pytest.approx(0.1 + 1 / 8000)
