"""A list file over a real connection that is cut, from a server that changes its mind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from blacklists.list_file_layout import FORMAT, PREAMBLE
from contracts.node_api import ListFileRef
from contracts.verdict import Action
from telephony.controller.api_client import ApiAwayError, ApiClient
from telephony.controller.list_fetch import BLOCK, ListFetch, RefusedListFileError
from tests.fixtures.compiled_lists import list_file

pytestmark = pytest.mark.integration

ENTRIES = 100_000


@dataclass
class FileServer:
    """Sends a body over HTTP/1.1, and hangs up after so many bytes of it as long as `cuts` is not empty."""

    body: bytes
    tag: str
    cuts: list[int] = field(default_factory=list)
    asked: list[str | None] = field(default_factory=list)
    """Range of each request."""
    port: int = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and hang up."""
        fields = _fields(await reader.readuntil(b"\r\n\r\n"))
        self.asked.append(fields.get("range"))
        status, start = self._start(fields)
        rest = self.body[start:] if status != 416 else b""
        head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(rest)}\r\nConnection: close\r\n"
        if status == 206:
            head += f"Content-Range: bytes {start}-{len(self.body) - 1}/{len(self.body)}\r\n"
        writer.write(head.encode() + b"\r\n" + (rest[: self.cuts.pop(0)] if self.cuts else rest))
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    def _start(self, fields: dict[str, str]) -> tuple[int, int]:
        if "range" not in fields or fields.get("if-range") != f'"{self.tag}"':
            return 200, 0
        start = int(fields["range"].removeprefix("bytes=").removesuffix("-"))
        return (206, start) if start < len(self.body) else (416, 0)


def _fields(head: bytes) -> dict[str, str]:
    lines = (line.partition(":") for line in head.decode().split("\r\n")[1:])
    return {name.lower(): value.strip() for name, _, value in lines if name}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[ListFileRef, bytes]:
    """A file of several blocks."""
    path = tmp_path_factory.mktemp("made") / "made.lists"
    ref = list_file(path, 5, dict.fromkeys((f"+86199{n:08}" for n in range(ENTRIES)), Action.MONITOR))
    assert ref.size > 2 * BLOCK
    return ref, path.read_bytes()


@pytest.fixture
async def server(made: tuple[ListFileRef, bytes]) -> AsyncIterator[FileServer]:
    served = FileServer(made[1], made[0].sha256)
    listening = await asyncio.start_server(served.answer, "127.0.0.1", 0)
    served.port = listening.sockets[0].getsockname()[1]
    yield served
    listening.close()
    await listening.wait_closed()


@pytest.fixture
def ref(made: tuple[ListFileRef, bytes]) -> ListFileRef:
    return made[0]


@asynccontextmanager
async def fetching(server: FileServer, folder: Path) -> AsyncIterator[ListFetch]:
    (folder / "token").write_text("node-token-for-tests\n")
    client = ApiClient(f"http://127.0.0.1:{server.port}", folder / "token")
    try:
        yield ListFetch(client, folder / "lists")
    finally:
        await client.close()


@pytest.fixture
async def fetch(server: FileServer, tmp_path: Path) -> AsyncIterator[ListFetch]:
    async with fetching(server, tmp_path) as one:
        yield one


async def cut_once(server: FileServer, fetch: ListFetch, ref: ListFileRef, after: int) -> None:
    server.cuts = [after]
    with pytest.raises(ApiAwayError, match="RemoteProtocolError"):
        await fetch.obtain(ref)


async def test_a_cut_transfer_goes_on_in_the_middle(server: FileServer, fetch: ListFetch, ref: ListFileRef):
    await cut_once(server, fetch, ref, BLOCK + 4321)
    with await fetch.obtain(ref) as opened:
        assert (opened.entries, server.asked) == (ENTRIES, [None, f"bytes={BLOCK + 4321}-"])


async def test_a_transfer_cut_again_and_again_arrives_all_the_same(
    server: FileServer, fetch: ListFetch, ref: ListFileRef
):
    for _ in range(4):
        await cut_once(server, fetch, ref, ref.size // 5)
    with await fetch.obtain(ref) as opened:
        assert opened.ref == ref


async def test_a_restarted_node_goes_on_where_the_one_before_was_cut(
    server: FileServer, fetch: ListFetch, ref: ListFileRef, tmp_path: Path
):
    await cut_once(server, fetch, ref, 1000)
    async with fetching(server, tmp_path) as restarted:
        (await restarted.obtain(ref)).close()
    assert server.asked[-1] == "bytes=1000-"


async def test_a_file_that_changed_during_the_cut_is_taken_from_its_beginning(
    server: FileServer, fetch: ListFetch, ref: ListFileRef
):
    # The first bytes were another file's, under the same name.
    good, server.body = server.body, bytes(ref.size)
    await cut_once(server, fetch, ref, BLOCK)
    server.body, server.tag = good, "another tag"
    with await fetch.obtain(ref) as opened:
        assert opened.ref == ref


async def test_a_byte_flipped_on_the_way_is_found_and_the_file_fetched_again(
    server: FileServer, fetch: ListFetch, ref: ListFileRef
):
    good = server.body
    server.body = good[: BLOCK + 7] + bytes([good[BLOCK + 7] ^ 1]) + good[BLOCK + 8 :]
    with pytest.raises(RefusedListFileError, match="checksum"):
        await fetch.obtain(ref)
    server.body = good
    with await fetch.obtain(ref) as opened:
        assert opened.ref == ref


async def test_a_file_of_an_older_format_is_refused_by_its_name(
    server: FileServer, fetch: ListFetch, ref: ListFileRef
):
    magic, written, length = PREAMBLE.unpack_from(server.body)
    server.body = PREAMBLE.pack(magic, written - 1, length) + server.body[PREAMBLE.size :]
    with pytest.raises(RefusedListFileError, match=rf"{ref.sha256}.*format {FORMAT - 1}"):
        await fetch.obtain(ref)


async def test_a_range_refused_by_the_server_begins_the_transfer_anew(
    server: FileServer, fetch: ListFetch, ref: ListFileRef
):
    await cut_once(server, fetch, ref, BLOCK)
    good, server.body = server.body, server.body[: BLOCK // 2]
    with pytest.raises(ApiAwayError, match="fetched anew"):
        await fetch.obtain(ref)
    server.body = good
    with await fetch.obtain(ref) as opened:
        assert (opened.ref, server.asked[-1]) == (ref, None)
