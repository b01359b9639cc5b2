"""Recorded calls as a benchmark reads them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from asr.bench.recorded_call import calls_of
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


def test_a_leg_that_is_missing_is_named(tmp_path: Path) -> None:
    shutil.copy(next(CALLS.glob("*.caller.wav")), tmp_path / "one.caller.wav")
    with pytest.raises(BadInputError, match=r"one\.resident\.wav is missing"):
        calls_of(tmp_path)
