"""The speech server: vosk-server's WebSocket protocol in front of the recogniser."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import structlog
from websockets.asyncio.server import Server, ServerConnection
from websockets.asyncio.server import serve as listen
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from asr.errors import MessageError, PortTakenError
from asr.protocol import FULL, INVALID, Order, StreamConfig, check_pcm, read_request
from asr.recogniser import Recogniser, StreamDecoder
from asr.settings import AsrSettings

_LOG = structlog.get_logger(__name__)
_MOST_BYTES = 1 << 16
"""Of one message: 4 s at 8000 Hz. A longer one is closed with 1009 and would hold a thread too long."""
_MOST_MESSAGES = 64
"""Received and not yet decoded, per stream; the sender's socket fills after that, nothing is dropped.

More than a live client sends ahead (2 s, 20 blocks): pings wait behind unread audio, and a busy server
would be taken for a dead one.
"""
_PING_S = 10.0
_CLOSE_S = 2.0
_LONGEST_REASON = 123
"""Bytes, RFC 6455 section 5.5."""


class StreamServer:
    """Takes streams up to a number and answers each block with a partial or final result."""

    def __init__(self, recogniser: Recogniser, settings: AsrSettings, model: str) -> None:
        self._recogniser = recogniser
        self._most = settings.max_streams
        self._model = model
        self._streams = 0

    async def handle(self, connection: ServerConnection) -> None:
        """Converse with one client until it is done, wrong or gone."""
        try:
            code, reason = await self._admit(connection)
        except ConnectionClosed:
            _LOG.info("stream broke off", close_code=connection.close_code)
            return
        # The stream's place is free again by now: a client that sees the close may come back at once.
        await connection.close(code, reason.encode()[:_LONGEST_REASON].decode(errors="ignore"))

    def answer_http(self, connection: ServerConnection, request: Request) -> Response | None:
        """Answer GET /healthz; anything else must be a WebSocket."""
        if request.path != "/healthz":
            return None
        health = {"streams": self._streams, "max_streams": self._most, "model": self._model}
        response = connection.respond(HTTPStatus.OK, json.dumps(health) + "\n")
        response.headers.pop("Content-Type")
        response.headers["Content-Type"] = "application/json"
        return response

    async def _admit(self, connection: ServerConnection) -> tuple[int, str]:
        if self._streams >= self._most:
            # A live call is better off without text at once than with text too late.
            _LOG.warning("stream refused: all are taken", max_streams=self._most)
            return FULL, f"all {self._most} streams are taken; try another server or later"
        self._streams += 1
        try:
            await self._converse(connection)
        except MessageError as error:
            _LOG.warning("stream ended by a wrong message", close_code=error.close_code, reason=str(error))
            return error.close_code, str(error)
        else:
            return 1000, ""
        finally:
            self._streams -= 1

    async def _converse(self, connection: ServerConnection) -> None:
        config = StreamConfig()
        decoder: StreamDecoder | None = None
        async for message in connection:
            if isinstance(message, bytes):
                check_pcm(message)
                decoder = decoder or self._recogniser.stream(config)
                await connection.send(await decoder.feed(message))
                continue
            request = read_request(message)
            if isinstance(request, StreamConfig):
                config = _first(request, decoder)
                continue
            await connection.send(await decoder.finish() if decoder else '{"text" : ""}')
            if request is Order.EOF:
                return


async def serve(settings: AsrSettings, model_path: Path, ready: Callable[[int], None]) -> None:
    """Load the model and serve until cancelled; `ready` is called once with the port listened on.

    Cancelled, it closes every stream with 1001 and returns its threads. Raises PortTakenError,
    ModelMissingError and ModelDamagedError before `ready`.
    """
    recogniser = await asyncio.to_thread(Recogniser, model_path, settings.threads)
    with recogniser:
        desk = StreamServer(recogniser, settings, model_path.name)
        async with await _listening(desk, settings) as server:
            ready(server.sockets[0].getsockname()[1])
            await server.wait_closed()


async def _listening(desk: StreamServer, settings: AsrSettings) -> Server:
    try:
        return await listen(
            desk.handle,
            settings.host,
            settings.port,
            process_request=desk.answer_http,
            compression=None,  # PCM does not shrink
            max_size=_MOST_BYTES,
            max_queue=_MOST_MESSAGES,
            ping_interval=_PING_S,
            ping_timeout=_PING_S,
            close_timeout=_CLOSE_S,
        )
    except OSError as error:
        raise PortTakenError(
            f"the speech server cannot listen on {settings.host} port {settings.port}: "
            f"{error.strerror or error}; end the process that holds the port or set another"
        ) from error


def _first(config: StreamConfig, decoder: StreamDecoder | None) -> StreamConfig:
    if decoder is not None:
        raise MessageError(INVALID, "config must come before the first audio")
    return config
