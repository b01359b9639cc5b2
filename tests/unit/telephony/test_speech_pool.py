"""Places at speech servers: who gets one, who gives way, and when it is tried again."""

from __future__ import annotations

from contextlib import ExitStack, suppress

import pytest

from asr.errors import AsrLostError, AsrRefusedError, AsrRestartedError
from contracts.taxonomy import RiskLevel
from telephony.controller.patience import Patience
from telephony.controller.rank import Rank, Side
from telephony.controller.speech_pool import SpeechPool
from telephony.controller.speech_server import Shortage

pytestmark = pytest.mark.unit

A, B = "ws://a:2700", "ws://b:2700"
PATIENCE = Patience()
LATE_MS = PATIENCE.late_ms + 1
LATE_FOR_S, SETTLE_S, DOUBT_S = PATIENCE.late_for_s, PATIENCE.settle_s, PATIENCE.doubt_s
FULL_GROWTH_S, LATE_GROWTH_S = PATIENCE.full_growth_s, PATIENCE.first_late_growth_s
LAST_GROWTH_S = PATIENCE.last_late_growth_s


class Leg:
    """A leg that does as it is told once the test lets it."""

    def __init__(self, name, side=Side.CALLER, **rank):
        self.name, self.told = name, []
        self.rank = Rank(side, **rank)
        self.stream = ExitStack()

    def give_way(self, why):
        self.told.append(why)


def resident_leg(name="resident", **rank):
    return Leg(name, Side.RESIDENT, **rank)


class Scene:
    """A pool and its clock."""

    def __init__(self, *urls):
        self.now = 1000.0
        self.pool = SpeechPool(urls or (A,), PATIENCE, lambda: self.now)

    def place(self, leg):
        """Let a leg ask for a place, and keep it."""
        place = self.pool.place(leg)
        if isinstance(place, str) and not isinstance(place, Shortage):
            leg.stream.enter_context(self.pool.kept(leg))
        return place

    def ends(self, leg, error=None):
        """Let the leg's stream end, by an error or because it gives way."""
        with suppress(AsrLostError, AsrRefusedError), leg.stream:
            if error is not None:
                raise error

    def lost(self, leg):
        self.ends(leg, AsrLostError("gone"))

    def refused(self, leg):
        self.ends(leg, AsrRefusedError("full"))

    def heard(self, *legs):
        assert {self.place(leg) for leg in legs} <= {A, B}
        return legs

    def full(self, *legs):
        """Let the server have taken these legs and refuse one more."""
        self.heard(*legs)
        one_more = Leg("one more", Side.NETWORK)
        self.place(one_more)
        self.refused(one_more)
        self.pool.forget(one_more)

    def late(self, leg, seconds=LATE_FOR_S):
        """Let a leg be late for so long."""
        self.pool.measured(leg, LATE_MS)
        self.now += seconds
        self.pool.measured(leg, LATE_MS)


@pytest.fixture
def scene():
    return Scene()


def test_while_nothing_runs_short_every_leg_has_a_place(scene):
    assert {scene.place(Leg(str(n))) for n in range(100)} == {A}


def test_legs_spread_over_the_servers():
    scene = Scene(A, B)
    assert [scene.place(Leg(str(n))) for n in range(4)] == [A, B, A, B]


def test_a_server_that_was_lost_is_not_the_first_choice():
    scene = Scene(A, B)
    leg = Leg("leg")
    scene.place(leg)
    scene.lost(leg)
    assert scene.place(leg) == B


def test_a_server_that_closed_a_stream_to_have_it_opened_anew_is_placed_on_as_before():
    scene = Scene(A, B)
    leg, _ = scene.heard(Leg("a"), Leg("b"))
    scene.ends(leg, AsrRestartedError("a process of it has died"))
    assert scene.place(leg) == A


def test_a_server_that_closed_a_stream_to_have_it_opened_anew_is_still_a_choice():
    scene = Scene(A, B)
    at_a, at_b = scene.heard(Leg("a"), Leg("b"))
    scene.ends(at_a, AsrRestartedError("a process of it has died"))
    assert (scene.pool.has_choice(at_b), scene.pool.counters["speech_lost"]) == (True, 1)


def test_where_all_servers_were_lost_the_one_lost_last_is_asked_last():
    scene = Scene(A, B)
    leg, _ = scene.heard(Leg("leg"), Leg("heard by the other"))
    places = []
    for _ in range(4):
        scene.lost(leg)
        scene.now += DOUBT_S / 10
        places.append(scene.place(leg))
    assert places == [B, A, B, A]


def test_while_a_server_is_doubted_there_is_no_choice():
    scene = Scene(A, B)
    at_a, at_b = scene.heard(Leg("a"), Leg("b"))
    before = scene.pool.has_choice(at_b)
    scene.lost(at_a)
    assert (before, scene.pool.has_choice(at_b)) == (True, False)


def test_where_one_server_is_gone_and_the_other_full_the_residents_leg_gives_way():
    scene = Scene(A, B)
    caller, resident = scene.heard(Leg("caller"), resident_leg())
    scene.lost(caller)
    one_more = Leg("one more", Side.NETWORK)
    assert scene.place(one_more) == B
    scene.refused(one_more)
    assert (scene.place(caller), len(resident.told)) == (None, 1)


def test_where_one_server_is_gone_and_the_other_full_nobody_is_sent_to_the_one_that_is_gone():
    scene = Scene(A, B)
    lost, heard = scene.heard(Leg("lost"), Leg("heard"))
    scene.lost(lost)
    assert scene.place(lost) == B
    scene.refused(lost)
    assert (scene.place(lost), heard.told) == (Shortage.FULL, [])


def test_a_server_that_was_lost_is_tried_where_there_is_no_other(scene):
    leg = Leg("leg")
    scene.place(leg)
    scene.lost(leg)
    assert scene.place(leg) == A


def test_a_server_that_was_lost_is_a_choice_again_after_a_while():
    scene = Scene(A, B)
    leg = Leg("leg")
    scene.place(leg)
    scene.lost(leg)
    scene.now += DOUBT_S
    assert scene.place(leg) == A


def test_a_refused_leg_is_told_that_servers_are_full(scene):
    scene.full(Leg("heard"))
    assert scene.place(Leg("late comer")) is Shortage.FULL


def test_a_leg_that_one_server_refused_is_sent_to_another():
    scene = Scene(A, B)
    leg = Leg("leg")
    scene.place(leg)
    scene.refused(leg)
    assert scene.place(leg) == B


def test_a_full_server_is_tried_again_after_a_while(scene):
    scene.full(Leg("heard"))
    scene.now += FULL_GROWTH_S
    assert scene.place(Leg("late comer")) == A


def test_a_full_server_is_tried_again_by_one_leg_at_a_time(scene):
    scene.full(Leg("heard"))
    scene.now += FULL_GROWTH_S
    scene.place(Leg("late comer"))
    assert scene.place(Leg("another")) is Shortage.FULL


def test_many_legs_that_were_refused_at_once_are_soon_placed_again(scene):
    legs = scene.heard(*(Leg(str(n)) for n in range(8)))
    for leg in legs:
        scene.refused(leg)
    began, waiting = scene.now, list(legs)
    while waiting and scene.now < began + 10:
        scene.now += FULL_GROWTH_S
        waiting = [leg for leg in waiting if scene.place(leg) != A]
    assert (waiting, scene.now - began <= 2.0) == ([], True)


def test_a_server_that_stays_full_is_tried_by_one_leg_at_a_time(scene):
    scene.full(Leg("heard"))
    late_comers = [Leg(str(n)) for n in range(3)]
    tried = []
    for _ in range(4):
        scene.now += FULL_GROWTH_S
        placed = [leg for leg in late_comers if scene.place(leg) == A]
        for leg in placed:
            scene.refused(leg)
        tried.append(len(placed))
    assert tried == [1, 1, 1, 1]


def test_the_leg_that_matters_most_is_the_next_to_be_placed(scene):
    heard = [Leg("heard", level=RiskLevel.HIGH)]
    scene.full(*heard)
    harmless, risky = Leg("harmless"), Leg("risky", level=RiskLevel.LOW)
    assert {scene.place(harmless), scene.place(risky)} == {Shortage.FULL}
    scene.ends(heard[0])
    assert (scene.place(harmless), scene.place(risky)) == (Shortage.FULL, A)


def test_a_place_that_becomes_free_is_given_again(scene):
    first = Leg("first")
    scene.full(first)
    scene.ends(first)
    assert scene.place(Leg("next")) == A


@pytest.mark.parametrize(
    "less",
    [
        resident_leg(level=RiskLevel.HIGH, number_risk=1),
        Leg("network", Side.NETWORK),
        Leg("lower level", level=RiskLevel.LOW, number_risk=1),
        Leg("better number", level=RiskLevel.MEDIUM, number_risk=0.2),
    ],
    ids=lambda leg: leg.name,
)
def test_the_leg_that_matters_less_gives_way(scene, less):
    scene.full(less, Leg("other", level=RiskLevel.HIGH))
    scene.place(Leg("new", level=RiskLevel.MEDIUM, number_risk=0.5))
    assert less.told == [f"speech servers are full, {A} hears new"]


def test_a_livelier_word_alone_takes_nobodys_place(scene):
    first = Leg("first", dialogue_risk=-4.0)
    scene.full(first)
    scene.place(Leg("new", dialogue_risk=-3.5))
    assert first.told == []


def test_among_legs_alike_the_one_whose_talk_is_more_harmless_gives_way(scene):
    lively, dull = Leg("lively", dialogue_risk=-3.0), Leg("dull", dialogue_risk=-6.0)
    scene.full(lively, dull)
    scene.place(Leg("new", number_risk=0.5))
    assert (lively.told, len(dull.told)) == ([], 1)


def test_who_waits_for_a_place_to_be_freed_asks_again_soon(scene):
    scene.full(resident_leg())
    assert scene.place(Leg("new")) is None


def test_one_new_leg_costs_one_other_its_place(scene):
    residents = [resident_leg(f"resident {n}") for n in range(3)]
    scene.full(*residents)
    new = Leg("new")
    for _ in range(5):
        scene.place(new)
    assert sum(len(leg.told) for leg in residents) == 1


def test_the_new_leg_has_the_place_once_the_other_has_left_it(scene):
    resident, new = resident_leg(), Leg("new")
    scene.full(resident)
    scene.place(new)
    scene.ends(resident)
    assert scene.place(new) == A


def test_a_refusal_while_a_place_is_being_freed_costs_nobody_else_theirs(scene):
    residents = [resident_leg(f"resident {n}") for n in range(3)]
    new = Leg("new")
    scene.full(*residents)
    scene.place(new)
    scene.ends(next(leg for leg in residents if leg.told))
    scene.place(new)
    scene.refused(new)
    assert scene.place(new) == A


def test_one_late_block_costs_nobody_their_place(scene):
    legs = scene.heard(Leg("caller"), resident_leg())
    scene.pool.measured(legs[0], LATE_MS)
    scene.now += LATE_FOR_S
    scene.pool.measured(legs[0], LATE_MS - 1)
    scene.pool.measured(legs[0], LATE_MS)
    assert [leg.told for leg in legs] == [[], []]


def test_when_a_leg_stays_late_the_residents_gives_way(scene):
    caller, resident = scene.heard(Leg("caller"), resident_leg(level=RiskLevel.HIGH))
    scene.late(caller)
    assert (caller.told, resident.told) == (
        [],
        [f"speech servers are behind, {A} hears those who stay"],
    )


def test_they_give_way_one_by_one(scene):
    caller, *residents = scene.heard(Leg("caller"), *(resident_leg(f"r{n}") for n in range(3)))
    scene.late(caller)
    scene.pool.measured(caller, LATE_MS)
    assert sum(len(leg.told) for leg in residents) == 1


def test_where_it_does_not_help_another_gives_way(scene):
    caller, *residents = scene.heard(Leg("caller"), *(resident_leg(f"r{n}") for n in range(3)))
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
    caller, _, resident = scene.heard(Leg("a"), Leg("b"), resident_leg("r"))
    scene.late(caller)
    scene.ends(resident)
    assert scene.place(resident) == B


def test_a_server_that_falls_behind_again_is_left_alone_for_longer(scene):
    caller, resident = scene.heard(Leg("caller"), resident_leg())
    scene.late(caller)
    scene.ends(resident)
    scene.now += LATE_GROWTH_S
    scene.heard(resident)
    scene.late(caller)
    scene.ends(resident)
    scene.now += LATE_GROWTH_S
    sooner = scene.place(resident)
    scene.now += LATE_GROWTH_S
    assert (sooner, scene.place(resident)) == (Shortage.LATE, A)


def test_a_server_that_bears_its_growth_is_allowed_more_as_soon_as_at_first(scene):
    caller, resident = scene.heard(Leg("caller"), resident_leg())
    for _ in range(4):
        scene.late(caller)
        scene.ends(resident)
        scene.now += LAST_GROWTH_S
        scene.heard(resident)
    for n in range(4):
        scene.now += LAST_GROWTH_S
        scene.heard(Leg(f"growth {n}"))
    scene.now += LATE_GROWTH_S
    assert scene.place(Leg("one more")) == A


def test_a_server_that_was_behind_and_has_nothing_to_do_takes_as_many_as_come(scene):
    caller, resident = scene.heard(Leg("caller"), resident_leg())
    scene.late(caller)
    scene.ends(resident)
    scene.ends(caller)
    scene.now += LATE_GROWTH_S
    assert {scene.place(Leg(str(n))) for n in range(10)} == {A}


def test_a_server_that_is_behind_with_its_only_leg_takes_no_other_while_that_one_comes_back(scene):
    caller, resident = scene.heard(Leg("caller"), resident_leg())
    scene.late(caller)
    scene.ends(resident)
    scene.lost(caller)
    assert (scene.place(caller), scene.place(resident)) == (A, Shortage.LATE)


def test_a_server_that_was_lost_takes_no_more_than_before(scene):
    first = Leg("first")
    scene.full(first)
    scene.lost(first)
    scene.place(first)
    assert scene.place(Leg("one more")) is Shortage.FULL


def test_a_server_whose_only_leg_is_late_takes_no_other(scene):
    [caller] = scene.heard(Leg("caller"))
    scene.late(caller)
    assert scene.place(resident_leg()) is Shortage.LATE


def test_while_a_leg_stays_late_nobody_is_taken_back(scene):
    caller, resident = scene.heard(Leg("caller"), resident_leg())
    scene.late(caller)
    scene.ends(resident)
    scene.now += LATE_GROWTH_S
    scene.pool.measured(caller, LATE_MS)
    assert scene.place(resident) is Shortage.LATE


def test_blocks_and_their_lag_are_counted(scene):
    [leg] = scene.heard(Leg("leg"))
    for behind_ms in (100.4, 1500, 1501, 4001):
        scene.pool.measured(leg, behind_ms)
    counted = {name: count for name, count in scene.pool.counters.items() if count}
    assert counted == {
        "speech_blocks": 4,
        "speech_lag_ms": 100 + 1500 + 1501 + 4001,
        "speech_lag_le_500": 1,
        "speech_lag_le_1500": 2,
        "speech_lag_le_4000": 3,
    }


def test_what_never_happened_is_counted_as_none(scene):
    assert scene.pool.counters["speech_shed_network"] == 0
    assert set(scene.pool.counters) >= {
        "speech_blocks_unheard",
        "speech_lost",
        "speech_refused",
        "speech_shed_caller",
        "speech_shed_resident",
        "speech_shed_network",
    }


def test_who_gives_way_is_counted_by_side(scene):
    scene.full(Leg("network", Side.NETWORK), resident_leg())
    scene.place(Leg("new"))
    assert (scene.pool.counters["speech_shed_network"], scene.pool.counters["speech_shed_resident"]) == (1, 0)


def test_a_place_is_free_again_whatever_the_stream_ended_with(scene):
    first = Leg("first")
    scene.full(first)
    with suppress(ZeroDivisionError), first.stream:
        raise ZeroDivisionError
    assert scene.place(Leg("next")) == A
