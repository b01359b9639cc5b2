"""Is this process alive, can it work, and what has it counted."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from api.context import Context
from api.due_work import DueWork
from api.identity import TheContext
from contracts.errors import ChangmaoError
from store import outbox

router = APIRouter(tags=["health"])


@router.get("/healthz", operation_id="alive")
async def alive() -> dict[str, str]:
    """Answer while the process runs, whatever it depends on."""
    return {"status": "alive"}


@router.get("/readyz", operation_id="ready")
async def ready(request: Request, context: TheContext) -> JSONResponse:
    """Name each dependency and its state (ok, degraded or failing); 503 while one of them is failing."""
    found = {"database": await run_in_threadpool(_database, context)}
    found["number_lists"] = context.list_files.state
    due_work = request.app.state.due_work
    if isinstance(due_work, DueWork):
        found["due_work"] = _due_work(due_work)
    whole = not any(state.startswith("failing") for state in found.values())
    status = {"status": "ready" if whole else "not ready", "dependencies": found}
    return JSONResponse(status, status_code=200 if whole else 503)


@router.get("/metrics", operation_id="metrics", response_class=Response)
async def metrics(context: TheContext) -> Response:
    """Return this process's counters and the nodes' in Prometheus's text format."""
    # On the event loop, where the counters change: a thread would read them while they do.
    return Response(context.metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _due_work(loop: DueWork) -> str:
    if loop.failing:
        return f"failing: {loop.failing}"
    return f"degraded: {len(loop.stuck)} warnings cannot be moved" if loop.stuck else "ok"


def _database(context: Context) -> str:
    try:
        outbox.latest(context.store)
    except (SQLAlchemyError, ChangmaoError) as error:
        return f"failing: {type(error).__name__}"
    return "ok"
