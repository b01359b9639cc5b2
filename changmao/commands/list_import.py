"""`changmao lists import`: a file planned, prepared as a version, and released where one person may."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from blacklists.importing import flagged_file
from blacklists.importing.plan import NOTICES, ImportPlan
from blacklists.importing.rejects_file import COLUMNS, RejectsFile
from blacklists.importing.row import ImportRow, Rejected
from blacklists.importing.source import Source, open_source, sha256_of
from changmao.commands.opening import open_settings
from changmao.console import err, out, print_json
from changmao.exit_code import ExitCode
from changmao.list_access import acting_account, open_lists
from changmao.list_plan import show_outcome, show_plan
from changmao.peak_memory import peak_mb
from changmao.settings import Settings
from contracts.errors import BadInputError
from store.list_import import Order, dry_run, prepare_import
from store.list_release import release
from store.list_version import Version
from store.unit_of_work import SqlStore

_STEP = 1_024
"""Rows between two steps of the bar."""
_COLLECT_AFTER = 200_000
"""Objects; the rows that are held at once stay well below."""


def import_file(
    file: Annotated[Path, typer.Argument(help="CSV (also gzip, also GB18030) or PhoneBlock JSON.")],
    name: Annotated[str, typer.Option("--list", help="The list; `changmao lists show` names them.")],
    dry: Annotated[bool, typer.Option("--dry-run", help="Show the plan; change nothing.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Release at once; only where single_admin is on.")
    ] = False,
    account: Annotated[str | None, typer.Option("--as", help="The account that prepares it.")] = None,
    rejects: Annotated[
        Path | None, typer.Option(help="Where rejected lines go; else FILE.rejects.csv.", dir_okay=False)
    ] = None,
    flagged: Annotated[
        Path | None, typer.Option(help="Where lines to look at go; else FILE.flagged.csv.", dir_okay=False)
    ] = None,
    home_area: Annotated[str, typer.Option(help="Area code of landlines written without one: 0536.")] = "",
    older: Annotated[
        bool, typer.Option("--older", help="Take a file no newer than the one of its source in force.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Plan what a file changes in a list, and prepare it as a version; another person releases it.

    Columns: pattern,kind,category,action,source,evidence,valid_from,expires_at,review_at,note

    Example: changmao lists import suspects.csv --list police --dry-run
    """
    settings = open_settings()
    if yes and (dry or not settings.admin_alone):
        reason = (
            "--dry-run changes nothing" if dry else "the setting single_admin is off; another person releases"
        )
        raise BadInputError(f"--yes: {reason}; leave it out")
    started = perf_counter()
    with _rare_collection(), open_lists(settings) as store:
        by = None if dry else acting_account(store, settings, account)
        run = _Run(store, settings, name, by, yes=yes, older=older)
        rejected = RejectsFile(_own(rejects or Path(f"{file}.rejects.csv"), COLUMNS, "--rejects"))
        odd = _own(flagged or Path(f"{file}.flagged.csv"), flagged_file.COLUMNS, "--flagged")
        with (
            _writable(rejected.path, "--rejects"),
            rejected,
            open_source(file, home_area=home_area) as source,
        ):
            plan, version = run(file, source, rejected)
        if plan.notices:
            with _writable(odd, "--flagged"):
                flagged_file.write_flagged(odd, plan.notices)
    if as_json:
        _print_figures(plan, version, perf_counter() - started)
    else:
        _show(plan, version, dry=dry)
    _tell_files(plan, rejected.path, odd)
    raise typer.Exit(ExitCode.FINDINGS if plan.rejected else ExitCode.OK)


@dataclass(frozen=True, slots=True)
class _Run:
    """One import into one list."""

    store: SqlStore
    settings: Settings
    list: str
    by: str | None
    """None on a dry run."""
    yes: bool
    older: bool

    def __call__(
        self, file: Path, source: Source, rejected: RejectsFile
    ) -> tuple[ImportPlan, Version | None]:
        with _bar() as bar:
            watched = _Watched(source, bar)
            if self.by is None:
                plan = dry_run(self.store, self.list, watched, rejected.add, older=self.older)
                return plan, None
            order = Order(self.by, file.name, sha256_of(file), older=self.older)
            prepared = prepare_import(self.store, self.list, watched, order, rejected.add)
        if prepared.version is None or not self.yes:
            return prepared.plan, prepared.version
        version = release(self.store, prepared.version.n, by=self.by, single_admin=self.settings.admin_alone)
        return prepared.plan, version


class _Watched:
    """A source whose rows move a bar."""

    def __init__(self, source: Source, bar: Progress) -> None:
        self._source = source
        self._bar = bar
        self._task = bar.add_task("reading", total=source.size)

    @property
    def source_version(self) -> int | None:
        return self._source.source_version

    def rows(self) -> Iterator[ImportRow | Rejected]:
        rows = self._source.rows()
        while portion := list(islice(rows, _STEP)):
            self._bar.update(self._task, completed=self._source.bytes_read)
            yield from portion
        self._bar.update(self._task, completed=self._source.size)


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)


def _own(path: Path, columns: tuple[str, ...], option: str) -> Path:
    """Return a path to write to; a file that is there already may only be another of the kind."""
    if path.exists():
        header = ",".join(columns).encode()
        with path.open("rb") as there:
            if header not in there.read(len(header) + 3):
                raise BadInputError(
                    f"{path}: is there, and no file of {option[2:]} lines; name another with {option}"
                )
    return path


@contextmanager
def _rare_collection() -> Iterator[None]:
    """Let the garbage collector come rarely: rows hold no cycles, and it would look at each in vain."""
    usual = gc.get_threshold()
    gc.set_threshold(_COLLECT_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@contextmanager
def _writable(path: Path, option: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.filename != str(path):
            raise
        raise BadInputError(
            f"{path}: cannot be written ({error.strerror}); name another file with {option}"
        ) from None


def _print_figures(plan: ImportPlan, version: Version | None, seconds: float) -> None:
    counts = {name: getattr(plan, name) for name in ("added", "changed", "expired", "rejected")}
    measured = {"seconds": round(seconds, 3), "peak_mb": round(peak_mb(), 1)}
    print_json({**counts, **measured, "version": None if version is None else version.n})


def _tell_files(plan: ImportPlan, rejects: Path, flagged: Path) -> None:
    if plan.rejected:
        err.print(f"{plan.rejected} rejected lines are in {rejects}", markup=False)
    if plan.flagged:
        part = f"the first {NOTICES} of " if plan.flagged > NOTICES else ""
        err.print(f"{part}{plan.flagged} notices on lines to look at are in {flagged}", markup=False)


def _show(plan: ImportPlan, version: Version | None, *, dry: bool) -> None:
    show_plan(plan)
    if dry:
        out.print("dry run: nothing was changed")
    elif version is None:
        out.print("nothing to change; no version was made")
    else:
        show_outcome(version)
