"""Calls for programs, and operators' orders for a live call."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict

from api.case_routes import Cursor, PageSize
from api.context import Context
from api.identity import Person, TheCommander, TheContext, ThePerson
from api.listing import CallList
from contracts.node_api import Command, CommandKind
from store.reading import list_calls, read_call
from store.views import CallView

router = APIRouter(prefix="/calls", tags=["calls"])


class CommandOrder(BaseModel):
    """What is to be done to a live call."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: CommandKind


@router.get("", operation_id="list_calls")
def calls(person: ThePerson, context: TheContext, after: Cursor = None, limit: PageSize = 50) -> CallList:
    """Return calls, newest first, numbers masked."""
    del person
    return CallList.of(list_calls(context.store, after=after, limit=limit))


@router.get("/{call_id}", operation_id="read_call")
def call(call_id: str, person: ThePerson, context: TheContext) -> CallView:
    """Return one call: verdict, notes, alerts, timeline. A call without an alert has no text."""
    del person
    return read_call(context.store, call_id)


@router.post("/{call_id}/commands", operation_id="command_call", status_code=202)
async def command(call_id: str, order: CommandOrder, person: TheCommander, context: TheContext) -> Command:
    """Order a whisper to the resident or the caller's hang-up; the node gets it with its open poll."""
    given = await run_in_threadpool(
        _give, context, person, Command(id=context.ids.new(), kind=order.kind, call_id=call_id)
    )
    context.work.ring()
    return given


def _give(context: Context, person: Person, command: Command) -> Command:
    with context.store.begin() as uow:
        uow.commands.add(command)
        # Who ordered it is kept with the fact; other processes are woken by it.
        refs = {"call_id": command.call_id, "command_id": command.id, "account_id": person.account_id}
        uow.outbox.append("command_ordered", {**refs, "command": command.kind.value})
    return command
