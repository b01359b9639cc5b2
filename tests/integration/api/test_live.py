"""The live feed over a real connection."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from httpx import Client

from api.settings import ApiSettings
from contracts.node_api import LiveLine, NodeEvent
from store.unit_of_work import SqlStore
from tests.fixtures.control_plane import NODE, NODE_TOKEN, PASSWORD, SETTINGS, served
from tests.fixtures.suspect_call import SuspectCall

pytestmark = pytest.mark.integration


@dataclass
class Plane:
    """A served control plane with one node and one operator."""

    node: Client
    operator: Client

    def report(self, *events: NodeEvent, live: tuple[LiveLine, ...] = ()) -> None:
        batch = {
            "node": NODE,
            "events": [event.model_dump(mode="json") for event in events],
            "live": [line.model_dump(mode="json") for line in live],
        }
        self.node.post("/node/events", json=batch).raise_for_status()

    @contextmanager
    def feed(self, last_event_id: str = "") -> Iterator[Iterator[dict[str, Any]]]:
        """The feed's messages as they come, after its `ready`."""
        headers = {"Last-Event-ID": last_event_id} if last_event_id else {}
        with self.operator.stream("GET", "/live", headers=headers, timeout=20) as answer:
            messages = _messages(answer.iter_lines())
            assert next(messages)["event"] == "ready"
            yield messages


def _messages(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    message: dict[str, Any] = {}
    for line in lines:
        if not line and message:
            yield message
            message = {}
        elif line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            message[name] = json.loads(value) if name == "data" else value


@contextmanager
def plane(store: SqlStore, settings: ApiSettings = SETTINGS) -> Iterator[Plane]:
    with (
        served(store, settings) as url,
        Client(base_url=url) as operator,
        Client(base_url=url, headers={"Authorization": f"Bearer {NODE_TOKEN}"}) as node,
    ):
        token = operator.post("/sessions", json={"name": "li", "password": PASSWORD}).json()["token"]
        operator.headers["Authorization"] = f"Bearer {token}"
        yield Plane(node, operator)


def test_a_fact_reaches_the_open_feed(store: SqlStore):
    with plane(store) as live, live.feed() as messages:
        live.report(SuspectCall().started())
        assert next(messages)["data"]["refs"]["call_id"] == "call-1"


def test_a_feed_resumes_after_the_last_fact_it_saw(store: SqlStore):
    with plane(store) as live:
        with live.feed() as messages:
            live.report(SuspectCall().started())
            seen = next(messages)["id"]
        live.report(SuspectCall(call_id="call-2", resident_id="r2").started())
        with live.feed(seen) as messages:
            assert next(messages)["data"]["refs"]["call_id"] == "call-2"


def test_a_live_line_has_no_id_to_resume_from(store: SqlStore):
    with plane(store, SETTINGS.model_copy(update={"live_preview": True})) as live, live.feed() as messages:
        live.report(live=(SuspectCall().live("你好"),))
        message = next(messages)
    assert (message["event"], message["data"]["text"], "id" in message) == ("line", "你好", False)


def test_without_preview_a_line_is_shown_only_after_the_alert(store: SqlStore):
    call = SuspectCall()
    with plane(store) as live, live.feed() as messages:
        live.report(call.started(), live=(call.live("你好"),))
        live.report(call.alert(), live=(call.live("转账"),))
        lines = (message for message in messages if message["event"] == "line")
        assert next(lines)["data"]["text"] == "转账"


def test_facts_of_the_feed_hold_no_text_and_no_number(store: SqlStore):
    call = SuspectCall()
    with plane(store) as live, live.feed() as messages:
        live.report(*call.alerted())
        sent = json.dumps([next(messages), next(messages)], ensure_ascii=False)
    assert call.heard not in sent
    assert "13800000001" not in sent
