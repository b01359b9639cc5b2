"""A compiled list file, mapped into memory and searched where it lies."""

from __future__ import annotations

import hashlib
import mmap
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from blacklists.list_file_layout import (
    BLOCK_ROW,
    DIGEST_BYTES,
    ENTRY_ROW,
    FORMAT,
    MAGIC,
    PREAMBLE,
    SECTIONS,
    Header,
    Section,
    Tag,
)
from contracts.errors import ChangmaoError
from contracts.node_api import ListFileRef
from contracts.number_list import NumberList

_HASH_PIECE = 4 << 20
_FENCE = 64
_FEW_SEGMENTS = 1 << 16
# Bound once: these stand in the path of every look-up.
_ENTRY_BYTES = ENTRY_ROW.size
_entry_at = ENTRY_ROW.unpack_from
_BLOCK_BYTES = BLOCK_ROW.size
_block_at = BLOCK_ROW.unpack_from
EntryRow = tuple[int, int, int, int]
"""As ENTRY_ROW."""
BlockRow = tuple[int, int, int, int, int, int, int, int]
"""As BLOCK_ROW."""
Words: TypeAlias = "memoryview[int]"
"""A section of the file, as unsigned integers."""


class ListFileError(ChangmaoError):
    """A list file cannot be used; the last good one stays in force."""

    code = "lists.bad_file"


class DamagedListFileError(ListFileError):
    """A list file is cut short, changed, or none at all."""

    code = "lists.damaged_file"


class OldListFileError(ListFileError):
    """A list file was compiled by an older release of the software."""

    code = "lists.old_file"


class NewListFileError(ListFileError):
    """A list file was compiled by a newer release of the software."""

    code = "lists.new_file"


def pair_key(caller: str, resident_id: str) -> int:
    """Return the 64-bit hash by which a file knows that this caller has called this resident before."""
    digest = hashlib.blake2b(f"{caller}\0{resident_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


class ListFile:
    """The number lists of one release, read-only and shared by all processes that map the same file.

    The file must never be changed in place: replace it by rename. Dropping the last reference frees the map
    as `close` does; either way the interpreter goes on meanwhile in other threads.
    """

    def __init__(self, mapped: mmap.mmap, header: Header, ref: ListFileRef) -> None:
        """For `open`, which checks what it maps."""
        self._mapped = mapped
        self._whole = memoryview(mapped)
        self.ref = ref
        self.lists: tuple[NumberList, ...] = header.lists
        self.tags: tuple[Tag, ...] = header.tags
        views = {name: _section(self._whole, header.sections[name], name) for name in SECTIONS}
        self._views = views
        self._count = header.sections["exact_key"].count
        self._keys, self._rows = views["exact_key"], views["exact_row"]
        # Some keys side by side: the first steps of a search stay in the processor's cache.
        # numpy gathers them without the interpreter's lock: look-ups in the file before go on.
        self._fence = array("Q", np.asarray(self._keys)[::_FENCE].tobytes())
        self._blocks = views["block_row"]
        starts = views["segment_start"]
        # Numbers made once are compared in half the time of such as a view makes at every step.
        self._starts: Sequence[int] = starts.tolist() if len(starts) <= _FEW_SEGMENTS else starts
        self._offsets = views["segment_offset"]
        self._members = views["segment_member"]
        self._pairs = views["pair"]
        self.entries: int = self._count + header.sections["block_row"].count

    @classmethod
    def open(cls, path: Path) -> Self:
        """Map a file after checking all of it; reads it once, in pieces that let other threads run.

        Raises:
            DamagedListFileError: it is cut short, grown, changed or no list file.
            OldListFileError: an older release compiled it.
            NewListFileError: a newer release compiled it.
            OSError: it cannot be read.
        """
        with path.open("rb") as file:
            size = file.seek(0, 2)
            if size < PREAMBLE.size + DIGEST_BYTES:
                raise _damaged(path, f"its {size} bytes are fewer than any list file has")
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        with memoryview(mapped) as whole:
            _check_format(path, whole)
            sha256 = _check_hash(path, whole)
            header = _read_header(path, whole)
            if fault := _fault_of(whole, header):
                raise _damaged(path, fault)
        return cls(mapped, header, ListFileRef(sha256=sha256, size=size, release=header.release))

    def close(self) -> None:
        """Free the map. Only when no look-up can be under way; where one may be, drop the file instead."""
        for view in self._views.values():
            view.release()
        self._whole.release()
        self._mapped.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def exact(self, key: int) -> Sequence[EntryRow]:
        """Return what stands in the file of a number's key."""
        keys, count = self._keys, self._count
        end = bisect_left(self._fence, key) * _FENCE
        row = bisect_left(keys, key, end - _FENCE if end else 0, min(end, count))
        if row == count or keys[row] != key:
            return ()
        found = [_entry_at(self._rows, row * _ENTRY_BYTES)]
        while (row := row + 1) < count and keys[row] == key:
            found.append(_entry_at(self._rows, row * _ENTRY_BYTES))
        return found

    def blocks(self, key: int) -> Sequence[BlockRow]:
        """Return the prefixes and ranges whose ends a key lies between, the smallest first."""
        segment = bisect_right(self._starts, key)
        if not segment:
            return ()
        offset, end = self._offsets[segment - 1], self._offsets[segment]
        if offset == end:
            return ()
        found = []
        while offset < end:
            found.append(_block_at(self._blocks, self._members[offset] * _BLOCK_BYTES))
            offset += 1
        return found

    def has_pair(self, key: int) -> bool:
        """Tell whether a pair_key stands in the file."""
        row = bisect_left(self._pairs, key)
        return row < len(self._pairs) and self._pairs[row] == key


def _damaged(path: Path, fault: str) -> DamagedListFileError:
    return DamagedListFileError(
        f"{path}: {fault}; fetch or compile it again, the last good one stays in force"
    )


def _check_format(path: Path, whole: memoryview) -> None:
    magic, written, _ = PREAMBLE.unpack_from(whole)
    if magic != MAGIC:
        raise _damaged(path, "it is no list file")
    if written < FORMAT:
        raise OldListFileError(
            f"{path}: compiled in format {written}, this release reads {FORMAT}; compile the lists again"
        )
    if written > FORMAT:
        raise NewListFileError(
            f"{path}: compiled in format {written}, this release reads {FORMAT}; update this software first"
        )


def _check_hash(path: Path, whole: memoryview) -> str:
    hashed = hashlib.sha256()
    end = len(whole) - DIGEST_BYTES
    # Large pieces are hashed without the interpreter's lock; reading also brings the pages in.
    for offset in range(0, end, _HASH_PIECE):
        hashed.update(whole[offset : min(offset + _HASH_PIECE, end)])
    digest = hashed.digest()
    if digest != whole[end:]:
        raise _damaged(path, "its content does not fit its checksum")
    hashed.update(digest)
    return hashed.hexdigest()


def _read_header(path: Path, whole: memoryview) -> Header:
    *_, length = PREAMBLE.unpack_from(whole)
    end = len(whole) - DIGEST_BYTES
    text = bytes(whole[PREAMBLE.size : min(PREAMBLE.size + length, end)])
    try:
        header = Header.model_validate_json(text)
    except ValidationError as error:
        raise _damaged(path, f"its header has {error.error_count()} faults") from error
    return header


def _section(whole: memoryview, section: Section, name: str) -> Words:
    item = SECTIONS[name]
    view = whole[section.offset : section.offset + section.count * item.size]
    # Rows of several numbers are taken apart where they lie; plain numbers are searched as they are.
    words: Words = view.cast(item.format[-1]) if len(item.format) == 2 else view  # type: ignore[call-overload]
    return words


def _fault_of(whole: memoryview, header: Header) -> str | None:
    """Say what would lead a look-up outside of the sections, whoever wrote the checksum."""
    sections, end = header.sections, len(whole) - DIGEST_BYTES
    if set(sections) != set(SECTIONS):
        return "it has other sections than its format"
    for name, section in sections.items():
        if section.offset + section.count * SECTIONS[name].size > end:
            return f"its section {name} ends outside"
    views = {name: np.asarray(_section(whole, section, name)) for name, section in sections.items()}
    if not {tag.list for tag in header.tags} <= {described.name for described in header.lists}:
        return "it has tags of lists it does not describe"
    if sections["exact_key"].count != sections["exact_row"].count:
        return "it has more keys than entries, or fewer"
    tags = (views["exact_row"].view("<u4")[1::4], views["block_row"].view("<u4")[6::10])
    if max(_greatest(column) for column in tags) >= len(header.tags):
        return "its entries have tags it does not list"
    return _fault_of_segments(views)


def _fault_of_segments(views: Mapping[str, npt.NDArray[Any]]) -> str | None:
    offsets = views["segment_offset"]
    if len(offsets) != len(views["segment_start"]) + 1 or (offsets[1:] < offsets[:-1]).any():
        return "its segments are out of order"
    if int(offsets[-1]) > len(views["segment_member"]):
        return "its segments end outside"
    if _greatest(views["segment_member"]) * BLOCK_ROW.size >= len(views["block_row"]):
        return "its segments name blocks it does not hold"
    return None


def _greatest(numbers: npt.NDArray[Any]) -> int:
    # numpy goes through millions without the interpreter's lock.
    return int(numbers.max()) if len(numbers) else -1
