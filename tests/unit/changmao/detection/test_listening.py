"""Many written calls, each listened to with the diction that was fitted without it."""

from __future__ import annotations

import pytest

from changmao.detection.listening import listen_to
from contracts.evidence import Speaker
from screening.diction import Diction
from screening.evaluation.dialogue import Dialogue, Turn, fold_of
from screening.fitting.heard_call import DICTION, HeardCall
from screening.phrasebook import Phrasebook
from tests.fixtures.phrasebooks import ORIGINAL

pytestmark = pytest.mark.unit

BOOK = Phrasebook.parse(ORIGINAL)
FOR, AGAINST = (Diction({Speaker.CALLER: {"垫": weight}, Speaker.RESIDENT: {}}) for weight in (40.0, -40.0))
CALLS = [
    (
        "calls.jsonl",
        Dialogue(f"calls/{n}", "fraud", "", "", None, (Turn(Speaker.CALLER, "先垫上，您涉嫌洗钱。"),), group),
    )
    for group in ("", "li")
    for n in range(20)
]


def worded(call: HeardCall) -> float:
    """Return what diction says where the phrase is found."""
    (moment,) = (dict(each) for each in call.moments if "police.hook.case" in dict(each))
    return moment.get(DICTION, 0.0)


@pytest.mark.parametrize("jobs", [1, 2])
def test_each_call_is_heard_with_the_diction_of_its_own_fold(jobs: int) -> None:
    heard = list(listen_to(CALLS, BOOK, (FOR, AGAINST), jobs))
    sides = [1 if worded(call) > 0 else -1 if worded(call) < 0 else 0 for call in heard]
    assert sides == [1 if fold_of(dialogue.group or dialogue.id, 2) == 0 else -1 for _, dialogue in CALLS]
    assert set(sides) == {1, -1}


def test_the_phrasebooks_own_diction_is_not_heard() -> None:
    heard = listen_to(CALLS, Phrasebook("1", BOOK.phrases, diction=FOR), (Diction(), Diction()), 1)
    assert {worded(call) for call in heard} == {0.0}
