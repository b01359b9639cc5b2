"""One stream's way to text: through the gate, into a recogniser, times put back."""

from __future__ import annotations

import json

from asr.passed_times import PassedTimes
from asr.protocol import StreamConfig
from asr.speech_model import KaldiRecogniser, SpeechModel
from asr.voice_gate import OpenGate, Passage, VoiceGate

NOTHING_HEARD = '{"text" : ""}'
_NOTHING_YET = '{"partial" : ""}'


class Decoder:
    """Decodes one stream, in the thread that calls it. Results are JSON as vosk-server gives it.

    It has a recogniser from the first voice on until `finish`: a silent leg costs next to nothing.
    """

    def __init__(
        self, model: SpeechModel, config: StreamConfig, gate: type[VoiceGate | OpenGate] = VoiceGate
    ) -> None:
        self._model = model
        self._config = config
        self._gate = gate(config.sample_rate)
        self._recogniser: KaldiRecogniser | None = None
        self._times = PassedTimes(0.0)
        self._partial = _NOTHING_YET
        self.decoded_s = 0.0
        """Audio that passed the gate, s."""

    def feed(self, pcm: bytes) -> str:
        """Decode a block of PCM16 LE; return the partial result, or the final one of an utterance."""
        passages = self._gate.admit(pcm)
        if not passages:
            return self._partial
        recogniser = self._taken()
        ended = [self._accept(recogniser, passage) for passage in passages][-1]
        if ended and self._gate.is_quiet:
            # The utterance is over and nobody speaks: the rest of the hang-over would be decoded for nothing.
            self._gate.close()
        if ended or not self._gate.is_open:
            self._partial = _NOTHING_YET
            result = self._placed(recogniser.result(), "result")
            self._times.forget()
            return result
        self._partial = self._placed(recogniser.kaldi.PartialResult(), "partial_result")
        return self._partial

    def finish(self) -> str:
        """Return the final result of all that was fed; what is fed later begins a new utterance."""
        self._partial = _NOTHING_YET
        if self._recogniser is None:
            return NOTHING_HEARD
        result = self._placed(self._recogniser.finish(), "result")
        self._model.give_back(self._recogniser)
        self._recogniser = None
        self._gate.close()
        return result

    def _taken(self) -> KaldiRecogniser:
        if self._recogniser is None:
            self._recogniser = self._model.take(self._config)
            self._times = PassedTimes(self._recogniser.fed_s)
        return self._recogniser

    def _accept(self, recogniser: KaldiRecogniser, passage: Passage) -> bool:
        length_s = len(passage.pcm) / (2 * self._config.sample_rate)
        self._times.add(passage.start_ms / 1000, length_s)
        self.decoded_s += length_s
        return recogniser.accept(passage.pcm)

    def _placed(self, result: str, listed: str) -> str:
        if listed not in result:
            return result
        answer = json.loads(result)
        self._times.place(answer.get(listed, []))
        return json.dumps(answer, ensure_ascii=False)
