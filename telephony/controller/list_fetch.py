"""The compiled number lists on the node's disk, and how new ones come there."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from time import monotonic
from typing import BinaryIO, ClassVar, Literal

import httpx
import structlog

from blacklists.list_file import ListFile
from contracts.errors import ChangmaoError
from contracts.node_api import ListFileRef
from telephony.controller.api_client import ApiAwayError, ApiClient

KEPT = 2
"""Files kept: the one in force, and the one before it."""
MOST_TRIES = 3
"""A file that came whole and could not be used is fetched so often, then not until another is named."""
BLOCK = 1024 * 1024
"""Bytes written at once, on a thread: a slow disk must not hold up calls."""
LONGEST_TRANSFER_S = 60.0
"""A transfer is given up after this and goes on later where it stopped: no peer that trickles holds it."""
RESERVE = 64 * 1024 * 1024
"""Bytes of the disk that are left to events."""

_log = structlog.get_logger(__name__)


class FullDiskError(ChangmaoError):
    """There is no room for a new list file; the last good one stays in force."""

    code: ClassVar[str] = "node.disk_full"


class RefusedListFileError(ChangmaoError):
    """A list file came whole and cannot be used; the last good one stays in force."""

    code: ClassVar[str] = "node.list_file_refused"


class ListFetch:
    """Fetches list files into a folder; a transfer that broke off goes on where it stopped.

    It waits for nothing by itself: whoever calls again after an error decides when.
    """

    def __init__(self, api: ApiClient, folder: Path, clock: Callable[[], float] = monotonic) -> None:
        self._api = api
        self._folder = folder
        self._clock = clock
        self._tries: dict[str, int] = {}

    def is_refused(self, ref: ListFileRef) -> bool:
        """Tell whether a file was fetched often enough to know that it cannot be used."""
        return self._tries.get(ref.sha256, 0) >= MOST_TRIES

    def last_good(self, wanted: ListFileRef | None) -> ListFile | None:
        """Open the wanted file, else the newest that can be used; None where there is none. Blocks."""
        files = self._newest_first()
        if wanted:
            files.sort(key=lambda path: path.stem != wanted.sha256)
        return next((opened for path in files if (opened := _open_if_good(path))), None)

    async def obtain(self, ref: ListFileRef) -> ListFile:
        """Return a file, opened, fetching what of it is not on disk yet.

        Raises:
            ApiAwayError: the transfer broke off; what came is kept.
            ApiRefusedError: the api has no such file any more.
            FullDiskError: no room for it.
            RefusedListFileError: it came whole and is damaged or of another format; it was thrown away.
        """
        path = self._folder / f"{ref.sha256}.lists"
        if path.exists():
            held = await asyncio.to_thread(_open_if_good, path)
            if held is not None and held.ref == ref:
                return held
            if held is not None:
                held.close()
        part = path.with_suffix(".part")
        try:
            await asyncio.to_thread(self._make_room, part, ref)
            await self._fetch_rest(part, ref)
            return await asyncio.to_thread(self._take_up, part, path, ref)
        except OSError as error:
            raise _disk_error(self._folder, ref, error) from error

    def tidy(self, in_force: ListFile) -> None:
        """Remove all but the file in force and the one before it. Blocks."""
        kept = self._folder / f"{in_force.ref.sha256}.lists"
        try:
            files = self._newest_first()
            others = [path for path in files if path != kept]
            for path in (*others[KEPT - 1 :], *self._folder.glob("*.part")):
                path.unlink(missing_ok=True)
        except OSError as error:
            # Files too many are no reason to end what is in force.
            _log.error("old list files not removed", file=error.filename, error=error.strerror)

    def _newest_first(self) -> list[Path]:
        return sorted(self._folder.glob("*.lists"), key=lambda path: path.stat().st_mtime_ns, reverse=True)

    async def _fetch_rest(self, part: Path, ref: ListFileRef) -> None:
        have = _size(part)
        if have == ref.size:
            return
        give_up_at = self._clock() + LONGEST_TRANSFER_S
        async with self._api.list_file(ref.sha256, have) as answer:
            if answer.status_code == 416 or have > ref.size:
                await asyncio.to_thread(part.unlink)
                raise ApiAwayError(f"list file {ref.sha256}: its part on disk is not of it; fetched anew")
            if answer.status_code == 206 and not _goes_on(answer, have, ref):
                raise ApiAwayError(f"list file {ref.sha256}: another part came than was asked for")
            # 200: the api passes over our range, or the file is not the one of which we have a part.
            mode: Literal["ab", "wb"] = "ab" if answer.status_code == 206 else "wb"
            # Not on a thread: a fetch that is cancelled meanwhile would leave the file open for ever.
            with part.open(mode) as file:
                await _write(file, self._in_time(answer, ref, give_up_at), ref)

    async def _in_time(
        self, answer: httpx.Response, ref: ListFileRef, give_up_at: float
    ) -> AsyncIterator[bytes]:
        async for chunk in answer.aiter_raw():
            yield chunk
            if self._clock() >= give_up_at:
                raise ApiAwayError(
                    f"list file {ref.sha256}: too slow, not whole after {LONGEST_TRANSFER_S:.0f} s; "
                    "it goes on where it stopped"
                )

    def _make_room(self, part: Path, ref: ListFileRef) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.touch(mode=0o600)
        needed = ref.size - _size(part) + RESERVE
        if shutil.disk_usage(self._folder).free < needed:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _take_up(self, part: Path, path: Path, ref: ListFileRef) -> ListFile:
        try:
            opened = ListFile.open(part)
            if opened.ref != ref:
                opened.close()
                raise RefusedListFileError(f"{part}: it is another file than the api named")
        except ChangmaoError as error:
            self._tries[ref.sha256] = tries = self._tries.get(ref.sha256, 0) + 1
            part.unlink()
            raise RefusedListFileError(
                f"list file of release {ref.release} refused, try {tries} of {MOST_TRIES}: {error};"
                " the last good one stays in force"
            ) from error
        part.replace(path)
        return opened


async def _write(file: BinaryIO, chunks: AsyncIterator[bytes], ref: ListFileRef) -> None:
    room, held = ref.size - file.tell(), bytearray()
    try:
        async for chunk in chunks:
            room -= len(chunk)
            if room < 0:
                raise ApiAwayError(f"list file {ref.sha256}: more came than its {ref.size} bytes")
            held += chunk
            if len(held) >= BLOCK:
                await asyncio.to_thread(file.write, bytes(held))
                held.clear()
    finally:
        # Also where the connection broke: the next try goes on after what came.
        await asyncio.to_thread(_finish, file, bytes(held))
    if room:
        raise ApiAwayError(f"list file {ref.sha256}: {room} bytes are missing")


def _finish(file: BinaryIO, rest: bytes) -> None:
    file.write(rest)
    file.flush()
    os.fsync(file.fileno())


def _goes_on(answer: httpx.Response, have: int, ref: ListFileRef) -> bool:
    """RFC 9110 section 14.4: the range sent may be another than the one asked for."""
    sent: str = answer.headers.get("Content-Range", "")
    return sent == f"bytes {have}-{ref.size - 1}/{ref.size}"


def _open_if_good(path: Path) -> ListFile | None:
    try:
        return ListFile.open(path)
    except (ChangmaoError, OSError) as error:
        _log.error("list file on disk refused", file=str(path), error=str(error))
        return None


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _disk_error(folder: Path, ref: ListFileRef, error: OSError) -> FullDiskError:
    megabytes = (ref.size + RESERVE) // 1_000_000 + 1
    return FullDiskError(
        f"{folder}: the list file of release {ref.release} cannot be written ({error.strerror});"
        f" see that {megabytes} MB are free there; the last good file stays in force"
    )
