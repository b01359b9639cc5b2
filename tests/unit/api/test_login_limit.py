"""How often a password may be wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from api.errors import TooManyAttemptsError
from api.login_limit import LoginLimit

pytestmark = pytest.mark.unit

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = "li"


@pytest.fixture
def limit() -> LoginLimit:
    return LoginLimit(attempts=3, window=timedelta(minutes=10), keys=2)


def fail(limit: LoginLimit, times: int, key: str = KEY) -> None:
    for _ in range(times):
        limit.fail(key, NOON)


def test_fewer_failures_than_allowed_pass(limit: LoginLimit):
    fail(limit, 2)
    limit.check(KEY, NOON)


def test_the_last_allowed_failure_closes_the_door(limit: LoginLimit):
    fail(limit, 3)
    with pytest.raises(TooManyAttemptsError):
        limit.check(KEY, NOON)


def test_the_error_says_how_long_to_wait(limit: LoginLimit):
    fail(limit, 3)
    with pytest.raises(TooManyAttemptsError) as caught:
        limit.check(KEY, NOON + timedelta(minutes=4))
    assert caught.value.retry_after_seconds == 360


def test_the_door_opens_when_the_window_has_passed(limit: LoginLimit):
    fail(limit, 3)
    limit.check(KEY, NOON + timedelta(minutes=10))


def test_a_good_login_forgets_the_failures(limit: LoginLimit):
    fail(limit, 3)
    limit.succeed(KEY)
    limit.check(KEY, NOON)


def test_memory_is_bounded_by_forgetting_who_failed_longest_ago(limit: LoginLimit):
    fail(limit, 3)
    fail(limit, 1, "wang")
    fail(limit, 1, "zhao")
    limit.check(KEY, NOON)
