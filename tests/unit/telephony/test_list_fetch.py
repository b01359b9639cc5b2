"""List files on their way to the node's disk: resumed, refused, tidied."""

from __future__ import annotations

import shutil
from typing import NamedTuple

import httpx
import pytest

from blacklists.list_file_layout import FORMAT, PREAMBLE
from contracts.node_api import ListFileRef
from telephony.controller.api_client import ApiAwayError, ApiRefusedError
from telephony.controller.list_fetch import (
    LONGEST_TRANSFER_S,
    FullDiskError,
    ListFetch,
    RefusedListFileError,
)
from tests.fixtures.compiled_lists import list_file
from tests.fixtures.node_api import PlayedApi, client_of
from tests.fixtures.node_snapshot import LISTED

pytestmark = pytest.mark.unit


class Usage(NamedTuple):
    """As shutil tells it, bytes."""

    total: int
    used: int
    free: int


class BrokenStream(httpx.AsyncByteStream):
    """A body whose connection breaks after a part of it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self):
        yield self._body
        raise httpx.ReadError("connection lost")


@pytest.fixture
async def api():
    return PlayedApi()


@pytest.fixture
async def fetch(api, tmp_path):
    client = client_of(api, tmp_path)
    yield ListFetch(client, tmp_path / "lists")
    await client.close()


@pytest.fixture
def ref(api, tmp_path) -> ListFileRef:
    """A list file the api has."""
    return api.release(tmp_path / "made", 3, "2")


def part_of(tmp_path, ref):
    return tmp_path / "lists" / f"{ref.sha256}.part"


def break_after(api: PlayedApi, ref: ListFileRef, count: int) -> None:
    body = api.files[ref.sha256][:count]
    api.fault = lambda _: httpx.Response(200, stream=BrokenStream(body))


async def test_a_file_is_fetched_and_opened(fetch, ref):
    with await fetch.obtain(ref) as opened:
        assert (opened.ref, opened.entries) == (ref, len(LISTED))


async def test_a_file_on_disk_is_not_fetched_again(api, fetch, ref):
    (await fetch.obtain(ref)).close()
    (await fetch.obtain(ref)).close()
    assert len(api.asked("/node/lists/")) == 1


async def test_a_file_on_disk_is_nobody_elses_to_read(fetch, ref, tmp_path):
    (await fetch.obtain(ref)).close()
    assert (tmp_path / "lists" / f"{ref.sha256}.lists").stat().st_mode & 0o077 == 0


async def test_what_came_before_the_connection_broke_is_kept(api, fetch, ref, tmp_path):
    break_after(api, ref, 300)
    with pytest.raises(ApiAwayError, match="ReadError"):
        await fetch.obtain(ref)
    assert part_of(tmp_path, ref).read_bytes() == api.files[ref.sha256][:300]


async def test_a_broken_transfer_goes_on_where_it_stopped(api, fetch, ref):
    break_after(api, ref, 300)
    with pytest.raises(ApiAwayError):
        await fetch.obtain(ref)
    api.recover()
    (await fetch.obtain(ref)).close()
    assert api.requests[-1].headers["Range"] == "bytes=300-"


async def test_only_the_rest_of_the_same_file_is_asked_for(api, fetch, ref):
    break_after(api, ref, 300)
    with pytest.raises(ApiAwayError):
        await fetch.obtain(ref)
    api.recover()
    (await fetch.obtain(ref)).close()
    assert api.requests[-1].headers["If-Range"] == f'"{ref.sha256}"'


async def test_a_transfer_begins_anew_where_the_api_sends_the_whole_file(api, fetch, ref, tmp_path):
    part_of(tmp_path, ref).parent.mkdir()
    part_of(tmp_path, ref).write_bytes(b"another file's first bytes")
    body = api.files[ref.sha256]
    api.fault = lambda _: httpx.Response(200, stream=httpx.ByteStream(body))
    with await fetch.obtain(ref) as opened:
        assert opened.ref == ref


async def test_a_part_longer_than_the_file_is_thrown_away(fetch, ref, tmp_path):
    part_of(tmp_path, ref).parent.mkdir()
    part_of(tmp_path, ref).write_bytes(bytes(ref.size + 1))
    with pytest.raises(ApiAwayError, match="fetched anew"):
        await fetch.obtain(ref)
    assert not part_of(tmp_path, ref).exists()


async def test_another_range_than_the_one_asked_for_is_not_taken(api, fetch, ref, tmp_path):
    part_of(tmp_path, ref).parent.mkdir()
    part_of(tmp_path, ref).write_bytes(bytes(100))
    other = {"Content-Range": f"bytes 50-{ref.size - 1}/{ref.size}"}
    api.fault = lambda _: httpx.Response(206, stream=httpx.ByteStream(b"x"), headers=other)
    with pytest.raises(ApiAwayError, match="another part"):
        await fetch.obtain(ref)
    assert part_of(tmp_path, ref).read_bytes() == bytes(100)


async def test_more_bytes_than_the_file_has_are_not_written(api, fetch, ref, tmp_path):
    api.fault = lambda _: httpx.Response(200, stream=httpx.ByteStream(bytes(ref.size + 1)))
    with pytest.raises(ApiAwayError, match="more came"):
        await fetch.obtain(ref)
    assert part_of(tmp_path, ref).stat().st_size <= ref.size


class Trickle(httpx.AsyncByteStream):
    """A body of which a byte comes now and then, for ever."""

    def __init__(self, pass_time):
        self._pass_time = pass_time
        self.bytes = 0

    async def __aiter__(self):
        while True:
            self._pass_time()
            self.bytes += 1
            yield b"x"


async def test_a_transfer_that_trickles_is_given_up_for_a_while(api, tmp_path, ref):
    now = [0.0]

    def pass_time():
        now[0] += 4.0

    body = Trickle(pass_time)
    api.fault = lambda _: httpx.Response(200, stream=body)
    client = client_of(api, tmp_path)
    with pytest.raises(ApiAwayError, match="too slow"):
        await ListFetch(client, tmp_path / "lists", lambda: now[0]).obtain(ref)
    await client.close()
    assert body.bytes * 4.0 <= LONGEST_TRANSFER_S + 4.0


async def test_what_came_of_a_transfer_that_was_given_up_is_kept(api, tmp_path, ref):
    now = [0.0]

    def pass_time():
        now[0] += 20.0

    api.fault = lambda _: httpx.Response(200, stream=Trickle(pass_time))
    client = client_of(api, tmp_path)
    with pytest.raises(ApiAwayError):
        await ListFetch(client, tmp_path / "lists", lambda: now[0]).obtain(ref)
    await client.close()
    assert part_of(tmp_path, ref).read_bytes() == b"xxx"


async def test_a_file_the_api_has_no_more_is_refused_by_it(fetch, ref):
    with pytest.raises(ApiRefusedError, match="404"):
        await fetch.obtain(ref.model_copy(update={"sha256": "f" * 64}))


async def test_a_file_with_a_flipped_byte_is_refused_and_thrown_away(api, fetch, ref, tmp_path):
    body = bytearray(api.files[ref.sha256])
    body[len(body) // 2] ^= 1
    api.files[ref.sha256] = bytes(body)
    with pytest.raises(RefusedListFileError, match="checksum"):
        await fetch.obtain(ref)
    assert not part_of(tmp_path, ref).exists()


async def test_a_file_of_an_older_format_is_refused_by_name(api, fetch, ref):
    magic, written, length = PREAMBLE.unpack_from(api.files[ref.sha256])
    assert written == FORMAT
    older = PREAMBLE.pack(magic, FORMAT - 1, length)
    api.files[ref.sha256] = older + api.files[ref.sha256][PREAMBLE.size :]
    with pytest.raises(RefusedListFileError, match=f"format {FORMAT - 1}"):
        await fetch.obtain(ref)


async def test_a_good_file_that_is_not_the_one_named_is_refused(api, fetch, ref, tmp_path):
    other = list_file(tmp_path / "other", 4, LISTED)
    api.files[ref.sha256] = (tmp_path / "other").read_bytes()
    assert other.size == ref.size
    with pytest.raises(RefusedListFileError, match="another file"):
        await fetch.obtain(ref)


async def test_a_file_that_cannot_be_used_is_left_alone_after_three_tries(api, fetch, ref):
    api.files[ref.sha256] = bytes(ref.size)
    for _ in range(3):
        assert not fetch.is_refused(ref)
        with pytest.raises(RefusedListFileError):
            await fetch.obtain(ref)
    assert fetch.is_refused(ref)


async def test_a_full_disk_is_told_before_anything_is_fetched(api, fetch, ref, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9 - 10**6, 10**6))
    with pytest.raises(FullDiskError, match="No space left on device"):
        await fetch.obtain(ref)
    assert api.asked("/node/lists/") == []


async def test_a_damaged_file_on_disk_is_fetched_again(fetch, ref, tmp_path):
    (await fetch.obtain(ref)).close()
    (tmp_path / "lists" / f"{ref.sha256}.lists").write_bytes(b"damaged")
    with await fetch.obtain(ref) as opened:
        assert opened.ref == ref


async def test_another_file_under_the_name_of_the_wanted_one_is_fetched_again(fetch, ref, tmp_path):
    (tmp_path / "lists").mkdir()
    list_file(tmp_path / "lists" / f"{ref.sha256}.lists", 4, LISTED)
    with await fetch.obtain(ref) as opened:
        assert opened.ref == ref


async def test_the_newest_good_file_is_found_where_the_wanted_one_is_damaged(api, fetch, ref, tmp_path):
    (await fetch.obtain(ref)).close()
    newer = api.release(tmp_path / "newer", 4, "3")
    (tmp_path / "lists" / f"{newer.sha256}.lists").write_bytes(b"damaged")
    found = fetch.last_good(newer)
    assert found is not None
    with found:
        assert found.ref == ref


def test_a_node_without_any_file_has_no_last_good_one(fetch, ref):
    assert fetch.last_good(ref) is None


async def test_the_file_in_force_and_the_one_before_it_are_kept(api, fetch, tmp_path):
    refs = [api.release(tmp_path / f"made-{n}", n, str(n)) for n in range(1, 5)]
    for each in refs[:-1]:
        (await fetch.obtain(each)).close()
    part_of(tmp_path, refs[0]).write_bytes(b"left over")
    with await fetch.obtain(refs[-1]) as in_force:
        fetch.tidy(in_force)
    left = {path.name for path in (tmp_path / "lists").iterdir()}
    assert left == {f"{refs[-1].sha256}.lists", f"{refs[-2].sha256}.lists"}
