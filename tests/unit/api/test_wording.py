"""The console has a Chinese word for every code it may meet."""

from __future__ import annotations

from enum import Enum

import pytest

from api.console import list_wording, reason_wording, wording
from blacklists.importing.refusal import BadHeaderError
from blacklists.reason import Why
from blacklists.reputation import ReportSource
from casework.attempt import AttemptState
from casework.visit_order import VisitReason
from casework.warning import Phase
from contracts.errors import ConflictError
from contracts.evidence import Speaker, Stage
from contracts.node_api import NoteKind
from contracts.number_list import EntryKind, ListKind
from contracts.outcome import Channel, Outcome
from contracts.phone import NumberKind
from contracts.taxonomy import RiskLevel, ScamType
from contracts.verdict import Action
from screening.number_steps import Rule
from store.list_version import SecondPersonError, VersionState
from store.report_schema import RemovalState

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
    (list_wording.RULE, Rule),
    (list_wording.RULE_MEANING, Rule),
    (list_wording.LIST_KIND, ListKind),
    (wording.ENTRY_KIND, EntryKind),
    (list_wording.NUMBER_KIND, NumberKind),
    (reason_wording.REASON, Why),
    (list_wording.VERSION_STATE, VersionState),
    (list_wording.REMOVAL_STATE, RemovalState),
    (list_wording.REPORT_SOURCE, ReportSource),
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


def test_the_rules_are_explained_in_the_order_they_are_walked():
    assert list(list_wording.RULE) == list(Rule)


def test_a_named_fault_is_told_in_its_own_words():
    assert "另一人" in list_wording.fault_in_chinese(SecondPersonError("version 1: another person"))


def test_a_fault_that_needs_its_place_quotes_the_service():
    error = BadHeaderError("t.csv: no column pattern")
    assert list_wording.fault_in_chinese(error).endswith("：t.csv: no column pattern")


def test_a_fault_without_words_of_its_own_takes_those_of_its_kind():
    class NewConflictError(ConflictError):
        code = "lists.something_new"

    assert list_wording.fault_in_chinese(NewConflictError("x")).startswith("内容已被他人更改")


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        ("one entry", "单个号码"),
        ("rollback of 7 to 5", "由版本 7 回滚到版本 5"),
        (
            "rollback of 7 to 5 without 2 cleared numbers",
            "由版本 7 回滚到版本 5，其中 2 个经决定移出的号码不恢复",
        ),
        ("removal request q1", "移除申请 q1"),
        ("涉诈号码.csv", "涉诈号码.csv"),
    ],
)
def test_where_a_version_comes_from_is_told_in_chinese(origin: str, words: str):
    assert list_wording.origin_in_chinese(origin) == words
