"""Which live lines reach whom."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from api.bell import Bell
from api.live_feed import LiveFeed
from contracts.evidence import Speaker
from contracts.node_api import LiveLine
from contracts.taxonomy import RiskLevel

pytestmark = pytest.mark.unit


def line(text: str, call_id: str = "call-1") -> LiveLine:
    return LiveLine(
        call_id=call_id,
        at=datetime(2026, 3, 1, tzinfo=UTC),
        speaker=Speaker.CALLER,
        text=text,
        final=False,
        level=RiskLevel.NONE,
        risk=0.0,
    )


def feed(*, preview: bool = False, queue: int = 10, calls: int = 10) -> LiveFeed:
    return LiveFeed(Bell(), preview=preview, queue=queue, calls=calls)


def texts(lines: list[LiveLine]) -> list[str]:
    return [shown.text for shown in lines]


async def test_a_call_without_an_alert_is_not_shown():
    live = feed()
    with live.reader() as reader:
        live.publish([line("你好")])
        assert reader.take() == []


async def test_lines_that_are_not_shown_are_counted():
    live = feed()
    live.publish([line("你好"), line("再见")])
    assert live.withheld == 2


async def test_with_preview_every_call_is_shown():
    live = feed(preview=True)
    with live.reader() as reader:
        live.publish([line("你好")])
        assert texts(reader.take()) == ["你好"]


async def test_a_call_is_shown_once_it_has_an_alert():
    live = feed()
    with live.reader() as reader:
        live.alerted("call-1")
        live.publish([line("转账"), line("你好", "call-2")])
        assert texts(reader.take()) == ["转账"]


async def test_a_slow_reader_loses_the_oldest_line():
    live = feed(preview=True, queue=2)
    with live.reader() as reader:
        live.publish([line("一"), line("二"), line("三")])
        assert texts(reader.take()) == ["二", "三"]


async def test_a_slow_readers_loss_is_counted():
    live = feed(preview=True, queue=2)
    with live.reader():
        live.publish([line("一"), line("二"), line("三")])
        assert live.dropped == 1


async def test_a_line_is_gone_when_nobody_looks():
    live = feed(preview=True)
    live.publish([line("一")])
    with live.reader() as reader:
        assert reader.take() == []


async def test_a_reader_that_left_is_forgotten():
    live = feed()
    with live.reader():
        pass
    assert live.readers == 0


async def test_the_oldest_alerted_call_is_forgotten_beyond_the_bound():
    live = feed(calls=1)
    live.alerted("call-1")
    live.alerted("call-2")
    with live.reader() as reader:
        live.publish([line("一")])
        assert reader.take() == []
