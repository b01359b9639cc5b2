"""The messages of vosk-server's WebSocket protocol, read and checked, without a socket."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from asr.errors import MessageError
from contracts.speech import Word

UNSUPPORTED, INVALID, UNFIT, RESTARTED, FULL = 1003, 1007, 1008, 1012, 1013
"""Close codes (RFC 6455 section 7.4.1 and the IANA registry: 1012 Service Restart, 1013 Try Again Later)."""

EOF_TEXT = '{"eof" : 1}'
"""vosk-server compares this text character by character: the spaces count."""

_BEGINNING = 16
"""Characters in which a partial result says that it is one; what was heard stands behind them."""


class StreamConfig(BaseModel):
    """How a stream wants to be decoded; what we do not know is ignored, as vosk-server does."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    sample_rate: Literal[8000, 16000] = 8000
    """Hz."""
    words: bool = True
    """Final results list their words with times."""
    partial_words: bool = False
    """Partial results do so too; Vosk gives them later and more seldom then."""
    grammar: Annotated[
        bool, BeforeValidator(bool), Field(validation_alias=AliasChoices("grammar", "phrase_list"))
    ] = False
    """A list of phrases to expect was sent. None is used: a compiled graph cannot."""


class Order(StrEnum):
    """What a client may ask for besides decoding."""

    EOF = "eof"
    """Answer with the last result and close."""
    RESET = "reset"
    """Answer with the result so far and begin a new utterance."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One partial or final result as the server gave it; the text may be empty."""

    text: str
    """Without spaces."""
    final: bool
    words: tuple[Word, ...]


def read_request(text: str) -> StreamConfig | Order:
    """Read a text message of a client; MessageError where it is not one."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MessageError(UNSUPPORTED, "text that is no JSON; send PCM as binary messages") from error
    if isinstance(message, dict) and "config" in message:
        return _config(message["config"])
    for order in Order:
        if isinstance(message, dict) and message.get(order):
            return order
    raise MessageError(UNSUPPORTED, "text without config, eof or reset; send PCM as binary messages")


def is_final(result: str) -> bool:
    """Tell a final result of a recogniser from a partial one."""
    return '"partial"' not in result[:_BEGINNING]


def check_pcm(pcm: bytes) -> None:
    """Check that a block can be 16-bit samples; MessageError where its byte count is odd."""
    if len(pcm) % 2:
        raise MessageError(INVALID, f"{len(pcm)} bytes are no 16-bit PCM; send an even number")


def read_answer(message: str | bytes) -> Answer:
    """Read a message of a server; ValueError where it is not a result."""
    answer = json.loads(message)
    if not isinstance(answer, dict):
        raise ValueError("the answer is no JSON object")  # noqa: TRY004 (one error for all wrong answers)
    if "partial" in answer:
        return Answer(
            _joined(str(answer["partial"])), final=False, words=_words(answer.get("partial_result"))
        )
    if "text" in answer:
        return Answer(_joined(str(answer["text"])), final=True, words=_words(answer.get("result")))
    raise ValueError("the answer has neither partial nor text")


def _config(fields: object) -> StreamConfig:
    try:
        return StreamConfig.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in ("config", *first["loc"]))
        raise MessageError(INVALID, f"{place}: {first['msg']}") from error


def _words(listed: Any) -> tuple[Word, ...]:  # noqa: ANN401 (parsed JSON)
    try:
        return tuple(
            Word(str(each["word"]), round(1000 * each["start"]), round(1000 * each["end"]))
            for each in listed or ()
            if _is_speech(str(each["word"]))
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"a word without its times: {error}") from error


def _joined(text: str) -> str:
    return "".join(word for word in text.split() if _is_speech(word))


def _is_speech(word: str) -> bool:
    """Tell words from the recogniser's own marks: [unk] and its like are sounds, not characters."""
    return not word.startswith(("[", "<", "!"))
