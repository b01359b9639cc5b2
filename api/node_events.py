"""Taking in what nodes report: facts into the store, live lines to those who look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastapi.concurrency import run_in_threadpool

from api.context import Context
from casework.intake import take
from contracts.errors import ChangmaoError
from contracts.node_api import (
    AlertRaised,
    AlertRose,
    CallEnded,
    CallNoted,
    CallStarted,
    EventBatch,
    EventReceipt,
    NodeEvent,
    TranscriptAdded,
)
from store.unit_of_work import SqlUnitOfWork


@dataclass(frozen=True, slots=True)
class _Taken:
    """What became of one event."""

    event: NodeEvent
    is_new: bool
    alerted_call: str | None
    """The call the event shows to have an alert in the store."""


async def report(context: Context, batch: EventBatch, node: str) -> EventReceipt:
    """Take a batch in; when this returns, its events are committed and those who wait are awake.

    What concerns a warning is a transaction of its own; calls without an alert, nearly all there are, share
    one with their neighbours in the batch. An event that fails takes no other with it: those before it are
    committed, and the node's repetition of the batch changes nothing twice.

    Raises:
        ChangmaoError: an event could not be taken; those before it were.
    """
    accepted = 0
    for run in _runs(context, batch.events):
        accepted += await _take_run(context, run, node)
    context.feed.publish(batch.live)
    return EventReceipt(accepted=accepted, repeated=len(batch.events) - accepted)


def _runs(context: Context, events: Sequence[NodeEvent]) -> Iterator[list[NodeEvent]]:
    """Yield the events in order, parted where one must not share a transaction."""
    alerted = {event.call_id for event in events if isinstance(event, AlertRaised)}
    run: list[NodeEvent] = []
    for event in events:
        # An alert this process does not know of may be met in a run all the same; that is slower, not wrong.
        if isinstance(event, CallStarted | CallNoted) or (
            isinstance(event, CallEnded)
            and event.call_id not in alerted
            and not context.feed.is_alerted(event.call_id)
        ):
            run.append(event)
            continue
        if run:
            yield run
        yield [event]
        run = []
    if run:
        yield run


async def _take_run(context: Context, run: Sequence[NodeEvent], node: str) -> int:
    try:
        return await _take(context, run, node)
    except ChangmaoError:
        if len(run) == 1:
            raise
    # One of them cannot be taken, which undid them all; one by one, the others can.
    return sum([await _take(context, [event], node) for event in run])


async def _take(context: Context, events: Sequence[NodeEvent], node: str) -> int:
    taken, facts = await run_in_threadpool(_commit, context, events, node)
    for each in taken:
        context.metrics.events.labels(each.event.type, "accepted" if each.is_new else "repeated").inc()
        if each.alerted_call:
            context.feed.alerted(each.alerted_call)
    context.tell(facts)
    return sum(each.is_new for each in taken)


def _commit(context: Context, events: Sequence[NodeEvent], node: str) -> tuple[list[_Taken], frozenset[str]]:
    with context.store.begin() as uow:
        taken = [_take_one(context, uow, event, node) for event in events]
        return taken, uow.outbox.kinds


def _take_one(context: Context, uow: SqlUnitOfWork, event: NodeEvent, node: str) -> _Taken:
    is_new = take(uow, event, node, context.rulebook.policy, context.ids)
    # A repeated event marks its call too: this process may have been restarted since. One that was ignored
    # (the resident has withdrawn) does not.
    alert = None
    if isinstance(event, AlertRaised | AlertRose | TranscriptAdded):
        alert = uow.alerts.get(event.alert_id)
    return _Taken(event, is_new, alert.call_id if alert else None)
