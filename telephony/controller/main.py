"""The node controller's process: wires its parts and runs them until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal

from contracts.ports import RandomIds, SystemClock
from telephony.controller.api_client import ApiClient
from telephony.controller.controller import Controller, Means
from telephony.controller.holdings import Keeper
from telephony.controller.poller import Poller
from telephony.controller.reporter import Reporter
from telephony.controller.spool import Spool
from telephony.settings import NodeSettings

SETTLE_S = 3.0


def run(settings: NodeSettings) -> None:
    """Run the controller of a node until SIGTERM or SIGINT. ConfigurationError at start."""
    asyncio.run(_run(settings))


async def _run(settings: NodeSettings) -> None:
    api = ApiClient(settings.api_url, settings.token_file)
    spool = Spool(settings.folder)
    reporter = Reporter(settings.name, api, spool)
    keeper = Keeper(api, settings.folder)
    await keeper.start()
    controller = Controller(settings, Means(api, reporter, keeper, SystemClock(), RandomIds()))
    # Modules and what was taken up stay: a full garbage collection that walks them all stops calls for 60 ms.
    gc.freeze()
    server = await controller.workers.serve(settings.socket_path)
    parts = [asyncio.create_task(part.run()) for part in (reporter, Poller(api, keeper, controller))]
    stop = asyncio.create_task(_told_to_stop())
    # A part that fails takes the process with it: the supervisor starts a whole one.
    done, _ = await asyncio.wait([*parts, stop], return_when=asyncio.FIRST_COMPLETED)
    await controller.stop(server)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(reporter.settle(), SETTLE_S)
    for part in parts:
        part.cancel()
    await asyncio.gather(*parts, return_exceptions=True)
    await api.close()
    spool.close()
    for task in done:
        task.result()


async def _told_to_stop() -> None:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    await told.wait()
