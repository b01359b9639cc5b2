"""The shipped phrases on our own dialogues, played as `changmao detect eval` plays them.

The phrasebook was made on and fitted to the tune parts; only the test parts say anything about calls nobody
has seen. Each bound lies a little on the worse side of what was reached when it was set. Move one only with a
reason.
"""

from __future__ import annotations

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


def alerted(trials: Trials, name: str, label: str, noise: float = 0.0) -> int:
    """Return how many calls of the files with this name and label raise an alert."""
    dialogues = [
        dialogue
        for path in sorted(DIALOGUES.glob(f"{name}.jsonl"))
        for dialogue in read_dialogues(path)
        if dialogue.label == label
    ]
    assert dialogues
    return sum(
        trials.of_text(dialogue, add_noise(dialogue, noise)).alert is not None for dialogue in dialogues
    )


@pytest.mark.parametrize(
    ("name", "least"),
    [
        pytest.param("everyday_fraud_tune", 50, id="tune-52"),
        pytest.param("everyday_fraud_test", 39, id="test-52"),
    ],
)
def test_frauds_are_told(trials: Trials, name: str, least: int) -> None:
    assert alerted(trials, name, FRAUD) >= least


@pytest.mark.parametrize(
    ("name", "most"),
    [
        pytest.param("near_domain_tune_?", 3, id="tune-80"),
        pytest.param("near_domain_test_?", 4, id="test-80"),
    ],
)
def test_genuine_calls_in_the_words_of_fraud_raise_few_alerts(trials: Trials, name: str, most: int) -> None:
    assert alerted(trials, name, BENIGN) <= most


def test_frauds_are_told_although_one_character_in_five_is_misheard(trials: Trials) -> None:
    assert alerted(trials, "everyday_fraud_test", FRAUD, noise=0.2) >= 27


def test_genuine_calls_raise_few_alerts_although_one_character_in_five_is_misheard(trials: Trials) -> None:
    assert alerted(trials, "near_domain_test_?", BENIGN, noise=0.2) <= 2


def test_the_hotlines_own_warnings_raise_none(trials: Trials) -> None:
    warnings = [
        dialogue
        for path in sorted(DIALOGUES.glob("*.jsonl"))
        for dialogue in read_dialogues(path)
        if dialogue.label == BENIGN and ("96110" in dialogue.type or "九六一一零" in dialogue.type)
    ]
    assert len(warnings) > 50
    assert [warning.id for warning in warnings if trials.of_text(warning).alert] == []


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
