"""What can go wrong between a voice and its text: models, the speech server and the way to it."""

from __future__ import annotations

from typing import ClassVar

from contracts.errors import ChangmaoError, ConfigurationError


class ModelMissingError(ConfigurationError):
    """There is no speech model where one is looked for."""

    code: ClassVar[str] = "asr.model_missing"


class ModelDamagedError(ConfigurationError):
    """The speech model lacks a file, or a file is not as long as it was when it was unpacked."""

    code: ClassVar[str] = "asr.model_damaged"


class WrongModelError(ChangmaoError):
    """A source gave a file that is not the model asked for; nothing of it was unpacked."""

    code: ClassVar[str] = "asr.model_wrong"


class SourceSilentError(ChangmaoError):
    """One source of models did not answer, or not with a model."""

    code: ClassVar[str] = "asr.source_silent"


class ModelUnavailableError(ChangmaoError):
    """No source gave the model; the message tells why each did not."""

    code: ClassVar[str] = "asr.model_unavailable"


class PortTakenError(ConfigurationError):
    """The speech server cannot listen where it was told to."""

    code: ClassVar[str] = "asr.port_taken"


class StreamFullError(ChangmaoError):
    """A stream was given more audio than may wait for its turn to be decoded."""

    code: ClassVar[str] = "asr.stream_full"


class DecodingLostError(ChangmaoError):
    """The process that decoded a stream has ended; another is started, and the stream must be opened anew."""

    code: ClassVar[str] = "asr.decoding_lost"


class MessageError(ChangmaoError):
    """A message on a stream is not part of the protocol; the stream ends with `close_code`."""

    code: ClassVar[str] = "asr.message"

    def __init__(self, close_code: int, reason: str) -> None:
        super().__init__(reason)
        self.close_code = close_code
        """RFC 6455 section 7.4.1."""


class AsrRefusedError(ChangmaoError):
    """The speech server is full (close code 1013): go on without text, or ask another server."""

    code: ClassVar[str] = "asr.refused"


class AsrLostError(ChangmaoError):
    """The speech server cannot be reached, or the stream ended before its last result."""

    code: ClassVar[str] = "asr.lost"


class AsrRestartedError(AsrLostError):
    """The server can no longer decode this stream (close code 1012) and is well: ask it again.

    To whoever asks no more it is a stream lost like any other, so the code is the same.
    """


class GrammarError(ConfigurationError):
    """The grammar of a speech model cannot be read, so no graph can be made from it."""

    code: ClassVar[str] = "asr.grammar"


class ProgramsMissingError(ConfigurationError):
    """The programs that compile a graph are not installed; the message names them and their packages."""

    code: ClassVar[str] = "asr.programs_missing"


class NoRoomError(ConfigurationError):
    """There is too little memory or disk to compile a graph."""

    code: ClassVar[str] = "asr.no_room"


class CompilingFailedError(ChangmaoError):
    """A graph could not be compiled; what was there is in force."""

    code: ClassVar[str] = "asr.compiling_failed"


class NotCompilableError(ConfigurationError):
    """A speech model does not hold the graphs that one is compiled from."""

    code: ClassVar[str] = "asr.not_compilable"
