"""What no column can hold is bad input by name: neither a crash nor a database that is away."""

from __future__ import annotations

import pytest

from contracts.errors import BadInputError
from contracts.node_api import CallEnded, CallNoted, CallStarted, NoteKind
from store import accounts
from store.reading import list_calls, list_cases, read_call
from store.unit_of_work import SqlStore
from tests.integration.store.conftest import SqlDuty

pytestmark = pytest.mark.integration

on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def a_call(duty: SqlDuty, **fields: object) -> CallStarted:
    words = {"trunk": "t", "caller_raw": "x", "caller": None, "called": "y", "resident_id": None}
    event: CallStarted = duty.event(CallStarted, call_id="call-1", verdict=None, **(words | fields))
    return event


@pytest.mark.parametrize("name", ["caller_raw", "called"])
def test_a_call_survives_a_caller_who_presents_too_much(duty: SqlDuty, name: str) -> None:
    duty.tell(a_call(duty, **{name: "1" * 300}))
    assert getattr(read_call(duty.store, "call-1").call, name) == "1" * 255


@pytest.mark.parametrize("name", ["caller_raw", "called"])
def test_a_call_survives_a_caller_who_presents_nul(duty: SqlDuty, name: str) -> None:
    duty.tell(a_call(duty, **{name: "199\x007"}))
    assert getattr(read_call(duty.store, "call-1").call, name) == "1997"


def test_a_note_survives_a_detail_that_is_too_long(duty: SqlDuty) -> None:
    duty.call_starts()
    long = "\0" + "x" * 300
    duty.tell(duty.event(CallNoted, call_id="call-1", kind=NoteKind.LISTENING_LOST, detail=long))
    assert [note.detail for note in read_call(duty.store, "call-1").notes] == ["x" * 255]


@on_postgresql
@pytest.mark.parametrize("trunk", ["t" * 81, "t\0"])
def test_a_value_no_column_can_hold_is_bad_input(duty: SqlDuty, trunk: str) -> None:
    with pytest.raises(BadInputError, match="database"):
        duty.tell(a_call(duty, trunk=trunk))


def test_a_number_no_column_can_hold_is_bad_input(duty: SqlDuty) -> None:
    duty.call_starts()
    with pytest.raises(BadInputError, match="database"):
        duty.tell(duty.event(CallEnded, call_id="call-1", cause="caller", sip_code=10**30))


@on_postgresql
def test_the_message_of_bad_input_does_not_repeat_it(duty: SqlDuty) -> None:
    with pytest.raises(BadInputError) as refused:
        duty.tell(a_call(duty, trunk="secret" * 20))
    assert "secret" not in str(refused.value) + str(refused.value.__cause__)


@on_postgresql
def test_an_account_whose_name_holds_nul_is_bad_input(store: SqlStore) -> None:
    with pytest.raises(BadInputError):
        accounts.find_account(store, "li\0")


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
@pytest.mark.parametrize("read", [list_cases, list_calls])
def test_a_cursor_beyond_the_calendar_is_refused(store: SqlStore, at: str, read: object) -> None:
    with pytest.raises(BadInputError, match="cursor"):
        read(store, after=f"{at}_id")  # type: ignore[operator]
