"""The two test phones of a call, each a process of its own with real SIP and sound."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from contracts.errors import BadInputError
from telephony.phone.script import PRESS_AFTER_S, CallerScript, PhoneEvent, ResidentScript, WarningManners
from telephony.settings import NodeSettings
from telephony.sip import parse_uri

START_S = 15.0
STOP_S = 5.0
_RTP_ABOVE = 500
"""Phones take RTP ports this far above the node's."""


@dataclass(frozen=True, slots=True)
class CallPlan:
    """Who calls whom, and what is played."""

    caller: str
    called: str
    caller_wav: Path
    resident_wav: Path
    manners: WarningManners = WarningManners.PRESS
    record: Path | None = None
    press_after_s: float = PRESS_AFTER_S


def check_recordings(*wavs: Path) -> None:
    """Raise BadInputError for the first recording that is not there."""
    for wav in wavs:
        if not wav.is_file():
            raise BadInputError(f"recording {wav} does not exist; give a WAV of 8 kHz, 16 bit, mono")


class PhoneProcess:
    """A phone and what it told so far."""

    def __init__(self, role: str, script: CallerScript | ResidentScript) -> None:
        self._role = role
        self._script = script
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self.events: list[PhoneEvent] = []

    async def start(self) -> None:
        """Start the phone and wait until it listens."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "changmao",
            "phone",
            self._role,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        if self._process.stdin is not None:
            self._process.stdin.write(self._script.model_dump_json().encode())
            self._process.stdin.close()
        self._reader = asyncio.create_task(self._read())
        async with asyncio.timeout(START_S):
            await self.told(lambda: self.find("listening") is not None or self.gone)

    @property
    def gone(self) -> bool:
        """The phone's process has ended."""
        return self._reader is not None and self._reader.done()

    @property
    def is_on_a_call(self) -> bool:
        """It answered, and neither side has hung up."""
        states = [told.event for told in self.events if told.event in {"answered", "gone"}]
        return states[-1:] == ["answered"]

    def find(self, event: str) -> PhoneEvent | None:
        """Return the first event of a kind."""
        return next((told for told in self.events if told.event == event), None)

    async def told(self, condition: Callable[[], bool]) -> None:
        """Wait until the phone has told what makes the condition true."""
        while not condition():
            self._changed.clear()
            await self._changed.wait()

    async def ended(self) -> None:
        """Wait until the phone's process is over."""
        await self.told(lambda: self.gone)

    async def stop(self) -> None:
        """Hang up and end the phone."""
        if self._process is None:
            return
        if self._process.returncode is None:
            self._process.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def _read(self) -> None:
        if self._process is None or self._process.stdout is None:
            return
        try:
            async for line in self._process.stdout:
                try:
                    self.events.append(PhoneEvent.model_validate_json(line))
                except ValidationError:
                    continue  # not ours: a library's word on standard output
                self._changed.set()
        finally:
            asyncio.get_running_loop().call_soon(self._changed.set)


def caller_phone(plan: CallPlan, node: NodeSettings) -> PhoneProcess:
    """Return the caller's phone; it tries the node's workers in turn, as a trunk would."""
    workers = sorted(port for _, port in node.sip_addresses)
    port = _resident_port(node) + 1
    script = CallerScript(
        host=node.host,
        sip_port=port,
        rtp_port=_rtp_port(node) + 64,
        record=plan.record,
        targets=tuple(f"sip:{plan.called}@{node.host}:{worker}" for worker in workers),
        number=plan.caller,
        wav=plan.caller_wav,
    )
    return PhoneProcess("caller", script)


def resident_phone(plan: CallPlan, node: NodeSettings) -> PhoneProcess:
    """Return the resident's phone, where the first trunk's default route leads."""
    script = ResidentScript(
        host=node.host,
        sip_port=_resident_port(node),
        rtp_port=_rtp_port(node),
        record=plan.record,
        wav=plan.resident_wav,
        warning=plan.manners,
        press_after_s=plan.press_after_s,
    )
    return PhoneProcess("resident", script)


def _resident_port(node: NodeSettings) -> int:
    return parse_uri(node.trunks[0].default_route).port


def _rtp_port(node: NodeSettings) -> int:
    return node.rtp_port + node.workers * node.rtp_ports + _RTP_ABOVE
