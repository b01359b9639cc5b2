"""What keeps the service from working on this machine, each finding with its remedy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from changmao import process_state
from changmao.port_holder import holder_of
from changmao.ports import Port, PortTakenError, all_ports
from changmao.settings import Settings
from changmao.speech_model import model_of
from contracts.errors import ChangmaoError
from store.engine import open_engine
from store.migrations import is_current

LEAST_FREE_BYTES = 1_000_000_000
_PROBE = """
import os, sys
import pjsua2 as pj
endpoint = pj.Endpoint()
endpoint.libCreate()
print('PJSIP', endpoint.libVersion().full, flush=True)
endpoint.libDestroy()
os._exit(0)  # its destructors must not run at interpreter shutdown
"""
_PROBE_S = 20
_UPGRADE = "run `changmao db upgrade`"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    ok: bool
    detail: str
    remedy: str = ""
    """What to run or change; empty where all is well."""


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield what was found, one thing at a time; never raises for something that is wrong."""
    yield _python()
    yield _pjsua2()
    yield _guarded("speech model", "run `changmao models fetch`", lambda: str(model_of(settings)))
    yield _data_folder(settings.data_dir)
    yield _disk(settings.data_dir)
    yield _database(settings)
    yield _list_folder(settings)
    running = {state.pid: name for name, state in process_state.read(settings.data_dir).items()}
    for port in all_ports(settings):
        yield _port(port, running)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    fits = (3, 11) <= sys.version_info < (3, 13)
    return Finding("python", fits, version, "" if fits else "use Python 3.11 or 3.12: pjsua2 has no wheel")


def _pjsua2() -> Finding:
    """Start the library in a process of its own: what it prints or breaks stays there."""
    remedy = "install the locked dependencies again: `make setup`, or pip install pjsua2-python"
    try:
        probe = subprocess.run(  # noqa: S603 (our own text)
            [sys.executable, "-c", _PROBE], capture_output=True, text=True, timeout=_PROBE_S, check=False
        )
    except subprocess.TimeoutExpired:
        return Finding("pjsua2", ok=False, detail=f"did not start within {_PROBE_S} s", remedy=remedy)
    if probe.returncode:
        last = (probe.stderr.strip().splitlines() or [f"exit code {probe.returncode}"])[-1]
        return Finding("pjsua2", ok=False, detail=last, remedy=remedy)
    version = next(line for line in probe.stdout.splitlines() if line.startswith("PJSIP"))
    return Finding("pjsua2", ok=True, detail=version)


def _data_folder(folder: Path) -> Finding:
    made = _nearest(folder)
    try:
        (probe := made / ".changmao-doctor").touch()
        probe.unlink()
    except OSError as error:
        remedy = "set CHANGMAO_DATA_DIR to a folder you may write to"
        return Finding("data folder", ok=False, detail=f"{made}: {error.strerror}", remedy=remedy)
    return Finding("data folder", ok=True, detail=f"{folder}{'' if made == folder else ' (not made yet)'}")


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(_nearest(folder)).free
    remedy = "make room, or set CHANGMAO_DATA_DIR to a larger disk"
    return Finding(
        "disk",
        free >= LEAST_FREE_BYTES,
        f"{free / 1e9:.1f} GB free",
        remedy if free < LEAST_FREE_BYTES else "",
    )


def _database(settings: Settings) -> Finding:
    try:
        engine = open_engine(settings.database)
        if _is_missing_file(engine.url):  # connecting would make it
            detail = f"{engine.url.database} does not exist yet"
            return Finding("database", ok=False, detail=detail, remedy=_UPGRADE)
        try:
            current = is_current(engine)
        finally:
            engine.dispose()
    except ChangmaoError as error:
        return Finding("database", ok=False, detail=str(error), remedy="correct database_url")
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        remedy = "start its server, or correct database_url"
        return Finding("database", ok=False, detail=f"cannot be reached: {reason}", remedy=remedy)
    if not current:
        return Finding("database", ok=False, detail="its tables are not current", remedy=_UPGRADE)
    return Finding("database", ok=True, detail="reachable, tables current")


def _list_folder(settings: Settings) -> Finding:
    folder, many = settings.api.folder, _may_have_many_machines(settings)
    if folder is None:
        remedy = "set api.folder to a folder that every api process shares" if many else ""
        return Finding("list files", ok=not many, detail="each api process keeps its own", remedy=remedy)
    if not os.access(_nearest(folder), os.W_OK):
        remedy = "set api.folder to a folder you may write to"
        return Finding("list files", ok=False, detail=f"{folder}: cannot be written", remedy=remedy)
    shared = "; every machine that runs an api must mount this same folder" if many else ""
    return Finding("list files", ok=True, detail=f"{folder}{shared}")


def _may_have_many_machines(settings: Settings) -> bool:
    try:
        return not settings.database.startswith("sqlite:")
    except ChangmaoError:
        return True  # a file that cannot be read names it; `_database` has said so


def _is_missing_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file()


def _port(port: Port, running: dict[int | None, str]) -> Finding:
    what = f"port {port}"
    try:
        port.check_free()
    except PortTakenError as error:
        holder = holder_of(port)
        if holder is not None and holder.pid in running:
            return Finding(what, ok=True, detail=f"our own {running[holder.pid]} (pid {holder.pid})")
        who = f"; held by {holder.command} (pid {holder.pid})" if holder else ""
        return Finding(what, ok=False, detail=f"{error}{who}", remedy=f"set {port.setting}")
    return Finding(what, ok=True, detail="free")


def _guarded(what: str, remedy: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, ok=True, detail=look())
    except ChangmaoError as error:
        return Finding(what, ok=False, detail=str(error), remedy=remedy)


def _nearest(folder: Path) -> Path:
    """Return the folder, or the nearest above it that exists."""
    return next(place for place in (folder, *folder.absolute().parents) if place.is_dir())
