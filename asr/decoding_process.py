"""A process that decodes streams, one block after another, as it is asked to over a socket."""

from __future__ import annotations

import socket
import traceback
from time import thread_time

from asr.decoder import Decoder
from asr.decoding_wire import ANSWER, REQUEST, DecodingOrder
from asr.protocol import StreamConfig
from asr.speech_model import SpeechModel


class DecodingProcess:
    """The streams of one process, all on one model."""

    def __init__(self, model: SpeechModel) -> None:
        self._model = model
        self._decoders: dict[int, Decoder] = {}

    def run(self, line: socket.socket) -> None:
        """Answer requests until the other end is closed."""
        with line.makefile("rb") as requests:
            while head := requests.read(REQUEST.size):
                stream, order, size = REQUEST.unpack(head)
                line.sendall(self._answer(stream, DecodingOrder(order), requests.read(size)))

    def _answer(self, stream: int, order: DecodingOrder, content: bytes) -> bytes:
        begun, retired = thread_time(), self._model.retired
        passed_s, text, lost = 0.0, "", False
        try:
            passed_s, text = self._obey(stream, order, content)
        except Exception as error:  # noqa: BLE001 (whatever it is, the other streams of this process go on)
            traceback.print_exc()
            self._decoders.pop(stream, None)
            text, lost = f"decoding it failed ({type(error).__name__})", True
        result = text.encode()
        spent_s, retired = thread_time() - begun, self._model.retired - retired
        return ANSWER.pack(spent_s, passed_s, retired, lost, len(result)) + result

    def _obey(self, stream: int, order: DecodingOrder, content: bytes) -> tuple[float, str]:
        """Return the seconds of audio decoded and the answer's text."""
        if order is DecodingOrder.OPEN:
            self._decoders[stream] = Decoder(self._model, StreamConfig.model_validate_json(content))
            return 0.0, ""
        if order is DecodingOrder.CLOSE:
            # Its recogniser may be kept for another stream, which must not hear of this one.
            if decoder := self._decoders.pop(stream, None):
                decoder.finish()
            return 0.0, ""
        decoder = self._decoders[stream]
        before_s = decoder.decoded_s
        text = decoder.feed(content) if order is DecodingOrder.FEED else decoder.finish()
        return decoder.decoded_s - before_s, text
