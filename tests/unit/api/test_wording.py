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


DETAILS = [
    ("call_started", Action),
    ("call_noted", NoteKind),
    ("warning_opened", ScamType),
    ("attempt_planned", Channel),
    ("attempt_ended", Outcome),
    ("visit_ordered", VisitReason),
]


@pytest.mark.parametrize(("kind", "word"), [(kind, word) for kind, words in DETAILS for word in words])
def test_every_detail_of_a_timeline_is_written_in_chinese(kind: str, word: str):
    assert wording.detail(kind, word) != word


def test_one_word_means_what_its_moment_says():
    assert wording.detail("visit_ordered", "policy") != wording.detail("call_ended", "policy")


def test_an_unknown_detail_is_shown_as_it_is():
    assert wording.detail("call_ended", "something new") == "something new"
