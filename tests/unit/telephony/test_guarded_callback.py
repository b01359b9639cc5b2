"""Callbacks of PJSUA2: whatever goes wrong in one stays in it."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from telephony.worker.leg import guarded

pytestmark = pytest.mark.unit


@guarded
def failing(_prm):
    raise ValueError("nonsense")


def test_an_exception_does_not_leave_a_callback():
    failing(None)


def test_an_exception_in_a_callback_is_logged_whole():
    with capture_logs() as logs:
        failing(None)
    assert (logs[0]["callback"], logs[0]["exc_info"]) == ("failing", True)


def test_the_end_of_the_process_is_not_held_up():
    @guarded
    def ending():
        raise SystemExit

    with pytest.raises(SystemExit):
        ending()
