"""Events on disk: in order, and none lost wherever the process is cut off."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.node_api import AttemptDialled, CallEnded
from telephony.controller import spool as spool_module
from telephony.controller.spool import Spool
from tests.fixtures.suspect_call import SuspectCall

pytestmark = pytest.mark.unit

AT = datetime(2026, 1, 2, tzinfo=UTC)


def event(number):
    return AttemptDialled(id=f"event-{number}", at=AT, attempt_id=f"attempt-{number}", fence=1)


def events(*numbers):
    return [event(number) for number in numbers]


def ended(number):
    return CallEnded(id=f"call-{number}", at=AT, call_id=f"call-{number}", cause="caller", sip_code=200)


def held(spool):
    return [event.id for event in spool.oldest(1000)]


def ids(*numbers):
    return [f"event-{number}" for number in numbers]


@pytest.fixture
def spool(tmp_path):
    with closing(Spool(tmp_path)) as opened:
        yield opened


def held_after_restart(folder):
    with closing(Spool(folder)) as spool:
        return held(spool)


def test_events_come_out_in_the_order_they_went_in(spool):
    spool.append(events(1, 2))
    spool.append(events(3))
    assert (spool.oldest(2), len(spool)) == (events(1, 2), 3)


def test_what_is_forgotten_does_not_come_again(spool):
    spool.append(events(1, 2, 3))
    spool.forget(2)
    assert held(spool) == ids(3)


def test_undelivered_events_are_there_after_a_restart(spool, tmp_path):
    spool.append(events(1, 2, 3))
    spool.forget(1)
    assert held_after_restart(tmp_path) == ids(2, 3)


def test_delivered_events_do_not_come_again_after_a_restart(spool, tmp_path):
    spool.append(events(1, 2))
    spool.forget(2)
    assert held_after_restart(tmp_path) == []


def test_a_spool_that_was_emptied_takes_new_events_across_a_restart(spool, tmp_path):
    spool.append(events(1))
    spool.forget(1)
    spool.append(events(2))
    assert held_after_restart(tmp_path) == ids(2)


def test_an_event_torn_by_a_crash_does_not_spoil_the_one_after_it(spool, tmp_path):
    spool.append(events(1, 2))
    path = tmp_path / "events.jsonl"
    path.write_bytes(path.read_bytes()[:-5])
    with closing(Spool(tmp_path)) as reopened:
        reopened.append(events(3))
    assert held_after_restart(tmp_path) == ids(1, 3)


def test_a_refused_event_is_set_aside_for_people_to_look_at(spool, tmp_path):
    spool.append(events(1, 2))
    spool.set_aside()
    refused = (tmp_path / "events.refused.jsonl").read_text().splitlines()
    assert (held(spool), [AttemptDialled.model_validate_json(line) for line in refused]) == (
        ids(2),
        events(1),
    )


@pytest.mark.parametrize("mark", ["", "12 apples", "-3", "99999999"])
def test_a_mark_that_cannot_be_used_repeats_events_rather_than_losing_them(spool, tmp_path, mark):
    # An empty file is what a power cut leaves of one that was not synced.
    spool.append(events(1, 2))
    (tmp_path / "delivered").write_text(mark)
    assert held_after_restart(tmp_path) == ids(1, 2)


def test_past_the_limit_records_of_ordinary_calls_are_dropped_and_counted(spool, monkeypatch):
    monkeypatch.setattr(spool_module, "MOST_HELD", 2)
    spool.append([ended(1), ended(2), ended(3), event(4)])
    assert (held(spool), spool.dropped) == (["call-1", "call-2", "event-4"], 1)


def test_a_full_disk_leaves_no_half_line(spool, tmp_path, monkeypatch):
    spool.append(events(1))
    write = spool._file.write

    class FullDisk:
        def __getattr__(self, name):
            return getattr(file, name)

        def write(self, data):
            write(data[: len(data) // 2])
            raise OSError(28, "No space left on device")

    file = spool._file
    monkeypatch.setattr(spool, "_file", FullDisk())
    with pytest.raises(OSError, match="No space"):
        spool.append(events(2))
    monkeypatch.setattr(spool, "_file", file)
    spool.append(events(3))
    assert held_after_restart(tmp_path) == ids(1, 3)


def test_past_the_limit_the_end_of_an_alerted_call_is_kept(spool, monkeypatch):
    monkeypatch.setattr(spool_module, "MOST_HELD", 1)
    call = SuspectCall()
    spool.append([event(1), call.alert(), call.ended()])
    assert (len(spool), spool.dropped) == (3, 0)


def test_the_spool_is_nobody_elses_to_read(tmp_path):
    with closing(Spool(tmp_path / "node")) as spool:
        spool.append(events(1))
    assert (tmp_path / "node").stat().st_mode & 0o077 == 0


@settings(deadline=None)  # every append waits for the disk
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 8), st.booleans()), max_size=8))
def test_nothing_is_lost_or_reordered_when_reopened_at_any_point(rounds):
    folder = Path(tempfile.mkdtemp())
    spool, numbers, waiting = Spool(folder), count(), []
    for taken, most_delivered, reopened in rounds:
        waiting += (new := events(*islice(numbers, taken)))
        spool.append(new)
        delivered = min(most_delivered, len(waiting))
        spool.forget(delivered)
        del waiting[:delivered]
        if reopened:
            spool.close()
            spool = Spool(folder)
    spool.close()
    assert held_after_restart(folder) == [event.id for event in waiting]
    shutil.rmtree(folder)


@settings(deadline=None)  # every append waits for the disk
@given(st.integers(0, 3), st.integers(0, 1000))
def test_a_file_cut_at_any_byte_keeps_every_event_written_before(forgotten, cut):
    folder = Path(tempfile.mkdtemp())
    with closing(Spool(folder)) as spool:
        spool.append(events(*range(4)))
        spool.forget(forgotten)
    path = folder / "events.jsonl"
    marked = int((folder / "delivered").read_text())  # no crash can take what lies before it
    stream = path.read_bytes()[: max(cut, marked)]
    path.write_bytes(stream)
    assert held_after_restart(folder) == ids(*range(forgotten, stream.count(b"\n")))
    shutil.rmtree(folder)
