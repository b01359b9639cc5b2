"""The speech server's process: decoding processes, and the port that clients come to."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from math import ceil
from pathlib import Path

from websockets.asyncio.server import serve as listen

from asr.decoding_pool import DecodingPool
from asr.errors import PortTakenError
from asr.models import check_model, is_compiled
from asr.nursery_keeper import NurseryKeeper
from asr.settings import AsrSettings
from asr.stream_server import StreamServer

_MOST_BYTES = 1 << 16
"""Of one message: 4 s at 8000 Hz. A longer one is closed with 1009 and would hold a process too long."""
_MOST_MESSAGES = 64
"""Received and not yet decoded, per stream; the sender's socket fills after that, nothing is dropped."""
_PING_S = 10.0
_PONG_S = 60.0
"""A pong waits behind audio that was sent ahead: minutes of a recording may be on the way."""
_CLOSE_S = 2.0
_STOP_S = 3.0
"""For all clients to take leave."""
_MOST_SOCKETS = 16_384
"""A refused connection needs one, too, until it has read its refusal."""


async def serve(settings: AsrSettings, model_path: Path, ready: Callable[[int], None]) -> None:
    """Load the model and serve until cancelled; `ready` is called once with the port listened on.

    Cancelled, it closes every stream with 1001 and ends its processes. Raises PortTakenError,
    ModelMissingError and ModelDamagedError before `ready`, and DecodingLostError where loading the model
    takes too long or, after `ready`, a decoding process cannot be replaced.
    """
    await asyncio.to_thread(check_model, model_path)
    most = settings.most_streams(compiled=is_compiled(model_path))
    places = ceil(most / settings.processes)
    pool = await DecodingPool.started(NurseryKeeper(model_path), settings.processes, places)
    async with aclosing(pool), listening(StreamServer(pool, most, model_path.name), settings) as port:
        ready(port)
        await pool.fail()


@asynccontextmanager
async def listening(server: StreamServer, settings: AsrSettings) -> AsyncIterator[int]:
    """Take clients and yield the port; at the end close each with 1001. Raises PortTakenError."""
    _allow_many_sockets()
    try:
        sockets = await listen(
            server.handle,
            settings.host,
            settings.port,
            process_request=server.answer_http,
            compression=None,  # PCM does not shrink
            max_size=_MOST_BYTES,
            max_queue=_MOST_MESSAGES,
            ping_interval=_PING_S,
            ping_timeout=_PONG_S,
            close_timeout=_CLOSE_S,
        )
    except OSError as error:
        raise PortTakenError(
            f"the speech server cannot listen on {settings.host} port {settings.port}: "
            f"{error.strerror or error}; end the process that holds the port or set another"
        ) from error
    try:
        yield sockets.sockets[0].getsockname()[1]
    finally:
        sockets.close()
        ended = asyncio.create_task(sockets.wait_closed())
        await asyncio.wait([ended], timeout=_STOP_S)
        server.break_off()
        await asyncio.wait([ended], timeout=_CLOSE_S)
        ended.cancel()


def _allow_many_sockets() -> None:
    """Take as many open files as the system lets us have; a common default is 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_SOCKETS if hard == resource.RLIM_INFINITY else min(hard, _MOST_SOCKETS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
