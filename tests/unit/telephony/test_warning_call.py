"""A warning call, from the lease to its one outcome, whatever the resident and the network do."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from contracts.node_api import AttemptDialled, AttemptEnded, LeasedAttempt
from contracts.outcome import Outcome
from contracts.ports import ManualClock
from contracts.taxonomy import ScamType
from telephony.announcement import Announcement
from telephony.controller import warning_call as warning_call_module
from telephony.controller.warning_call import CONFIRMED, KEYS, MOST_WAITING, OPERATOR, Line, WarningCall
from telephony.link.messages import Answered, Dial, Dialled, Digit, Ended, HangUp, Play, Played

pytestmark = pytest.mark.unit

NOW = datetime(2026, 1, 2, 8, tzinfo=UTC)
AT = NOW.timestamp()
WARNING = "warning_police.wav"
STORY_S = 5.0


class Worker:
    """Plays the worker and the resident's telephone; answers every message by a script."""

    def __init__(self, answers):
        self.answers = answers
        self.sent = []
        self.call = None
        self._changed = asyncio.Event()

    def send(self, message):
        self.sent.append(message)
        self._changed.set()
        for answer in self.answers(message):
            self.call.tell(answer)

    async def until_sent(self, wanted):
        async with asyncio.timeout(STORY_S):
            while not any(wanted(message) for message in self.sent):
                self._changed.clear()
                await self._changed.wait()


class Slots:
    def __init__(self, peer):
        self._peer = peer

    async def take_slot(self):
        if self._peer is None:
            await asyncio.Event().wait()
        return self._peer


def dialled():
    return Dialled(call_id="a1", at=AT)


def answered():
    return Answered(call_id="a1", at=AT + 3)


def played(file):
    return Played(call_id="a1", file=file)


def digit(key):
    return Digit(call_id="a1", digit=key, at=AT)


def ended(status=200, *, after_answer=False):
    return Ended(
        call_id="a1", cause="resident", sip_code=status, at=AT, answered_at=AT + 3 if after_answer else None
    )


def resident(during):
    """Answer the call, listen to everything, press what `during` says while a recording plays."""

    def answers(message):
        if isinstance(message, Dial):
            return [dialled(), answered()]
        if isinstance(message, Play):
            return [*during.get(message.file, ()), played(message.file)]
        return [ended(after_answer=True)]

    return answers


def network(*answers):
    """Answer the INVITE with what the network says."""
    return lambda message: answers if isinstance(message, Dial) else ()


def attempt(**changes):
    return LeasedAttempt(
        attempt_id="a1",
        warning_id="w1",
        fence=4,
        lease_until=NOW + timedelta(minutes=5),
        number="+8613800000001",
        delivery_route=None,
        scam_type=ScamType.POLICE,
        ring_seconds=0.05,
        key_seconds=0.05,
    ).model_copy(update=changes)


class Story:
    """One attempt, told to its end."""

    def __init__(self, answers, **changes):
        self.worker = Worker(answers) if answers else None
        self.reported = []
        self.line = Line(
            Slots(self.worker), ManualClock(NOW), self.reported.append, lambda _: ("sip:1@x", "96110"), self
        )
        self.call = WarningCall(attempt(**changes), self.line)
        if self.worker:
            self.worker.call = self.call

    async def told(self):
        async with asyncio.timeout(STORY_S):
            await self.call.run()
        return self

    @property
    def outcomes(self):
        return [event.outcome for event in self.reported if isinstance(event, AttemptEnded)]

    @property
    def played(self):
        return [message.file for message in self.worker.sent if isinstance(message, Play)]

    @property
    def hang_ups(self):
        return [message for message in self.worker.sent if isinstance(message, HangUp)]


class PlayedEarlyMedia:
    """Stands where the speech of early media becomes an announcement; the test says which."""

    def __init__(self, story, announced):
        self.announced, self.last_words, self.heard, self.stopped = announced, None, [], False
        story.early = self

    def hear(self, sound):
        self.heard.append(sound)

    def stop(self):
        self.stopped = True

    async def finish(self):
        await asyncio.sleep(0)
        if self.last_words is not None and not self.stopped:
            self.announced(self.last_words)


@pytest.fixture(autouse=True)
def played_early_media(monkeypatch):
    monkeypatch.setattr(warning_call_module, "EarlyMedia", PlayedEarlyMedia)


@pytest.fixture(autouse=True)
def short_bounds(monkeypatch):
    monkeypatch.setattr(warning_call_module, "NETWORK_S", 0.05)
    monkeypatch.setattr(warning_call_module, "RECORDING_S", 0.1)


KEYS_OUTCOMES = [("1", Outcome.ACKNOWLEDGED), ("2", Outcome.WANTS_OFFICER), ("3", Outcome.PAID)]


@pytest.mark.parametrize(("key", "outcome"), KEYS_OUTCOMES)
@pytest.mark.parametrize("file", [WARNING, KEYS])
async def test_a_key_during_a_recording_is_the_outcome(key, outcome, file):
    story = await Story(resident({file: [digit(key)]})).told()
    assert story.outcomes == [outcome]


@pytest.mark.parametrize(("key", "outcome"), KEYS_OUTCOMES)
async def test_a_key_after_the_recordings_is_the_outcome(key, outcome):
    story = Story(resident({}), key_seconds=STORY_S)
    task = asyncio.ensure_future(story.told())
    await story.worker.until_sent(lambda message: isinstance(message, Play) and message.file == KEYS)
    story.call.tell(digit(key))
    assert (await task).outcomes == [outcome]


async def test_the_key_that_was_pressed_is_reported():
    story = await Story(resident({WARNING: [digit("2")]})).told()
    assert story.reported[-1].digit == "2"


@pytest.mark.parametrize("key", "04567890*#")
async def test_any_other_key_is_no_answer(key):
    story = await Story(resident({WARNING: [digit(key)], KEYS: [digit(key)]})).told()
    assert story.outcomes == [Outcome.SILENT]


async def test_a_wrong_key_before_the_right_one_does_no_harm():
    story = await Story(resident({KEYS: [digit("9"), digit("1")]})).told()
    assert story.outcomes == [Outcome.ACKNOWLEDGED]


@pytest.mark.parametrize(("key", "reply"), [("1", CONFIRMED), ("2", OPERATOR), ("3", OPERATOR)])
async def test_a_key_is_confirmed_by_voice(key, reply):
    story = await Story(resident({WARNING: [digit(key)]})).told()
    assert story.played == [WARNING, reply]


async def test_a_key_pressed_twice_does_not_cut_the_confirmation_short():
    untold = []

    def answers(message):
        if isinstance(message, HangUp):
            untold.append(story.call._told.qsize())
        return resident({WARNING: [digit("1")], CONFIRMED: [digit("1")]})(message)

    story = Story(answers)
    await story.told()
    assert untold == [0]


async def test_who_presses_nothing_hears_both_recordings_and_is_silent():
    story = await Story(resident({})).told()
    assert (story.outcomes, story.played) == ([Outcome.SILENT], [WARNING, KEYS])


@pytest.mark.parametrize("file", [WARNING, KEYS])
async def test_who_hangs_up_during_a_recording_hung_up_early(file):
    story = await Story(resident({file: [ended(after_answer=True)]})).told()
    assert story.outcomes == [Outcome.HUNG_UP_EARLY]


async def test_a_hang_up_during_the_confirmation_changes_nothing():
    story = await Story(resident({WARNING: [digit("1")], CONFIRMED: [ended(after_answer=True)]})).told()
    assert story.outcomes == [Outcome.ACKNOWLEDGED]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (486, Outcome.BUSY),
        (487, Outcome.NO_ANSWER),
        (408, Outcome.UNREACHABLE),
        (480, Outcome.UNREACHABLE),
        (404, Outcome.UNREACHABLE),
        (603, Outcome.DECLINED),
        (503, Outcome.FAILED),
    ],
)
async def test_a_call_nobody_takes_ends_as_the_network_says(status, outcome):
    story = await Story(network(dialled(), ended(status))).told()
    assert (story.outcomes, story.reported[-1].sip_code) == ([outcome], status)


async def test_an_attempt_is_dialled_once_its_invite_has_left():
    story = await Story(network(dialled(), ended(486))).told()
    assert [type(event) for event in story.reported] == [AttemptDialled, AttemptEnded]


async def test_an_invite_that_never_left_is_not_reported_as_dialled():
    story = await Story(network(ended(503))).told()
    assert [type(event) for event in story.reported] == [AttemptEnded]


async def test_an_attempt_bears_its_fence_and_the_time_of_the_answer():
    story = await Story(resident({})).told()
    end = story.reported[-1]
    assert (end.fence, end.answered_at) == (4, NOW + timedelta(seconds=3))


async def test_the_dial_order_shows_the_trunks_number_and_the_attempt():
    story = await Story(network(ended(486))).told()
    dial = story.worker.sent[0]
    assert (dial.route, dial.caller, dial.attempt_id) == ("sip:1@x", "96110", "a1")


@pytest.mark.parametrize(
    "answers",
    [network(None), network(dialled(), None), network(dialled(), answered(), None)],
    ids=["before the INVITE", "while ringing", "after the answer"],
)
async def test_a_worker_that_is_lost_interrupts_the_attempt(answers):
    story = await Story(answers).told()
    assert story.outcomes == [Outcome.INTERRUPTED]


@pytest.mark.parametrize(
    "answers",
    [network(), network(dialled()), network(dialled(), answered())],
    ids=["never dialled", "rings for ever", "plays for ever"],
)
async def test_a_worker_that_falls_silent_is_not_waited_for_for_ever(answers):
    story = await Story(answers).told()
    assert story.outcomes == [Outcome.INTERRUPTED]


async def test_a_worker_that_falls_silent_is_told_to_hang_up():
    story = await Story(network(dialled())).told()
    assert story.hang_ups


async def test_without_a_free_line_until_the_lease_is_over_the_attempt_fails():
    story = await Story(None, lease_until=NOW + timedelta(seconds=0.3)).told()
    assert story.outcomes == [Outcome.FAILED]


@pytest.mark.parametrize("key", ["1", "2", "3", "9"])
async def test_there_is_exactly_one_outcome_and_one_hang_up(key):
    story = await Story(resident({WARNING: [digit(key)] * 3, KEYS: [digit(key)]})).told()
    assert (len(story.outcomes), len(story.hang_ups)) == (1, 1)


async def test_the_outcome_is_told_before_the_confirmation_is_over():
    def outcome_by_then(message):
        if isinstance(message, Play) and message.file == CONFIRMED:
            seen.extend(story.outcomes)
        return resident({WARNING: [digit("1")]})(message)

    seen = []
    story = Story(outcome_by_then)
    await story.told()
    assert seen == [Outcome.ACKNOWLEDGED]


async def test_the_attempt_is_held_until_the_worker_says_that_the_call_is_over():
    # Whoever forgot it sooner would take the worker's last word for the end of a screened call.
    def slow_to_end(message):
        return [] if isinstance(message, HangUp) else resident({})(message)

    story = Story(slow_to_end)
    task = asyncio.ensure_future(story.told())
    await story.worker.until_sent(lambda message: isinstance(message, HangUp))
    assert not task.done()
    story.call.tell(ended(after_answer=True))
    await task


# --- what the network announces ------------------------------------------------------------------


async def announced_while_ringing(story, announcement, *then):
    """Tell the announcement once the INVITE has left, then what the worker says after it."""
    task = asyncio.ensure_future(story.told())
    await story.worker.until_sent(lambda message: isinstance(message, Dial))
    story.early.announced(announcement)
    for message in then:
        story.call.tell(message)
    return await task


@pytest.mark.parametrize("announcement", [each for each in Announcement if each.ends_attempt])
async def test_an_announcement_ends_the_attempt_with_its_outcome(announcement):
    story = await announced_while_ringing(Story(network(dialled()), ring_seconds=STORY_S), announcement)
    assert story.outcomes == [announcement.outcome]


async def test_after_an_announcement_the_line_is_freed_at_once():
    story = Story(network(dialled()), ring_seconds=STORY_S)
    await announced_while_ringing(story, Announcement.POWERED_OFF)
    assert story.hang_ups


async def test_after_an_announcement_the_network_is_heard_no_more():
    def heard_by_then(message):
        if isinstance(message, HangUp):
            seen.append(story.early.stopped)
        return network(dialled())(message)

    seen = []
    story = Story(heard_by_then, ring_seconds=STORY_S)
    await announced_while_ringing(story, Announcement.POWERED_OFF)
    assert seen == [True]


async def test_whatever_fails_the_network_is_heard_no_more():
    def broken(_):
        raise ZeroDivisionError

    story = Story(broken)
    with pytest.raises(ZeroDivisionError):
        await story.told()
    assert story.early.stopped


async def test_announcements_are_counted_by_kind():
    story = Story(network(dialled()), ring_seconds=STORY_S)
    await announced_while_ringing(story, Announcement.POWERED_OFF)
    assert (story.line.counters["announced_powered_off"], len(story.line.counters)) == (1, len(Announcement))


async def test_an_announcement_that_is_repeated_is_counted_once():
    story = Story(network())
    for _ in range(2):
        story.early.announced(Announcement.CALL_WAITING)
    assert story.line.counters["announced_call_waiting"] == 1


@pytest.mark.parametrize(
    ("announcement", "level"), [(Announcement.OUR_LINE, "error"), (Announcement.POWERED_OFF, "info")]
)
async def test_a_line_of_ours_that_is_barred_is_an_error_of_the_node(announcement, level):
    with capture_logs() as logs:
        await announced_while_ringing(Story(network(dialled()), ring_seconds=STORY_S), announcement)
    assert [each["log_level"] for each in logs if each["event"] == "announced"] == [level]


async def test_while_a_call_waits_the_resident_may_still_answer():
    def takes_it(message):
        return [dialled()] if isinstance(message, Dial) else resident({WARNING: [digit("1")]})(message)

    story = Story(takes_it, ring_seconds=STORY_S)
    await announced_while_ringing(story, Announcement.CALL_WAITING, answered())
    assert story.outcomes == [Outcome.ACKNOWLEDGED]


async def test_a_call_that_waits_rings_on_though_half_of_the_next_round_is_misheard():
    story = Story(network(dialled()), ring_seconds=STORY_S)
    task = asyncio.ensure_future(story.told())
    await story.worker.until_sent(lambda message: isinstance(message, Dial))
    story.early.announced(Announcement.CALL_WAITING)
    story.early.announced(Announcement.IN_A_CALL)
    story.call.tell(ended(480))
    assert ((await task).reported[-1].sip_code, story.hang_ups) == (480, [])


async def test_a_waiting_call_that_nobody_takes_met_a_busy_resident():
    story = Story(network(dialled()), ring_seconds=STORY_S)
    await announced_while_ringing(story, Announcement.CALL_WAITING, ended(487))
    assert story.outcomes == [Outcome.BUSY]


async def test_a_worker_lost_while_a_call_waits_interrupts_the_attempt():
    story = Story(network(dialled()), ring_seconds=STORY_S)
    await announced_while_ringing(story, Announcement.CALL_WAITING, None)
    assert story.outcomes == [Outcome.INTERRUPTED]


async def test_a_lost_worker_is_told_at_once_and_last_words_are_not_waited_for():
    story = Story(network(dialled(), None))
    story.early.last_words = Announcement.POWERED_OFF
    await story.told()
    assert story.outcomes == [Outcome.INTERRUPTED]


async def test_what_is_announced_says_more_than_the_networks_final_answer():
    story = Story(network(dialled(), ended(480)))
    story.early.last_words = Announcement.NOT_IN_SERVICE
    await story.told()
    assert (story.outcomes, story.reported[-1].sip_code) == ([Outcome.INVALID_NUMBER], 480)


async def test_an_announcement_that_comes_with_the_answer_changes_nothing():
    def answers(message):
        if isinstance(message, Play):
            story.early.announced(Announcement.MAILBOX)
        return resident({WARNING: [digit("1")]})(message)

    story = Story(answers)
    await story.told()
    assert (story.outcomes, story.line.counters["announced_mailbox"]) == ([Outcome.ACKNOWLEDGED], 0)


async def test_an_attempt_ended_when_the_network_ended_it_not_when_its_words_were_text():
    story = Story(network(dialled(), ended(480).model_copy(update={"at": AT + 7})))
    await story.told()
    assert story.reported[-1].at == NOW + timedelta(seconds=7)


async def test_of_keys_without_end_the_last_are_let_go():
    story = Story(network())
    for _ in range(10 * MOST_WAITING):
        story.call.tell(digit("9"))
    held = story.call._told.qsize()
    story.call.tell(ended(480))
    assert (held, (await story.told()).outcomes) == (MOST_WAITING, [Outcome.UNREACHABLE])


async def test_sound_of_the_call_goes_to_early_media():
    story = Story(network(ended(486)))
    story.call.hear("block")
    assert story.early.heard == ["block"]
