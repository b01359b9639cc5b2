"""Taking in what nodes report: facts into the store, live lines to those who look."""

from __future__ import annotations

from fastapi.concurrency import run_in_threadpool

from api.context import Context
from casework.intake import take
from contracts.node_api import AlertRaised, AlertRose, EventBatch, EventReceipt, NodeEvent, TranscriptAdded


async def report(context: Context, batch: EventBatch, node: str) -> EventReceipt:
    """Take a batch in; when this returns, its events are committed and those who wait are awake.

    Each event is a transaction of its own (as `take` asks): one that fails holds back no alert that stood
    before it, and the node's repetition of the batch changes nothing twice.
    """
    accepted = 0
    for event in batch.events:
        accepted += await _take(context, event, node)
    context.feed.publish(batch.live)
    return EventReceipt(accepted=accepted, repeated=len(batch.events) - accepted)


async def _take(context: Context, event: NodeEvent, node: str) -> bool:
    is_new = await run_in_threadpool(_commit, context, event, node)
    context.metrics.events.labels(event.type, "accepted" if is_new else "repeated").inc()
    # A repeated event marks its call too: this process may have been restarted since.
    if isinstance(event, AlertRaised | AlertRose | TranscriptAdded):
        context.feed.alerted(event.call_id)
    if is_new:
        context.work.ring()
        context.feed.bell.ring()
    return is_new


def _commit(context: Context, event: NodeEvent, node: str) -> bool:
    with context.store.begin() as uow:
        return take(uow, event, node, context.rulebook.policy, context.ids)
