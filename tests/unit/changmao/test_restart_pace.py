"""The delay before a restart."""

from __future__ import annotations

from datetime import timedelta

import pytest

from changmao.restart_pace import RestartPace

pytestmark = pytest.mark.unit

SHORT_RUN = timedelta(seconds=1)
PACE = RestartPace()


def test_the_delay_doubles_from_a_fifth_of_a_second_up_to_ten() -> None:
    delays: list[timedelta] = []
    for _ in range(8):
        delays.append(PACE.next_delay(SHORT_RUN, delays[-1] if delays else None))
    assert [d.total_seconds() for d in delays] == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10]


def test_a_good_run_starts_over_with_the_first_delay() -> None:
    assert PACE.next_delay(timedelta(seconds=30), timedelta(seconds=10)) == timedelta(seconds=0.2)
