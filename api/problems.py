"""Problem details (RFC 9457): every error answered as JSON with a stable code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from api.errors import ForbiddenError, ListsUnavailableError, TooManyAttemptsError, UnauthenticatedError
from api.recording_trial import SpeechNotConfiguredError, SpeechTooSlowError
from asr.errors import AsrLostError, AsrRefusedError
from contracts.errors import BadInputError, ChangmaoError, ConflictError, NotFoundError
from screening.phrasebook_fault import BadPhrasebookError
from store.errors import StoreUnavailableError

MEDIA_TYPE = "application/problem+json"

log = structlog.get_logger(__name__)

_STATUS: tuple[tuple[type[ChangmaoError], HTTPStatus], ...] = (
    (UnauthenticatedError, HTTPStatus.UNAUTHORIZED),
    (ForbiddenError, HTTPStatus.FORBIDDEN),
    (TooManyAttemptsError, HTTPStatus.TOO_MANY_REQUESTS),
    (BadInputError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (ConflictError, HTTPStatus.CONFLICT),
    (ListsUnavailableError, HTTPStatus.SERVICE_UNAVAILABLE),
    (StoreUnavailableError, HTTPStatus.SERVICE_UNAVAILABLE),
    (SpeechNotConfiguredError, HTTPStatus.SERVICE_UNAVAILABLE),
    (SpeechTooSlowError, HTTPStatus.SERVICE_UNAVAILABLE),
    (AsrLostError, HTTPStatus.SERVICE_UNAVAILABLE),
    (AsrRefusedError, HTTPStatus.SERVICE_UNAVAILABLE),
)


def status_of(error: ChangmaoError) -> HTTPStatus:
    """Return the status of an error; 500 for one that no caller can mend."""
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


def problem(
    status: HTTPStatus,
    code: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    **members: object,
) -> JSONResponse:
    """Return a problem document (RFC 9457 section 3.1) with its `code` as an extension member."""
    body = {
        "type": f"urn:changmao:problem:{code}",
        "title": status.phrase,
        "status": int(status),
        "code": code,
        "detail": detail,
        **members,
    }
    return JSONResponse(body, status_code=int(status), media_type=MEDIA_TYPE, headers=headers)


def problem_of(error: ChangmaoError) -> JSONResponse:
    """Return the problem document of a named error."""
    status = status_of(error)
    headers: dict[str, str] = {}
    if isinstance(error, UnauthenticatedError):
        headers["WWW-Authenticate"] = "Bearer"  # RFC 9110 section 15.5.2 wants a challenge
    if isinstance(error, TooManyAttemptsError):
        headers["Retry-After"] = str(error.retry_after_seconds)
    return problem(status, error.code, str(error), headers, **_members(error))


def _members(error: ChangmaoError) -> dict[str, object]:
    """Return what a program may want of an error beside its message."""
    if isinstance(error, BadPhrasebookError):
        return {"faults": [asdict(fault) for fault in error.faults], "left_out": error.left_out}
    return {}


Shown = Callable[[Request, HTTPStatus], Response | None]
"""Answers a failed request with a page for people, or None where a program asked."""


class Problems:
    """Answers every error of an application: people get a page, programs a problem document."""

    def __init__(self, shown: Shown) -> None:
        self._shown = shown

    def install(self, app: FastAPI) -> None:
        """Take over the application's errors."""
        app.add_exception_handler(ChangmaoError, self._named)
        app.add_exception_handler(RequestValidationError, self._invalid)
        app.add_exception_handler(HTTPException, self._http)
        app.add_exception_handler(Exception, self._unexpected)

    async def _named(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, ChangmaoError)  # noqa: S101 (registered for this class alone)
        status = status_of(error)
        if status is HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("request_failed", path=request.url.path, code=error.code)
        return self._shown(request, status) or problem_of(error)

    async def _invalid(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        # The offending input is left out: it may be a password or a transcript.
        faults = [
            {"where": ".".join(str(part) for part in fault["loc"]), "what": fault["msg"]}
            for fault in error.errors()
        ]
        detail = "; ".join(f"{fault['where']}: {fault['what']}" for fault in faults[:5])
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return self._shown(request, status) or problem(status, "input.invalid", detail, faults=faults)

    async def _http(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        status = HTTPStatus(error.status_code)
        code = "http." + status.name.lower()
        return self._shown(request, status) or problem(status, code, str(error.detail), error.headers)

    async def _unexpected(self, request: Request, error: Exception) -> Response:
        log.error("request_crashed", path=request.url.path, error=type(error).__name__)
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        detail = "the service met an error it does not know; its log names the request's path"
        return self._shown(request, status) or problem(status, "internal", detail)
