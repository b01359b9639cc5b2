"""The node's requests to the api."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import ClassVar, TypeVar

import httpx
from pydantic import ValidationError

from contracts.errors import ChangmaoError, ConfigurationError
from contracts.node_api import EventBatch, EventReceipt, PollReply, PollRequest
from contracts.validation import problem_of
from telephony.controller.received_overlay import BadOverlayError, ReceivedOverlay, read_overlay
from telephony.controller.received_snapshot import BadSnapshotError, ReceivedSnapshot, read_snapshot

ANSWER_S = 5.0
TRICKLE = 5
"""A whole answer may take so many times its timeout, which httpx counts anew for every byte that comes."""
SNAPSHOT_S = 120.0
"""For a city's lists to be put together."""
_Answer = TypeVar("_Answer", PollReply, EventReceipt)
POLL_S = 40.0
"""Longer than the api holds a poll."""


class ApiAwayError(ChangmaoError):
    """The api does not answer, or is not able to: try again later."""

    code: ClassVar[str] = "node.api_away"


class ApiRefusedError(ChangmaoError):
    """The api understood and says no: the same request will not do better."""

    code: ClassVar[str] = "node.api_refused"

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class ApiClient:
    """HTTP with the node's token; every request is bounded in time."""

    def __init__(self, url: str, token_file: Path | None) -> None:
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {_token(token_file)}"},
            timeout=ANSWER_S,
            trust_env=False,
        )

    async def snapshot(self, known: str | None) -> tuple[ReceivedSnapshot, bytes] | None:
        """Return the snapshot in force and its JSON, or None where it is the one already known."""
        response = await self._get_newer("/node/snapshot", known)
        if response.status_code == 304:
            return None
        try:
            return await asyncio.to_thread(read_snapshot, response.content), response.content
        except BadSnapshotError as error:
            raise ApiRefusedError(f"the api's answer is {error}", response.status_code) from error

    async def overlay(self, known: ReceivedOverlay | None) -> ReceivedOverlay | None:
        """Return the overlay in force, or None where it is the one already known."""
        response = await self._get_newer("/node/overlay", known.version if known else None)
        if response.status_code == 304:
            return None
        try:
            return await asyncio.to_thread(read_overlay, response.content, known)
        except BadOverlayError as error:
            raise ApiRefusedError(f"the api's answer is {error}", response.status_code) from error

    @asynccontextmanager
    async def list_file(self, sha256: str, have: int) -> AsyncIterator[httpx.Response]:
        """Open the transfer of a list file, or of the rest where `have` bytes are here (RFC 9110 section 14).

        Yields the answer, its body unread: 200, 206 or 416. ApiAwayError also where it breaks off later.
        """
        headers = {"Accept-Encoding": "identity"}
        if have:
            headers |= {"Range": f"bytes={have}-", "If-Range": f'"{sha256}"'}
        path = f"/node/lists/{sha256}"
        async with (
            _bounded("GET", path, ANSWER_S * TRICKLE) as bound,
            self._client.stream("GET", path, headers=headers) as response,
        ):
            if response.status_code not in {200, 206, 416}:
                await response.aread()
                _check(response, "GET", path)
            bound.reschedule(None)  # how long the body may take is for its reader to say
            yield response

    async def send(self, batch: EventBatch) -> None:
        """Report events; on return they are committed. ApiAwayError where nobody says that they are."""
        response = await self._request("POST", "/node/events", content=batch.model_dump_json())
        try:
            _read(EventReceipt, response)
        except ApiRefusedError as error:
            raise ApiAwayError(f"POST /node/events: {error}; is api_url the api's?") from error

    async def poll(self, request: PollRequest) -> PollReply:
        """Wait for work; returns without any when the api's time for it is over."""
        body = request.model_dump_json()
        return _read(PollReply, await self._request("POST", "/node/poll", content=body, timeout=POLL_S))

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def _get_newer(self, path: str, known: str | None) -> httpx.Response:
        headers = {"If-None-Match": f'"{known}"'} if known else {}
        return await self._request("GET", path, headers=headers, timeout=SNAPSHOT_S)

    async def _request(
        self,
        method: str,
        path: str,
        *,
        content: str | None = None,
        headers: dict[str, str] | None = None,
        timeout: float = ANSWER_S,  # noqa: ASYNC109 (httpx's own, per phase of the request)
    ) -> httpx.Response:
        fields = {"Content-Type": "application/json", **(headers or {})}
        async with _bounded(method, path, timeout * TRICKLE):
            response = await self._client.request(
                method, path, content=content, headers=fields, timeout=timeout
            )
        _check(response, method, path)
        return response


@asynccontextmanager
async def _bounded(method: str, path: str, seconds: float) -> AsyncIterator[asyncio.Timeout]:
    try:
        async with asyncio.timeout(seconds) as bound:
            yield bound
    except httpx.TransportError as error:
        raise ApiAwayError(f"{method} {path}: {type(error).__name__} {error}".strip()) from error
    except TimeoutError as error:
        raise ApiAwayError(f"{method} {path}: the answer was not whole after {seconds:g} s") from error


def _check(response: httpx.Response, method: str, path: str) -> None:
    status = response.status_code
    if response.has_redirect_location:
        raise ApiAwayError(f"{method} {path}: sent on to {response.headers['Location']}; correct api_url")
    if status >= 500 or status in {408, 429}:
        raise ApiAwayError(f"{method} {path}: status {status}")
    if status >= 400:
        raise ApiRefusedError(f"{method} {path}: status {status}: {response.text[:300]}", status)


def _read(model: type[_Answer], response: httpx.Response) -> _Answer:
    try:
        return model.model_validate_json(response.content)
    except ValidationError as error:
        message = f"the api's answer is not a {model.__name__}: {problem_of(error)}"
        raise ApiRefusedError(message, response.status_code) from error


def _token(token_file: Path | None) -> str:
    if token_file is None:
        raise ConfigurationError("the node has no token_file; write its token to a file and name it")
    try:
        return token_file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigurationError(
            f"token_file {token_file} cannot be read ({error.strerror}); start the api first, or correct it"
        ) from error
