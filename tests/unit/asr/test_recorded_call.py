"""Recorded calls as a benchmark deals them out."""

from __future__ import annotations

from pathlib import Path

import pytest

from asr.bench.recorded_call import DealtCalls, RecordedCall, calls_of
from contracts.errors import BadInputError

pytestmark = pytest.mark.unit

CALLS = Path(__file__).parent.parent.parent / "fixtures" / "calls"


def test_both_legs_of_a_call_are_equally_long() -> None:
    call = calls_of(CALLS)[0]
    assert len(call.caller) == len(call.resident) > 100


def test_all_blocks_hold_100_ms() -> None:
    call = calls_of(CALLS)[0]
    assert {len(block) for block in (*call.caller, *call.resident)} == {1600}


def test_a_folder_without_calls_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=str(tmp_path)):
        calls_of(tmp_path)


def test_no_call_is_dealt_again_before_all_were() -> None:
    known = [RecordedCall(name, (), ()) for name in "abc"]
    calls = DealtCalls(known)
    assert [calls.deal() for _ in known] == known
    assert calls.repeated == 0


def test_calls_dealt_again_are_counted() -> None:
    calls = DealtCalls([RecordedCall("a", (), ())])
    for _ in range(3):
        calls.deal()
    assert calls.repeated == 2
