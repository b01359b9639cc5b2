"""Hundreds of calls through one worker: PJSUA2's objects live and die in order."""

from __future__ import annotations

import time

import pytest

from telephony.link.messages import Ended
from tests.fixtures.exchange import make_calls, node_settings
from tests.fixtures.raw_sip import RawSip
from tests.fixtures.worker_process import controlled

pytestmark = [pytest.mark.sip, pytest.mark.timeout(300)]

AT_ONCE = 30
COLLECTED_S = 30
"""After so long, and again after as long, cycles are collected; memory has reached its height just before."""
MOST_KIB_A_CALL = 4


def test_hundreds_of_calls_leave_no_leg_no_file_and_no_memory(tmp_path):
    with (
        RawSip() as caller,
        RawSip() as phone,
        controlled(node_settings(tmp_path, phone.port)) as (worker, controller),
    ):
        began = time.monotonic() + 1
        settled = calls_until(began + COLLECTED_S, worker, caller, controller)
        files, memory = worker.open_files, worker.resident_kib
        more = calls_until(began + 2 * COLLECTED_S, worker, caller, controller)
        growth = (worker.resident_kib - memory) / more
        assert len(controller.of(Ended)) == len(phone.of("BYE")) == settled + more
        assert worker.open_files <= files + 2
        assert growth < MOST_KIB_A_CALL, f"{growth:.1f} KiB a call"
        assert worker.stop() == 0, worker.log


def calls_until(end, worker, caller, controller):
    """Make calls, one after the other, until an instant of the monotonic clock; return how many."""
    made = 0
    while time.monotonic() < end:
        make_calls(AT_ONCE, worker, caller, controller)
        made += AT_ONCE
    return made
