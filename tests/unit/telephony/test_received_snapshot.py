"""A snapshot's JSON, read in small steps."""

from __future__ import annotations

import json

import pytest

from contracts.node_api import Enrolment
from telephony.controller.received_snapshot import BadSnapshotError, read_snapshot
from tests.fixtures.node_snapshot import FORWARDED, RESIDENT, snapshot

pytestmark = pytest.mark.unit

WHOLE = snapshot("1")
BODY = WHOLE.model_dump_json().encode()


def without(name: str) -> bytes:
    return json.dumps({key: value for key, value in json.loads(BODY).items() if key != name}).encode()


def test_all_parts_are_read():
    read = read_snapshot(BODY)
    assert (read.version, read.lists, read.phrasebook, read.policy) == (
        "1",
        WHOLE.lists,
        WHOLE.phrasebook,
        WHOLE.policy,
    )


def test_residents_are_read_as_they_were_written():
    assert tuple(read_snapshot(BODY).enrolments.values()) == WHOLE.enrolments


def test_a_resident_keeps_risk_contacts_and_route():
    resident = Enrolment(
        resident_id="r9",
        number="+8613800000009",
        high_risk=True,
        contacts=("+8613800000008",),
        delivery_route="sip:r9@127.0.0.1:5071",
    )
    body = WHOLE.model_copy(update={"enrolments": (resident,)}).model_dump_json().encode()
    assert read_snapshot(body).enrolments["+8613800000009"] == resident


def test_who_is_not_enrolled_is_not_found():
    assert read_snapshot(BODY).enrolments.get("+8613800000077") is None


def test_the_order_of_the_parts_does_not_matter():
    turned = json.dumps(dict(reversed(json.loads(BODY).items()))).encode()
    assert set(read_snapshot(turned).enrolments) == {RESIDENT, FORWARDED}


def test_more_residents_than_fit_one_piece_are_all_read():
    many = tuple(Enrolment(resident_id=f"r{n}", number=f"+861380000{n:04}") for n in range(2000))
    body = WHOLE.model_copy(update={"enrolments": many}).model_dump_json().encode()
    assert len(read_snapshot(body).enrolments) == 2000


@pytest.mark.parametrize("name", ["version", "lists", "enrolments", "phrasebook", "policy"])
def test_a_snapshot_that_lacks_a_part_is_refused_by_its_name(name):
    with pytest.raises(BadSnapshotError, match=name):
        read_snapshot(without(name))


@pytest.mark.parametrize("name", ["version", "lists", "enrolments", "phrasebook"])
def test_a_part_that_is_another_thing_is_refused(name):
    with pytest.raises(BadSnapshotError, match="not a Snapshot"):
        read_snapshot(json.dumps(json.loads(BODY) | {name: 7}).encode())


def test_the_number_of_the_phrasebook_is_read():
    body = snapshot("1", phrasebook_version=12).model_dump_json().encode()
    assert read_snapshot(body).phrasebook_version == 12


def test_a_snapshot_kept_by_a_node_of_before_has_the_original_phrasebook():
    assert read_snapshot(without("phrasebook_version")).phrasebook_version == 0


def test_a_number_of_the_phrasebook_that_is_none_is_refused():
    with pytest.raises(BadSnapshotError, match="phrasebook_version"):
        read_snapshot(json.dumps(json.loads(BODY) | {"phrasebook_version": "new"}).encode())


def test_the_number_of_the_phrasebook_is_kept_on_disk():
    body = snapshot("1", phrasebook_version=12).model_dump_json().encode()
    assert read_snapshot(read_snapshot(body).encoded()).phrasebook_version == 12


def test_a_resident_with_unknown_words_is_refused_without_saying_who():
    fields = json.loads(BODY)
    fields["enrolments"][0]["shoe_size"] = 38
    with pytest.raises(BadSnapshotError) as refused:
        read_snapshot(json.dumps(fields).encode())
    assert RESIDENT not in str(refused.value)


@pytest.mark.parametrize("length", range(0, len(BODY), 97))
def test_a_snapshot_cut_short_is_refused(length):
    with pytest.raises(BadSnapshotError):
        read_snapshot(BODY[:length])
