"""List files brought in and taken out over HTTP: previewed, prepared as a version, exported."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import file_digest
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated
from weakref import finalize

from fastapi import Depends, Request

from api.uploads import Uploads
from blacklists.export import open_export, write_csv
from blacklists.importing.plan import ImportPlan
from blacklists.importing.rejects_file import RejectsFile
from blacklists.importing.row import Rejected
from blacklists.importing.source import Source, open_source
from contracts.errors import BadInputError
from store.list_export import export_rows
from store.list_import import Order, Prepared, dry_run, prepare_import
from store.unit_of_work import SqlStore

MOST_REJECTS = 1000
"""Rejected lines kept of one version; the version counts them all."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would change, and how it was read."""

    plan: ImportPlan
    format: str
    encoding: str


class ListImports:
    """Imports into the lists of a store, with a folder for their files; every method blocks."""

    def __init__(self, store: SqlStore, folder: Path | None) -> None:
        self._store = store
        home = folder or _own_folder(self)
        self.uploads = Uploads(home / "uploads")
        self._rejects = home / "rejects"

    def preview(self, list_name: str, file: Path, origin: str) -> Preview:
        """Return what a file would change; nothing is written. `origin` is what its sender calls it.

        Raises:
            NotFoundError: there is no such list.
            BadInputError: the file cannot be read as a list.
        """
        with _opened(file, origin) as source:
            plan = dry_run(self._store, list_name, source, _forget)
            return Preview(plan, source.format, source.encoding)

    def prepare(self, list_name: str, file: Path, *, origin: str, by: str) -> Prepared:
        """Write a version that awaits its release, and keep the first lines it rejected.

        Raises:
            ConflictError: another import of this list began meanwhile.
            NotFoundError, BadInputError: as `preview`.
        """
        with file.open("rb") as content:
            sha256 = file_digest(content, "sha256").hexdigest()
        kept: list[Rejected] = []
        keep = partial(_keep_first, kept)
        with _opened(file, origin) as source:
            prepared = prepare_import(self._store, list_name, source, Order(by, origin, sha256), keep)
        if prepared.version is not None:
            self._write_rejects(prepared.version.n, kept)
        return prepared

    def rejects_of(self, n: int) -> Path | None:
        """Return the file of the lines a version rejected; None where there were none, or not here."""
        path = self._rejects / f"{n}.csv"
        return path if path.exists() else None

    def export(self, list_name: str) -> Path:
        """Write the entries of a list that are in force to a file and return it; the caller removes it.

        All of it before any of it is sent: a slow reader must not hold a transaction open.

        Raises:
            NotFoundError: there is no such list.
        """
        path = self.uploads.fresh()
        try:
            with self._store.reading() as connection:
                rows = export_rows(connection, list_name)
                with open_export(path) as file:
                    write_csv(rows, file)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path

    def _write_rejects(self, n: int, rejects: Sequence[Rejected]) -> None:
        self._rejects.mkdir(mode=0o700, parents=True, exist_ok=True)
        with RejectsFile(self._rejects / f"{n}.csv") as file:
            for rejected in rejects:
                file.add(rejected)


def list_imports_of(request: Request) -> ListImports:
    """Return the imports of the application that serves a request."""
    imports = request.app.state.list_imports
    assert isinstance(imports, ListImports)  # noqa: S101 (set when the application is made)
    return imports


TheImports = Annotated[ListImports, Depends(list_imports_of)]


@contextmanager
def _opened(file: Path, origin: str) -> Iterator[Source]:
    try:
        with open_source(file) as source:
            yield source
    except BadInputError as error:
        # Where it lies here is nobody's business but ours.
        raise type(error)(str(error).replace(str(file), origin)) from error


def _keep_first(kept: list[Rejected], rejected: Rejected) -> None:
    if len(kept) < MOST_REJECTS:
        kept.append(rejected)


def _forget(_rejected: Rejected) -> None:
    """Keep the plan's samples alone."""


def _own_folder(owner: ListImports) -> Path:
    folder = mkdtemp(prefix="changmao-imports-")
    finalize(owner, shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
