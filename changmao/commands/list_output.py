"""`changmao lists export, snapshot`: one list as a file, and all of them compiled."""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer

from blacklists.export import open_export, write_csv
from changmao.commands.opening import open_settings
from changmao.console import err, out
from changmao.list_access import open_lists
from contracts.errors import BadInputError
from store.familiar import familiar_pairs
from store.list_compile import compile_list_file, path_of
from store.list_export import export_rows


def export(
    name: Annotated[str, typer.Option("--list", help="`changmao lists show` names them.")],
    to: Annotated[Path | None, typer.Option("--out", help="A file; packed where it ends in .gz.")] = None,
) -> None:
    """Write a list as CSV that can be imported again; to standard output where no file is named.

    Example: changmao lists export --list police --out police.csv.gz
    """
    with open_lists(open_settings()) as store, store.reading() as connection:
        rows = export_rows(connection, name)
        with _opened(to) as file:
            count = write_csv(rows, file)
    err.print(f"{count} entries of {name} written", markup=False)


def snapshot(
    to: Annotated[Path | None, typer.Option("--out", help="Else numbers.lists in the data folder.")] = None,
) -> None:
    """Compile what is in force into the file that nodes look numbers up in.

    Example: changmao lists snapshot --out numbers.lists
    """
    settings = open_settings()
    file = to or settings.data_dir / "numbers.lists"
    if (served := settings.api.folder) and file.parent.resolve() == served.resolve():
        raise BadInputError(
            f"{file}: the api removes what is not its own from this folder; name another with --out"
        )
    with open_lists(settings) as store, _named(file), _beside(file) as folder:
        ref = compile_list_file(store, folder, familiar_pairs)
        path_of(folder, ref.sha256).replace(file)
    out.print(f"{file}: release {ref.release}, {ref.size} bytes, SHA-256 {ref.sha256}", markup=False)


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """Make a folder of our own on the same disk: no other builder tidies there, and a rename is whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="changmao-lists-", dir=file.parent) as folder:
        yield Path(folder)


@contextmanager
def _opened(to: Path | None) -> Iterator[TextIO]:
    if to is not None:
        with _named(to), open_export(to) as file:
            yield file
        return
    # Rows end in CR LF, which a text stream would change.
    standard = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="", write_through=True)
    try:
        yield standard
    finally:
        standard.detach()


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadInputError(
            f"{path}: cannot be written ({error.strerror}); name another with --out"
        ) from None
