"""The answer with a list file, whole or the rest of one whose transfer broke off."""

from __future__ import annotations

import re
from pathlib import Path

from fastapi.responses import FileResponse
from starlette.types import Receive, Scope, Send

_ONE_RANGE = re.compile(rb"bytes=(?:[0-9]+-[0-9]*|-[0-9]+)")


class ListFileResponse(FileResponse):
    """A file whose hash is its strong ETag; answers 200, 206 or 416 (RFC 9110 section 14)."""

    def __init__(self, path: Path, sha256: str) -> None:
        headers = {"ETag": f'"{sha256}"', "Cache-Control": "private, no-cache"}
        super().__init__(path, headers=headers, media_type="application/octet-stream")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; other units and several ranges are passed over, as a server may (RFC 9110 section 14.2)."""
        # Starlette answers 400 to units it does not know, where the RFC wants them ignored.
        headers = [
            (name, value)
            for name, value in scope["headers"]
            if name != b"range" or _ONE_RANGE.fullmatch(value.strip())
        ]
        await super().__call__({**scope, "headers": headers}, receive, send)
