"""Places at speech servers: who gets one, who gives way, and when it is tried again."""

from __future__ import annotations

import pytest

from contracts.taxonomy import RiskLevel
from telephony.controller.speech_pool import (
    DOUBT_S,
    FIRST_GROWTH_S,
    LATE_FOR_S,
    LATE_MS,
    SETTLE_S,
    Rank,
    Shortage,
    SpeechPool,
)

pytestmark = pytest.mark.unit

A, B = "ws://a:2700", "ws://b:2700"


class Leg:
    """A leg that does as it is told once the test lets it."""

    def __init__(self, name, *, caller=True, level=RiskLevel.NONE, number_risk=0.0, dialogue_risk=0.0):
        self.name, self.told = name, []
        self.rank = Rank(caller, level, number_risk, dialogue_risk)

    def give_way(self, shortage):
        self.told.append(shortage)


class Scene:
    """A pool and its clock."""

    def __init__(self, *urls):
        self.now = 1000.0
        self.pool = SpeechPool(urls or (A,), lambda: self.now)

    def heard(self, *legs):
        for leg in legs:
            assert isinstance(self.pool.place(leg), str)
        return legs

    def full(self, *legs):
        """Let the server have taken these legs and refuse one more."""
        self.heard(*legs)
        one_more = Leg("one more", caller=False, number_risk=-1)
        self.pool.place(one_more)
        self.pool.refused(one_more)
        self.pool.leave(one_more)

    def late(self, leg, seconds=LATE_FOR_S):
        """Let a leg be late for so long."""
        self.pool.measured(leg, LATE_MS)
        self.now += seconds
        self.pool.measured(leg, LATE_MS)


@pytest.fixture
def scene():
    return Scene()


def test_while_nothing_runs_short_every_leg_has_a_place(scene):
    assert {scene.pool.place(Leg(str(n))) for n in range(100)} == {A}


def test_legs_spread_over_the_servers():
    scene = Scene(A, B)
    assert [scene.pool.place(Leg(str(n))) for n in range(4)] == [A, B, A, B]


def test_a_server_that_was_lost_is_not_the_first_choice():
    scene = Scene(A, B)
    leg = Leg("leg")
    scene.pool.place(leg)
    scene.pool.lost(leg)
    assert scene.pool.place(leg) == B


def test_a_server_that_was_lost_is_tried_where_there_is_no_other(scene):
    leg = Leg("leg")
    scene.pool.place(leg)
    scene.pool.lost(leg)
    assert scene.pool.place(leg) == A


def test_a_server_that_was_lost_is_a_choice_again_after_a_while():
    scene = Scene(A, B)
    leg = Leg("leg")
    scene.pool.place(leg)
    scene.pool.lost(leg)
    scene.now += DOUBT_S
    assert scene.pool.place(leg) == A


def test_a_refused_leg_is_told_that_servers_are_full(scene):
    scene.full(Leg("heard"))
    assert scene.pool.place(Leg("late comer")) is Shortage.FULL


def test_a_leg_that_one_server_refused_is_sent_to_another():
    scene = Scene(A, B)
    leg = Leg("leg")
    scene.pool.place(leg)
    scene.pool.refused(leg)
    assert scene.pool.place(leg) == B


def test_a_full_server_is_tried_again_after_a_while(scene):
    scene.full(Leg("heard"))
    scene.now += FIRST_GROWTH_S
    assert scene.pool.place(Leg("late comer")) == A


def test_a_full_server_is_tried_again_by_one_leg_at_a_time(scene):
    scene.full(Leg("heard"))
    scene.now += FIRST_GROWTH_S
    scene.pool.place(Leg("late comer"))
    assert scene.pool.place(Leg("another")) is Shortage.FULL


def test_the_leg_that_matters_most_is_the_next_to_be_placed(scene):
    heard = [Leg("heard", level=RiskLevel.HIGH)]
    scene.full(*heard)
    harmless, risky = Leg("harmless"), Leg("risky", level=RiskLevel.LOW)
    assert {scene.pool.place(harmless), scene.pool.place(risky)} == {Shortage.FULL}
    scene.pool.leave(heard[0])
    assert (scene.pool.place(harmless), scene.pool.place(risky)) == (Shortage.FULL, A)


def test_a_place_that_becomes_free_is_given_again(scene):
    first = Leg("first")
    scene.full(first)
    scene.pool.leave(first)
    assert scene.pool.place(Leg("next")) == A


@pytest.mark.parametrize(
    "less",
    [
        Leg("resident", caller=False, level=RiskLevel.HIGH, number_risk=1),
        Leg("lower level", level=RiskLevel.LOW, number_risk=1),
        Leg("better number", level=RiskLevel.MEDIUM, number_risk=0.2),
    ],
    ids=lambda leg: leg.name,
)
def test_the_leg_that_matters_less_gives_way(scene, less):
    scene.full(less, Leg("other", level=RiskLevel.HIGH))
    scene.pool.place(Leg("new", level=RiskLevel.MEDIUM, number_risk=0.5))
    assert less.told == [Shortage.FULL]


def test_a_livelier_word_alone_takes_nobodys_place(scene):
    first = Leg("first", dialogue_risk=-4.0)
    scene.full(first)
    scene.pool.place(Leg("new", dialogue_risk=-3.5))
    assert first.told == []


def test_among_legs_alike_the_one_whose_talk_is_more_harmless_gives_way(scene):
    lively, dull = Leg("lively", dialogue_risk=-3.0), Leg("dull", dialogue_risk=-6.0)
    scene.full(lively, dull)
    scene.pool.place(Leg("new", number_risk=0.5))
    assert (lively.told, dull.told) == ([], [Shortage.FULL])


def test_who_waits_for_a_place_to_be_freed_asks_again_soon(scene):
    scene.full(Leg("resident", caller=False))
    assert scene.pool.place(Leg("new")) is None


def test_one_new_leg_costs_one_other_its_place(scene):
    residents = [Leg(f"resident {n}", caller=False) for n in range(3)]
    scene.full(*residents)
    new = Leg("new")
    for _ in range(5):
        scene.pool.place(new)
    assert sum(len(leg.told) for leg in residents) == 1


def test_the_new_leg_has_the_place_once_the_other_has_left_it(scene):
    resident, new = Leg("resident", caller=False), Leg("new")
    scene.full(resident)
    scene.pool.place(new)
    scene.pool.leave(resident)
    assert scene.pool.place(new) == A


def test_a_refusal_while_a_place_is_being_freed_costs_nobody_else_theirs(scene):
    residents = [Leg(f"resident {n}", caller=False) for n in range(3)]
    new = Leg("new")
    scene.full(*residents)
    scene.pool.place(new)
    scene.pool.leave(next(leg for leg in residents if leg.told))
    scene.pool.place(new)
    scene.pool.refused(new)
    assert scene.pool.place(new) == A


def test_one_late_block_costs_nobody_their_place(scene):
    legs = scene.heard(Leg("caller"), Leg("resident", caller=False))
    scene.pool.measured(legs[0], LATE_MS)
    scene.now += LATE_FOR_S
    scene.pool.measured(legs[0], LATE_MS - 1)
    scene.pool.measured(legs[0], LATE_MS)
    assert [leg.told for leg in legs] == [[], []]


def test_when_a_leg_stays_late_the_residents_gives_way(scene):
    caller, resident = scene.heard(Leg("caller"), Leg("resident", caller=False, level=RiskLevel.HIGH))
    scene.late(caller)
    assert (caller.told, resident.told) == ([], [Shortage.LATE])


def test_they_give_way_one_by_one(scene):
    caller, *residents = scene.heard(Leg("caller"), *(Leg(f"r{n}", caller=False) for n in range(3)))
    scene.late(caller)
    scene.pool.measured(caller, LATE_MS)
    assert sum(len(leg.told) for leg in residents) == 1


def test_where_it_does_not_help_another_gives_way(scene):
    caller, *residents = scene.heard(Leg("caller"), *(Leg(f"r{n}", caller=False) for n in range(3)))
    scene.late(caller)
    scene.now += SETTLE_S
    scene.pool.measured(caller, LATE_MS)
    assert sum(len(leg.told) for leg in residents) == 2


def test_the_last_leg_of_a_server_does_not_give_way(scene):
    [caller] = scene.heard(Leg("caller"))
    scene.late(caller)
    assert caller.told == []


def test_who_gave_way_to_a_late_server_goes_to_another():
    scene = Scene(A, B)
    caller, _, resident = scene.heard(Leg("a"), Leg("b"), Leg("r", caller=False))
    scene.late(caller)
    scene.pool.leave(resident)
    assert scene.pool.place(resident) == B


def test_a_server_that_falls_behind_again_is_left_alone_for_longer(scene):
    caller, resident = scene.heard(Leg("caller"), Leg("resident", caller=False))
    for _ in range(2):
        scene.late(caller)
        scene.pool.leave(resident)
        scene.now += FIRST_GROWTH_S
        if not resident.told[1:]:
            scene.heard(resident)
    assert scene.pool.place(resident) is Shortage.LATE


def test_a_server_that_was_lost_takes_no_more_than_before(scene):
    first = Leg("first")
    scene.full(first)
    scene.pool.lost(first)
    scene.pool.place(first)
    assert scene.pool.place(Leg("one more")) is Shortage.FULL


def test_a_server_whose_only_leg_is_late_takes_no_other(scene):
    [caller] = scene.heard(Leg("caller"))
    scene.late(caller)
    assert scene.pool.place(Leg("resident", caller=False)) is Shortage.LATE


def test_while_a_leg_stays_late_nobody_is_taken_back(scene):
    caller, resident = scene.heard(Leg("caller"), Leg("resident", caller=False))
    scene.late(caller)
    scene.pool.leave(resident)
    scene.now += FIRST_GROWTH_S
    scene.pool.measured(caller, LATE_MS)
    assert scene.pool.place(resident) is Shortage.LATE


def test_blocks_and_their_lag_are_counted(scene):
    [leg] = scene.heard(Leg("leg"))
    for behind_ms in (100.4, LATE_MS):
        scene.pool.measured(leg, behind_ms)
    counted = [scene.pool.counters[name] for name in ("speech_blocks", "speech_lag_ms", "speech_blocks_late")]
    assert counted == [2, 100 + LATE_MS, 1]
