"""A text file named on the command line: opened as UTF-8, with or without a byte order mark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from contracts.errors import BadInputError


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """Open a file for reading; BadInputError where it cannot be read or is not UTF-8."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read ({error.strerror}); correct the path") from None
    except UnicodeDecodeError as error:
        raise BadInputError(
            f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8 (iconv -f GB18030 -t UTF-8)"
        ) from None
