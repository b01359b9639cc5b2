"""Another phrasebook comes into force: calls under way keep the one they began with, the next have it."""

from __future__ import annotations

import pytest

from contracts.evidence import Speaker
from contracts.node_api import AlertRaised, CallNoted, NoteKind
from contracts.ports import RandomIds, SystemClock
from telephony.controller.controller import Controller, Means
from telephony.controller.holdings import Keeper
from telephony.link.framing import Sound
from telephony.link.messages import Decision, Incoming
from telephony.settings import NodeSettings
from tests.fixtures.node_api import PlayedApi, client_of, refresh
from tests.fixtures.node_snapshot import TRUNK, snapshot
from tests.fixtures.played_speech import played_speech
from tests.fixtures.played_worker import PlayedWorker, Record

pytestmark = pytest.mark.integration

OLD_SCRIPT = ("我是公安局的民警", "您涉嫌洗钱", "转到安全账户")
NEW_SCRIPT = ("我是黄金回收专员", "金价马上暴跌", "把金条交给骑手")
NEW = """
version: "2"
phrases:
- {id: who, wordings: [我是黄金回收专员], type: cash, stage: approach, weight: 2}
- {id: fall, wordings: [金价马上暴跌], type: cash, stage: hook, weight: 3}
- {id: rider, wordings: [把金条交给骑手], type: cash, stage: ask, weight: 3}
"""
BLOCK = bytes(1600)


class Scene:
    """A node whose speech server hears what the test lays out."""

    def __init__(self, api, keeper, worker, speech, record):
        self.api, self.keeper, self.worker = api, keeper, worker
        self.speech, self.record = speech, record
        self._at = 1.0

    async def call(self, call_id: str) -> None:
        self.worker.tell(
            Incoming(call_id=call_id, trunk="pbx", caller="19900000099", called="13800000001", at=1.0)
        )
        await self.worker.hears(Decision)

    async def says(self, call_id: str, *sentences: str) -> None:
        """Let the caller say sentences, and wait until the speech server has said them all."""
        self.speech.sentences.extend(sentences)
        for _ in sentences:
            self._at += 0.1
            self.worker.sound(Sound(call_id, Speaker.CALLER, self._at, BLOCK))
        await self.speech.until(lambda: not self.speech.sentences)

    async def reload(self) -> None:
        self.api.snapshot = snapshot("2", phrasebook=NEW, phrasebook_version=7)
        assert await self.keeper.refresh_snapshot()

    async def alert(self, call_id: str) -> AlertRaised:
        await self.record.until(lambda: any(alert.call_id == call_id for alert in self.alerts))
        return next(alert for alert in self.alerts if alert.call_id == call_id)

    @property
    def alerts(self) -> list[AlertRaised]:
        return self.record.of(AlertRaised)


@pytest.fixture
async def scene(tmp_path):
    api, record = PlayedApi(), Record()
    client = client_of(api, tmp_path)
    keeper = Keeper(client, tmp_path)
    await refresh(keeper)
    async with played_speech() as speech:
        settings = NodeSettings(trunks=(TRUNK,), folder=tmp_path, asr_urls=(speech.url,))
        controller = Controller(settings, Means(client, record, keeper, SystemClock(), RandomIds()))
        server = await controller.workers.serve(settings.socket_path)
        worker = await PlayedWorker.join(settings.socket_path)
        yield Scene(api, keeper, worker, speech, record)
        await worker.vanish()
        server.close()
        await server.wait_closed()
    await client.close()


async def test_a_call_under_way_goes_on_across_the_reload_and_alerts_by_the_phrases_it_began_with(scene):
    await scene.call("c1")
    await scene.says("c1", OLD_SCRIPT[0])
    await scene.reload()
    await scene.says("c1", *OLD_SCRIPT[1:])
    alert = await scene.alert("c1")
    assert ([item.phrase_id for item in alert.evidence][:2], alert.phrasebook_version) == (["who", "case"], 0)


async def test_a_reload_loses_no_stream_of_a_call_under_way(scene):
    await scene.call("c1")
    await scene.says("c1", OLD_SCRIPT[0])
    await scene.reload()
    await scene.says("c1", *OLD_SCRIPT[1:])
    await scene.alert("c1")
    noted = [note.kind for note in scene.record.of(CallNoted)]
    assert (len(scene.speech.streams), NoteKind.LISTENING_LOST in noted) == (1, False)


async def test_the_next_call_is_judged_by_the_new_phrases(scene):
    await scene.call("c1")
    await scene.reload()
    await scene.call("c2")
    await scene.says("c2", *NEW_SCRIPT)
    alert = await scene.alert("c2")
    assert ([item.phrase_id for item in alert.evidence][:2], alert.phrasebook_version) == (["who", "fall"], 7)


async def test_the_next_call_is_not_judged_by_the_old_phrases(scene):
    await scene.reload()
    await scene.call("c1")
    await scene.says("c1", *OLD_SCRIPT, *NEW_SCRIPT)
    alert = await scene.alert("c1")
    assert "case" not in {item.phrase_id for item in alert.evidence}


async def test_a_broken_phrasebook_leaves_the_next_call_to_the_last_good_one(scene):
    scene.api.snapshot = snapshot("2", phrasebook=NEW.replace("hook", "hock"), phrasebook_version=7)
    await scene.keeper.refresh_snapshot()
    await scene.call("c1")
    await scene.says("c1", *OLD_SCRIPT)
    assert (await scene.alert("c1")).phrasebook_version == 0
