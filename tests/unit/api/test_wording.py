"""The console has a Chinese word for every code it may meet."""

from __future__ import annotations

from enum import Enum

import pytest

from api.console import wording
from casework.attempt import AttemptState
from casework.visit_order import VisitReason
from casework.warning import Phase
from contracts.evidence import Speaker, Stage
from contracts.node_api import NoteKind
from contracts.outcome import Channel, Outcome
from contracts.taxonomy import RiskLevel, ScamType
from contracts.verdict import Action

pytestmark = pytest.mark.unit

TABLES = [
    (wording.LEVEL, RiskLevel),
    (wording.SPEAKER, Speaker),
    (wording.STAGE, Stage),
    (wording.CHANNEL, Channel),
    (wording.ACTION, Action),
    (wording.PHASE, Phase),
    (wording.OUTCOME, Outcome),
    (wording.ATTEMPT, AttemptState),
    (wording.VISIT, VisitReason),
    (wording.NOTE, NoteKind),
]


@pytest.mark.parametrize(("table", "codes"), TABLES, ids=[codes.__name__ for _, codes in TABLES])
def test_every_code_has_a_word(table: dict[Enum, str], codes: type[Enum]):
    assert set(table) == set(codes)


@pytest.mark.parametrize("code", [*Outcome, *NoteKind, *VisitReason, *ScamType, *Action, *Channel])
def test_every_detail_of_a_timeline_is_written_in_chinese(code: str):
    assert wording.detail(code) != code


def test_an_unknown_detail_is_shown_as_it_is():
    assert wording.detail("something new") == "something new"
