"""Matches marked in a transcript."""

from __future__ import annotations

from typing import cast

import pytest

from api.console.case_page import spoken
from api.highlighting import Piece
from contracts.evidence import Evidence, Line, Speaker, Stage
from contracts.taxonomy import ScamType
from store.views import AlertView

pytestmark = pytest.mark.unit


def said(text: str, start_ms: int = 0, speaker: Speaker = Speaker.CALLER) -> Line:
    return Line(speaker=speaker, text=text, start_ms=start_ms, end_ms=start_ms + 5000)


def found(text: str, span: tuple[int, int], start_ms: int = 1000) -> Evidence:
    return Evidence(
        phrase_id="police.safe_account",
        wording="安全账户",
        text=text,
        speaker=Speaker.CALLER,
        stage=Stage.ASK,
        scam_type=ScamType.POLICE,
        score=96.0,
        contribution=2.0,
        span=span,
        start_ms=start_ms,
        end_ms=start_ms + 800,
    )


def pieces(line: Line, evidence: Evidence) -> tuple[Piece, ...]:
    view = AlertView(alert=cast("object", None), evidence=(evidence,), transcript=(line,))  # type: ignore[arg-type]
    return spoken(view)[0].pieces


def test_a_match_is_marked_with_its_stage_and_wording():
    assert pieces(said("转到安全账户"), found("安全账户", (2, 6)))[1] == Piece("安全账户", "索取：安全账户")


def test_a_match_of_another_time_is_not_marked():
    assert pieces(said("转到安全账户", start_ms=60_000), found("安全账户", (2, 6)))[0].reason is None


def test_a_match_of_the_other_speaker_is_not_marked():
    line = said("转到安全账户", speaker=Speaker.RESIDENT)
    assert pieces(line, found("安全账户", (2, 6)))[0].reason is None


def test_a_match_found_in_a_partial_is_looked_up_in_the_final():
    line = said("请你转到安全账户")
    assert pieces(line, found("安全账户", (2, 6)))[1].text == "安全账户"


def test_a_match_that_the_final_no_longer_holds_marks_nothing():
    assert pieces(said("转到那个账号"), found("安全账户", (2, 6)))[0].reason is None
