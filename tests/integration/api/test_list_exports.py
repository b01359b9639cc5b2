"""An export is a file for one answer: however it was asked for, nothing of it stays."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from api import list_imports
from api.app import create_app
from blacklists.importing.row import ImportRow, Rejected
from blacklists.reason import Reason, Why
from contracts.errors import NotFoundError
from store.errors import StoreUnavailableError
from store.list_import import Order, prepare_import
from store.unit_of_work import SqlStore
from tests.fixtures.control_plane import SETTINGS, logged_in
from tests.fixtures.number_list_source import Written, numbers

pytestmark = pytest.mark.integration


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "served"


@pytest.fixture
def app(store: SqlStore, folder: Path) -> FastAPI:
    return create_app(store, SETTINGS.model_copy(update={"folder": folder / "lists"}))


@pytest.fixture
async def operator(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with logged_in(app) as client:
        yield client


def left_behind(folder: Path) -> list[Path]:
    return [path for path in (folder / "imports").rglob("*") if path.is_file()]


@pytest.mark.parametrize("asked", ["", "bytes=0-9", "bytes=nonsense", "bytes=999999999-"])
async def test_an_export_leaves_no_file_however_it_is_asked_for(
    operator: AsyncClient, folder: Path, asked: str
):
    await operator.get("/lists/police/export", headers={"Range": asked} if asked else {})
    assert left_behind(folder) == []


async def test_an_export_that_fails_leaves_no_file(
    app: FastAPI, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_: object) -> Iterator[ImportRow]:
        raise StoreUnavailableError("database: not available")
        yield

    monkeypatch.setattr(list_imports, "export_rows", broken)
    with pytest.raises(StoreUnavailableError):
        app.state.list_imports.export("police")
    assert left_behind(folder) == []


async def test_rejected_lines_of_an_import_on_the_command_line_are_sent_too(
    operator: AsyncClient, store: SqlStore, folder: Path
):
    rows = Written(*numbers(1), Rejected(9, Reason(Why.PLAIN, {"text": "=1+1"}), "199x"))
    version = prepare_import(store, "police", rows, Order("sun", "suspects.csv"), [].append).version
    assert version is not None
    answer = await operator.get(f"/versions/{version.n}/rejects")
    assert answer.text.splitlines()[1] == "9,'=1+1,199x"
    assert left_behind(folder) == []


async def test_an_export_of_an_unknown_list_leaves_no_file(app: FastAPI, folder: Path):
    with pytest.raises(NotFoundError):
        app.state.list_imports.export("nowhere")
    assert left_behind(folder) == []


async def test_a_service_that_starts_sweeps_what_was_forgotten(app: FastAPI, folder: Path):
    kept = folder / "imports" / "uploads" / "kept" / "forgotten"
    kept.parent.mkdir(parents=True)
    kept.touch()
    os.utime(kept, (0, 0))
    async with app.router.lifespan_context(app), asyncio.timeout(10):
        while left_behind(folder):  # noqa: ASYNC110 (the sweep tells nobody)
            await asyncio.sleep(0.01)
