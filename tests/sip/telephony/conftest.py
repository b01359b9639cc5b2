"""One real worker a module, led by a played controller, with a telephone and a caller made by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fixtures.exchange import Exchange, node_settings
from tests.fixtures.raw_sip import RawSip
from tests.fixtures.worker_process import controlled


@pytest.fixture(scope="module")
def running_exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    with RawSip() as caller, RawSip() as phone:
        settings = node_settings(tmp_path_factory.mktemp("node"), phone.port)
        with controlled(settings) as (worker, controller):
            yield Exchange(worker, controller, caller, phone)


@pytest.fixture
def exchange(running_exchange: Exchange) -> Iterator[Exchange]:
    """The module's exchange; every test must leave it alive and without a leg."""
    running_exchange.controller.reset()
    running_exchange.phone.reset()
    running_exchange.caller.reset()
    yield running_exchange
    for call in running_exchange.caller.calls.values():
        if call.replies and call.status() == 200:
            call.hang_up()
    running_exchange.until_idle()
    assert running_exchange.worker.process.poll() is None, running_exchange.worker.log
