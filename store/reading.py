"""Read models for the console, the API and the demo; each reads in one snapshot of the database."""

from __future__ import annotations

from store.unit_of_work import SqlStore
from store.views import CallPage, CallView, CasePage, CaseView, WarningView


def list_cases(store: SqlStore, *, after: str | None = None, limit: int = 50) -> CasePage:
    """Return cases, newest first, after a cursor.

    Raises:
        BadInputError: the cursor is not one this function returned.
    """
    raise NotImplementedError


def read_case(store: SqlStore, case_id: str) -> CaseView:
    """Return one case with everything that belongs to it.

    Raises:
        NotFoundError: no such case.
    """
    raise NotImplementedError


def find_case_of_call(store: SqlStore, call_id: str) -> str | None:
    """Return the id of the case a call led to; None while there is none."""
    raise NotImplementedError


def list_calls(store: SqlStore, *, after: str | None = None, limit: int = 50) -> CallPage:
    """Return calls, newest first, after a cursor.

    Raises:
        BadInputError: the cursor is not one this function returned.
    """
    raise NotImplementedError


def read_call(store: SqlStore, call_id: str) -> CallView:
    """Return one call with its notes, alerts and timeline.

    Raises:
        NotFoundError: no such call.
    """
    raise NotImplementedError


def find_warning(store: SqlStore, warning_id: str) -> WarningView:
    """Return one warning with its attempts.

    Raises:
        NotFoundError: no such warning.
    """
    raise NotImplementedError
