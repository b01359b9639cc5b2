"""Opening compiled list files, whole and damaged ones."""

from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path

import pytest

from blacklists.list_file import (
    DamagedListFileError,
    ListFile,
    ListFileError,
    NewListFileError,
    OldListFileError,
    pair_key,
)
from blacklists.list_file_layout import DIGEST_BYTES, FORMAT, PREAMBLE
from blacklists.lists import NumberLists
from contracts.number_list import EntryKind
from tests.fixtures.list_entries import LISTS, compiled, entry, overlay

pytestmark = pytest.mark.unit

ENTRIES = (
    entry("+8613800001234", id="1"),
    entry("+8613800001234", id="2", list="police"),
    entry("96110", id="3"),
    entry("1380000", EntryKind.PREFIX, id="4"),
    entry("13800001000..13800001999", EntryKind.RANGE, id="5"),
)


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    path = tmp_path_factory.mktemp("good") / "good.lists"
    compiled(path, ENTRIES, pairs=[1, 2, 3])
    return path.read_bytes()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "number.lists"


def refused(path, content):
    path.write_bytes(content)
    try:
        ListFile.open(path).close()
    except ListFileError as error:
        return str(path) in str(error)
    return False


def header_of(content):
    *_, length = PREAMBLE.unpack_from(content)
    return json.loads(content[PREAMBLE.size : PREAMBLE.size + length])


def sealed(content):
    """Put a checksum that fits behind a content."""
    return content + hashlib.sha256(content).digest()


def with_header(content, change):
    """Change the header and seal the file again, as somebody with bad intentions would."""
    magic, written, length = PREAMBLE.unpack_from(content)
    header = header_of(content)
    change(header)
    text = json.dumps(header, ensure_ascii=False).encode()
    text = text.ljust(length) if len(text) <= length else text
    head = PREAMBLE.pack(magic, written, len(text)) + text
    return sealed(head + content[PREAMBLE.size + length : -DIGEST_BYTES])


def with_number(content, section, place, number, *, size=4):
    """Change one number of a section and seal the file again."""
    offset = header_of(content)["sections"][section]["offset"] + place * size
    changed = content[:offset] + number.to_bytes(size, "little") + content[offset + size : -DIGEST_BYTES]
    return sealed(changed)


def test_a_file_tells_what_it_is_fetched_by(path):
    ref = compiled(path, ENTRIES)
    with ListFile.open(path) as file:
        assert file.ref == ref


def test_a_file_is_named_by_the_hash_of_all_of_it(path):
    ref = compiled(path, ENTRIES)
    assert ref.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_file_tells_its_lists(path):
    compiled(path, ENTRIES)
    with ListFile.open(path) as file:
        assert file.lists == LISTS


def test_a_file_counts_numbers_prefixes_and_ranges(path):
    compiled(path, ENTRIES)
    with ListFile.open(path) as file:
        assert file.entries == len(ENTRIES)


def test_a_file_is_for_its_owner_alone(path):
    compiled(path, ENTRIES)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_one_changed_byte_anywhere_is_noticed(path, good):
    changed = (good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :] for place in range(len(good)))
    assert [place for place, content in enumerate(changed) if not refused(path, content)] == []


def test_a_file_cut_short_anywhere_is_refused(path, good):
    assert [size for size in range(len(good)) if not refused(path, good[:size])] == []


def test_a_file_with_something_behind_is_refused(path, good):
    assert refused(path, good + b"\0")


def test_a_file_cut_at_a_section_is_refused_even_with_a_fitting_checksum(path, good):
    sections = header_of(good)["sections"].values()
    ends = {section["offset"] for section in sections}
    # Behind the last section lies the checksum alone: that one is whole.
    assert [end for end in sorted(ends) if not refused(path, sealed(good[:end]))] == []


def test_another_file_is_refused_by_name(path):
    path.write_bytes(b"number,kind\n" * 100)
    with pytest.raises(DamagedListFileError, match="it is no list file"):
        ListFile.open(path)


def test_an_older_format_is_refused_by_name(path, good):
    path.write_bytes(PREAMBLE.pack(good[:8], FORMAT - 1, 0) + good[PREAMBLE.size :])
    with pytest.raises(OldListFileError, match="compile the lists again"):
        ListFile.open(path)


def test_a_newer_format_is_refused_by_name(path, good):
    path.write_bytes(PREAMBLE.pack(good[:8], FORMAT + 1, 0) + good[PREAMBLE.size :])
    with pytest.raises(NewListFileError, match="update this software"):
        ListFile.open(path)


def test_a_file_sealed_again_without_a_change_is_good(path, good):
    assert not refused(path, with_header(good, dict.copy))


@pytest.mark.parametrize(
    "change",
    [
        lambda header: header.clear(),
        lambda header: header.update(release=-1),
        lambda header: header.update(release=[[]] * 50),
        lambda header: header.update(lists=[]),
        lambda header: header.update(tags=[]),
        lambda header: header.update(tags=[["reports", "fraud", "explode", False]] * 5),
        lambda header: header["sections"].pop("pair"),
        lambda header: header["sections"].update(spare=header["sections"]["pair"]),
        lambda header: header["sections"]["pair"].update(count=10**18),
        lambda header: header["sections"]["pair"].update(count=-1),
        lambda header: header["sections"]["pair"].update(count=4),
        lambda header: header["sections"]["pair"].update(offset=10**18),
        lambda header: header["sections"]["exact_key"].update(offset=3),
        lambda header: header["sections"]["exact_key"].update(count=2),
        lambda header: header["sections"]["exact_row"].update(count=2),
        lambda header: header["sections"]["block_row"].update(count=1),
        lambda header: header["sections"]["segment_start"].update(count=1),
        lambda header: header["sections"]["segment_offset"].update(count=0),
        lambda header: header["sections"]["segment_member"].update(count=0),
    ],
)
def test_a_crafted_header_is_refused(path, good, change):
    assert refused(path, with_header(good, change))


@pytest.mark.parametrize(
    ("section", "place", "number"),
    [
        ("exact_row", 1, 5),
        ("exact_row", 9, 2**32 - 1),
        ("block_row", 6, 5),
        ("segment_offset", 1, 9),
        ("segment_offset", 4, 2**32 - 1),
        ("segment_member", 0, 2),
    ],
)
def test_a_crafted_entry_that_points_outside_is_refused(path, good, section, place, number):
    assert refused(path, with_number(good, section, place, number))


def test_a_header_said_to_be_longer_than_the_file_is_refused(path, good):
    magic, written, _ = PREAMBLE.unpack_from(good)
    content = PREAMBLE.pack(magic, written, 2**32 - 1) + good[PREAMBLE.size : -DIGEST_BYTES]
    assert refused(path, sealed(content))


def test_a_file_replaced_by_another_stays_readable_where_it_is_open(path):
    compiled(path, ENTRIES)
    with ListFile.open(path) as file:
        compiled(path, [])
        assert file.has_pair(1) is False
        assert file.entries == len(ENTRIES)


def test_pairs_are_found_among_many(path):
    compiled(path, [], pairs=[pair_key(f"+8613800{n:06}", "r") for n in range(3000)])
    with ListFile.open(path) as file:
        found = [file.has_pair(pair_key(f"+8613800{n:06}", "r")) for n in (0, 1500, 2999, 3000)]
    assert found == [True, True, True, False]


def test_a_pair_is_of_this_caller_and_this_resident():
    assert len({pair_key("1", "23"), pair_key("12", "3"), pair_key("23", "1")}) == 3


def test_the_map_goes_with_the_last_look_up_that_uses_it(path):
    compiled(path, ENTRIES)
    lists = NumberLists(ListFile.open(path), overlay(base=1))
    held = path.name in Path("/proc/self/maps").read_text()
    del lists
    assert (held, path.name in Path("/proc/self/maps").read_text()) == (True, False)


def test_a_file_that_is_refused_is_not_kept_mapped(path, good):
    changed = with_number(good, "exact_row", 1, 5)
    assert refused(path, changed)
    assert path.name not in Path("/proc/self/maps").read_text()
