"""Every story is told on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from store.engine import open_engine
from store.migrations import upgrade
from store.residents import import_residents
from store.unit_of_work import SqlStore
from tests.fixtures.duty import Duty, a_resident
from tests.fixtures.postgres import Cluster, running_cluster


class SqlDuty(Duty):
    """The stories on a database."""

    def __init__(self, store: SqlStore) -> None:
        super().__init__(store.begin, self._forward)
        self.store = store

    def _forward(self, by: timedelta) -> None:
        self.store.clock_offset += by


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One PostgreSQL for the whole run."""
    with running_cluster() as running:
        yield running


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with all tables, to be copied: migrating one for each test would take longer."""
    file = tmp_path_factory.mktemp("migrated") / "changmao.sqlite"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_database(cluster: Cluster) -> str:
    """The same of PostgreSQL."""
    url = cluster.new_database()
    migrate(url)
    return url


def migrate(url: str) -> None:
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if database == "sqlite":
        return f"sqlite:///{tmp_path / 'changmao.sqlite'}"
    postgres: Cluster = request.getfixturevalue("cluster")
    return postgres.new_database()


@pytest.fixture
def store(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    """A database with all tables."""
    if database == "sqlite":
        migrated: Path = request.getfixturevalue("migrated_file")
        url = f"sqlite:///{shutil.copy(migrated, tmp_path / 'changmao.sqlite')}"
    else:
        postgres: Cluster = request.getfixturevalue("cluster")
        url = postgres.new_database(request.getfixturevalue("migrated_database"))
    made = SqlStore(open_engine(url))
    yield made
    made.engine.dispose()


@pytest.fixture
def duty(store: SqlStore) -> SqlDuty:
    """Residents 1 to 8 are enrolled."""
    import_residents(store, map(a_resident, range(1, 9)))
    return SqlDuty(store)
