"""What an evaluation tells of a file."""

from __future__ import annotations

import pytest
from rich.console import Console

from changmao.detection.report import Report, tables, wrong_lines
from contracts.evidence import Evidence, Speaker, Stage
from contracts.taxonomy import ScamType
from screening.evaluation.figures import figures_of
from screening.evaluation.trial import Alert, Trial

pytestmark = pytest.mark.unit

EVIDENCE = Evidence(
    phrase_id="police.hook.laundering",
    wording="涉嫌洗钱",
    text="涉嫌洗前",
    speaker=Speaker.CALLER,
    stage=Stage.HOOK,
    scam_type=ScamType.POLICE,
    score=100.0,
    contribution=1.5,
    span=(0, 4),
    start_ms=0,
    end_ms=900,
)
ALERT = Alert(12_340, 2, ScamType.POLICE)


def trial(identity, label, alert=None, risk=-2.1, evidence=(EVIDENCE,), kind="冒充公检法"):
    return Trial(identity, label, kind, alert, None, risk, evidence)


def report(*trials, noisy=None):
    noise = {} if noisy is None else {"0.2": figures_of(noisy)}
    return Report("calls/mixed.jsonl", figures_of(trials), trials, noise)


def shown(*reports):
    console = Console(width=80)
    with console.capture() as captured:
        for table in tables(reports):
            console.print(table)
    return captured.get()


def test_json_has_exactly_the_agreed_keys():
    assert list(report(trial("a", "fraud")).plain()) == [
        "file",
        "dialogues",
        "alerted",
        "rate",
        "seconds_p50",
        "seconds_p90",
        "before_first_ask",
        "by_type",
        "noise",
    ]


def test_noise_has_the_same_figures_by_its_rate():
    noisy = report(trial("a", "fraud", ALERT), noisy=[trial("a", "fraud")]).plain()["noise"]
    assert (list(noisy), noisy["0.2"]["rate"]) == (["0.2"], 0.0)


def test_a_file_of_both_labels_is_mixed():
    assert report(trial("a", "fraud"), trial("b", "benign")).is_mixed


def test_a_file_of_one_label_is_not_mixed():
    assert not report(trial("a", "fraud"), trial("b", "fraud")).is_mixed


def test_the_table_names_each_label_of_a_mixed_file():
    table = shown(report(trial("a", "fraud", ALERT), trial("b", "benign")))
    assert all(line in table for line in ("mixed: fraud", "mixed: benign"))


def test_a_table_names_the_types():
    assert "冒充公检法" in shown(report(trial("a", "fraud")))


def test_a_table_of_types_has_a_column_for_each_noise():
    assert "noise 0.2" in shown(report(trial("a", "fraud"), noisy=[trial("a", "fraud")]))


def test_a_missed_fraud_is_listed_with_its_reasons():
    lines = list(wrong_lines(report(trial("a", "fraud"))))
    assert lines == [
        "missed: calls/mixed.jsonl a (冒充公检法): risk -2.10; stages missing: approach, isolation, ask",
        "    +1.50 hook police.hook.laundering: caller said '涉嫌洗前', matches '涉嫌洗钱' by 100 %",
    ]


def test_diction_is_listed_with_the_pieces_that_made_most_of_it():
    worded = EVIDENCE.model_copy(
        update={"stage": Stage.DICTION, "phrase_id": "diction", "wording": "", "text": "先垫 垫"}
    )
    *_, last = wrong_lines(report(trial("a", "fraud", evidence=(EVIDENCE, worded))))
    assert last == "    +1.50 diction: most of all 先垫 垫"


def test_a_false_alarm_is_listed_with_its_time_and_type():
    (first, *_) = wrong_lines(report(trial("b", "benign", ALERT, 0.4)))
    assert first.startswith(
        "false alarm: calls/mixed.jsonl b (冒充公检法): risk +0.40 after 12.3 s as police"
    )


def test_a_call_in_which_nothing_was_said_is_listed_so():
    (first,) = wrong_lines(report(trial("a", "fraud", risk=None, evidence=(), kind="")))
    assert first.startswith("missed: calls/mixed.jsonl a: nothing said")


def test_what_was_judged_right_is_not_listed():
    assert list(wrong_lines(report(trial("a", "fraud", ALERT), trial("b", "benign")))) == []
