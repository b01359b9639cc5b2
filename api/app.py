"""The application: every route, with what it shares, started and stopped together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from threading import Event, Thread

from fastapi import FastAPI

from api import (
    call_routes,
    case_routes,
    contact_routes,
    emergency_routes,
    health_routes,
    list_routes,
    live_routes,
    node_routes,
    phrase_routes,
    removal_routes,
    report_routes,
    session_routes,
)
from api.console import (
    call_pages,
    case_pages,
    list_forms,
    list_pages,
    login_pages,
    lookup_pages,
    new_list,
    phrase_forms,
    phrase_orders,
    phrase_pages,
    phrase_trial,
    removal_pages,
    report_pages,
    style_sheet,
)
from api.console.faults import console_fault
from api.console.pages import Pages
from api.context import Context
from api.due_work import DueWork
from api.headers import BodyLimit, SafeHeaders
from api.list_imports import ListImports
from api.list_purge import purge_lists
from api.node_poll import NodePolls
from api.outbox_tail import watch_outbox
from api.problems import Problems
from api.settings import ApiSettings
from api.upload_sweep import sweep_uploads
from store.list_purge import purge
from store.unit_of_work import SqlStore

FIRST_LISTS_SECONDS = 1.0
"""How long the first request waits for a list file: enough for a small one, and no more for a large one."""
STOP_SECONDS = 10.0
"""How long a thread may take to finish what it is doing."""


def create_app(store: SqlStore, settings: ApiSettings) -> FastAPI:
    """Return the application on a migrated database.

    Raises:
        ConfigurationError: a file or zone named by the settings cannot be used.
        BadInputError: a file named by the settings is no phrasebook or policy.
    """
    context = Context.build(store, settings)
    app = FastAPI(title="Changmao", version="0.1.0", lifespan=_running, docs_url=None, redoc_url=None)
    app.state.context = context
    app.state.polls = NodePolls(context)
    app.state.pages = Pages(settings.time_zone)
    beside_the_lists = settings.folder.with_name("imports") if settings.folder else None
    app.state.list_imports = ListImports(store, beside_the_lists)
    app.state.due_work = DueWork(store.begin, context.metrics.due_steps.inc) if settings.due_work else None
    for module in (health_routes, node_routes, session_routes, case_routes, call_routes, live_routes):
        app.include_router(module.router)
    for intake in (report_routes, removal_routes, emergency_routes, contact_routes):
        app.include_router(intake.router)
    app.include_router(list_routes.router)
    app.include_router(phrase_routes.router)
    # The look-up goes before the page of a list, whose address would take its own.
    for lists in (lookup_pages, list_pages, list_forms, new_list, report_pages, removal_pages):
        app.include_router(lists.router)
    for phrases in (phrase_pages, phrase_orders, phrase_forms, phrase_trial):
        app.include_router(phrases.router)
    for pages in (login_pages, case_pages, call_pages, style_sheet):
        app.include_router(pages.router)
    Problems(console_fault).install(app)
    app.add_middleware(BodyLimit, limit=settings.max_body_bytes, import_limit=settings.max_import_bytes)
    app.add_middleware(SafeHeaders)
    return app


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    context: Context = app.state.context
    stop = Event()
    context.list_files.begin()
    watch = asyncio.create_task(watch_outbox(context), name="outbox tail")
    sweep = asyncio.create_task(sweep_uploads(app.state.list_imports.uploads), name="upload sweep")
    forget = partial(purge, context.store, context.settings.list_keep)
    purging = asyncio.create_task(purge_lists(forget), name="list purge")
    due_work = _start_due_work(app.state.due_work, stop)
    try:
        await asyncio.to_thread(context.list_files.wait, FIRST_LISTS_SECONDS)
        yield
    finally:
        stop.set()
        context.feed.close()
        context.work.ring()
        for task in (watch, sweep, purging):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await asyncio.to_thread(context.list_files.wait, STOP_SECONDS)
        if due_work:
            await asyncio.to_thread(due_work.join, STOP_SECONDS)


def _start_due_work(due_work: DueWork | None, stop: Event) -> Thread | None:
    if due_work is None:
        return None
    # A daemon: a step that hangs on a lost database must not keep the process from ending.
    thread = Thread(target=due_work.run_forever, args=(stop,), name="due work", daemon=True)
    thread.start()
    return thread
