"""Hundreds of calls through one worker: PJSUA2's objects live and die in order."""

from __future__ import annotations

import time

import pytest

from telephony.link.messages import Ended
from tests.fixtures.exchange import make_calls, node_settings
from tests.fixtures.raw_sip import RawSip
from tests.fixtures.worker_process import controlled

pytestmark = [pytest.mark.sip, pytest.mark.timeout(300)]

SETTLED_S = 35
"""By then cycles have been collected once, which happens every half minute."""
CALLS = 100
"""In which memory may not grow."""
MOST_KIB_A_CALL = 4


def test_hundreds_of_calls_leave_no_leg_no_file_and_no_memory(tmp_path):
    with (
        RawSip() as caller,
        RawSip() as phone,
        controlled(node_settings(tmp_path, phone.port)) as (worker, controller),
    ):
        settled = settle(worker, caller, controller)
        files, memory = worker.open_files, worker.resident_kib
        make_calls(CALLS, worker, caller, controller)
        growth = (worker.resident_kib - memory) / CALLS
        assert len(controller.of(Ended)) == len(phone.of("BYE")) == settled + CALLS
        assert worker.open_files <= files + 2
        assert growth < MOST_KIB_A_CALL, f"{growth:.1f} KiB a call"
        assert worker.stop() == 0, worker.log


def settle(worker, caller, controller) -> int:
    """Make calls until the worker has settled; return how many."""
    settled_at, made = time.monotonic() + SETTLED_S, 0
    while time.monotonic() < settled_at:
        make_calls(CALLS, worker, caller, controller)
        made += CALLS
    return made
