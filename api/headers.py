"""Response headers that tell a browser what our pages may not do, and a bound on what is sent to us."""

from __future__ import annotations

import re

from fastapi.exceptions import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SAFE = {
    # Pages need one style sheet and forms to ourselves; no script runs, whatever a transcript says.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class SafeHeaders:
    """Adds the headers to every answer; no cache keeps one that does not say so itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and mark its answer."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _SAFE.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, marked if scope["type"] == "http" else send)


_IMPORT = re.compile(r"(/console)?/lists/[^/]+/imports")


class BodyLimit:
    """Refuses a request's body beyond a number of bytes, announced or not.

    List files have a bound of their own: they go to the disk as they come, other bodies are held in memory.
    """

    def __init__(self, app: ASGIApp, limit: int, import_limit: int) -> None:
        self._app = app
        self._limit = limit
        self._import_limit = import_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counting its body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._import_limit if _IMPORT.fullmatch(scope["path"]) else self._limit
        announced = Headers(scope=scope).get("content-length", "0")
        left = limit
        if announced.isdecimal() and int(announced) > left:
            left = 0  # The first byte of it is one too many.

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413, f"the body is larger than {limit} bytes; send less at once")
            return message

        await self._app(scope, counted, send)
