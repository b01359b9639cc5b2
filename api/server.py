"""The web server of the api process: uvicorn, ended in order although feeds and polls stay open."""

from __future__ import annotations

from socket import socket
from types import FrameType

import uvicorn
from fastapi import FastAPI

from api.context import Context
from api.settings import ApiSettings

GRACE_SECONDS = 5
"""How long open answers may take once the process is asked to end."""


class ApiServer(uvicorn.Server):
    """Serves the application until SIGINT or SIGTERM.

    uvicorn waits for open answers before it ends the application; a live feed would keep it waiting, so the
    feeds and polls are told first.
    """

    def __init__(self, app: FastAPI, settings: ApiSettings) -> None:
        # Addresses of requests may name persons and calls: no access log, and structured logs elsewhere.
        super().__init__(
            uvicorn.Config(
                app,
                host=settings.host,
                port=settings.port,
                access_log=False,
                log_config=None,
                server_header=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        self._context: Context = app.state.context

    @property
    def port(self) -> int:
        """The TCP port in use, once `started`."""
        return int(self.servers[0].sockets[0].getsockname()[1])

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End on a signal."""
        self._context.feed.closed = True
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Let feeds and polls answer, then end."""
        self._context.feed.close()
        self._context.work.ring()
        await super().shutdown(sockets)
