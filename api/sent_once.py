"""A file made for one answer."""

from __future__ import annotations

from pathlib import Path

from fastapi.responses import FileResponse
from starlette.types import Receive, Scope, Send


class SentOnce(FileResponse):
    """Sends a file and removes it, also where it could not be sent: a broken range, a lost reader."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file; whatever comes of it, it is gone afterwards."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            # Not on a thread: whoever is cancelled may not wait for one.
            Path(self.path).unlink(missing_ok=True)  # noqa: ASYNC240
