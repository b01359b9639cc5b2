"""The whole judgement on a caller, with every rule explained."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from blacklists.list_file import ListFile
from blacklists.lists import NumberLists
from blacklists.normalise import parse_number
from contracts.node_api import EmergencyWindow, Enrolment, Overlay, Standing
from contracts.phone import PhoneNumber
from contracts.verdict import Action, Verdict
from screening.number_rules import judge_number
from screening.number_signs import TrunkFacts
from tests.perf.benchmark import Options, Result, latency_of
from tests.perf.invented_lists import LISTS, covered, listed, ready_file, unlisted

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_TRUNK = TrunkFacts(domestic=True, home_area="0536")
_RESIDENT = Enrolment(
    resident_id="r1", number="+8613800000001", contacts=("+8613800000002", "+8613800000003")
)
_STANDINGS = 1000


def run(options: Options) -> Iterable[Result]:
    """Judge listed, covered and unlisted callers and mobiles, as parsed, and from what the trunk presents."""
    with ListFile.open(ready_file(options)) as file:
        lists = NumberLists(file, _overlay())

        def judge(number: PhoneNumber) -> Verdict:
            return judge_number(number, _TRUNK, _RESIDENT, lists, _NOW, Action.PASS)

        asked = {"listed": listed, "unlisted": unlisted, "covered": covered, "mobile": _mobile}
        figures = {
            name: value
            for kind, ask in asked.items()
            for name, value in latency_of(judge, ask, options.lookups).figures(kind).items()
        }
        presented = latency_of(lambda raw: judge(parse_number(raw, "0536")), _presented, options.lookups)
    budgets = {f"{kind}_p99_us": 50.0 for kind in (*asked, "mobile_with_parsing")}
    sizes = {"entries": options.entries, "lookups": options.lookups, "standings": _STANDINGS}
    yield Result("verdict", sizes, figures | presented.figures("mobile_with_parsing"), budgets=budgets)


def _overlay() -> Overlay:
    standings = tuple(
        Standing(number=f"+861990000{n:04}", residents_last_hour=n % 30, score=n % 10 / 10, reports=n % 7)
        for n in range(_STANDINGS)
    )
    window = EmergencyWindow(resident_id="r2", until=_NOW)
    return Overlay(version="1", base=1, release=1, lists=LISTS, standings=standings, emergencies=(window,))


def _presented(n: int) -> str:
    return f"+861990000{n % 2000:04}"


def _mobile(n: int) -> PhoneNumber:
    return parse_number(f"1990000{n % 2000:04}")
