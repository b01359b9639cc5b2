"""What becomes of an INVITE: by the caller's number, the called number, the trunk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from contracts.node_api import EmergencyWindow
from contracts.verdict import Action
from telephony.controller.reception import receive
from telephony.link.messages import Deed, Incoming
from tests.fixtures.node_snapshot import FORWARDED, LISTED, RESIDENT, TRUNK, holdings, overlay

pytestmark = pytest.mark.unit

NOW = datetime(2026, 1, 2, tzinfo=UTC)
HOLDINGS = holdings()
BY_ACTION = {action: number for number, action in LISTED.items()}
STRANGER = "19900000099"


def received(caller=STRANGER, called=RESIDENT, *, trunk=TRUNK, held=HOLDINGS, **more):
    incoming = Incoming(call_id="c1", trunk="pbx", caller=caller, called=called, at=NOW.timestamp(), **more)
    return receive(incoming, trunk, held, NOW)


def test_a_stranger_is_delivered_and_listened_to():
    decision = received().decision
    assert (decision.deed, decision.listen) == (Deed.DELIVER, True)


def test_a_policy_may_let_strangers_pass_unheard():
    assert not received(held=holdings(unlisted="pass")).decision.listen


@pytest.mark.parametrize("called", ["13800000001", "+8613800000001", "8613800000001", "013800000001"])
def test_a_resident_is_found_however_the_number_is_written(called):
    assert received(called=called).resident.resident_id == "r1"


@pytest.mark.parametrize("caller", ["anonymous", "Anonymous", "", "匿名"])
def test_an_anonymous_caller_is_delivered_and_on_record_without_a_number(caller):
    reception = received(caller)
    assert (reception.decision.deed, reception.started.caller) == (Deed.DELIVER, None)


@pytest.mark.parametrize("caller", ["abc", "1", "9" * 40, "<script>"])
def test_a_caller_that_is_no_number_is_delivered_and_on_record_as_presented(caller):
    reception = received(caller)
    assert (reception.decision.deed, reception.started.caller) == (Deed.DELIVER, None)
    assert reception.started.caller_raw == caller


def test_marks_of_writing_direction_do_not_hide_a_number():
    reception = received("\u202e13800000009")
    assert (reception.started.caller, reception.started.caller_raw) == ("+8613800000009", "\u202e13800000009")


def test_who_is_not_enrolled_is_delivered_untapped_by_the_trunks_route():
    decision = received(BY_ACTION[Action.REJECT], called="13800000077").decision
    assert (decision.deed, decision.route, decision.listen) == (Deed.DELIVER, None, False)


def test_a_call_to_who_is_not_enrolled_is_on_record_without_a_verdict():
    started = received(called="13800000077").started
    assert (started.resident_id, started.verdict) == (None, None)


def test_without_any_snapshot_every_call_is_delivered_untapped():
    decision = received(BY_ACTION[Action.REJECT], held=None).decision
    assert (decision.deed, decision.listen) == (Deed.DELIVER, False)


def test_a_resident_with_a_delivery_route_is_reached_by_it():
    assert received(called=FORWARDED).decision.route == "sip:r2@127.0.0.1:5071"


def test_a_listed_caller_may_be_rejected():
    decision = received(BY_ACTION[Action.REJECT]).decision
    assert (decision.deed, decision.sip_code) == (Deed.REJECT, 603)


def test_a_listed_caller_may_be_diverted_to_the_trunks_route():
    decision = received(BY_ACTION[Action.DIVERT]).decision
    assert (decision.deed, decision.route) == (Deed.REDIRECT, TRUNK.divert_route)


def test_a_diverted_caller_is_rejected_where_the_trunk_has_nowhere_to_divert_to():
    trunk = TRUNK.model_copy(update={"divert_route": None})
    assert received(BY_ACTION[Action.DIVERT], trunk=trunk).decision.deed is Deed.REJECT


def test_a_diverted_caller_does_not_get_the_residents_own_route():
    assert received(BY_ACTION[Action.DIVERT], called=FORWARDED).decision.route == TRUNK.divert_route


def test_a_monitored_caller_is_listened_to_where_strangers_are_not():
    assert received(BY_ACTION[Action.MONITOR], held=holdings(unlisted="pass")).decision.listen


def test_a_caller_allowed_by_a_list_is_not_listened_to():
    assert not received(BY_ACTION[Action.PASS]).decision.listen


def test_every_call_passes_after_the_resident_dialled_110():
    window = EmergencyWindow(resident_id="r1", until=NOW + timedelta(minutes=90))
    laid = overlay().model_copy(update={"emergencies": (window,)})
    decision = received(BY_ACTION[Action.REJECT], held=holdings(laid)).decision
    assert (decision.deed, decision.listen) == (Deed.DELIVER, False)


def test_a_call_from_the_residents_own_contacts_is_not_listened_to():
    held = holdings(contacts=("+8619900000099",))
    assert not received(STRANGER, held=held).decision.listen


def test_a_delivery_in_our_absence_has_an_event_of_its_own():
    # The first event may have been stored already: the same id would be a no-op.
    assert received(degraded=True).started.id != received().started.id


def test_a_repeated_announcement_of_a_call_is_the_same_event():
    assert received(ongoing=True).started.id == received().started.id
