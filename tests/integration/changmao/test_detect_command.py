"""`changmao detect eval` as a shell sees it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from screening.evaluation.dialogue import fold_of
from tests.fixtures.command_line import run_changmao
from tests.fixtures.recordings import CALLS

pytestmark = pytest.mark.integration

COMMAND = ("detect", "eval", "--phrasebook", "book.yaml")
KEYS = {
    "file",
    "dialogues",
    "alerted",
    "rate",
    "seconds_p50",
    "seconds_p90",
    "before_first_ask",
    "by_type",
    "noise",
}
BOOK = """
version: "1"
phrases:
- {id: who, wordings: [我是公安局的民警], type: police, stage: approach, weight: 3}
- {id: case, wordings: [涉嫌洗钱犯罪], type: police, stage: hook, weight: 5}
- {id: ask, wordings: [转到安全账户], stage: ask, weight: 5}
- {id: fee, wordings: [百万保障会员], type: service, stage: approach, weight: 3}
- {id: screen, wordings: [下载一个会议软件], type: service, stage: ask, weight: 5}
"""
SCRIPT = ("我是公安局的民警。", "什么事？", "您涉嫌洗钱犯罪。", "请您转到安全账户。")
SMALL_TALK = ("您好。", "您好。", "晚上吃什么？")


def row(identity, label, texts, **fields):
    turns = [
        {"speaker": "resident" if place == 1 else "caller", "text": text} for place, text in enumerate(texts)
    ]
    return json.dumps({"id": identity, "label": label, "turns": turns, **fields}, ensure_ascii=False) + "\n"


@pytest.fixture
def folder(tmp_path):
    frauds = row("f1", "fraud", SCRIPT, type="冒充公检法") + row("f2", "fraud", SMALL_TALK)
    (tmp_path / "fraud.jsonl").write_text(frauds, encoding="utf-8")
    (tmp_path / "benign.jsonl").write_text(row("b1", "benign", SMALL_TALK), encoding="utf-8")
    (tmp_path / "book.yaml").write_text(BOOK, encoding="utf-8")
    return tmp_path


@pytest.fixture
def evaluate(folder):
    def run(*arguments):
        return run_changmao((*COMMAND, "--jobs", "1", *arguments), environment(folder), at=folder)

    return run


@pytest.fixture
def evaluate_apart(folder):
    """The same from a shell, which takes longer, with as many processes as it likes."""

    def run(*arguments, models=folder / "models"):
        return subprocess.run(
            [sys.executable, "-m", "changmao", *COMMAND, *arguments],
            cwd=folder,
            env=environment(folder, PYTHONPATH=str(Path(__file__).parents[3]), CHANGMAO_MODELS=str(models)),
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )

    return run


def environment(folder, **more):
    return {**os.environ, "CHANGMAO_DATA_DIR": str(folder / "data"), **more}


def test_json_is_one_array_with_an_object_for_each_file(evaluate_apart):
    told = json.loads(evaluate_apart("fraud.jsonl", "benign.jsonl", "--json").stdout)
    assert [(each["file"], set(each)) for each in told] == [("fraud.jsonl", KEYS), ("benign.jsonl", KEYS)]


def test_the_figures_are_those_worked_out_by_hand(evaluate):
    (told,) = json.loads(evaluate("fraud.jsonl", "--json").stdout)
    # The alert comes with the last character of the third turn: 8 + 3 + 7 at 4.5 a second.
    assert told == {
        "file": "fraud.jsonl",
        "dialogues": 2,
        "alerted": 1,
        "rate": 0.5,
        "seconds_p50": 4.0,
        "seconds_p90": 4.0,
        "before_first_ask": 1.0,
        "by_type": {"冒充公检法": {"dialogues": 1, "alerted": 1, "rate": 1.0}},
        "noise": {},
    }


def test_what_has_no_figure_is_null(evaluate):
    (told,) = json.loads(evaluate("benign.jsonl", "--json").stdout)
    assert (told["seconds_p50"], told["seconds_p90"], told["before_first_ask"]) == (None, None, None)


def test_noise_is_reported_by_rate(evaluate):
    (told,) = json.loads(evaluate("fraud.jsonl", "--noise", "0.001,1", "--json").stdout)
    assert {rate: figures["alerted"] for rate, figures in told["noise"].items()} == {"0.001": 1, "1": 0}


def test_a_fold_is_a_part_of_the_file(evaluate):
    (told,) = json.loads(evaluate("fraud.jsonl", "--fold", "0/2", "--json").stdout)
    expected = sum(fold_of(identity, 2) == 0 for identity in ("f1", "f2"))
    assert (told["fold"], told["dialogues"]) == ("0/2", expected)


def test_an_empty_file_has_no_rate(evaluate, folder):
    (folder / "empty.jsonl").write_bytes(b"")
    (told,) = json.loads(evaluate("empty.jsonl", "--json").stdout)
    assert (told["dialogues"], told["rate"]) == (0, None)


def test_the_list_tells_the_missed_and_why(evaluate):
    assert "missed: fraud.jsonl f2" in evaluate("fraud.jsonl", "--list").stdout


def test_beside_json_the_list_goes_to_standard_error(evaluate):
    told = evaluate("fraud.jsonl", "--list", "--json")
    assert (len(json.loads(told.stdout)), "missed: fraud.jsonl f2" in told.stderr) == (1, True)


def test_the_plot_is_a_picture(evaluate, folder):
    pytest.importorskip("matplotlib")
    told = evaluate("fraud.jsonl", "benign.jsonl", "--plot", "curve.png")
    assert (told.returncode, (folder / "curve.png").read_bytes()[:4]) == (0, b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "nothing to evaluate"),
        (["none.jsonl"], "none.jsonl: cannot be read"),
        (["bad.jsonl"], "bad.jsonl, line 2: turns"),
        (["fraud.jsonl", "--noise", "2"], "--noise 2"),
        (["fraud.jsonl", "--noise", "nan"], "--noise nan"),
        (["fraud.jsonl", "--noise", "a"], "--noise a"),
        (["fraud.jsonl", "--fold", "5/5"], "--fold 5/5"),
        (["fraud.jsonl", "--plot", "curve.png"], "--plot compares labels"),
        (["fraud.jsonl", "--plot", "curve.txt"], "curve.txt: name a .png"),
        (["--audio", "."], "holds no recorded call"),
    ],
)
def test_what_cannot_be_used_ends_with_two_and_says_why(evaluate, folder, arguments, told):
    (folder / "bad.jsonl").write_text(row("a", "fraud", SCRIPT) + row("b", "fraud", []), encoding="utf-8")
    ended = evaluate(*arguments)
    assert (ended.returncode, told in ended.stderr) == (2, True)


@pytest.fixture
def recorded(folder):
    """A folder with one recorded fraud, 50 s long; its first ask begins after 23.4 s."""
    audio = folder / "audio"
    audio.mkdir()
    for part in ("json", "caller.wav", "resident.wav"):
        (audio / f"call.{part}").write_bytes((CALLS / f"fraud_service.{part}").read_bytes())
    return audio


def test_a_recorded_fraud_is_told_over_a_telephone_line(evaluate_apart, recorded, vosk_model):
    told = evaluate_apart("--audio", recorded.name, "--json", models=vosk_model.parent)
    (figures,) = json.loads(told.stdout)
    assert (figures["file"], figures["alerted"], set(figures)) == ("audio", 1, KEYS)
    assert 4 < figures["seconds_p50"] < 35


def test_a_recording_without_its_other_side_is_named(evaluate, recorded):
    (recorded / "call.resident.wav").unlink()
    ended = evaluate("--audio", "audio")
    assert (ended.returncode, "call.resident.wav: is missing" in ended.stderr) == (2, True)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x06\0"])
def test_a_recording_that_is_no_sound_is_named(evaluate, recorded, content):
    (recorded / "call.caller.wav").write_bytes(content)
    ended = evaluate("--audio", "audio")
    assert (ended.returncode, "call.caller.wav: no WAV" in ended.stderr) == (2, True)


def test_what_looks_like_the_name_of_an_emoji_is_printed_as_it_is(evaluate, folder):
    (folder / "a.jsonl").write_text(row("x:100:y", "fraud", SMALL_TALK, type=":100:"), encoding="utf-8")
    told = evaluate("a.jsonl", "--json", "--list")
    assert (":100:" in json.loads(told.stdout)[0]["by_type"], "x:100:y" in told.stderr) == (True, True)
