"""Times as the console writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from api.console.times import SiteTime, left, offset
from contracts.errors import ConfigurationError

pytestmark = pytest.mark.unit

EVENING = datetime(2026, 3, 1, 20, 30, 5, 123_456, tzinfo=UTC)


def test_times_are_written_in_the_sites_zone():
    assert SiteTime("Asia/Shanghai").full(EVENING) == "03-02 04:30:05"


def test_moments_are_written_to_the_millisecond():
    assert SiteTime("Asia/Shanghai").clock(EVENING) == "04:30:05.123"


def test_no_time_is_a_dash():
    assert SiteTime("Asia/Shanghai").full(None) == "—"


def test_an_unknown_zone_is_named():
    with pytest.raises(ConfigurationError, match="Asia/Qingzhou"):
        SiteTime("Asia/Qingzhou")


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(seconds=20), "剩余 不到 1 分钟"),
        (timedelta(minutes=9, seconds=59), "剩余 9 分钟"),
        (timedelta(hours=2, minutes=5), "剩余 2 小时 5 分钟"),
        (timedelta(days=3), "剩余 3 天"),
        (timedelta(minutes=-3), "已超时 3 分钟"),
    ],
)
def test_what_is_left_is_said_in_words(ahead: timedelta, words: str):
    assert left(EVENING + ahead, EVENING) == words


def test_an_offset_is_minutes_and_seconds():
    assert offset(67_900) == "01:07"
