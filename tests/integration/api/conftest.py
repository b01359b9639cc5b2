"""A fresh control plane for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from store.unit_of_work import SqlStore
from tests.fixtures.control_plane import logged_in, node_client, running, seeded_file, store_of


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return seeded_file(tmp_path_factory.mktemp("seeded"))


@pytest.fixture
def store(seeded: Path, tmp_path: Path) -> Iterator[SqlStore]:
    made = store_of(seeded, tmp_path)
    yield made
    made.engine.dispose()


@pytest.fixture
async def app(store: SqlStore) -> AsyncIterator[FastAPI]:
    async with running(store) as application:
        yield application


@pytest.fixture
async def node(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with node_client(app) as client:
        yield client


@pytest.fixture
async def operator(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with logged_in(app) as client:
        yield client
