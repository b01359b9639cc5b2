"""The live feed over SSE: facts by their outbox sequence, and what is being said right now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.context import Context
from api.identity import TheContext, ThePerson
from store import outbox
from store.outbox import OutboxEvent

router = APIRouter(tags=["live"])

STREAM_SECONDS = 900.0
"""A stream ends after this and the browser asks anew, so that a login that has ended sees no more."""
LOOK_SECONDS = 5.0
"""The outbox is watched for all readers; this is only a second net."""
FACTS_AT_ONCE = 100


@router.get("/live", operation_id="live", response_class=EventSourceResponse)
async def live(
    person: ThePerson, context: TheContext, last_event_id: Annotated[str, Header()] = ""
) -> AsyncIterable[ServerSentEvent]:
    """Send facts (`fact`, with ids, resumed by Last-Event-ID) and live lines (`line`, without id).

    Begins with `ready`, whose id is the point it starts from.
    """
    del person
    start = await _start(context, last_event_id)
    yield ServerSentEvent(event="ready", id=str(start), data={"sequence": start}, retry=1000)
    with context.feed.reader() as reader:
        async for facts in _facts(context, start):
            for fact in facts:
                yield ServerSentEvent(event="fact", id=str(fact.sequence), data=fact)
            for line in reader.take():
                yield ServerSentEvent(event="line", data=line)


async def _start(context: Context, last_event_id: str) -> int:
    """An id that is none of ours starts with what comes next, as if nothing had been seen."""
    latest = await run_in_threadpool(outbox.latest, context.store)
    ours = last_event_id.isascii() and last_event_id.isdecimal() and len(last_event_id) < 19
    return min(int(last_event_id), latest) if ours else latest


async def _facts(context: Context, after: int) -> AsyncIterator[tuple[OutboxEvent, ...]]:
    """Yield new facts, or none when only lines may have come, until the stream's time is over."""
    loop = asyncio.get_running_loop()
    until = loop.time() + STREAM_SECONDS
    bell, news = context.feed.bell, -1
    while not context.feed.closed and loop.time() < until:
        heard = bell.rings
        facts: tuple[OutboxEvent, ...] = ()
        # Lines ring several times a second; the database is asked only after rings for facts.
        if news != context.feed.facts:
            news = context.feed.facts
            facts = await run_in_threadpool(outbox.read_after, context.store, after, FACTS_AT_ONCE)
            after = facts[-1].sequence if facts else after
        yield facts
        if len(facts) == FACTS_AT_ONCE or await bell.wait(heard, LOOK_SECONDS) == heard:
            news = -1
