"""A call that is listened to: alerted once, whispered to once, its text held back until there is an alert."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from contracts.evidence import Speaker
from contracts.node_api import (
    AlertRaised,
    AlertRose,
    CallNoted,
    CommandKind,
    Enrolment,
    NoteKind,
    TranscriptAdded,
)
from contracts.phone import NumberKind, PhoneNumber
from contracts.ports import CountedIds, ManualClock
from contracts.speech import Heard, Word
from contracts.taxonomy import RiskLevel, ScamType
from contracts.verdict import Action, Verdict
from screening.judgement import Judgement
from telephony.controller.screened import BLOCKED, WHISPER, Desk, ScreenedCall, Subject
from telephony.controller.speech_pool import SpeechPool
from telephony.link.framing import Sound
from telephony.link.messages import HangUp, Incoming, Play, Played
from tests.fixtures.node_snapshot import RESIDENT, holdings

pytestmark = pytest.mark.unit

BEGAN = datetime(2026, 1, 2, 8, tzinfo=UTC)
SINCE = BEGAN + timedelta(seconds=10)
MEDIUM = "我是公安局的民警您涉嫌洗钱"
HIGH = "转到安全账户"


class FakePeer:
    def __init__(self):
        self.sent = []

    def send(self, message):
        self.sent.append(message)


def judged(scam_type, level=RiskLevel.MEDIUM):
    return Judgement(level, scam_type, 1.0, (), (), (), None)


class Scene:
    """One call with everything around it recorded."""

    def __init__(self, *, live_preview=False, **policy):
        self.reported, self.shown, self.peer = [], [], FakePeer()
        self.clock = ManualClock(SINCE)
        desk = Desk(
            self.clock,
            CountedIds("id"),
            SpeechPool(("ws://127.0.0.1:9",)),
            live_preview,
            self.reported.append,
            self.shown.append,
        )
        incoming = Incoming(
            call_id="c1", trunk="pbx", caller="19900000007", called="13800000001", at=BEGAN.timestamp()
        )
        subject = Subject(
            incoming,
            PhoneNumber("+8619900000007", NumberKind.MOBILE),
            Enrolment(resident_id="r1", number=RESIDENT),
            Verdict(action=Action.MONITOR, number_risk=0.0, rules=(), list_version="7"),
        )
        self.call = ScreenedCall(subject, holdings(**policy), desk, self.peer)
        self.call._since = SINCE.timestamp()

    def says(self, text, *, final=True, start_ms=0, speaker=Speaker.CALLER, origin=SINCE, words=()):
        heard = Heard(text, final, start_ms, start_ms + 200 * len(text), words)
        self.call._digest(speaker, heard, origin.timestamp())

    def is_cut_off_after(self, text):
        heard = Heard(text, final=False, start_ms=0, end_ms=200 * len(text))
        self.call._settle(Speaker.CALLER, heard, SINCE.timestamp())

    def of(self, kind):
        return [event for event in self.reported if isinstance(event, kind)]

    def notes(self):
        return [note.kind for note in self.of(CallNoted)]

    def plays(self):
        return [message.file for message in self.peer.sent if isinstance(message, Play)]

    def hang_ups(self):
        return [message for message in self.peer.sent if isinstance(message, HangUp)]

    def whisper_ends(self):
        self.call.played(Played(call_id="c1", file=WHISPER))


# --- text ---------------------------------------------------------------------------------------


def test_no_text_leaves_before_an_alert():
    scene = Scene()
    scene.says("您好请问是张先生吗")
    scene.says("您涉嫌", final=False)
    assert (scene.shown, scene.reported) == ([], [])


def test_a_live_preview_shows_text_from_the_start():
    scene = Scene(live_preview=True)
    scene.says("您好", final=False)
    assert [line.text for line in scene.shown] == ["您好"]


def test_after_an_alert_live_text_is_shown():
    scene = Scene()
    scene.says("您好")
    scene.says(MEDIUM)
    scene.says("是的", final=False, speaker=Speaker.RESIDENT)
    assert [line.text for line in scene.shown] == [MEDIUM, "是的"]


def test_the_alert_brings_what_was_held_in_memory():
    scene = Scene()
    scene.says("您好")
    scene.says(MEDIUM)
    assert [line.text for line in scene.of(AlertRaised)[0].transcript] == ["您好", MEDIUM]


def test_later_lines_are_sent_once_each():
    scene = Scene()
    scene.says(MEDIUM)
    scene.says("第二句")
    scene.says("第三句", speaker=Speaker.RESIDENT)
    assert [[line.text for line in added.lines] for added in scene.of(TranscriptAdded)] == [
        ["第二句"],
        ["第三句"],
    ]


def test_what_a_lost_stream_had_said_stands_in_the_transcript():
    scene = Scene()
    scene.is_cut_off_after(MEDIUM)
    assert [line.text for line in scene.of(AlertRaised)[0].transcript] == [MEDIUM]


def test_what_the_next_stream_hears_again_does_not_count_twice():
    scene = Scene(live_preview=True)
    scene.is_cut_off_after("您涉嫌洗钱")
    scene.says("涉嫌洗钱", start_ms=100, origin=SINCE + timedelta(milliseconds=200))
    assert scene.shown[1].risk == scene.shown[0].risk


# --- who is heard where not all can be ------------------------------------------------------------


def test_a_call_matters_the_more_the_riskier_its_talk():
    scene = Scene()
    before = scene.call.rank(Speaker.CALLER)
    scene.says("您涉嫌洗钱", final=False)
    assert scene.call.rank(Speaker.CALLER) > before


def test_a_call_that_was_alerted_matters_to_its_end(monkeypatch):
    scene = Scene()
    scene.says(MEDIUM)
    monkeypatch.setattr(scene.call._session, "hear", lambda *_: judged(ScamType.POLICE, RiskLevel.NONE))
    scene.says("好的")
    assert scene.call.rank(Speaker.CALLER).level is RiskLevel.MEDIUM


def test_the_residents_leg_matters_less_than_any_callers():
    risky, harmless = Scene(), Scene()
    risky.says(MEDIUM)
    assert harmless.call.rank(Speaker.CALLER).outranks(risky.call.rank(Speaker.RESIDENT))


# --- the alert ----------------------------------------------------------------------------------


def test_an_ordinary_call_raises_no_alert():
    scene = Scene()
    scene.says("我是公安局的民警")
    assert scene.of(AlertRaised) == []


def test_a_suspect_call_is_alerted_once():
    scene = Scene()
    scene.says(MEDIUM)
    scene.says(MEDIUM)
    assert len(scene.of(AlertRaised)) == 1


def test_an_alert_says_who_and_what():
    scene = Scene()
    scene.says(MEDIUM)
    alert = scene.of(AlertRaised)[0]
    assert (alert.resident_id, alert.caller, alert.scam_type, alert.level) == (
        "r1",
        "+8619900000007",
        ScamType.POLICE,
        RiskLevel.MEDIUM,
    )


def test_a_call_that_gets_worse_raises_its_alert():
    scene = Scene()
    scene.says(MEDIUM)
    scene.says(HIGH)
    rose = scene.of(AlertRose)
    assert [(each.alert_id, each.level) for each in rose] == [
        (scene.of(AlertRaised)[0].alert_id, RiskLevel.HIGH)
    ]


def test_an_alert_follows_its_call_to_another_type_of_scam(monkeypatch):
    scene = Scene()
    judgements = iter([judged(ScamType.SERVICE), judged(ScamType.SERVICE), judged(ScamType.INVESTMENT)])
    monkeypatch.setattr(scene.call._session, "hear", lambda *_: next(judgements))
    for text in ("一", "二", "三"):
        scene.says(text, final=False)
    assert [rose.scam_type for rose in scene.of(AlertRose)] == [ScamType.INVESTMENT]


def test_the_line_that_makes_it_worse_is_in_the_transcript():
    scene = Scene()
    scene.says(MEDIUM)
    scene.says(HIGH)
    assert [line.text for added in scene.of(TranscriptAdded) for line in added.lines] == [HIGH]


def test_the_resident_saying_such_things_raises_no_alert():
    scene = Scene()
    scene.says(MEDIUM, speaker=Speaker.RESIDENT)
    assert scene.of(AlertRaised) == []


# --- times --------------------------------------------------------------------------------------


def test_the_first_word_is_the_callers():
    scene = Scene()
    scene.says("喂", start_ms=300, speaker=Speaker.RESIDENT)
    scene.says(MEDIUM, start_ms=2000)
    assert scene.of(AlertRaised)[0].first_word_at == SINCE + timedelta(seconds=2)


def test_times_of_a_stream_that_began_later_count_from_the_start_of_listening():
    scene = Scene()
    scene.says(MEDIUM, start_ms=500, origin=SINCE + timedelta(seconds=30))
    assert scene.of(AlertRaised)[0].transcript[0].start_ms == 30_500


WORDS = tuple(Word(character, 1000 + 100 * n, 1100 + 100 * n) for n, character in enumerate(MEDIUM))


def test_the_exact_time_of_the_alerting_words_is_sent_once_it_is_known():
    scene = Scene()
    scene.clock.move(timedelta(seconds=5))
    scene.says(MEDIUM, final=False)
    scene.says(MEDIUM, final=False)
    scene.says(MEDIUM, words=WORDS)
    scene.says("第二句")
    ends = [added.phrase_ended_at for added in scene.of(TranscriptAdded)]
    assert ends == [SINCE + timedelta(milliseconds=WORDS[-1].end_ms), None]


def test_no_words_that_were_heard_after_the_alert_raised_it():
    scene = Scene()
    scene.clock.move(timedelta(seconds=1))
    scene.says(MEDIUM, final=False)
    scene.says(MEDIUM, final=False)
    scene.clock.move(timedelta(seconds=4))
    scene.says(MEDIUM, words=WORDS)
    assert scene.of(TranscriptAdded)[0].phrase_ended_at == SINCE + timedelta(seconds=1)


def test_the_callers_first_word_is_told_with_the_first_final_where_the_alert_came_before():
    scene = Scene()
    scene.says(MEDIUM, final=False)
    scene.says(MEDIUM, final=False)
    scene.says(MEDIUM, start_ms=700)
    alert, added = scene.of(AlertRaised)[0], scene.of(TranscriptAdded)[0]
    assert (alert.first_word_at, added.first_word_at) == (None, SINCE + timedelta(milliseconds=700))


def test_the_zero_of_all_times_is_the_first_sound():
    scene = Scene()
    scene.says(MEDIUM)
    assert scene.of(AlertRaised)[0].listening_since == SINCE


# --- what is done in the call -------------------------------------------------------------------


def test_the_policys_level_brings_one_whisper_to_the_resident():
    scene = Scene(whisper_at="medium")
    scene.says(MEDIUM)
    scene.says(HIGH)
    assert scene.peer.sent == [Play(call_id="c1", file=WHISPER, to=Speaker.RESIDENT, hold_peer=True)]


def test_below_the_policys_level_nobody_whispers():
    scene = Scene(whisper_at="high")
    scene.says(MEDIUM)
    assert scene.plays() == []


def test_a_whisper_comes_when_the_call_has_risen_to_the_policys_level():
    scene = Scene(whisper_at="high")
    scene.says(MEDIUM)
    scene.says(HIGH)
    assert scene.plays() == [WHISPER]


def test_a_policy_may_never_whisper():
    scene = Scene(whisper_at="never")
    scene.says(MEDIUM)
    scene.says(HIGH)
    assert scene.peer.sent == []


def test_the_caller_is_not_hung_up_on_where_the_policy_says_never():
    scene = Scene(hang_up_at="never")
    scene.says(MEDIUM)
    scene.says(HIGH)
    scene.whisper_ends()
    assert scene.hang_ups() == []


def test_the_caller_is_heard_out_until_the_whisper_is_over():
    scene = Scene(hang_up_at="medium")
    scene.says(MEDIUM)
    assert scene.hang_ups() == []


def test_after_the_whisper_the_caller_is_hung_up_on_and_the_resident_kept():
    scene = Scene(hang_up_at="medium")
    scene.says(MEDIUM)
    scene.whisper_ends()
    assert scene.peer.sent[1:] == [
        HangUp(call_id="c1", party=Speaker.CALLER, keep_peer=True),
        Play(call_id="c1", file=BLOCKED, to=Speaker.RESIDENT),
    ]


def test_a_call_that_gets_worse_after_the_whisper_is_hung_up_on_then():
    scene = Scene(whisper_at="medium", hang_up_at="high")
    scene.says(MEDIUM)
    scene.whisper_ends()
    scene.says(HIGH)
    assert [message.party for message in scene.hang_ups()] == [Speaker.CALLER]


def test_a_policy_may_hang_up_without_a_whisper():
    scene = Scene(whisper_at="never", hang_up_at="medium")
    scene.says(MEDIUM)
    assert [message.party for message in scene.hang_ups()] == [Speaker.CALLER]


def test_the_caller_is_hung_up_on_once():
    scene = Scene(hang_up_at="medium")
    scene.says(MEDIUM)
    scene.whisper_ends()
    scene.says(HIGH)
    assert len(scene.hang_ups()) == 1


def test_the_residents_leg_ends_with_the_announcement():
    scene = Scene(hang_up_at="medium")
    scene.says(MEDIUM)
    scene.whisper_ends()
    scene.call.played(Played(call_id="c1", file=BLOCKED))
    assert scene.hang_ups()[-1] == HangUp(call_id="c1", party=Speaker.RESIDENT)


def test_whisper_and_hang_up_stand_on_the_calls_timeline():
    scene = Scene(hang_up_at="medium")
    scene.says(MEDIUM)
    scene.whisper_ends()
    assert scene.notes() == [NoteKind.WHISPER_STARTED, NoteKind.WHISPER_ENDED, NoteKind.CALLER_HUNG_UP]


def test_an_operator_may_whisper_where_the_policy_does_not():
    scene = Scene(whisper_at="never")
    scene.call.obey(CommandKind.WHISPER)
    assert scene.plays() == [WHISPER]


def test_an_operators_whisper_is_not_repeated_by_the_policy():
    scene = Scene(whisper_at="medium")
    scene.call.obey(CommandKind.WHISPER)
    scene.says(MEDIUM)
    assert scene.plays() == [WHISPER]


def test_an_operator_may_hang_up_on_the_caller():
    scene = Scene()
    scene.call.obey(CommandKind.HANG_UP_CALLER)
    order = HangUp(call_id="c1", party=Speaker.CALLER, keep_peer=True, cause="operator")
    assert scene.hang_ups() == [order]


async def test_a_call_that_ends_before_a_sound_is_finished_at_once():
    await Scene().call.finish()


async def test_the_first_sound_of_either_leg_starts_the_clock(monkeypatch):
    monkeypatch.setattr("telephony.controller.screened.Listening", _Ear)
    scene = Scene()
    scene.call._since = None
    scene.call.hear(Sound("c1", Speaker.RESIDENT, 5.0, b"\0\0"))
    scene.call.hear(Sound("c1", Speaker.CALLER, 7.0, b"\0\0"))
    assert scene.call._since == 5.0


class _Ear:
    def __init__(self, *_):
        pass

    def feed(self, sound):
        pass


def test_once_the_caller_is_gone_an_operator_orders_nothing_more():
    scene = Scene()
    scene.call.obey(CommandKind.HANG_UP_CALLER)
    scene.call.obey(CommandKind.WHISPER)
    assert scene.plays() == [BLOCKED]


async def test_nothing_is_done_in_a_call_that_is_over():
    scene = Scene(whisper_at="medium")
    await scene.call.finish()
    scene.says(MEDIUM)
    assert (len(scene.of(AlertRaised)), scene.plays()) == (1, [])
