"""A worker from its start to its end: alone, asked to stop in a call, after many calls."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from telephony.link.messages import Answered, Ended, Incoming
from tests.fixtures.exchange import CALLED, make_calls, node_settings
from tests.fixtures.raw_sip import RawSip
from tests.fixtures.worker_process import PlayedController, WorkerProcess, controlled, until

pytestmark = [pytest.mark.sip, pytest.mark.timeout(90)]

CALLS = 30


@contextlib.contextmanager
def peers():
    with RawSip() as caller, RawSip() as phone:
        yield caller, phone


def uri(worker):
    return f"sip:{CALLED}@127.0.0.1:{worker.settings.sip_port}"


def listens(worker):
    """Tell whether the worker's UDP port is open, by the kernel's table."""
    port = f":{worker.settings.sip_port:04X} "
    return port in Path("/proc/net/udp").read_text()


def test_without_any_controller_calls_are_delivered(tmp_path):
    with peers() as (caller, phone):
        worker = WorkerProcess(node_settings(tmp_path, phone.port))
        try:
            until(lambda: listens(worker), "an open port")
            call = caller.invite(uri(worker))
            assert call.status() == 200
            call.hang_up()
            phone.wait_for("BYE")
        finally:
            assert worker.stop() == 0


def test_a_controller_that_comes_later_is_told_of_the_calls_it_missed(tmp_path):
    with peers() as (caller, phone):
        settings = node_settings(tmp_path, phone.port)
        worker = WorkerProcess(settings)
        try:
            until(lambda: listens(worker), "an open port")
            call = caller.invite(uri(worker))
            call.status()
            call.hang_up()
            phone.wait_for("BYE")
            told = late_controller(settings)
        finally:
            worker.stop()
    assert told == (True, "caller")


def late_controller(settings):
    controller = PlayedController(settings.socket_path)
    try:
        ended = controller.wait_for(Ended)
        degraded = any(incoming.degraded for incoming in controller.of(Incoming))
    finally:
        controller.close()
    return degraded, ended.cause


def test_a_worker_asked_to_stop_in_a_call_hangs_up_and_ends_cleanly(tmp_path):
    with peers() as (caller, phone), controlled(node_settings(tmp_path, phone.port)) as (worker, controller):
        caller.invite(uri(worker)).status()
        controller.wait_for(Answered)
        code = worker.stop()
        phone.wait_for("BYE")
        caller.wait_for("BYE")
    assert code == 0, worker.log


def test_a_worker_asked_to_stop_while_it_rings_cancels_and_ends_cleanly(tmp_path):
    with peers() as (caller, phone), controlled(node_settings(tmp_path, phone.port)) as (worker, _):
        phone.manners = lambda _: (180,)
        call = caller.invite(uri(worker))
        call.wait_for(180)
        code = worker.stop()
        assert call.status() >= 400
        phone.wait_for("CANCEL")
    assert code == 0, worker.log


def test_many_calls_leave_no_leg_no_file_and_no_memory(tmp_path):
    with peers() as (caller, phone), controlled(node_settings(tmp_path, phone.port)) as (worker, controller):
        make_calls(8, worker, caller, controller)
        first = worker.open_files, worker.resident_kib
        make_calls(CALLS - 8, worker, caller, controller)
        last = worker.open_files, worker.resident_kib
    assert len(phone.of("BYE")) == len(controller.of(Ended)) == CALLS
    assert last[0] <= first[0] + 2, f"open files {first[0]} -> {last[0]}"
    # Cycles are collected every half minute: until then each call holds some tens of KiB.
    assert last[1] <= first[1] + 4096, f"KiB {first[1]} -> {last[1]}"


def test_a_taken_port_is_named(tmp_path):
    with RawSip() as held:
        settings = node_settings(tmp_path, 5070).model_copy(update={"sip_port": held.port})
        worker = WorkerProcess(settings)
        assert worker.process.wait(10) != 0
    assert f"cannot listen for SIP on UDP 127.0.0.1:{held.port}" in worker.log
