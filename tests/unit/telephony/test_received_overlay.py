"""An overlay's JSON, read in small steps."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from contracts.node_api import EmergencyWindow, Standing
from telephony.controller.received_overlay import BadOverlayError, read_overlay
from tests.fixtures.node_snapshot import ENTRIES, overlay

pytestmark = pytest.mark.unit

NUMBER = Standing(number="+8619900000009", residents_last_hour=12, score=0.25, reports=4)
BLOCK = Standing(number="+861990000", block=True, score=0.5, reports=9)
WINDOW = EmergencyWindow(resident_id="r1", until=datetime(2026, 1, 3, tzinfo=UTC))
WHOLE = overlay("7").model_copy(
    update={"standings": (NUMBER, BLOCK), "removed": ("8", "9"), "emergencies": (WINDOW,)}
)
BODY = WHOLE.model_dump_json().encode()


def changed(**fields: object) -> bytes:
    return json.dumps(json.loads(BODY) | fields).encode()


def test_all_plain_parts_are_read():
    read = read_overlay(BODY)
    assert (read.version, read.base, read.release, read.lists, read.removed, read.emergencies) == (
        WHOLE.version,
        WHOLE.base,
        WHOLE.release,
        WHOLE.lists,
        WHOLE.removed,
        WHOLE.emergencies,
    )


def test_added_entries_are_read_as_they_were_written():
    assert tuple(read_overlay(BODY).added) == ENTRIES


def test_numbers_and_blocks_have_their_standings():
    read = read_overlay(BODY)
    assert (dict(read.number_standings), dict(read.block_standings)) == (
        {NUMBER.number: NUMBER},
        {BLOCK.number: BLOCK},
    )


def test_more_entries_than_fit_one_piece_are_all_read():
    many = tuple(ENTRIES[0].model_copy(update={"id": str(n)}) for n in range(2000))
    body = WHOLE.model_copy(update={"added": many}).model_dump_json().encode()
    assert tuple(read_overlay(body).added) == many


def test_what_was_added_is_equal_in_two_overlays_that_add_the_same():
    first = read_overlay(BODY)
    assert read_overlay(changed(version="8", standings=[]), first).added == first.added


def test_what_was_added_is_another_where_one_entry_changed():
    entries = [entry.model_dump(mode="json") for entry in ENTRIES]
    entries[-1]["category"] = "another"
    assert read_overlay(changed(added=entries)).added != read_overlay(BODY).added


@pytest.mark.parametrize("name", ["version", "base", "release", "lists"])
def test_an_overlay_that_lacks_a_part_is_refused_by_its_name(name):
    body = json.dumps({key: value for key, value in json.loads(BODY).items() if key != name}).encode()
    with pytest.raises(BadOverlayError, match=name):
        read_overlay(body)


@pytest.mark.parametrize("name", ["added", "standings", "removed", "emergencies", "lists", "version"])
@pytest.mark.parametrize("value", [7, [7], [{}], {"0": "1"}, None])
def test_a_part_that_is_another_thing_is_refused(name, value):
    with pytest.raises(BadOverlayError, match="not an Overlay"):
        read_overlay(changed(**{name: value}))


@pytest.mark.parametrize("name", ["added", "standings"])
def test_a_row_with_unknown_words_is_refused_beside_a_good_overlay_too(name):
    rows = json.loads(BODY)[name]
    rows[0]["shoe_size"] = 38
    with pytest.raises(BadOverlayError, match="shoe_size"):
        read_overlay(changed(**{name: rows}), read_overlay(BODY))


def test_a_row_is_refused_without_saying_whose():
    with pytest.raises(BadOverlayError) as refused:
        read_overlay(changed(standings=[{"number": NUMBER.number, "score": "high"}]))
    assert NUMBER.number not in str(refused.value)


@pytest.mark.parametrize("length", range(0, len(BODY), 97))
def test_an_overlay_cut_short_is_refused(length):
    with pytest.raises(BadOverlayError):
        read_overlay(BODY[:length])
