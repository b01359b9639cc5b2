"""What a bridged call lends is given back, in whatever order its legs go."""

from __future__ import annotations

import time
from collections import deque

import pytest

from contracts.evidence import Speaker
from telephony.link.messages import Answered, Decision, Deed, Ended, HangUp, Incoming, Played
from telephony.worker.bridged import KEPT_BOUND_S, Arrival, BridgedCall
from telephony.worker.calls import Floor
from telephony.worker.leg import LegEvent, LegNews

pytestmark = pytest.mark.unit


class FakeAudio:
    def __init__(self):
        self.heard_by = set()

    def startTransmit(self, sink):  # noqa: N802 (PJSUA2's name)
        self.heard_by.add(sink)

    def stopTransmit(self, sink):  # noqa: N802
        self.heard_by.discard(sink)


class FakeLeg:
    """Ends at once when it is told to, as PJSUA2's legs do."""

    def __init__(self):
        self.gone = False
        self.ended_with = []
        self.pressed = []
        self.redirected_to = None
        self._audio = FakeAudio()

    def audio(self):
        return None if self.gone else self._audio

    def respond(self, status):
        pass

    def press(self, digit):
        self.pressed.append(digit)

    def redirect(self, uri):
        self.redirected_to = uri

    def end(self, status=0):
        self.ended_with.append(status)
        self.gone = True


class FakeTaps:
    def __init__(self):
        self.lent = []

    def lend(self):
        self.lent.append(object())
        return self.lent[-1]

    def give_back(self, tap):
        self.lent.remove(tap)


class FakePlayer:
    def __init__(self, file):
        self.file = file
        self.restarted = False

    def startTransmit(self, _sink):  # noqa: N802
        self.restarted = True


class FakePlayers:
    def __init__(self):
        self.playing = []

    def start(self, file, _to):
        self.playing.append(FakePlayer(file))
        return self.playing[-1]

    def stop(self, player, _to):
        self.playing.remove(player)


@pytest.fixture
def taps():
    return FakeTaps()


@pytest.fixture
def players():
    return FakePlayers()


@pytest.fixture
def told():
    return []


@pytest.fixture
def legs():
    return {party: FakeLeg() for party in Speaker}


@pytest.fixture
def call(taps, players, told, legs):
    """A call that is answered and listened to."""
    bridged = a_call(taps, players, told, legs)
    bridged.handle(LegNews(legs[Speaker.RESIDENT], LegEvent.ANSWERED, 200))
    for leg in legs.values():
        bridged.handle(LegNews(leg, LegEvent.MEDIA))
    return bridged


def a_call(taps, players, told, legs):
    """A call that rings and is to be listened to."""
    incoming = Incoming(call_id="c1", trunk="pbx", caller="1", called="2", at=1.0)
    floor = Floor(None, deque(), taps, players, told.append)
    arrival = Arrival(incoming, legs[Speaker.CALLER], "<sip:1@x>", (), "sip:2@x")
    bridged = BridgedCall(arrival, floor)
    bridged._decided = True
    bridged._parties[Speaker.RESIDENT] = legs[Speaker.RESIDENT]
    bridged.decide(Decision(call_id="c1", deed=Deed.DELIVER, listen=True))
    return bridged


def goes(call, legs, party):
    """End one leg from outside; the other's news, if it goes too, come after."""
    legs[party].gone = True
    call.handle(LegNews(legs[party], LegEvent.GONE, 200))
    for other, leg in legs.items():
        if leg.gone and other is not party:
            call.handle(LegNews(leg, LegEvent.GONE, 200))


def test_each_leg_has_a_tap(call, taps):
    assert not call.over
    assert len(taps.lent) == 2


@pytest.mark.parametrize("party", Speaker)
def test_both_taps_are_given_back_when_one_leg_takes_the_other_with_it(call, legs, taps, party):
    goes(call, legs, party)
    assert (call.over, taps.lent) == (True, [])


def test_both_taps_are_given_back_when_the_legs_go_one_after_the_other(call, legs, taps):
    call.hang_up(HangUp(call_id="c1", party=Speaker.CALLER, keep_peer=True))
    goes(call, legs, Speaker.CALLER)
    goes(call, legs, Speaker.RESIDENT)
    assert taps.lent == []


def test_a_call_is_not_over_while_the_end_of_a_leg_is_still_to_be_told(call, legs):
    # Who took it for over would never hear of the end, and nobody would report it.
    for leg in legs.values():
        leg.gone = True
    call.handle(LegNews(legs[Speaker.CALLER], LegEvent.MEDIA))
    assert not call.over


@pytest.mark.parametrize("party", Speaker)
@pytest.mark.parametrize("to", Speaker)
def test_a_recording_stops_when_the_call_is_over(call, legs, players, party, to):
    call.play("whisper_warning.wav", to, hold_peer=True)
    goes(call, legs, party)
    assert players.playing == []


@pytest.mark.parametrize("party", Speaker)
def test_the_end_is_told_once_with_who_ended_it(call, legs, told, party):
    goes(call, legs, party)
    assert [(end.cause, end.sip_code) for end in told if isinstance(end, Ended)] == [(party.value, 200)]


def test_the_answer_is_told_once(call, legs, told):
    call.handle(LegNews(legs[Speaker.RESIDENT], LegEvent.ANSWERED, 200))
    assert len([message for message in told if isinstance(message, Answered)]) == 1


def test_during_a_whisper_the_resident_does_not_hear_the_caller(call, legs):
    call.play("whisper_warning.wav", Speaker.RESIDENT, hold_peer=True)
    resident = legs[Speaker.RESIDENT].audio()
    assert resident not in legs[Speaker.CALLER].audio().heard_by


def test_a_change_of_media_during_a_whisper_does_not_join_the_legs(call, legs):
    call.play("whisper_warning.wav", Speaker.RESIDENT, hold_peer=True)
    call.handle(LegNews(legs[Speaker.CALLER], LegEvent.MEDIA))
    resident = legs[Speaker.RESIDENT].audio()
    assert resident not in legs[Speaker.CALLER].audio().heard_by


def test_early_media_before_the_answer_does_not_keep_the_taps_off(taps, players, told, legs):
    call = a_call(taps, players, told, legs)
    for leg in legs.values():
        call.handle(LegNews(leg, LegEvent.MEDIA))
    call.handle(LegNews(legs[Speaker.RESIDENT], LegEvent.ANSWERED, 200))
    assert len(taps.lent) == 2


@pytest.mark.parametrize(("party", "other"), [tuple(Speaker), tuple(reversed(Speaker))])
def test_a_key_pressed_by_one_party_reaches_the_other(call, legs, party, other):
    call.handle(LegNews(legs[party], LegEvent.DIGIT, digit="1"))
    assert legs[other].pressed == ["1"]


def test_a_forwarding_telephone_lets_the_trunk_decide(taps, players, told, legs):
    call = a_call(taps, players, told, legs)
    legs[Speaker.RESIDENT].redirected_to = "sip:elsewhere@x"
    legs[Speaker.RESIDENT].gone = True
    call.handle(LegNews(legs[Speaker.RESIDENT], LegEvent.GONE, 302))
    assert legs[Speaker.CALLER].redirected_to == "sip:elsewhere@x"


def test_a_recording_goes_on_after_a_hold(call, legs, players):
    call.play("whisper_warning.wav", Speaker.RESIDENT, hold_peer=True)
    call.handle(LegNews(legs[Speaker.RESIDENT], LegEvent.MEDIA))
    assert players.playing[-1].restarted


def test_what_cannot_be_played_counts_as_played(call, players, told):
    players.start = lambda *_: None
    call.play("whisper_warning.wav", Speaker.RESIDENT, hold_peer=True)
    assert told[-1] == Played(call_id="c1", file="whisper_warning.wav")


def test_a_kept_resident_is_not_kept_for_ever(call):
    call.hang_up(HangUp(call_id="c1", party=Speaker.CALLER, keep_peer=True))
    call.tick(time.monotonic() + KEPT_BOUND_S + 1)
    assert call.legs() == ()
