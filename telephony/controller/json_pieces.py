"""JSON of megabytes, read in small steps beside calls that go on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from time import sleep
from typing import Any, TypeVar

from pydantic import BaseModel

_PIECE = 16 * 1024
"""Bytes read before other threads go on; about 1 ms of work."""
_ROWS = 64
"""Rows worked on before other threads go on; less than 1 ms of work."""
_REST_S = 0.0001
_Model = TypeVar("_Model", bound=BaseModel)
_Row = TypeVar("_Row")


class JsonPieces:
    """A body as a file for ijson, with a rest after every piece.

    Without the rest a thread that waits for the interpreter would get it after 5 ms, not after one piece.
    """

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    def read(self, size: int) -> bytes:
        """Return at most so many bytes, and fewer than would hold up calls."""
        piece = self._body[self._at : self._at + min(size, _PIECE)]
        self._at += len(piece)
        sleep(_REST_S)
        return piece


def with_rests(rows: Iterable[_Row]) -> Iterator[_Row]:
    """Yield the rows, with a rest after some; blocks, and belongs on a thread."""
    left = iter(rows)
    while piece := list(islice(left, _ROWS)):
        yield from piece
        sleep(_REST_S)


def text_of(fields: Mapping[str, Any], model: type[_Model], known: frozenset[bytes]) -> bytes:
    """Return the fields as JSON, checked by their model unless they are known to be good. ValidationError."""
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    if text not in known:
        model.model_validate(fields)
    return text
