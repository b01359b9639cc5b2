"""The speech server: vosk-server's WebSocket protocol in front of the processes that decode."""

from __future__ import annotations

import asyncio
import json
import resource
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from http import HTTPStatus
from pathlib import Path
from time import monotonic
from typing import Protocol

import structlog
from websockets.asyncio.server import Server, ServerConnection
from websockets.asyncio.server import serve as listen
from websockets.exceptions import ConnectionClosed, ConnectionClosedOK
from websockets.http11 import Request, Response

from asr.decoder import NOTHING_HEARD
from asr.decoding_pool import DecodingPool
from asr.errors import DecodingLostError, MessageError, PortTakenError
from asr.metrics import AsrMetrics, Decoding
from asr.pace import Pace
from asr.protocol import FULL, INVALID, RESTARTED, UNFIT, Order, StreamConfig, check_pcm, read_request
from asr.settings import AsrSettings

_LOG = structlog.get_logger(__name__)
_MOST_BYTES = 1 << 16
"""Of one message: 4 s at 8000 Hz. A longer one is closed with 1009 and would hold a process too long."""
_MOST_MESSAGES = 64
"""Received and not yet decoded, per stream; the sender's socket fills after that, nothing is dropped.

More than a live client sends ahead (2 s, 20 blocks): pings wait behind unread audio, and a busy server
would be taken for a dead one.
"""
_IDLE_S = 60.0
"""Without any message; a live leg sends silence, too."""
_SEND_S = 10.0
"""For a client to make room for a result."""
_PING_S = 10.0
_CLOSE_S = 2.0
_LONGEST_REASON = 123
"""Bytes, RFC 6455 section 5.5."""
_MOST_SOCKETS = 16_384
"""A refused connection needs one, too, until it has read its refusal."""


class DecodedStream(Protocol):
    """One stream's way to text."""

    async def feed(self, pcm: bytes) -> str:
        """Return the result of a block of PCM16 LE, as JSON."""
        ...

    async def finish(self) -> str:
        """Return the final result of all that was fed."""
        ...

    def close(self) -> None:
        """Give the stream up."""
        ...


class Engine(Decoding, Protocol):
    """What decodes streams."""

    def stream(self, config: StreamConfig) -> DecodedStream:
        """Begin a stream; DecodingLostError where there is nothing that could decode it."""
        ...


class StreamServer:
    """Takes streams up to a number and answers each block with a partial or final result."""

    def __init__(self, engine: Engine, settings: AsrSettings, model: str) -> None:
        self._engine = engine
        self._most = settings.max_streams
        self._model = model
        self._metrics = AsrMetrics(engine)
        self._paces: set[Pace] = set()

    async def handle(self, connection: ServerConnection) -> None:
        """Converse with one client until it is done, wrong or gone."""
        try:
            code, reason = self._refusal() or await self._admit(connection)
        except ConnectionClosed:
            _LOG.info("stream broke off", close_code=connection.close_code)
            return
        # The stream's place is free again by now: a client that sees the close may come back at once.
        await connection.close(code, reason.encode()[:_LONGEST_REASON].decode(errors="ignore"))

    async def answer_http(self, connection: ServerConnection, request: Request) -> Response | None:
        """Answer GET /healthz, with 503 where nothing can be decoded, and GET /metrics."""
        if request.path == "/healthz":
            status = HTTPStatus.OK if self._engine.lines else HTTPStatus.SERVICE_UNAVAILABLE
            response = connection.respond(status, json.dumps(self._health()) + "\n")
            return _typed(response, "application/json")
        if request.path == "/metrics":
            text = await asyncio.to_thread(self._metrics.text)
            response = connection.respond(HTTPStatus.OK, text.decode())
            return _typed(response, "text/plain; version=0.0.4; charset=utf-8")
        return None

    def _health(self) -> dict[str, object]:
        return {
            "streams": len(self._paces),
            "max_streams": self._most,
            "processes": len(self._engine.lines),
            "model": self._model,
        }

    def _refusal(self) -> tuple[int, str] | None:
        """Return close code and reason where no stream can be taken now.

        A live call is better off without text at once than with text too late.
        """
        if len(self._paces) >= self._most:
            reason, told = "full", f"all {self._most} streams are taken; try another server or later"
        elif not self._engine.lines or any(pace.is_behind(monotonic()) for pace in self._paces):
            reason, told = "late", "decoding is behind the calls it has; try another server or later"
        else:
            return None
        self._metrics.refused.labels(reason).inc()
        _LOG.warning("stream refused", reason=reason, streams=len(self._paces), max_streams=self._most)
        return FULL, told

    async def _admit(self, connection: ServerConnection) -> tuple[int, str]:
        pace = Pace(monotonic())
        self._paces.add(pace)
        self._metrics.streams.set(len(self._paces))
        try:
            await self._converse(connection, pace)
        except (MessageError, DecodingLostError) as error:
            code = error.close_code if isinstance(error, MessageError) else RESTARTED
            self._metrics.ended.labels(str(code)).inc()
            _LOG.warning("stream ended by the server", close_code=code, reason=str(error))
            return code, str(error)
        else:
            return 1000, ""
        finally:
            self._paces.remove(pace)
            self._metrics.streams.set(len(self._paces))

    async def _converse(self, connection: ServerConnection, pace: Pace) -> None:
        config = StreamConfig()
        stream: DecodedStream | None = None
        try:
            async with aclosing(_messages(connection, pace)) as messages:
                async for message in messages:
                    if isinstance(message, bytes):
                        check_pcm(message)
                        stream = stream or self._engine.stream(config)
                        await _send(connection, await self._result(stream, message))
                        pace.decoded(len(message) / (2 * config.sample_rate))
                        continue
                    request = read_request(message)
                    if isinstance(request, StreamConfig):
                        config = _first(request, stream)
                        continue
                    await _send(connection, await stream.finish() if stream else NOTHING_HEARD)
                    if request is Order.EOF:
                        return
        finally:
            if stream is not None:
                stream.close()

    async def _result(self, stream: DecodedStream, pcm: bytes) -> str:
        begun = monotonic()
        result = await stream.feed(pcm)
        self._metrics.result_s.observe(monotonic() - begun)
        return result


async def serve(settings: AsrSettings, model_path: Path, ready: Callable[[int], None]) -> None:
    """Load the model and serve until cancelled; `ready` is called once with the port listened on.

    Cancelled, it closes every stream with 1001 and ends its processes. Raises PortTakenError,
    ModelMissingError and ModelDamagedError before `ready`.
    """
    pool = await DecodingPool.started(model_path, settings.processes)
    async with aclosing(pool):
        desk = StreamServer(pool, settings, model_path.name)
        async with await _listening(desk, settings) as server:
            ready(server.sockets[0].getsockname()[1])
            await server.wait_closed()


async def _listening(desk: StreamServer, settings: AsrSettings) -> Server:
    _allow_many_sockets()
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


async def _messages(connection: ServerConnection, pace: Pace) -> AsyncGenerator[str | bytes, None]:
    """Yield what the client sends until it closes; MessageError where it sends nothing for too long."""
    while True:
        pace.asks(monotonic())
        try:
            async with asyncio.timeout(_IDLE_S):
                message = await connection.recv()
        except ConnectionClosedOK:
            return
        except TimeoutError as error:
            raise MessageError(UNFIT, f"nothing came for {_IDLE_S:.0f} s; send silence, or eof") from error
        pace.gets(monotonic())
        yield message


async def _send(connection: ServerConnection, result: str) -> None:
    try:
        async with asyncio.timeout(_SEND_S):
            await connection.send(result)
    except TimeoutError as error:
        raise MessageError(UNFIT, f"results were not read for {_SEND_S:.0f} s") from error


def _first(config: StreamConfig, stream: DecodedStream | None) -> StreamConfig:
    if stream is not None:
        raise MessageError(INVALID, "config must come before the first audio")
    return config


def _typed(response: Response, content_type: str) -> Response:
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = content_type
    return response


def _allow_many_sockets() -> None:
    """Take as many open files as the system lets us have; a common default is 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_SOCKETS if hard == resource.RLIM_INFINITY else min(hard, _MOST_SOCKETS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
