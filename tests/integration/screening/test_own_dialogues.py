"""The shipped phrases on our own dialogues, played as `changmao detect eval` plays them.

The phrasebook was made on and fitted to the tune parts; only the test parts say anything about calls nobody
has seen. Each bound lies a little on the worse side of what was reached when it was set. Move one only with a
reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from contracts.evidence import Speaker
from screening.evaluation.dialogue import BENIGN, FRAUD, Dialogue, Turn, read_dialogues
from screening.evaluation.noise import add_noise
from screening.evaluation.trial import Trials
from screening.phrasebook import Phrasebook, shipped_text

pytestmark = pytest.mark.integration

DIALOGUES = Path(__file__).parents[2] / "fixtures" / "dialogues"


@pytest.fixture(scope="module")
def trials() -> Trials:
    return Trials(Phrasebook.shipped())


def alerted(trials: Trials, name: str, label: str, noise: float = 0.0, one_in: int = 1) -> int:
    """Return how many calls of the files with this name and label raise an alert; of every so many one."""
    dialogues = [
        dialogue
        for path in sorted(DIALOGUES.glob(f"{name}.jsonl"))
        for dialogue in list(read_dialogues(path))[::one_in]
        if dialogue.label == label
    ]
    assert dialogues
    return alerts(trials, dialogues, noise)


def alerts(trials: Trials, dialogues: Sequence[Dialogue], noise: float = 0.0) -> int:
    return sum(
        trials.of_text(dialogue, add_noise(dialogue, noise)).alert is not None for dialogue in dialogues
    )


@pytest.mark.parametrize(
    ("name", "one_in", "least"),
    [
        pytest.param("everyday_fraud_tune", 1, 50, id="tune-52"),
        pytest.param("everyday_fraud_test", 1, 39, id="test-52"),
        pytest.param("further_tune_?", 10, 141, id="further-tune-151"),
    ],
)
def test_frauds_are_told(trials: Trials, name: str, one_in: int, least: int) -> None:
    assert alerted(trials, name, FRAUD, one_in=one_in) >= least


@pytest.mark.parametrize(
    ("name", "one_in", "most"),
    [
        pytest.param("near_domain_tune_?", 1, 3, id="tune-80"),
        pytest.param("near_domain_test_?", 1, 4, id="test-80"),
        pytest.param("further_tune_?", 10, 3, id="further-tune-129"),
    ],
)
def test_genuine_calls_in_the_words_of_fraud_raise_few_alerts(
    trials: Trials, name: str, one_in: int, most: int
) -> None:
    assert alerted(trials, name, BENIGN, one_in=one_in) <= most


def test_frauds_are_told_although_one_character_in_five_is_misheard(trials: Trials) -> None:
    assert alerted(trials, "everyday_fraud_test", FRAUD, noise=0.2) >= 27


def test_genuine_calls_raise_few_alerts_although_one_character_in_five_is_misheard(trials: Trials) -> None:
    assert alerted(trials, "near_domain_test_?", BENIGN, noise=0.2) <= 2


def genuine_calls_about(*words: str) -> list[Dialogue]:
    """Return the genuine calls of all files, of the types that name one of these."""
    return [
        dialogue
        for path in sorted(DIALOGUES.glob("*.jsonl"))
        for dialogue in read_dialogues(path)
        if dialogue.label == BENIGN and any(word in dialogue.type for word in words)
    ]


@pytest.mark.parametrize("noise", [0.0, 0.2], ids=["clean", "misheard"])
def test_the_hotlines_own_warnings_raise_none(trials: Trials, noise: float) -> None:
    warnings = genuine_calls_about("96110", "九六一一零")
    assert len(warnings) > 50
    assert alerts(trials, warnings, noise) == 0


def test_talks_of_the_police_and_others_that_warn_of_fraud_raise_few(trials: Trials) -> None:
    talks = genuine_calls_about("反诈")
    assert len(talks) > 50
    assert alerts(trials, talks) <= 3


@pytest.mark.parametrize(
    "opening",
    [
        "您好，我是客服。",
        "您好，我是平台客服，工号八零三二。",
        "喂，您好，这里是市公安局。",
        "你好，我是社区民警小王，您现在说话方便吗？",
        "您好，我这边是银行信用卡中心的，请问是机主本人吗？",
        "你好，快递，您有一个包裹到了。",
        "喂，猜猜我是谁？",
        "您好，这里是医保局，跟您核实一下信息。",
        "您好，我是贷款公司的，请问最近有资金需要吗？",
        "你好，这里是法院，有一份传票要跟您核实。",
    ],
)
def test_a_short_call_that_only_opens_like_a_fraud_raises_none(trials: Trials, opening: str) -> None:
    turns = (
        Turn(Speaker.CALLER, opening),
        Turn(Speaker.RESIDENT, "喂？我现在没空，你打错了吧。"),
        Turn(Speaker.CALLER, "哦，那不好意思，打扰您了，再见。"),
    )
    assert trials.of_text(Dialogue(opening, BENIGN, "", "", None, turns)).alert is None


NEW_SCRIPT = """
- {id: new.hook, wordings: [旧铜锣换新灯笼], type: service, stage: hook, weight: 4}
- {id: new.isolation, wordings: [关起门窗慢慢讲], type: service, stage: isolation, weight: 4}
- {id: new.ask, wordings: [把灯笼挂到城隍庙], type: service, stage: ask, weight: 4}
"""


def test_a_new_script_is_told_by_its_phrases_alone() -> None:
    shipped = shipped_text()
    place = shipped.index("\nphrases:\n") + len("\nphrases:\n")
    trials = Trials(Phrasebook.parse(shipped[:place] + NEW_SCRIPT.lstrip("\n") + shipped[place:]))
    turns = tuple(
        Turn(speaker, text)
        for speaker, text in [
            (Speaker.CALLER, "您好，咱们旧铜锣换新灯笼啊。"),
            (Speaker.RESIDENT, "哦，什么意思？"),
            (Speaker.CALLER, "您先关起门窗慢慢讲。"),
            (Speaker.RESIDENT, "好。"),
            (Speaker.CALLER, "今天把灯笼挂到城隍庙。"),
            (Speaker.RESIDENT, "嗯。"),
        ]
    )
    assert trials.of_text(Dialogue("new", FRAUD, "", "", None, turns)).alert
