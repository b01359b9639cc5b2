"""What a node reports reaches the api once and in order, however long the api is away."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from datetime import UTC, datetime

import httpx
import pytest

from contracts.evidence import Speaker
from contracts.node_api import AttemptDialled, LiveLine
from contracts.taxonomy import RiskLevel
from telephony.controller import reporter as reporter_module
from telephony.controller.reporter import LIVE_HELD, Reporter
from telephony.controller.spool import Spool
from tests.fixtures.node_api import PlayedApi, client_of, running

pytestmark = pytest.mark.unit

AT = datetime(2026, 1, 2, tzinfo=UTC)


def event(number):
    return AttemptDialled(id=f"event-{number}", at=AT, attempt_id=f"attempt-{number}", fence=1)


def line(text):
    return LiveLine(
        call_id="c1", at=AT, speaker=Speaker.CALLER, text=text, final=False, level=RiskLevel.NONE, risk=0.0
    )


def ids(*numbers):
    return [f"event-{number}" for number in numbers]


@pytest.fixture(autouse=True)
def fast_retries(monkeypatch):
    monkeypatch.setattr(reporter_module, "FIRST_RETRY_S", 0.01)
    monkeypatch.setattr(reporter_module, "LAST_RETRY_S", 0.02)


@pytest.fixture
async def api():
    return PlayedApi()


@pytest.fixture
def spool(tmp_path):
    with closing(Spool(tmp_path / "spool")) as opened:
        yield opened


@pytest.fixture
async def reporter(api, spool, tmp_path):
    client = client_of(api, tmp_path)
    yield Reporter("node1", client, spool)
    await client.close()


def run(reporter):
    return running(asyncio.ensure_future(reporter.run()))


async def test_events_arrive_in_order(api, reporter):
    for number in range(5):
        reporter.report(event(number))
    async with run(reporter):
        await api.until(lambda: len(api.event_ids) == 5)
    assert api.event_ids == ids(*range(5))


@pytest.mark.parametrize("status", [0, 302, 401, 403, 404, 408, 429, 500, 503])
async def test_events_wait_while_the_api_cannot_take_them_and_arrive_once_when_it_can(api, reporter, status):
    api.fail(status)
    async with run(reporter):
        reporter.report(event(1))
        await api.until(lambda: len(api.requests) >= 2)
        reporter.report(event(2))
        await api.until(lambda: len(api.requests) >= 4)
        api.recover()
        await api.until(lambda: len(api.event_ids) >= 2)
    assert api.event_ids == ids(1, 2)


async def test_an_answer_that_is_no_receipt_delivers_nothing(api, reporter):
    api.fault = lambda _: httpx.Response(200, text="<html>welcome</html>")
    async with run(reporter):
        reporter.report(event(1))
        await api.until(lambda: len(api.requests) >= 2)
        api.recover()
        await api.until(lambda: bool(api.event_ids))
    assert api.event_ids == ids(1)


def refuse(event_id):
    def fault(request):
        batch = json.loads(request.content)
        named = any(each["id"] == event_id for each in batch["events"])
        return httpx.Response(422, text="no such thing") if named else None

    return fault


async def test_one_refused_event_does_not_hold_up_the_rest(api, reporter):
    api.fault = refuse("event-2")
    for number in (1, 2, 3, 4):
        reporter.report(event(number))
    async with run(reporter):
        await api.until(lambda: len(api.event_ids) >= 3)
    assert api.event_ids == ids(1, 3, 4)


async def test_a_refused_event_is_kept_for_people_to_look_at(api, reporter, tmp_path):
    api.fault = refuse("event-1")
    async with run(reporter):
        reporter.report(event(1))
        reporter.report(event(2))
        await api.until(lambda: bool(api.event_ids))
    refused = (tmp_path / "spool" / "events.refused.jsonl").read_text()
    assert AttemptDialled.model_validate_json(refused) == event(1)


async def test_events_of_an_earlier_run_are_delivered_at_start(api, reporter, spool):
    spool.append([event(1)])
    async with run(reporter):
        await api.until(lambda: bool(api.event_ids))
    assert api.event_ids == ids(1)


async def test_an_event_is_on_disk_before_it_is_sent(api, reporter, tmp_path):
    written = []
    api.fault = lambda _: written.append((tmp_path / "spool" / "events.jsonl").read_text())
    async with run(reporter):
        reporter.report(event(1))
        await api.until(lambda: bool(api.event_ids))
    assert "event-1" in written[0]


async def test_what_was_reported_is_on_disk_once_it_has_settled(reporter, spool):
    reporter.report(event(1))
    async with run(reporter):
        await reporter.settle()
        assert len(spool) + (reporter.waiting == 0) == 1


async def test_a_full_disk_loses_no_event(api, reporter, spool, monkeypatch):
    append, failures = spool.append, iter([OSError(28, "No space left on device")] * 2)

    def append_later(events):
        for failure in failures:
            raise failure
        append(events)

    monkeypatch.setattr(spool, "append", append_later)
    async with run(reporter):
        reporter.report(event(1))
        reporter.report(event(2))
        await api.until(lambda: len(api.event_ids) == 2)
    assert api.event_ids == ids(1, 2)


async def test_what_waits_is_counted(api, reporter):
    api.fail(0)
    async with run(reporter):
        reporter.report(event(1))
        await api.until(lambda: bool(api.requests))
        assert reporter.waiting == 1


async def test_live_lines_are_dropped_oldest_first(api, reporter):
    for number in range(LIVE_HELD + 3):
        reporter.show(line(str(number)))
    async with run(reporter):
        await api.until(lambda: bool(api.taken))
    assert api.live_texts == [str(number) for number in range(3, LIVE_HELD + 3)]


async def test_live_text_never_reaches_the_disk(api, reporter, tmp_path):
    async with run(reporter):
        reporter.show(line("转到安全账户"))
        reporter.report(event(1))
        await api.until(lambda: bool(api.event_ids and api.live_texts))
    files = [path.read_text() for path in (tmp_path / "spool").iterdir()]
    assert not any("安全账户" in text for text in files)


async def test_live_text_that_the_api_refuses_does_not_hold_up_events(api, reporter):
    api.fault = lambda request: httpx.Response(422) if json.loads(request.content)["live"] else None
    async with run(reporter):
        reporter.show(line("x"))
        reporter.report(event(1))
        await api.until(lambda: bool(api.event_ids))
    assert api.event_ids == ids(1)
