"""List files brought in and taken out over HTTP: previewed, prepared as a version, exported."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
from blacklists.importing.source import Source, open_source, sha256_of
from blacklists.reason import Reason
from contracts.errors import BadInputError, NotFoundError
from store.import_lines import read_rejected
from store.list_export import export_rows
from store.list_import import Order, Prepared, dry_run, prepare_import
from store.list_versions import find_version
from store.unit_of_work import SqlStore


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

    def preview(self, list_name: str, file: Path, origin: str, *, older: bool = False) -> Preview:
        """Return what a file would change; nothing is written. `origin` is what its sender calls it.

        `older` takes a file no newer than the one of its source that the list holds.

        Raises:
            NotFoundError: there is no such list.
            BadInputError: the file cannot be read as a list.
            OldSourceError: it is older, and was not asked for on purpose.
        """
        with _opened(file, origin) as source:
            plan = dry_run(self._store, list_name, source, _forget, older=older)
            return Preview(plan, source.format, source.encoding)

    def prepare(self, list_name: str, file: Path, *, origin: str, by: str, older: bool = False) -> Prepared:
        """Write a version that awaits its release.

        Raises:
            ConflictError: another import of this list began meanwhile.
            NotFoundError, BadInputError, OldSourceError: as `preview`.
        """
        order = Order(by, origin, sha256_of(file), older=older)
        with _opened(file, origin) as source:
            return prepare_import(self._store, list_name, source, order, _forget)

    def rejects_of(self, n: int, words: Callable[[Reason], str] = str) -> Path:
        """Write the first lines a version's import rejected to a file and return it; the caller removes it.

        `words` tells a reason in the language of whoever asked; else it is English.

        Raises:
            NotFoundError: there is no such version, or no rejected line of it is kept.
        """
        with self._store.reading() as connection:
            find_version(connection, n)
            lines = read_rejected(connection, n)
        if not lines:
            raise NotFoundError(f"version {n}: no rejected lines are kept; import its file again to see them")
        with self._written() as path, RejectsFile(path, words) as file:
            for line in lines:
                file.add(line)
        return path

    def export(self, list_name: str) -> Path:
        """Write the entries of a list that are in force to a file and return it; the caller removes it.

        All of it before any of it is sent: a slow reader must not hold a transaction open.

        Raises:
            NotFoundError: there is no such list.
        """
        with self._written() as path, self._store.reading() as connection:
            rows = export_rows(connection, list_name)
            with open_export(path) as file:
                write_csv(rows, file)
        return path

    @contextmanager
    def _written(self) -> Iterator[Path]:
        """Give out a place for a new file; nothing stays there where its writing fails."""
        path = self.uploads.fresh()
        try:
            yield path
        except BaseException:
            path.unlink(missing_ok=True)
            raise


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


def _forget(_rejected: Rejected) -> None:
    """Keep nothing here: the plan has samples, the version its first lines."""


def _own_folder(owner: ListImports) -> Path:
    folder = mkdtemp(prefix="changmao-imports-")
    finalize(owner, shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
