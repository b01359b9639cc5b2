"""A Vosk model in memory, and the recognisers made of it."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Any

import vosk

from asr.errors import ModelDamagedError
from asr.models import check_model, is_compiled, remedy_for
from asr.protocol import StreamConfig

_MOST_KEPT = 16
"""Recognisers that wait for another stream; each holds about 40 MB of composed graph."""
_MOST_STREAMS = 100
"""That one recogniser hears before it is retired, lest what it holds grow for ever."""
_SAMPLE_OF_SILENCE = bytes(2)


class KaldiRecogniser:
    """One of Vosk's recognisers, which counts what it was fed."""

    def __init__(self, kaldi: Any, sample_rate: int) -> None:  # noqa: ANN401 (vosk has no types)
        self.kaldi = kaldi
        self.sample_rate = sample_rate
        self.fed_s = 0.0
        """Vosk counts word times from here on, over all streams."""
        self.streams = 0
        self._running = False

    def accept(self, pcm: bytes) -> bool:
        """Decode PCM16 LE; true where an utterance has ended."""
        self.fed_s += len(pcm) / (2 * self.sample_rate)
        self._running = True
        return bool(self.kaldi.AcceptWaveform(pcm))

    def result(self) -> str:
        """Return the final result of an utterance; what is known of the voice is kept for the next one."""
        self._running = False
        return str(self.kaldi.Result())

    def finish(self) -> str:
        """Return the final result of all that was accepted, and forget the voice."""
        if not self._running:
            # After a result Vosk's FinalResult does nothing at all unless something was accepted.
            self.accept(_SAMPLE_OF_SILENCE)
        self._running = False
        return str(self.kaldi.FinalResult())


class SpeechModel:
    """A loaded model. Threads may share it, and processes forked after it was loaded."""

    def __init__(self, folder: Path) -> None:
        """Load a model's folder; ModelMissingError or ModelDamagedError where that cannot be done."""
        check_model(folder)
        # Kaldi writes its log past Python's, and words into it: silence it.
        vosk.SetLogLevel(-1)
        try:
            self._model = vosk.Model(str(folder))
        except Exception as error:  # vosk raises nothing more specific
            raise ModelDamagedError(
                f"Vosk cannot load the speech model {folder}: {error}; {remedy_for(folder)}"
            ) from error
        # On a graph that is composed while decoding, a used recogniser has most of it composed already; on a
        # compiled one a new recogniser costs 1 ms, and shares nothing with the stranger before.
        self._keeps = not is_compiled(folder)
        self._kept: list[KaldiRecogniser] = []
        self._lock = Lock()
        self.retired = 0
        """Recognisers that were kept and heard their last stream."""

    def take(self, config: StreamConfig) -> KaldiRecogniser:
        """Return a recogniser for one stream; give it back after it."""
        with self._lock:
            fitting = (n for n, each in enumerate(self._kept) if each.sample_rate == config.sample_rate)
            place = next(fitting, None)
            found = None if place is None else self._kept.pop(place)
        if found is None:
            kaldi = vosk.KaldiRecognizer(self._model, config.sample_rate)
            found = KaldiRecogniser(kaldi, config.sample_rate)
        found.streams += 1
        found.kaldi.SetWords(config.words)
        found.kaldi.SetPartialWords(config.partial_words)
        return found

    def give_back(self, recogniser: KaldiRecogniser) -> None:
        """Keep a recogniser for another stream, or let it go; its last result must have been taken."""
        if not self._keeps:
            return
        with self._lock:
            if recogniser.streams < _MOST_STREAMS and len(self._kept) < _MOST_KEPT:
                self._kept.append(recogniser)
            else:
                self.retired += 1
