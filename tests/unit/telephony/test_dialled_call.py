"""A call of our own as the worker holds it: what its telephone does is told, whatever PJSUA2 fails at."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from telephony.link.messages import Answered, Dial, Dialled, Ended
from telephony.worker import dialled as dialled_module
from telephony.worker.calls import Floor
from telephony.worker.dialled import DialledCall
from telephony.worker.leg import LegEvent, LegNews

pytestmark = pytest.mark.unit


class BrokenAudio:
    """Takes a tap and cannot let go of it."""

    def startTransmit(self, _sink):  # noqa: N802 (PJSUA2's name)
        pass

    def stopTransmit(self, _sink):  # noqa: N802
        raise RuntimeError("no such port")


class FakeLeg:
    def __init__(self, *_):
        self.gone = False

    def invite(self, invitation):
        pass

    def audio(self):
        return BrokenAudio()


class FakeTaps:
    def __init__(self):
        self.lent = 0

    def lend(self):
        self.lent += 1
        return SimpleNamespace(take_block=lambda: None)

    def give_back(self, _tap):
        self.lent -= 1


class Scene:
    """A call that rings, with sound before the answer."""

    def __init__(self):
        self.taps, self.told = FakeTaps(), []
        floor = Floor(None, None, self.taps, None, self.told.append)
        dial = Dial(call_id="a1", route="sip:1@x", caller="96110", attempt_id="a1", ring_seconds=60)
        self.call = DialledCall(dial, floor, "127.0.0.1")
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
    with pytest.raises(RuntimeError):
        scene.happens(event, 200)
    assert [type(message) for message in scene.told] == [Dialled, told]


@pytest.mark.parametrize("event", [LegEvent.ANSWERED, LegEvent.GONE], ids=["answered", "gone"])
def test_a_tap_that_cannot_be_taken_off_is_given_back(scene, event):
    with pytest.raises(RuntimeError):
        scene.happens(event, 200)
    assert scene.taps.lent == 0
