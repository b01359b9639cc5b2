"""Errors that exist only at the HTTP rim: who is asking, how often, and for what is not there yet."""

from __future__ import annotations

from typing import ClassVar

from contracts.errors import ChangmaoError


class UnauthenticatedError(ChangmaoError):
    """Nobody is logged in, or the token is unknown."""

    code = "auth.required"


class ForbiddenError(ChangmaoError):
    """The one asking is known, but may not do this."""

    code = "auth.forbidden"


class CsrfError(ForbiddenError):
    """A form or command came without the token of its own session."""

    code = "auth.csrf"


class ListsUnavailableError(ChangmaoError):
    """There are no compiled number lists to give out at the moment."""

    code = "lists.unavailable"


class TooManyAttemptsError(ChangmaoError):
    """Too many wrong passwords; wait."""

    code = "auth.too_many_attempts"
    what: ClassVar[str] = "wrong passwords"

    def __init__(self, message: str, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class TooManyReportsError(TooManyAttemptsError):
    """Too many reports and requests from one address; wait."""

    code = "reports.too_many"
    what = "reports and requests from this address"
