"""What may be shown, and what must never be stored."""

from __future__ import annotations

from pathlib import Path

import pytest
from httpx import AsyncClient

from tests.fixtures.control_plane import report
from tests.fixtures.suspect_call import HEARD, SuspectCall

pytestmark = pytest.mark.integration


def bytes_of(folder: Path) -> bytes:
    """All the database has written, its log of changes too."""
    return b"".join(file.read_bytes() for file in sorted(folder.glob("changmao.db*")))


async def test_a_benign_call_leaves_none_of_its_words(node: AsyncClient, tmp_path: Path):
    call = SuspectCall()
    await report(node, call.started(), live=(call.live("您的快递放在门口了"),))
    await report(node, call.ended())
    assert "快递".encode() not in bytes_of(tmp_path)


async def test_an_alerted_call_keeps_its_transcript(node: AsyncClient, tmp_path: Path):
    await report(node, *SuspectCall().alerted())
    assert HEARD.encode() in bytes_of(tmp_path)


async def test_a_live_line_of_an_alerted_call_is_not_stored(node: AsyncClient, tmp_path: Path):
    call = SuspectCall()
    await report(node, *call.alerted(), live=(call.live("马上去银行汇款"),))
    assert "汇款".encode() not in bytes_of(tmp_path)


async def test_numbers_are_masked_in_the_list_of_cases(node: AsyncClient, operator: AsyncClient):
    await report(node, *SuspectCall().alerted())
    assert "13800000001" not in (await operator.get("/cases")).text


async def test_numbers_are_masked_in_the_list_of_calls(node: AsyncClient, operator: AsyncClient):
    await report(node, *SuspectCall().alerted())
    answer = await operator.get("/calls")
    assert [(item["caller"], item["called"]) for item in answer.json()["items"]] == [
        ("+86199****0007", "+86138****0001")
    ]


async def test_the_metrics_name_no_person(node: AsyncClient):
    await report(node, *SuspectCall().alerted())
    text = (await node.get("/metrics")).text
    assert "13800000001" not in text


async def test_the_list_of_calls_is_read_page_by_page(node: AsyncClient, operator: AsyncClient):
    for n in range(3):
        await report(node, SuspectCall(call_id=f"call-{n}").started())
    first = (await operator.get("/calls", params={"limit": 2})).json()
    second = (await operator.get("/calls", params={"limit": 2, "after": first["next_cursor"]})).json()
    assert {item["id"] for item in first["items"] + second["items"]} == {"call-0", "call-1", "call-2"}


async def test_a_cursor_of_nobodys_making_is_refused(operator: AsyncClient):
    assert (await operator.get("/cases", params={"after": "x"})).status_code == 422


async def test_a_case_that_does_not_exist_is_not_found(operator: AsyncClient):
    assert (await operator.get("/cases/nowhere")).json()["code"] == "not_found"


async def test_a_case_holds_its_evidence_and_words(node: AsyncClient, operator: AsyncClient):
    await report(node, *SuspectCall().alerted())
    case_id = (await operator.get("/cases")).json()["items"][0]["id"]
    alert = (await operator.get(f"/cases/{case_id}")).json()["alerts"][0]
    assert (alert["evidence"][0]["wording"], alert["transcript"][0]["text"]) == ("安全账户", HEARD)
