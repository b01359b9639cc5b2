"""Compiling the number lists of a release into one immutable file, in bounded memory."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from blacklists.key import text_of
from blacklists.list_file_intake import BadRecordError, Blocks, ListFileIntake
from blacklists.list_file_layout import (
    FORMAT,
    MAGIC,
    MOST_ENTRIES_PER_NUMBER,
    PREAMBLE,
    SECTIONS,
    Header,
    Record,
    Section,
    Tag,
    aligned,
)
from blacklists.segments import CrowdedNumberError, Segments, cut_into_segments
from contracts.errors import ChangmaoError
from contracts.node_api import ListFileRef
from contracts.number_list import NumberList

_HASH_PIECE = 4 << 20


class ListDiskFullError(ChangmaoError):
    """There is no room to compile the list file; the last one stays."""

    code = "lists.disk_full"


def build_list_file(
    path: Path,
    *,
    release: int,
    lists: Sequence[NumberList],
    tags: Mapping[int, Tag],
    records: Iterable[Record],
    pairs: Iterable[int] = (),
) -> ListFileRef:
    """Write the file and return what it is fetched by; a file already at the path is replaced at once.

    `tags` are known by the id the records name; `pairs` are results of `pair_key`, repeated or not. Records
    and pairs may come in any order and are read once. On an error nothing is left behind.

    Raises:
        BadRecordError: a tag has no list; a record an unknown tag or kind, ends that do not fit, or an id or
            time beyond 32 bits.
        CrowdedNumberError: too many entries over one number.
        ListDiskFullError: says how much room the folder needs.
    """
    if unknown := {tag.list for tag in tags.values()} - {described.name for described in lists}:
        raise BadRecordError(f"tags of lists that are not described: {', '.join(sorted(unknown))}; name them")
    with ListFileIntake(path.parent, tags) as intake, _room(path.parent, intake):
        intake.add_records(records)
        intake.add_pairs(pairs)
        header = Header(release=release, lists=tuple(lists), tags=tuple(tags.values()), sections={})
        return _write_beside(path, header, intake)


@contextmanager
def _room(folder: Path, intake: ListFileIntake) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise ListDiskFullError(
            f"{folder}: no room left to compile {intake.exact.count} entries; "
            f"free at least {intake.bytes_needed // 1_000_000 + 1} MB there and compile again"
        ) from error


def _write_beside(path: Path, header: Header, intake: ListFileIntake) -> ListFileRef:
    # mkstemp gives mode 0600: the file holds numbers of people.
    file, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        try:
            sha256 = _Writing(file, header, intake).write()
            os.fsync(file)
            size = os.fstat(file).st_size
        finally:
            os.close(file)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return ListFileRef(sha256=sha256, size=size, release=header.release)


def _sync_folder(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


@dataclass(slots=True)
class _Writing:
    """The sections on their way to the file."""

    file: int
    header: Header
    intake: ListFileIntake

    def write(self) -> str:
        """Write everything and return the hash of the whole."""
        blocks = self.intake.take_blocks()
        segments = cut_into_segments(blocks["low"], blocks["high"], MOST_ENTRIES_PER_NUMBER)
        sections = self._lay_out(len(blocks), segments)
        self._write_exact(sections)
        self._write_blocks(sections, blocks, segments)
        sections["pair"] = self._write_pairs(sections["pair"])
        self._write_header(sections)
        last = sections["pair"]
        return self._seal(last.offset + last.count * SECTIONS["pair"].size)

    def _lay_out(self, blocks: int, segments: Segments) -> dict[str, Section]:
        counts = {
            "exact_key": self.intake.exact.count,
            "exact_row": self.intake.exact.count,
            "block_row": blocks,
            "segment_start": len(segments.starts),
            "segment_offset": len(segments.offsets),
            "segment_member": len(segments.members),
            # Repeated pairs are dropped as they are written; until then this is the most there can be.
            "pair": self.intake.pairs.count,
        }
        laid = {name: Section(offset=PREAMBLE.size, count=counts[name]) for name in SECTIONS}
        # Offsets are longer than this first guess by a dozen digits at most.
        offset = aligned(PREAMBLE.size + len(self._header_text(laid)) + 16 * len(SECTIONS))
        for name, section in laid.items():
            laid[name] = section.model_copy(update={"offset": offset})
            offset = aligned(offset + section.count * SECTIONS[name].size)
        return laid

    def _header_text(self, sections: Mapping[str, Section]) -> bytes:
        return self.header.model_copy(update={"sections": sections}).model_dump_json().encode()

    def _write_exact(self, sections: Mapping[str, Section]) -> None:
        done = 0
        for rows in self.intake.exact.by_key():
            _refuse_crowds(rows["key"])
            self._put(sections["exact_key"], done, rows["key"])
            self._put(sections["exact_row"], done, rows["row"])
            done += len(rows)

    def _write_blocks(self, sections: Mapping[str, Section], blocks: Blocks, segments: Segments) -> None:
        self._put(sections["block_row"], 0, blocks)
        self._put(sections["segment_start"], 0, np.asarray(segments.starts, "<u8"))
        self._put(sections["segment_offset"], 0, np.asarray(segments.offsets, "<u4"))
        self._put(sections["segment_member"], 0, np.asarray(segments.members, "<u4"))

    def _write_pairs(self, section: Section) -> Section:
        done = 0
        for rows in self.intake.pairs.by_key():
            keys = np.unique(rows["key"])
            self._put(section, done, keys)
            done += len(keys)
        return section.model_copy(update={"count": done})

    def _write_header(self, sections: Mapping[str, Section]) -> None:
        first = min(section.offset for section in sections.values())
        text = self._header_text(sections).ljust(first - PREAMBLE.size)
        self._put_bytes(0, PREAMBLE.pack(MAGIC, FORMAT, len(text)) + text)

    def _seal(self, end: int) -> str:
        whole = hashlib.sha256()
        os.ftruncate(self.file, end)
        for offset in range(0, end, _HASH_PIECE):
            whole.update(os.pread(self.file, min(_HASH_PIECE, end - offset), offset))
        digest = whole.digest()
        self._put_bytes(end, digest)
        whole.update(digest)
        return whole.hexdigest()

    def _put(self, section: Section, done: int, items: npt.NDArray[Any]) -> None:
        if len(items):
            whole = np.ascontiguousarray(items).data.cast("B")
            self._put_bytes(section.offset + done * (items.nbytes // len(items)), whole)

    def _put_bytes(self, offset: int, data: bytes | memoryview) -> None:
        rest = memoryview(data)
        while rest:
            written = os.pwrite(self.file, rest, offset)
            rest = rest[written:]
            offset += written


def _refuse_crowds(keys: npt.NDArray[np.uint64]) -> None:
    most = MOST_ENTRIES_PER_NUMBER
    crowded = keys[most:] == keys[: max(0, len(keys) - most)]
    if crowded.any():
        raise CrowdedNumberError(
            f"{text_of(int(keys[int(crowded.argmax())]))} stands in the lists more than {most} times; "
            "expire some of its entries"
        )
