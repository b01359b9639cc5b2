"""The speech server's conversations: vosk-server's WebSocket protocol in front of the decoding processes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from http import HTTPStatus
from math import ceil

import structlog
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed, ConnectionClosedOK
from websockets.http11 import Request, Response

from asr.decoder import NOTHING_HEARD
from asr.decoding_pool import DecodingPool
from asr.errors import DecodingLostError, MessageError
from asr.metrics import AsrMetrics, Refusal
from asr.pooled_stream import PooledStream
from asr.protocol import (
    FULL,
    INVALID,
    RESTARTED,
    UNFIT,
    Order,
    StreamConfig,
    check_pcm,
    is_final,
    read_request,
)

_LOG = structlog.get_logger(__name__)
_IDLE_S = 60.0
"""Without any message; a live leg sends silence, too."""
_SEND_S = 10.0
"""For a client to make room for a result."""
_GOODBYE_S = 4.0
"""For a client to read why it is closed, and to answer; one that does neither is broken off."""
_LONGEST_REASON = 123
"""Bytes, RFC 6455 section 5.5."""


class StreamServer:
    """Takes streams up to a number and answers each block with a partial or final result."""

    def __init__(self, pool: DecodingPool, max_streams: int, model: str) -> None:
        self._pool = pool
        self._most = max_streams
        self._model = model
        self._streams = 0
        self._metrics = AsrMetrics(pool, lambda: self._streams)
        self._connections: set[ServerConnection] = set()

    async def handle(self, connection: ServerConnection) -> None:
        """Converse with one client until it is done, wrong or gone."""
        self._connections.add(connection)
        try:
            code, reason = self._refusal() or await self._admit(connection)
            # The stream's place is free again by now: a client that sees the close may come back at once.
            await _close(connection, code, reason)
        except ConnectionClosed as closed:
            self._broke_off(closed)
        finally:
            self._connections.remove(connection)

    def break_off(self) -> None:
        """End all conversations without another word."""
        for connection in self._connections:
            connection.transport.abort()

    async def answer_http(self, connection: ServerConnection, request: Request) -> Response | None:
        """Answer GET /healthz, with 503 where nothing can be decoded, and GET /metrics."""
        if request.path == "/healthz":
            status = HTTPStatus.OK if self._pool.lines else HTTPStatus.SERVICE_UNAVAILABLE
            response = connection.respond(status, json.dumps(self._health()) + "\n")
            return _typed(response, "application/json")
        if request.path == "/metrics":
            response = connection.respond(HTTPStatus.OK, (await self._metrics.text()).decode())
            return _typed(response, "text/plain; version=0.0.4; charset=utf-8")
        return None

    def _health(self) -> dict[str, object]:
        return {
            "streams": self._streams,
            "max_streams": self._most,
            "processes": len(self._pool.lines),
            "model": self._model,
        }

    def _refusal(self) -> tuple[int, str] | None:
        """Return close code and reason where no stream can be taken now.

        A live call is better off without text at once than with text too late.
        """
        most = ceil(self._most * self._pool.capacity)
        if not most:
            reason, told = Refusal.DEAD, "no decoding process is running; try another server or later"
        elif self._streams >= most:
            reason, told = Refusal.FULL, f"all {most} streams are taken; try another server or later"
        elif self._pool.is_late:
            reason, told = Refusal.LATE, "decoding is behind the calls it has; try another server or later"
        else:
            return None
        self._metrics.refused.labels(reason).inc()
        _LOG.warning("stream refused", reason=reason, streams=self._streams, max_streams=most)
        return FULL, told

    async def _admit(self, connection: ServerConnection) -> tuple[int, str]:
        self._streams += 1
        try:
            await self._converse(connection)
        except (MessageError, DecodingLostError) as error:
            code = error.close_code if isinstance(error, MessageError) else RESTARTED
            self._metrics.ended.labels(str(code)).inc()
            _LOG.warning("stream ended by the server", close_code=code, reason=str(error))
            return code, str(error)
        else:
            return 1000, ""
        finally:
            self._streams -= 1

    def _broke_off(self, closed: ConnectionClosed) -> None:
        """Count what the library ended for us: a message too long, a client that answers no ping."""
        _LOG.info("stream broke off", reason=str(closed))
        if closed.sent is not None and not closed.rcvd_then_sent:
            self._metrics.ended.labels(str(closed.sent.code)).inc()

    async def _converse(self, connection: ServerConnection) -> None:
        config = StreamConfig()
        stream: PooledStream | None = None
        try:
            async with aclosing(_messages(connection)) as messages:
                async for message in messages:
                    if isinstance(message, bytes):
                        check_pcm(message)
                        stream = stream or await self._pool.stream(config)
                        await _send(connection, await self._result(stream, message))
                        continue
                    request = read_request(message)
                    # Neither reading the next one nor answering need wait: a queue of orders would let nobody
                    # else in between.
                    await asyncio.sleep(0)
                    if isinstance(request, StreamConfig):
                        config = _first(request, stream)
                        continue
                    await _send(connection, await stream.finish() if stream else NOTHING_HEARD)
                    if request is Order.EOF:
                        return
        finally:
            if stream is not None:
                stream.close()

    async def _result(self, stream: PooledStream, pcm: bytes) -> str:
        result = await stream.feed(pcm)
        if is_final(result):
            self._metrics.result_s.observe(stream.waited_s)
        return result


async def _messages(connection: ServerConnection) -> AsyncGenerator[str | bytes, None]:
    """Yield what the client sends until it closes; MessageError where it sends nothing for too long."""
    while True:
        try:
            async with asyncio.timeout(_IDLE_S):
                message = await connection.recv()
        except ConnectionClosedOK:
            return
        except TimeoutError as error:
            raise MessageError(UNFIT, f"nothing came for {_IDLE_S:.0f} s; send silence, or eof") from error
        yield message


async def _send(connection: ServerConnection, result: str) -> None:
    try:
        async with asyncio.timeout(_SEND_S):
            await connection.send(result)
    except TimeoutError as error:
        raise MessageError(UNFIT, f"results were not read for {_SEND_S:.0f} s") from error


async def _close(connection: ServerConnection, code: int, reason: str) -> None:
    try:
        async with asyncio.timeout(_GOODBYE_S):
            await connection.close(code, reason.encode()[:_LONGEST_REASON].decode(errors="ignore"))
    except TimeoutError:
        # The library waits without a bound for a client to read the close frame.
        connection.transport.abort()


def _first(config: StreamConfig, stream: PooledStream | None) -> StreamConfig:
    if stream is not None:
        raise MessageError(INVALID, "config must come before the first audio")
    if config.grammar:
        _LOG.info("a grammar was sent; none is used, all words are expected as before")
    return config


def _typed(response: Response, content_type: str) -> Response:
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = content_type
    return response
