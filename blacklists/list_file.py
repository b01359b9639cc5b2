"""A compiled list file, mapped into memory and searched where it lies."""

from __future__ import annotations

import hashlib
import mmap
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

import numpy as np
from pydantic import ValidationError

from blacklists.list_file_layout import (
    DIGEST_BYTES,
    FORMAT,
    MAGIC,
    PREAMBLE,
    SECTIONS,
    Header,
    Tag,
    item_bytes,
)
from contracts.errors import ChangmaoError
from contracts.node_api import ListFileRef
from contracts.number_list import NumberList

_HASH_PIECE = 4 << 20
_FENCE = 1024
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
        self.sections: Mapping[str, Words] = {
            name: _section(self._whole, header, name, code) for name, code in SECTIONS.items()
        }
        self.entries: int = len(self.sections["exact_key"]) + len(self.sections["block_low"])
        self._keys = self.sections["exact_key"]
        # Every 1024th key as a small list: the first steps of the search stay in the processor's cache.
        self._fence: list[int] = self._keys[::_FENCE].tolist()
        self._starts = self.sections["segment_start"]
        self._offsets = self.sections["segment_offset"]
        self._members = self.sections["segment_member"]
        self._pairs = self.sections["pair"]

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
        ref = ListFileRef(sha256=sha256, size=len(mapped), release=header.release)
        opened = cls(mapped, header, ref)
        if fault := _fault_of(opened.sections, len(header.tags)):
            opened.close()
            raise _damaged(path, fault)
        return opened

    def close(self) -> None:
        """Free the map. Only when no look-up can be under way; where one may be, drop the file instead."""
        for section in self.sections.values():
            section.release()
        self._whole.release()
        self._mapped.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def exact_rows(self, key: int) -> Sequence[int]:
        """Return the places of the exact entries of a number's key."""
        keys = self._keys
        piece = bisect_left(self._fence, key)
        end = min(piece * _FENCE, len(keys))
        row = bisect_left(keys, key, max(piece - 1, 0) * _FENCE, end)
        if row == len(keys) or keys[row] != key:
            return ()
        return range(row, bisect_right(keys, key, row))

    def block_rows(self, key: int) -> Sequence[int]:
        """Return the places of the prefixes and ranges whose ends a key lies between, the smallest first."""
        segment = bisect_right(self._starts, key)
        if not segment:
            return ()
        return self._members[self._offsets[segment - 1] : self._offsets[segment]]

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
    if set(header.sections) != set(SECTIONS):
        raise _damaged(path, "it has other sections than its format")
    for name, section in header.sections.items():
        if section.offset + section.count * item_bytes(name) > end:
            raise _damaged(path, f"its section {name} ends outside")
    return header


def _section(whole: memoryview, header: Header, name: str, code: str) -> Words:
    section = header.sections[name]
    end = section.offset + section.count * item_bytes(name)
    words: Words = whole[section.offset : end].cast(code)  # type: ignore[call-overload]
    return words


def _fault_of(sections: Mapping[str, Words], tags: int) -> str | None:
    """Say what would lead a look-up outside of the sections, whoever wrote the checksum."""
    for table in ("exact", "block"):
        counts = {len(words) for name, words in sections.items() if name.startswith(f"{table}_")}
        if len(counts) > 1:
            return f"its columns of {table} entries differ in length"
        if _greatest(sections[f"{table}_tag"]) >= tags:
            return f"its {table} entries have tags it does not list"
    offsets = np.asarray(sections["segment_offset"])
    if len(offsets) != len(sections["segment_start"]) + 1 or (offsets[1:] < offsets[:-1]).any():
        return "its segments are out of order"
    if int(offsets[-1]) > len(sections["segment_member"]):
        return "its segments end outside"
    if _greatest(sections["segment_member"]) >= len(sections["block_low"]):
        return "its segments name blocks it does not hold"
    return None


def _greatest(words: Words) -> int:
    # numpy goes through millions without the interpreter's lock.
    return int(np.asarray(words).max()) if len(words) else -1
