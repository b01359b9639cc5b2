"""A speech server that does as vosk-server's asr_server.py does: a new recogniser a connection, threads."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import vosk
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as listen
from websockets.exceptions import ConnectionClosed

from asr.protocol import EOF_TEXT


def serve_plain(model: Path, processors: int, line: Connection) -> None:
    """Serve with a thread a processor until killed."""
    asyncio.run(_serve(model, processors, line))


async def _serve(folder: Path, processors: int, line: Connection) -> None:
    vosk.SetLogLevel(-1)
    model = vosk.Model(str(folder))
    pool = ThreadPoolExecutor(processors)

    async def converse(connection: ServerConnection) -> None:
        recogniser = None
        with suppress(ConnectionClosed):
            async for message in connection:
                if isinstance(message, str) and "config" in message:
                    recogniser = vosk.KaldiRecognizer(model, json.loads(message)["config"]["sample_rate"])
                    recogniser.SetWords(1)
                    continue
                answer = await asyncio.get_running_loop().run_in_executor(pool, _result, recogniser, message)
                await connection.send(answer)
                if message == EOF_TEXT:
                    return

    async with listen(converse, "127.0.0.1", 0, max_queue=None) as server:
        line.send(server.sockets[0].getsockname()[1])
        await server.wait_closed()


def _result(recogniser: Any, message: str | bytes) -> str:
    if message == EOF_TEXT:
        return str(recogniser.FinalResult())
    done = recogniser.AcceptWaveform(message)
    return str(recogniser.Result() if done else recogniser.PartialResult())
