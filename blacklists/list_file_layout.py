"""What stands where in a compiled list file, for its builder and its reader.

Magic, format and header length (16 bytes); the header, JSON padded with blanks; the sections, each at a
multiple of 8 bytes, all little-endian and unsigned; SHA-256 of everything before (32 bytes).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from contracts.number_list import EntryKind, NumberList
from contracts.verdict import Action

MAGIC = b"CHANGMAO"
FORMAT = 1
"""Counts up with every change of the layout; a reader takes its own alone."""
PREAMBLE = struct.Struct("<8sII")
"""Magic, format, length of the header in bytes."""
DIGEST_BYTES = 32
ALIGNMENT = 8
NEVER = 2**32 - 1
"""A second in the year 2106."""
MOST_ENTRIES_PER_NUMBER = 64
"""Of exact entries, and as many again of prefixes and ranges."""

ENTRY_ROW = struct.Struct("<4I")
"""Entry id, place of its tag, valid_from, expires_at (NEVER where it does not end)."""
BLOCK_ROW = struct.Struct("<2Q6I")
"""First key, last key, kind, then as an entry row, then nothing: 40 bytes, a multiple of the alignment."""
_KEY = struct.Struct("<Q")
_PLACE = struct.Struct("<I")

SECTIONS: Mapping[str, struct.Struct] = {
    "exact_key": _KEY,
    "exact_row": ENTRY_ROW,
    "block_row": BLOCK_ROW,
    "segment_start": _KEY,
    "segment_offset": _PLACE,
    "segment_member": _PLACE,
    "pair": _KEY,
}
"""Section to its items, in their order in the file.

Exact entries are sorted by key; their rows lie apart, so that a search reads keys alone and a hit one line of
memory more. Blocks are prefixes and ranges; segments cut all numbers at every end of a block, so that the one
segment a number lies in names all its blocks: from `segment_member[offset[i]]` to before
`segment_member[offset[i + 1]]`. Pairs are sorted hashes of caller and resident.
"""
KIND_CODES: Mapping[EntryKind, int] = {EntryKind.EXACT: 0, EntryKind.PREFIX: 1, EntryKind.RANGE: 2}

Record = tuple[int, int, int, int, int, int, int]
"""kind (KIND_CODES), lowest key, highest key, entry id, tag id, valid_from, expires_at.

Times are whole seconds since 1970 in UTC, 0 for none; ids and times fit 32 bits.
"""


class Tag(NamedTuple):
    """What many entries have in common."""

    list: str
    category: str
    action: Action
    shadow: bool


class Section(BaseModel):
    """Where a section lies."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    offset: int = Field(ge=PREAMBLE.size, multiple_of=ALIGNMENT)
    """Bytes from the start of the file."""
    count: int = Field(ge=0)
    """Items, not bytes."""


class Header(BaseModel):
    """What a list file says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    release: int = Field(ge=0)
    lists: tuple[NumberList, ...]
    tags: tuple[Tag, ...]
    """Entries name them by their place."""
    sections: dict[str, Section]


def aligned(offset: int) -> int:
    """Return the first multiple of the alignment that is not below."""
    return -(-offset // ALIGNMENT) * ALIGNMENT
