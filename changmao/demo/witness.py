"""What the api says of the call: asked over HTTP as any operator would, and the live feed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx

from changmao.secret_file import read_secret
from changmao.settings import Settings
from contracts.errors import ChangmaoError
from contracts.node_api import LiveLine

LOOK_S = 0.1


class Witness:
    """Reads the service's own account of what happened."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        url = f"http://{settings.api.host}:{settings.api.port}"
        self._http = httpx.AsyncClient(base_url=url, timeout=10, trust_env=False)

    async def log_in(self, account: str) -> None:
        """Log in with the password of the data folder."""
        password = read_secret(self._settings.admin_password_file)
        answer = await self._http.post("/sessions", json={"name": account, "password": password})
        answer.raise_for_status()
        self._http.headers["Authorization"] = f"Bearer {answer.json()['token']}"

    async def is_ready(self, slots: int) -> bool:
        """Tell whether the api answers and its node offers this many slots."""
        try:
            answer = await self._http.get("/metrics")
        except httpx.TransportError:
            return False
        lines = (line for line in answer.text.splitlines() if line.startswith("changmao_node_free_slots{"))
        return any(float(line.rpartition(" ")[2]) >= slots for line in lines)

    async def calls(self) -> list[dict[str, Any]]:
        """Return the newest calls."""
        return list((await self._get("/calls"))["items"])

    async def call(self, call_id: str) -> dict[str, Any]:
        """Return everything about one call."""
        return await self._get(f"/calls/{call_id}")

    async def case(self, case_id: str) -> dict[str, Any]:
        """Return everything about one case."""
        return await self._get(f"/cases/{case_id}")

    async def streams(self) -> int:
        """Return how many streams the speech server is still listening to."""
        asr = self._settings.asr
        answer = await self._http.get(f"http://{asr.host}:{asr.port}/healthz")
        return int(answer.json()["streams"])

    async def lines(self) -> AsyncIterator[LiveLine]:
        """Yield live text until the feed ends."""
        async with self._http.stream("GET", "/live", timeout=None) as feed:
            event = ""
            async for line in feed.aiter_lines():
                field, _, value = line.partition(": ")
                if field == "event":
                    event = value
                elif field == "data" and event == "line":
                    yield LiveLine.model_validate(json.loads(value))

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def _get(self, path: str) -> dict[str, Any]:
        answer = await self._http.get(path)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


class TooLateError(ChangmaoError):
    """Something that had to happen did not happen in its time."""

    code = "demo.too_late"


async def until(what: str, seconds: float, condition: Callable[[], Awaitable[bool]]) -> None:
    """Ask again and again until a condition holds; TooLateError names what did not come.

    An api that does not answer may be starting again: it is asked once more.
    """
    try:
        async with asyncio.timeout(seconds):
            while not await _holds(condition):  # noqa: ASYNC110 (another process's doings)
                await asyncio.sleep(LOOK_S)
    except TimeoutError:
        raise TooLateError(f"{what}: not within {seconds:.0f} s") from None


async def _holds(condition: Callable[[], Awaitable[bool]]) -> bool:
    try:
        return await condition()
    except httpx.TransportError:
        return False
