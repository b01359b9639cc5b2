"""An export is a file for one answer: however it was asked for, nothing of it stays."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from api import list_imports
from api.app import create_app
from blacklists.importing.row import ImportRow
from contracts.errors import NotFoundError
from store.errors import StoreUnavailableError
from store.unit_of_work import SqlStore
from tests.fixtures.control_plane import SETTINGS, logged_in

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


async def test_an_export_of_an_unknown_list_leaves_no_file(app: FastAPI, folder: Path):
    with pytest.raises(NotFoundError):
        app.state.list_imports.export("nowhere")
    assert left_behind(folder) == []
