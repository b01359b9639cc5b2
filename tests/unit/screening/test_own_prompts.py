"""The shipped phrases on the texts of the service's own prompts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from contracts.evidence import Speaker
from contracts.speech import Heard
from contracts.taxonomy import RiskLevel
from screening.session import ScreeningSession

pytestmark = pytest.mark.unit

PROMPTS = json.loads(Path(__file__).with_name("own_prompts.json").read_text(encoding="utf-8"))


def final(text):
    return Heard(text, final=True, start_ms=0, end_ms=1)


def sentences(text):
    return [part for part in text.split("。") if part]


def without_punctuation(text):
    return [re.sub(r"[，。、]", "", part) for part in sentences(text)]


def clauses(text):
    return [part for part in re.split(r"[，。]", text) if part]


@pytest.mark.parametrize("cut", [sentences, without_punctuation, clauses])
@pytest.mark.parametrize("name", PROMPTS)
def test_our_own_prompt_is_never_taken_for_a_scam(shipped, name, cut):
    session = ScreeningSession(shipped, number_risk=0.0, high_risk_resident=False)
    levels = [session.hear(Speaker.CALLER, final(part)).level for part in cut(PROMPTS[name])]
    assert max(levels) < RiskLevel.MEDIUM


@pytest.mark.parametrize("name", [name for name in PROMPTS if name.startswith("warning_")])
def test_a_whole_warning_call_is_not_taken_for_a_scam_even_from_a_suspected_number(shipped, name):
    session = ScreeningSession(shipped, number_risk=1.0, high_risk_resident=True)
    call = [
        PROMPTS[part] for part in (name, "press_keys", "connecting_operator", "operators_busy", "confirmed")
    ]
    levels = [session.hear(Speaker.CALLER, final(part)).level for text in call for part in sentences(text)]
    assert max(levels) < RiskLevel.MEDIUM
