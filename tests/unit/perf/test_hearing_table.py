"""What a call's hearing counts: characters, phrases found again, phrases that nobody said."""

from __future__ import annotations

import pytest

from contracts.evidence import Speaker
from screening.matcher import Matcher
from screening.phrasebook import Phrasebook
from tests.perf.hearing_table import Hearing, hearing_of

pytestmark = pytest.mark.unit

MATCHER = Matcher(
    Phrasebook.parse("""\
version: "1"
phrases:
- {id: any.hook.account, wordings: [安全账户], stage: hook, weight: 1.0}
- {id: any.hook.screen, wordings: [屏幕共享], stage: hook, weight: 1.0}
""")
)
SAID = {Speaker.CALLER: ["请转到安全账户。", "打开屏幕共享！"], Speaker.RESIDENT: ["好的"]}


def test_what_is_heard_as_it_was_said_is_not_wrong() -> None:
    assert hearing_of(SAID, SAID, MATCHER) == Hearing(15, 0, phrases=2, found=2, not_said=0)


def test_edits_of_both_speakers_are_counted() -> None:
    heard = {Speaker.CALLER: ["请转到安全账户打开屏幕共"], Speaker.RESIDENT: []}
    assert hearing_of(SAID, heard, MATCHER).wrong == 3


def test_a_phrase_that_was_not_heard_is_not_found() -> None:
    heard = {Speaker.CALLER: ["请转到安全账户"], Speaker.RESIDENT: ["好的"]}
    assert hearing_of(SAID, heard, MATCHER).found == 1


def test_a_phrase_that_nobody_said_is_counted() -> None:
    said = {Speaker.CALLER: ["请转到这里"], Speaker.RESIDENT: ["好的"]}
    assert hearing_of(said, SAID, MATCHER).not_said == 2


def test_hearings_add_up() -> None:
    assert Hearing(1, 2, 3, 4, 5) + Hearing(10, 20, 30, 40, 50) == Hearing(11, 22, 33, 44, 55)
