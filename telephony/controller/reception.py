"""What becomes of an INVITE: the caller's number judged, the called number looked up. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from blacklists.normalise import parse_number
from contracts.node_api import CallStarted, Enrolment
from contracts.phone import PhoneNumber
from contracts.verdict import Action, Verdict
from screening.number_rules import judge_number
from screening.number_signs import TrunkFacts
from telephony.controller.holdings import Holdings
from telephony.link.messages import Decision, Deed, Incoming
from telephony.settings import Trunk


@dataclass(frozen=True, slots=True)
class Reception:
    """The decision on one INVITE, and the facts it rests on."""

    incoming: Incoming
    trunk: Trunk
    caller: PhoneNumber
    resident: Enrolment | None
    """None: not enrolled, or no snapshot was ever received: delivered untapped."""
    verdict: Verdict | None

    @property
    def decision(self) -> Decision:
        """What the worker is told."""
        action = self.verdict.action if self.verdict else Action.PASS
        route = self.resident.delivery_route if self.resident else None
        if action is Action.DIVERT and self.trunk.divert_route:
            deed, route = Deed.REDIRECT, self.trunk.divert_route
        elif action in {Action.DIVERT, Action.REJECT}:
            deed = Deed.REJECT
        else:
            deed = Deed.DELIVER
        listen = action is Action.MONITOR
        return Decision(call_id=self.incoming.call_id, deed=deed, route=route, listen=listen)

    @property
    def started(self) -> CallStarted:
        """What the api is told; the same id again after a restart of ours is a no-op there."""
        kind = "degraded" if self.incoming.degraded else "started"
        return CallStarted(
            id=f"{self.incoming.call_id}:{kind}",
            at=datetime.fromtimestamp(self.incoming.at, UTC),
            call_id=self.incoming.call_id,
            trunk=self.trunk.name,
            caller_raw=self.incoming.caller,
            caller=self.caller.value or None,
            called=self.incoming.called,
            resident_id=self.resident.resident_id if self.resident else None,
            verdict=self.verdict,
            degraded=self.incoming.degraded,
        )


def receive(incoming: Incoming, trunk: Trunk, holdings: Holdings | None, now: datetime) -> Reception:
    """Judge an INVITE; without a snapshot nobody is enrolled and every call is delivered."""
    caller = parse_number(incoming.caller, trunk.home_area)
    called = parse_number(incoming.called, trunk.home_area)
    resident = holdings.enrolments.get(called.value) if holdings else None
    if holdings is None or resident is None:
        return Reception(incoming, trunk, caller, None, None)
    facts = TrunkFacts(domestic=trunk.domestic, home_area=trunk.home_area)
    unlisted = Action(holdings.policy.in_call.unlisted_caller.value)
    verdict = judge_number(caller, facts, resident, holdings.lists, now, unlisted)
    return Reception(incoming, trunk, caller, resident, verdict)
