"""A call of our own as the worker holds it: what its telephone does is told, whatever PJSUA2 fails at."""

from __future__ import annotations

import pytest

from telephony.link.messages import Answered, Dial, Dialled, Ended
from telephony.worker import dialled as dialled_module
from telephony.worker.calls import Floor
from telephony.worker.dialled import DialledCall
from telephony.worker.leg import LegEvent, LegNews

pytestmark = pytest.mark.unit


class FakeAudio:
    """Takes a tap; where it is broken it cannot let go of it."""

    def __init__(self):
        self.broken = False

    def startTransmit(self, _sink):  # noqa: N802 (PJSUA2's name)
        pass

    def stopTransmit(self, _sink):  # noqa: N802
        if self.broken:
            raise RuntimeError("no such port")


class FakeLeg:
    def __init__(self, *_):
        self.gone, self.sound = False, FakeAudio()

    def invite(self, invitation):
        pass

    def audio(self):
        return None if self.gone else self.sound


class FakeTap:
    """Has a block ready until it is covered."""

    def __init__(self):
        self.blocks = [(1.0, b"sound")]

    def take_block(self):
        return self.blocks.pop() if self.blocks else None

    def cover(self):
        self.blocks.clear()


class FakeTaps:
    def __init__(self):
        self.lent = 0

    def lend(self):
        self.lent += 1
        return FakeTap()

    def give_back(self, _tap):
        self.lent -= 1


class Scene:
    """A call that rings, with sound before the answer."""

    def __init__(self):
        self.taps, self.told = FakeTaps(), []
        floor = Floor(None, None, self.taps, None, self.told.append)
        dial = Dial(call_id="a1", route="sip:1@x", caller="96110", attempt_id="a1", ring_seconds=60)
        self.call = DialledCall(dial, floor, "127.0.0.1")
        self.leg = self.call.legs()[0]
        self.happens(LegEvent.PROVISIONAL)
        self.happens(LegEvent.MEDIA)

    def happens(self, event, status=0):
        self.call.handle(LegNews(None, event, status))


@pytest.fixture
def scene(monkeypatch):
    monkeypatch.setattr(dialled_module, "Leg", FakeLeg)
    return Scene()


@pytest.mark.parametrize(
    ("event", "told"), [(LegEvent.ANSWERED, Answered), (LegEvent.GONE, Ended)], ids=["answered", "gone"]
)
def test_a_tap_that_cannot_be_taken_off_hides_nothing_from_the_controller(scene, event, told):
    scene.leg.sound.broken = True
    with pytest.raises(RuntimeError):
        scene.happens(event, 200)
    assert [type(message) for message in scene.told] == [Dialled, told]


def test_a_tap_is_given_back_at_the_answer(scene):
    scene.happens(LegEvent.ANSWERED)
    assert scene.taps.lent == 0


def test_a_tap_that_cannot_be_taken_off_is_lent_to_nobody_while_the_leg_lasts(scene):
    scene.leg.sound.broken = True
    with pytest.raises(RuntimeError):
        scene.happens(LegEvent.ANSWERED)
    assert scene.taps.lent == 1


def test_a_tap_that_cannot_be_taken_off_hears_nothing_after_the_answer(scene):
    scene.leg.sound.broken = True
    with pytest.raises(RuntimeError):
        scene.happens(LegEvent.ANSWERED)
    assert scene.call.sounds() == []


def test_a_tap_that_could_not_be_taken_off_is_given_back_when_the_leg_is_gone(scene):
    scene.leg.sound.broken = True
    with pytest.raises(RuntimeError):
        scene.happens(LegEvent.ANSWERED)
    scene.leg.gone = True
    scene.happens(LegEvent.GONE, 200)
    assert scene.taps.lent == 0
