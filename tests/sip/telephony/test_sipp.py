"""A foreign SIP stack on both sides: sipp calls through the worker, sipp answers."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.fixtures.exchange import CALLED, node_settings
from tests.fixtures.worker_process import controlled, free_sip_port, until

pytestmark = [pytest.mark.sip, pytest.mark.timeout(90)]

CALLS = 4
PACE = ("-r", "2", "-l", "1", "-d", "300", "-timeout", "30s")
"""Two calls a second, one at a time, each of 300 ms."""


@pytest.fixture(scope="module")
def sipp() -> str:
    found = shutil.which("sipp")
    if found is None and os.environ.get("CHANGMAO_TEST_STRICT"):
        pytest.fail("sipp is not installed: apt-get install sip-tester")
    if found is None:
        pytest.skip("needs sipp (Debian package sip-tester)")
    return found


def command(sipp, scenario, port, *more):
    own = ["-sn", scenario, "-i", "127.0.0.1", "-p", str(port), "-m", str(CALLS), "-nostdin"]
    return [sipp, *own, *more]


def test_calls_of_a_foreign_caller_reach_a_foreign_telephone(sipp, tmp_path):
    caller, telephone = free_sip_port(), free_sip_port()
    settings = node_settings(tmp_path, telephone)
    with (
        controlled(settings) as (worker, controller),
        (tmp_path / "sipp.log").open("wb") as log,
        subprocess.Popen(command(sipp, "uas", telephone), cwd=tmp_path, stdout=log, stderr=log) as answers,
    ):
        try:
            until(lambda: f":{telephone:04X} " in Path("/proc/net/udp").read_text(), "sipp's port")
            calls = subprocess.run(
                command(sipp, "uac", caller, *PACE, "-s", CALLED, f"127.0.0.1:{settings.sip_port}"),
                cwd=tmp_path,
                stdout=log,
                stderr=log,
                timeout=40,
                check=False,
            )
            answered = answers.wait(10)
        finally:
            answers.kill()
        controller.until(lambda: controller.stats.free_slots == settings.slots, "an idle worker")
        assert (calls.returncode, answered) == (0, 0), worker.log + (tmp_path / "sipp.log").read_text()
