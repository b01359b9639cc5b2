"""What a log line holds and what it must not."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from changmao import log

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_fields_with_personal_data_are_dropped_at_any_depth(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(log.LogFormat.JSON)
    structlog.get_logger().info(
        "call", **{"caller.pii": "+8613800001111"}, name_pii="王某", call={"called_pii": "x", "id": "c1"}
    )
    line = json.loads(capsys.readouterr().err)
    assert set(line) == {"event", "level", "timestamp", "call"}
    assert line["call"] == {"id": "c1"}


def test_an_event_is_one_line_of_json_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(log.LogFormat.JSON)
    structlog.get_logger().warning("process_ended", process="api", reason="signal SIGKILL")
    streams = capsys.readouterr()
    assert streams.out == ""
    assert json.loads(streams.err)["reason"] == "signal SIGKILL"


def test_a_library_that_logs_by_the_standard_way_comes_out_in_the_same_form(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log.configure(log.LogFormat.JSON)
    logging.getLogger("some.library").warning("two\nlines")
    assert json.loads(capsys.readouterr().err)["event"] == "two\nlines"


def test_an_exception_stays_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(log.LogFormat.JSON)
    try:
        int("bad")
    except ValueError:
        structlog.get_logger().exception("failed")
    assert "ValueError: invalid literal" in json.loads(capsys.readouterr().err)["exception"]


def test_events_below_the_level_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(log.LogFormat.JSON, log.LogLevel.WARNING)
    structlog.get_logger().info("quiet")
    assert capsys.readouterr().err == ""
