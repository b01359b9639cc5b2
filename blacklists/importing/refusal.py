"""Why a whole file is refused; single lines are rejected instead."""

from __future__ import annotations

from blacklists.reason import ReasonedError
from contracts.errors import BadInputError

_SHOWN = 40
"""Characters of a field that a reason shows."""


class UnreadableSourceError(BadInputError):
    """The file is not there, may not be read, or is no regular file."""

    code = "lists.source_unreadable"


class SourceTooLargeError(BadInputError):
    """The file, what it unpacks to, its lines or one of its values exceed the limits."""

    code = "lists.source_too_large"


class DamagedSourceError(BadInputError):
    """The file is no whole gzip file, or no JSON of the form known."""

    code = "lists.source_damaged"


class UnknownEncodingError(BadInputError):
    """The file is in an encoding, or of a make, that is not read."""

    code = "lists.source_encoding"


class BadHeaderError(BadInputError):
    """The first line does not name the columns, or the file is empty."""

    code = "lists.bad_header"


class BadCellError(ReasonedError):
    """A field cannot be used; the line it stands in is rejected for this reason."""

    code = "lists.bad_cell"


def quoted(text: str) -> str:
    """Return the beginning of a field as a reason shows it."""
    return repr(text[:_SHOWN])
