"""An orderly end: SIGTERM and SIGINT ask the running work to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from threading import Event

SIGNALS = (signal.SIGTERM, signal.SIGINT)


async def until_stopped(work: Coroutine[object, object, None]) -> None:
    """Run asynchronous work until it ends or a signal cancels it; its own errors are passed on."""
    task = asyncio.ensure_future(work)
    stopped = stop_event()

    async def cancel() -> None:
        await stopped.wait()
        task.cancel()

    watcher = asyncio.create_task(cancel())
    try:
        await task
    except asyncio.CancelledError:
        if not stopped.is_set():
            raise
    finally:
        watcher.cancel()


def stop_event() -> asyncio.Event:
    """Return an event of the running loop that a signal sets."""
    event = asyncio.Event()
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, event.set)
    return event


def stop_flag() -> Event:
    """Return a flag for threads that a signal sets."""
    flag = Event()
    _handle(flag.set)
    return flag


def end_quietly() -> None:
    """Let a library that stops by itself, and then raises the signal once more, end with exit code 0."""
    _handle(lambda: None)


def _handle(action: Callable[[], object]) -> None:
    for number in SIGNALS:
        signal.signal(number, lambda *_: action())
