"""Reading dialogues from JSONL."""

from __future__ import annotations

import json
import zlib

import pytest

from contracts.evidence import Speaker
from screening.evaluation.dialogue import (
    BadDialogueError,
    Dialogue,
    Turn,
    fold_of,
    read_dialogue,
    read_dialogues,
)

pytestmark = pytest.mark.unit

TURNS = [{"speaker": "caller", "text": "您好"}, {"speaker": "resident", "text": "哪位"}]
ROW = {"id": "a/1", "label": "fraud", "turns": TURNS}


@pytest.fixture
def read(tmp_path):
    def read(content):
        file = tmp_path / "calls.jsonl"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(read_dialogues(file))

    return read


def row(**fields):
    return json.dumps({**ROW, **fields}, ensure_ascii=False)


def fault(read, content):
    with pytest.raises(BadDialogueError) as raised:
        read(content)
    return str(raised.value)


def test_a_row_is_a_dialogue(read):
    turns = (Turn(Speaker.CALLER, "您好"), Turn(Speaker.RESIDENT, "哪位"))
    expected = Dialogue("a/1", "fraud", "冒充公检法", "own", 1, turns)
    assert read(row(type="冒充公检法", source="own", ask_turn=1)) == [expected]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"type": "甲", "fraud_type": "乙"}, "甲"),
        ({"fraud_type": "乙"}, "乙"),
        ({"type": None, "call_type": "丙"}, "丙"),
        ({}, ""),
    ],
)
def test_the_type_is_the_rows_own_or_the_source_files(read, fields, kind):
    assert read(row(**fields))[0].type == kind


def test_a_recorded_turn_tells_when_it_begins(read):
    turns = [{"speaker": "caller", "text": "您好", "start_s": 1.25, "end_s": 2.0}]
    assert read(row(turns=turns))[0].turns[0].start_ms == 1250


def test_a_byte_order_mark_and_blank_lines_do_not_matter(read):
    assert len(read(b"\xef\xbb\xbf" + f"{row()}\r\n\r\n  \n{row(id='b')}".encode())) == 2


def test_an_empty_file_holds_no_dialogue(read):
    assert read(b"") == []


def test_half_a_surrogate_pair_is_replaced(read):
    turns = '[{"speaker": "caller", "text": "您\\ud83d好"}]'
    read_turns = read(f'{{"id": "a", "label": "benign", "turns": {turns}}}')[0].turns
    assert read_turns[0].text == "您\ufffd好"


def test_a_whole_surrogate_pair_is_one_character(read):
    turns = '[{"speaker": "caller", "text": "\\ud83d\\ude00"}]'
    assert read(f'{{"id": "a", "label": "benign", "turns": {turns}}}')[0].turns[0].text == "😀"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (row(turns=[]), "line 1: turns"),
        (f"{row()}\n{row(turns=[{'speaker': 'robot', 'text': ''}])}", "line 2: turns.0.speaker"),
        (f"{row()}\n\n{{", "line 3: no JSON object"),
        ("[1, 2]", "line 1: row"),
        (row(label="spam"), "line 1: label"),
        (row(id=""), "line 1: id"),
        (row(ask_turn=2), "line 1: ask_turn 2: turns are numbered 0 to 1"),
        (row(ask_turn=-1), "line 1: ask_turn"),
        (row(turns=[{"speaker": "caller", "text": None}]), "line 1: turns.0.text"),
        ("[" * 100_000, "line 1: no JSON object"),
        (row().encode("gb18030"), "line 1: not UTF-8 at byte"),
    ],
)
def test_a_fault_is_named_by_its_line(read, content, told):
    assert told in fault(read, content)


def test_a_fault_is_named_by_its_file(read, tmp_path):
    assert str(tmp_path / "calls.jsonl") in fault(read, "{")


def test_a_line_without_end_is_not_read_to_its_end(read):
    assert "line 1: longer than" in fault(read, b"x" * 8_000_001)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BadDialogueError, match=r"none\.jsonl: cannot be read"):
        list(read_dialogues(tmp_path / "none.jsonl"))


def test_folds_are_made_by_the_crc_of_the_id():
    assert fold_of("呼叫/17") == zlib.crc32("呼叫/17".encode()) % 5


def test_a_group_is_in_one_fold_as_a_whole():
    row = b'{"id": "%d", "label": "benign", "group": "li", "turns": [{"speaker": "caller", "text": ""}]}'
    assert {read_dialogue(row % number, "row").fold_key for number in range(9)} == {"li"}


def test_a_call_of_no_group_goes_by_its_id():
    row = b'{"id": "7", "label": "benign", "turns": [{"speaker": "caller", "text": ""}]}'
    assert read_dialogue(row, "row").fold_key == "7"
