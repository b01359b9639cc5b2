"""What recognised text announces: as written, as misheard, with an English tail, or not at all."""

from __future__ import annotations

import pytest

from contracts.outcome import Outcome
from telephony.announcement import Announcement, announcement_in

pytestmark = pytest.mark.unit

TEXTS = [
    ("您好您所拨打的电话已关机请稍后再拨", Announcement.POWERED_OFF),
    ("您拨打的手机关机", Announcement.POWERED_OFF),
    ("您拨打的号码是空号请核对后再拨", Announcement.NOT_IN_SERVICE),
    ("您拨打的号码不存在请查证后再拨", Announcement.NOT_IN_SERVICE),
    ("您拨打的用户已改号", Announcement.NOT_IN_SERVICE),
    ("您所拨打的电话已停机", Announcement.SUSPENDED),
    ("您拨打的电话已欠费停机", Announcement.SUSPENDED),
    ("您拨打的号码已暂停服务", Announcement.SUSPENDED),
    ("您拨打的电话正在通话中请稍后再拨", Announcement.IN_A_CALL),
    ("您拨打的用户正忙请稍后再拨", Announcement.IN_A_CALL),
    ("请不要挂机您拨打的电话正在通话中", Announcement.CALL_WAITING),
    ("您拨打的电话正在通话中请勿挂断", Announcement.CALL_WAITING),
    ("您拨打的电话暂时无法接通请稍后再拨", Announcement.OUT_OF_REACH),
    ("您拨打的用户不在服务区", Announcement.OUT_OF_REACH),
    ("您拨打的用户已设置呼入限制", Announcement.OUT_OF_REACH),
    ("您拨打的用户已设置呼叫转移正在为您转接请稍候", Announcement.FORWARDED),
    ("您的呼叫正在被转移请稍候", Announcement.FORWARDED),
    ("您拨打的电话暂时无人接听请稍后再拨", Announcement.NO_ANSWER),
    ("您拨打的用户暂时无法接听您的电话", Announcement.NO_ANSWER),
    ("您呼叫的用户已启用语音信箱", Announcement.MAILBOX),
    ("请在提示音后留言", Announcement.MAILBOX),
    ("网络忙请稍后再拨", Announcement.CONGESTION),
    ("对不起线路忙请稍后再拨", Announcement.CONGESTION),
    ("您的电话已欠费请充值后再拨", Announcement.OUR_LINE),
    ("您拨打的是本地手机号码不用加拨0请直接拨打", Announcement.OUR_LINE),
]
MISHEARD = [
    ("您好您所拨打的电话以关机请稍后再拨", Announcement.POWERED_OFF),
    ("您所拨打的电话已观计", Announcement.POWERED_OFF),
    ("您拨打的号码似空耗", Announcement.NOT_IN_SERVICE),
    ("对不起您拨打的号码以暂停服务请稍后再拨", Announcement.SUSPENDED),
    ("您所拨打的电话一听机", Announcement.SUSPENDED),
    ("您拨打的电话正再痛化中", Announcement.IN_A_CALL),
    ("占是无法街通", Announcement.OUT_OF_REACH),
    ("再低声后流言", Announcement.MAILBOX),
    ("占时无人皆听", Announcement.NO_ANSWER),
    ("暂时无法接通您的电话", Announcement.NO_ANSWER),
]
# As Vosk's Mandarin model wrote "Sorry, the subscriber you dialed ..." down.
ENGLISH = ["所以的是浮夸的遇到的他我必须答应累的", "所谓的能不遇到的发力车里缺铁人渣又累的"]
RINGING_TONES = [
    "您所拨打的用户正在努力奔向电话请不要着急先听一段音乐放松一下吧",
    "您好欢迎致电蓝天家具城电话正在为您转接请稍候",
    "感谢您使用彩铃业务",
    "我关上手机不想再听见你的声音",
    "喂你好哪位",
    "请稍候正在接通您的电话",
    "您好当前线路忙请稍候",
]


@pytest.mark.parametrize(("text", "announcement"), TEXTS)
def test_an_announcement_is_known_by_its_wording(text, announcement):
    assert announcement_in(text) is announcement


@pytest.mark.parametrize(("text", "announcement"), MISHEARD)
def test_an_announcement_is_known_by_its_sound(text, announcement):
    assert announcement_in(text) is announcement


@pytest.mark.parametrize("tail", ENGLISH)
def test_an_english_tail_changes_nothing(tail):
    assert announcement_in(f"您拨打的电话已关机{tail}") is Announcement.POWERED_OFF


@pytest.mark.parametrize("tail", ENGLISH)
def test_an_english_tail_alone_announces_nothing(tail):
    assert announcement_in(tail) is None


@pytest.mark.parametrize("text", RINGING_TONES)
def test_what_people_and_companies_record_for_ringing_announces_nothing(text):
    assert announcement_in(text) is None


def test_a_sentence_whose_beginning_was_not_heard_is_enough():
    assert announcement_in("话已关机请稍后再拨") is Announcement.POWERED_OFF


def test_spaces_between_words_do_not_matter():
    assert announcement_in("您 拨打 的 用户 已 关机") is Announcement.POWERED_OFF


def test_nothing_heard_announces_nothing():
    assert announcement_in("") is None


@pytest.mark.parametrize(
    ("text", "announcement"),
    [
        ("您拨打的电话已关机已为您转移到语音信箱请留言", Announcement.POWERED_OFF),
        ("您拨打的电话无人接听请在滴声后留言", Announcement.MAILBOX),
        ("呼叫转移中您拨打的用户已停机", Announcement.SUSPENDED),
    ],
)
def test_what_is_wrong_with_a_line_says_more_than_where_the_call_is_sent(text, announcement):
    assert announcement_in(text) is announcement


def test_our_own_arrears_are_not_taken_for_the_residents():
    assert announcement_in("对不起您的电话已欠费停机").outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("announcement", "outcome"),
    [
        (Announcement.POWERED_OFF, Outcome.UNREACHABLE),
        (Announcement.OUT_OF_REACH, Outcome.UNREACHABLE),
        (Announcement.NOT_IN_SERVICE, Outcome.INVALID_NUMBER),
        (Announcement.SUSPENDED, Outcome.SUSPENDED),
        (Announcement.IN_A_CALL, Outcome.BUSY),
        (Announcement.CALL_WAITING, Outcome.BUSY),
        (Announcement.FORWARDED, Outcome.FORWARDED),
        (Announcement.MAILBOX, Outcome.MACHINE),
        (Announcement.NO_ANSWER, Outcome.NO_ANSWER),
        (Announcement.CONGESTION, Outcome.FAILED),
    ],
)
def test_an_announcement_is_an_outcome(announcement, outcome):
    assert announcement.outcome is outcome


def test_only_call_waiting_leaves_hope_of_an_answer():
    assert [each for each in Announcement if not each.ends_attempt] == [Announcement.CALL_WAITING]
