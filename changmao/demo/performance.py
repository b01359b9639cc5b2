"""One performance: the service started, the call played, the account taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from changmao.demo.account import Facts, attempts_of, visit_order_of
from changmao.demo.phones import CallPlan, PhoneProcess, caller_phone, resident_phone
from changmao.demo.scenario import Scenario
from changmao.demo.stage import Service
from changmao.demo.witness import TooLateError, Witness, until
from changmao.first_start import FIRST_ACCOUNT
from changmao.settings import Settings
from contracts.node_api import LiveLine

START_S = 90.0
CALL_S = 240.0
LAST_WORDS_S = 30.0
AFTER_S = 240.0
"""Longer than the demo policy takes to the visit order."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who watches."""

    line: Callable[[LiveLine], None]
    remark: Callable[[str], None]


class ServiceEndedError(TooLateError):
    """The service stopped while it was needed."""

    code = "demo.service_ended"


@asynccontextmanager
async def running(service: Service, settings: Settings) -> AsyncIterator[Witness]:
    """Start the service and yield its witness once every worker offers its slots; stop it afterwards."""
    witness = Witness(settings)
    await service.start()
    try:
        await until("service ready", START_S, lambda: _ready(service, witness, settings))
        await witness.log_in(FIRST_ACCOUNT)
        yield witness
    finally:
        await witness.close()
        await service.stop()


async def perform(
    scenario: Scenario, settings: Settings, witness: Witness, audience: Audience, record: Path | None
) -> Facts:
    """Play the scenario's call and return what the service says of it; TooLateError."""
    seen = {call["id"] for call in await witness.calls()}
    plan = _plan_of(scenario, record)
    heard: list[LiveLine] = []
    watching = asyncio.create_task(watch(witness, heard, audience.line))
    resident, caller = resident_phone(plan, settings.node), caller_phone(plan, settings.node)
    try:
        await resident.start()
        await caller.start()
        audience.remark(f"{scenario.caller} → {scenario.called}")
        await _call_over(caller)
        call_id = await _new_call(witness, seen)
        await until("call on record as ended", 30, lambda: _call_ended(witness, call_id))
        await until("recognition finished", 30, lambda: _silence(witness))
        audience.remark("通话结束")
        if scenario.expects_alert:
            audience.remark("预警电话拨打中……")
            await _see_warning_through(scenario, witness, call_id)
            await _hear_out(resident)
        return await _facts(witness, call_id, sum(line.final for line in heard))
    finally:
        watching.cancel()
        await asyncio.gather(caller.stop(), resident.stop(), return_exceptions=True)


def _plan_of(scenario: Scenario, record: Path | None) -> CallPlan:
    return CallPlan(
        scenario.caller,
        scenario.called,
        scenario.caller_wav,
        scenario.resident_wav,
        scenario.manners,
        record,
        scenario.press_after_s,
    )


async def _ready(service: Service, witness: Witness, settings: Settings) -> bool:
    if service.ended:
        raise ServiceEndedError(f"the service stopped at its start; its last words:\n{service.last_words()}")
    # A node takes calls from its first second on, and judges none before it has a snapshot.
    if not settings.node.snapshot_file.exists():
        return False
    return await witness.is_ready(settings.node.workers * settings.node.slots)


async def watch(witness: Witness, heard: list[LiveLine], show: Callable[[LiveLine], None]) -> None:
    """Collect and show live text until cancelled."""
    while True:
        with suppress(httpx.HTTPError):  # the api may be restarted meanwhile: look again
            async for line in witness.lines():
                heard.append(line)
                show(line)
        await asyncio.sleep(0.2)


async def _call_over(caller: PhoneProcess) -> None:
    try:
        async with asyncio.timeout(CALL_S):
            await caller.ended()
    except TimeoutError:
        raise TooLateError(f"the call did not end within {CALL_S:.0f} s") from None
    failed = caller.find("failed")
    if failed is not None:
        raise TooLateError(f"the call was not connected: status {failed.status} {failed.detail}")


async def _new_call(witness: Witness, seen: set[str]) -> str:
    found: list[str] = []

    async def look() -> bool:
        found.extend(call["id"] for call in await witness.calls() if call["id"] not in seen)
        return bool(found)

    await until("call on record", 15, look)
    return found[0]


async def _call_ended(witness: Witness, call_id: str) -> bool:
    return bool((await witness.call(call_id))["call"]["ended_at"])


async def _silence(witness: Witness) -> bool:
    return await witness.streams() == 0


async def _see_warning_through(scenario: Scenario, witness: Witness, call_id: str) -> None:
    """Wait until the warning has come to what the scenario expects, or can no longer; the account judges."""
    with suppress(TooLateError):
        await until("alert", 5, lambda: _has_case(witness, call_id))
        await until("warning", AFTER_S, lambda: _settled(scenario, witness, call_id))


async def _hear_out(resident: PhoneProcess) -> None:
    """Let the resident hear the last words of the warning call."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LAST_WORDS_S):
            await resident.told(lambda: resident.gone or not resident.is_on_a_call)


async def _has_case(witness: Witness, call_id: str) -> bool:
    return bool((await witness.call(call_id))["case_id"])


async def _settled(scenario: Scenario, witness: Witness, call_id: str) -> bool:
    facts = await _facts(witness, call_id, 0)
    if scenario.attempts > 1 and visit_order_of(facts) is None:
        return False
    return len(attempts_of(facts)) >= scenario.attempts


async def _facts(witness: Witness, call_id: str, heard_live: int) -> Facts:
    call = await witness.call(call_id)
    case = await witness.case(call["case_id"]) if call["case_id"] else None
    return Facts(call, case, heard_live)
