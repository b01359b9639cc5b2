"""The stage of a demonstration: a data folder with settings, residents and lists, and the service on it."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from blacklists.normalise import parse_number
from blacklists.pattern import parse_pattern
from casework.resident import Resident
from changmao.commands.opening import open_store
from changmao.first_start import FIRST_ACCOUNT, prepare
from changmao.settings import CONFIG_VARIABLE, Settings, load_settings
from contracts.errors import ConfigurationError
from contracts.number_list import EntryKind
from contracts.ports import RandomIds, SystemClock
from contracts.verdict import Action
from store.list_entry import NewEntry, add_entry
from store.residents import import_residents, residents_by_number

RESIDENT = "19900001234"
CALLER = "19900009876"
"""Neither can be a real subscriber's."""
LIST = "reports"
CONFIG = "changmao.toml"
STOP_S = 20.0
_FIRST_PORT, _LAST_PORT = 20000, 55000
_RTP_PORTS = 200


@dataclass(frozen=True, slots=True)
class Ports:
    """Free ports of one demonstration."""

    api: int
    asr: int
    sip: int
    """Two workers, then the resident's phone, then the caller's."""
    rtp: int

    @property
    def resident_phone(self) -> int:
        """SIP port of the resident's phone: where the trunk's default route leads."""
        return self.sip + 2


def free_ports() -> Ports:
    """Find ports nobody listens on; ConfigurationError where there are none."""
    for _ in range(100):
        base = random.randrange(_FIRST_PORT, _LAST_PORT, 1000)  # noqa: S311 (no secret)
        ports = Ports(base, base + 1, base + 2, base + 100)
        if all(_is_free(port) for port in range(base, base + 6)):
            return ports
    raise ConfigurationError("no free ports between 20000 and 55000 on 127.0.0.1")


def prepare_stage(folder: Path, models: Path) -> Settings:
    """Write settings, tables, a resident and a list into a folder, keeping what it has already."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    config = folder / CONFIG
    if not config.exists():
        config.write_text(_config(folder, models, free_ports()), encoding="utf-8")
    os.environ[CONFIG_VARIABLE] = str(config)  # child processes find it there
    settings = load_settings()
    prepare(settings)
    _seed(settings)
    return settings


def _config(folder: Path, models: Path, ports: Ports) -> str:
    return "\n".join(_lines(folder, models, ports)) + "\n"


def _lines(folder: Path, models: Path, ports: Ports) -> Iterator[str]:
    policy = Path(str(files("casework"))) / "policy.demo.yaml"
    yield "# Written by `changmao demo`; `changmao serve --config` with this file runs the same service."
    yield f'data_dir = "{folder}"\nmodels_dir = "{models}"'
    yield f'[api]\nport = {ports.api}\npolicy = "{policy}"\nlive_preview = true'
    yield f"[asr]\nport = {ports.asr}"
    yield f"[node]\nsip_port = {ports.sip}\nrtp_port = {ports.rtp}\nrtp_ports = {_RTP_PORTS}\nworkers = 2"
    yield '[[node.trunks]]\nname = "demo"\naddresses = ["127.0.0.1"]\nnumbers = ["+86"]\nhome_area = "0536"'
    yield f'default_route = "sip:{{number}}@127.0.0.1:{ports.resident_phone}"'


def _seed(settings: Settings) -> None:
    number = parse_number(RESIDENT)
    with open_store(settings) as store:
        if number.value in residents_by_number(store):
            return
        resident = Resident(
            id=RandomIds().new(),
            number=number,
            name="王小兰",
            district="示范区",
            consent_version="demo",
            consented_at=SystemClock().now(),
        )
        import_residents(store, [resident])
        pattern = parse_pattern(CALLER, EntryKind.EXACT)
        suspect = NewEntry(pattern, category="冒充公检法", action=Action.MONITOR, source="demo")
        add_entry(store, LIST, suspect, by=FIRST_ACCOUNT)


class Service:
    """`changmao serve` as a child process, its log in the data folder."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "service.log"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the service; it is ready when its node offers slots."""
        with ExitStack() as opened:
            log = opened.enter_context(self.log.open("ab"))
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "changmao",
                "serve",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    @property
    def ended(self) -> bool:
        """The service has stopped by itself."""
        return self._process is not None and self._process.returncode is not None

    def last_words(self) -> str:
        """Return the end of the log."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-2000:] if self.log.exists() else ""

    async def stop(self) -> None:
        """Stop it in order; kill it where that takes too long."""
        if self._process is None or self.ended:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
