"""The number lists as programs change and read them."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response

from blacklists.normalise import parse_number
from store.removal_requests import add_request, decide_request
from store.unit_of_work import SqlStore
from tests.fixtures.control_plane import SETTINGS, logged_in, running
from tests.fixtures.list_files import SUSPECT, csv_of, suspects

pytestmark = pytest.mark.integration

CSV = {"Content-Type": "text/csv"}


@pytest.fixture
async def admin(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with logged_in(app, "admin") as client:
        yield client


@pytest.fixture
async def lead(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with logged_in(app, "lead") as client:
        yield client


@pytest.fixture
async def auditor(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with logged_in(app, "auditor") as client:
        yield client


async def send(client: AsyncClient, text: str | bytes, name: str = "police", **query: str) -> Response:
    body = text.encode() if isinstance(text, str) else text
    return await client.post(f"/lists/{name}/imports", content=body, headers=CSV, params=query)


async def prepared(client: AsyncClient, text: str, name: str = "police") -> int:
    answer = await send(client, text, name)
    return int(answer.json()["version"]["n"])


async def released(admin: AsyncClient, lead: AsyncClient, text: str, name: str = "police") -> int:
    n = await prepared(admin, text, name)
    (await lead.post(f"/versions/{n}/release")).raise_for_status()
    return n


async def look_up(client: AsyncClient, **query: str) -> Response:
    return await client.get("/lists/lookup", params=query)


async def test_the_lists_a_service_begins_with_are_there(auditor: AsyncClient):
    names = {each["list"]["name"] for each in (await auditor.get("/lists")).json()}
    assert {"protected", "allow", "police", "reports", "upstream"} <= names


async def test_a_dry_run_tells_what_would_change(admin: AsyncClient):
    answer = (await send(admin, suspects(3), dry_run="true")).json()
    assert (answer["plan"]["added"], answer["version"]) == (3, None)


async def test_a_dry_run_writes_nothing(admin: AsyncClient):
    await send(admin, suspects(3), dry_run="true")
    assert (await admin.get("/lists/police/versions")).json() == []


async def test_an_import_awaits_its_release(admin: AsyncClient):
    answer = (await send(admin, suspects(3), file_name="t.csv")).json()["version"]
    assert (answer["state"], answer["prepared_by"], answer["origin"]) == ("pending", "sun", "t.csv")


async def test_before_the_release_nothing_has_changed(admin: AsyncClient):
    await send(admin, suspects(3))
    assert (await look_up(admin, number=SUSPECT)).json()["verdict"] != "reject"


async def test_who_prepared_a_bulk_change_cannot_release_it(admin: AsyncClient):
    n = await prepared(admin, suspects(11))
    answer = await admin.post(f"/versions/{n}/release")
    assert (answer.status_code, answer.json()["code"]) == (409, "lists.second_person")


async def test_another_person_releases_a_bulk_change(admin: AsyncClient, lead: AsyncClient):
    n = await prepared(admin, suspects(11))
    answer = (await lead.post(f"/versions/{n}/release")).json()
    assert (answer["state"], answer["released_by"]) == ("released", "qian")


async def test_a_single_admin_releases_alone(store: SqlStore):
    alone = SETTINGS.model_copy(update={"single_admin": True})
    async with running(store, alone) as app, logged_in(app, "admin") as admin:
        n = await prepared(admin, suspects(11))
        assert (await admin.post(f"/versions/{n}/release")).status_code == 200


async def test_a_released_number_is_judged_by_its_entry(admin: AsyncClient, lead: AsyncClient):
    n = await released(admin, lead, suspects(11))
    rules = (await look_up(admin, number=SUSPECT)).json()["rules"]
    assert (rules[-1]["rule"], rules[-1]["list"], rules[-1]["version"]) == ("police", "police", n)


async def test_a_version_is_not_released_twice(admin: AsyncClient, lead: AsyncClient):
    n = await released(admin, lead, suspects(3))
    assert (await lead.post(f"/versions/{n}/release")).status_code == 409


async def test_a_discarded_version_cannot_be_released(admin: AsyncClient, lead: AsyncClient):
    n = await prepared(admin, suspects(3))
    await admin.post(f"/versions/{n}/discard")
    assert (await lead.post(f"/versions/{n}/release")).status_code == 409


async def test_a_version_shows_its_impact_and_samples(admin: AsyncClient):
    n = await prepared(admin, csv_of("0086170,prefix,虚拟运营商,monitor"))
    shown = (await admin.get(f"/versions/{n}")).json()
    assert shown["samples"][0]["pattern"] == "+86170"
    assert shown["version"]["impact"]["patterns"] == 1


async def test_a_version_carries_what_to_look_at_before_its_release(admin: AsyncClient, lead: AsyncClient):
    n = await prepared(admin, csv_of("13,prefix,诈骗,monitor", "110,exact,诈骗,reject"))
    shown = (await lead.get(f"/versions/{n}")).json()
    told = [(notice["line"], notice["code"]) for notice in shown["notices"]]
    assert (shown["version"]["flagged"], told) == (2, [(2, "block.covers_many"), (3, "row.against_code")])


async def test_an_older_file_of_a_source_is_a_conflict_until_asked_for(admin: AsyncClient, lead: AsyncClient):
    number = '{"phone": "+8619900000001", "votes": 4, "rating": "G_FRAUD"}'
    await released(admin, lead, f'{{"version": 8, "numbers": [{number}]}}', "upstream")
    older = f'{{"version": 7, "numbers": [{number.replace("4,", "9,")}]}}'
    refused = await send(admin, older, "upstream")
    taken = await send(admin, older, "upstream", older="true")
    assert (refused.status_code, refused.json()["code"]) == (409, "lists.old_source")
    assert taken.json()["plan"]["changed"] == 1


async def test_a_rollback_brings_back_what_was(admin: AsyncClient, lead: AsyncClient):
    await released(admin, lead, suspects(3))
    back = (await admin.post("/lists/police/rollback", json={"version": 0})).json()
    await lead.post(f"/versions/{back['n']}/release")
    assert (await look_up(admin, number=SUSPECT)).json()["verdict"] != "reject"


async def test_an_export_imported_again_changes_nothing(admin: AsyncClient, lead: AsyncClient):
    await released(admin, lead, suspects(3))
    text = (await admin.get("/lists/police/export")).content
    plan = (await send(admin, text, dry_run="true")).json()["plan"]
    assert (plan["unchanged"], plan["added"], plan["rejected"]) == (3, 0, 0)


async def test_rejected_lines_are_kept_with_their_reasons(admin: AsyncClient):
    n = await prepared(admin, csv_of("19900000001,exact,诈骗,reject", "abc,exact,诈骗,reject"))
    lines = (await admin.get(f"/versions/{n}/rejects")).text.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("3,")


async def test_rejected_lines_are_told_in_the_order_of_the_file(admin: AsyncClient):
    text = csv_of("19900000001,exact,诈骗,reject", "19900000001,exact,诈骗,reject", "x,exact,诈骗,reject")
    plan = (await send(admin, text, dry_run="true")).json()["plan"]
    assert [line["line"] for line in plan["rejects"]] == [3, 4]


async def test_why_a_line_is_rejected_has_a_code_and_parts(admin: AsyncClient):
    text = csv_of("19900000001,exact,诈骗,reject", "19900000001,exact,诈骗,reject")
    (line,) = (await send(admin, text, dry_run="true")).json()["plan"]["rejects"]
    told = (line["code"], line["parts"], line["reason"])
    assert told == ("row.same", {"line": 2}, "same as line 2, which is taken")


async def test_a_version_without_rejected_lines_has_no_such_file(admin: AsyncClient):
    n = await prepared(admin, suspects(1))
    assert (await admin.get(f"/versions/{n}/rejects")).status_code == 404


@pytest.mark.parametrize("encode", ["utf-8-sig", "gb18030"])
async def test_files_from_spreadsheets_are_read(admin: AsyncClient, encode: str):
    answer = await send(admin, suspects(2).encode(encode), dry_run="true")
    assert answer.json()["plan"]["to_add"][0]["category"] == "冒充公检法"


async def test_a_packed_file_is_read(admin: AsyncClient):
    answer = await send(admin, gzip.compress(suspects(2).encode()), dry_run="true")
    assert answer.json()["plan"]["added"] == 2


async def test_a_file_without_the_columns_is_refused_by_its_own_name(admin: AsyncClient):
    answer = await send(admin, "a,b\n1,2\n", file_name="wrong.csv")
    assert (answer.status_code, answer.json()["code"]) == (422, "lists.bad_header")
    assert "wrong.csv" in answer.json()["detail"]


async def test_a_file_beyond_the_bound_is_refused(store: SqlStore):
    small = SETTINGS.model_copy(update={"max_import_bytes": 2048})
    async with running(store, small) as app, logged_in(app, "admin") as admin:
        assert (await send(admin, suspects(200))).status_code == 413


async def test_a_list_file_may_be_larger_than_other_bodies(store: SqlStore):
    small = SETTINGS.model_copy(update={"max_body_bytes": 1024})
    async with running(store, small) as app, logged_in(app, "admin") as admin:
        assert (await send(admin, suspects(200), dry_run="true")).status_code == 201


async def test_an_unknown_list_is_refused_with_those_there_are(admin: AsyncClient):
    answer = await send(admin, suspects(1), "nowhere")
    assert (answer.status_code, "police" in answer.json()["detail"]) == (404, True)


async def test_one_number_on_a_hard_list_is_in_force_at_once(admin: AsyncClient):
    order = {"number": "199 0000 0001", "category": "冒充公检法", "action": "reject"}
    answer = (await admin.post("/lists/police/entries", json=order)).json()
    assert answer["version"]["state"] == "released"
    assert (await look_up(admin, number=SUSPECT)).json()["verdict"] == "reject"


async def test_one_number_let_through_by_a_hard_list_needs_a_second_person(admin: AsyncClient):
    order = {"number": "19900000001", "category": "医院", "action": "pass"}
    answer = (await admin.post("/lists/police/entries", json=order)).json()
    assert answer["version"]["state"] == "pending"


async def test_one_number_on_the_allow_list_needs_a_second_person(admin: AsyncClient):
    order = {"number": "19900000001", "category": "医院", "action": "pass"}
    answer = (await admin.post("/lists/allow/entries", json=order)).json()
    assert answer["version"]["state"] == "pending"


async def test_one_number_is_taken_off_again_by_two(admin: AsyncClient, lead: AsyncClient):
    await admin.post(
        "/lists/police/entries", json={"number": SUSPECT, "category": "诈骗", "action": "reject"}
    )
    answer = (await admin.delete(f"/lists/police/entries/{SUSPECT}")).json()
    (await lead.post(f"/versions/{answer['version']['n']}/release")).raise_for_status()
    assert (await look_up(admin, number=SUSPECT)).json()["verdict"] != "reject"


async def test_letters_are_no_number(admin: AsyncClient):
    order = {"number": "Hospital", "category": "医院", "action": "pass"}
    answer = await admin.post("/lists/allow/entries", json=order)
    assert (answer.status_code, answer.json()["code"]) == (422, "lists.bad_pattern")


CHANGES = [
    ("POST", "/lists/police/imports"),
    ("POST", "/versions/1/release"),
    ("POST", "/versions/1/discard"),
    ("POST", "/lists/police/rollback"),
    ("POST", "/lists/police/entries"),
    ("DELETE", f"/lists/police/entries/{SUSPECT}"),
]


@pytest.mark.parametrize(("method", "path"), CHANGES)
@pytest.mark.parametrize("role", ["operator", "auditor"])
async def test_operators_and_auditors_change_nothing(app: FastAPI, role: str, method: str, path: str):
    body = {"version": 0} if path.endswith("rollback") else {"number": SUSPECT, "category": "诈骗"}
    async with logged_in(app, role) as person:
        answer = await person.request(method, path, json=body)
    assert answer.json()["code"] == "auth.forbidden"


@pytest.mark.parametrize("path", ["/lists", "/lists/police/versions", "/lists/police/export"])
async def test_operators_read_the_lists(operator: AsyncClient, path: str):
    assert (await operator.get(path)).status_code == 200


@pytest.mark.parametrize("number", ["+8619900000001", "008619900000001", "199-0000-0001", "19900000001"])
async def test_every_written_form_of_a_number_is_looked_up(operator: AsyncClient, number: str):
    assert (await look_up(operator, number=number)).json()["number"] == SUSPECT


async def test_a_plus_that_nobody_encoded_is_a_plus(operator: AsyncClient):
    answer = await operator.get(f"/lists/lookup?number={SUSPECT}")
    assert answer.json()["number"] == SUSPECT


@pytest.mark.parametrize(
    ("number", "kind"), [("anonymous", "anonymous"), ("", "anonymous"), ("12", "unusable")]
)
async def test_what_is_no_number_is_judged_too(operator: AsyncClient, number: str, kind: str):
    answer = (await look_up(operator, number=number)).json()
    assert (answer["number"], answer["kind"]) == (kind, kind)


async def test_the_answer_names_every_rule_walked(operator: AsyncClient):
    answer = (await look_up(operator, number="19900000009")).json()
    assert answer["rules"][0]["rule"] == "emergency"
    assert answer["rules"][-1]["rule"] == "default"


async def test_the_time_of_a_lookup_is_told(operator: AsyncClient):
    assert (await look_up(operator, number=SUSPECT)).json()["lookup_us"] > 0


async def test_an_imitation_on_an_international_trunk_is_told_as_such(operator: AsyncClient):
    answer = (await look_up(operator, number="110", trunk_domestic="false")).json()
    assert answer["verdict"] == "monitor"


async def test_a_residents_contact_passes(admin: AsyncClient):
    await admin.put("/residents/r1/contacts", json={"numbers": ["19900000005"]})
    answer = (await look_up(admin, number="19900000005", to="13800000001")).json()
    assert (answer["verdict"], answer["rules"][-1]["rule"]) == ("pass", "contact")


async def test_an_unknown_resident_is_refused(operator: AsyncClient):
    assert (await look_up(operator, number=SUSPECT, to="nobody")).status_code == 404


async def test_a_cleared_number_is_rejected_by_its_line_and_told_why(admin: AsyncClient, store: SqlStore):
    words = {"reason": "这是我的号码", "contact": "owner@example.test"}
    add_request(store, "q1", parse_number(SUSPECT), within=timedelta(days=9), **words)
    decide_request(store, "q1", accepted=True, reason="号码已换机主", by="sun")
    plan = (await send(admin, suspects(1), dry_run="true")).json()["plan"]
    assert (plan["added"], plan["rejected"], plan["flagged"]) == (0, 1, 1)
    assert plan["rejects"][0]["reason"].startswith("cleared by removal request q1 on ")
    assert plan["notices"][0]["line"] == plan["rejects"][0]["line"]
