"""What the databases are asked for, and how they say no."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from casework.resident import Resident
from contracts.errors import ConfigurationError, ConflictError
from store.engine import open_engine
from store.errors import StoreUnavailableError
from store.residents import import_residents, residents_by_number
from store.unit_of_work import SqlStore
from tests.fixtures.duty import a_resident

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("url", ["mysql://root@127.0.0.1/x", "not a url"])
def test_other_databases_are_refused_by_name(url: str) -> None:
    with pytest.raises(ConfigurationError, match="sqlite"):
        open_engine(url)


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10_000)],
)
def test_sqlite_is_durable_and_keeps_its_references(tmp_path: Path, pragma: str, value: object) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'x.sqlite'}")
    with engine.connect() as connection:
        assert connection.execute(text(f"PRAGMA {pragma}")).scalar_one() == value
    engine.dispose()


def test_all_who_open_a_new_file_at_once_get_in(tmp_path: Path) -> None:
    opening = threading.Barrier(3)

    def opened(file: Path) -> str:
        engine = open_engine(f"sqlite:///{file}")
        opening.wait(10)
        with engine.connect() as connection:
            mode = str(connection.execute(text("PRAGMA journal_mode")).scalar_one())
        engine.dispose()
        return mode

    files = [tmp_path / f"{n}.sqlite" for n in range(100) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(opened, files)) == {"wal"}


def test_the_databases_clock_is_the_time_and_tests_move_it(store: SqlStore) -> None:
    store.clock_offset = timedelta(hours=1)
    with store.begin() as uow:
        away = uow.now() - datetime.now(UTC)
    assert timedelta(minutes=59) < away < timedelta(minutes=61)


def test_a_database_that_is_away_is_named(tmp_path: Path) -> None:
    store = SqlStore(open_engine(f"sqlite:///{tmp_path / 'missing' / 'x.sqlite'}"))
    with pytest.raises(StoreUnavailableError, match="try again"), store.reading() as connection:
        connection.execute(text("SELECT 1"))


def test_rows_that_must_be_unique_are_a_conflict_and_the_message_holds_no_number(store: SqlStore) -> None:
    twice = [a_resident(1), Resident("other", a_resident(1).number, "别人")]
    with pytest.raises(ConflictError) as refused:
        import_residents(store, twice)
    assert "1380000" not in str(refused.value)
    assert not residents_by_number(store)


def test_a_reader_sees_one_state_while_another_writes(store: SqlStore) -> None:
    with store.reading() as connection:
        before = connection.execute(text("SELECT count(*) FROM residents")).scalar_one()
        writer = threading.Thread(target=import_residents, args=(store, [a_resident(1)]))
        writer.start()
        writer.join(10)
        after = connection.execute(text("SELECT count(*) FROM residents")).scalar_one()
    assert (before, after, len(residents_by_number(store))) == (0, 0, 1)


def test_a_time_without_a_zone_is_refused(store: SqlStore) -> None:
    resident = Resident("r", a_resident(1).number, "某人", consented_at=datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(Exception, match="has no zone"):
        import_residents(store, [resident])


def test_no_error_repeats_the_rows_it_failed_on(store: SqlStore) -> None:
    with pytest.raises(DBAPIError) as failed, store.engine.begin() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:number)"), {"number": "13800000001"})
    assert "13800000001" not in str(failed.value)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_postgresql_waits_for_a_row_no_longer_than_told(url: str) -> None:
    engine = open_engine(f"{url}?options=-c%20lock_timeout%3D7s")
    with engine.connect() as connection:
        assert connection.execute(text("SHOW lock_timeout")).scalar_one() == "7s"
    engine.dispose()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_postgresql_waits_for_a_row_as_long_as_sqlite_by_itself(url: str) -> None:
    engine = open_engine(url)
    with engine.connect() as connection:
        assert connection.execute(text("SHOW lock_timeout")).scalar_one() == "10s"
    engine.dispose()


@pytest.mark.parametrize(
    "error", [PoolTimeoutError("full"), InterfaceError("SELECT 1", {}, OSError("connection is closed"))]
)
def test_a_connection_that_cannot_be_had_is_a_store_that_is_away(store: SqlStore, error: Exception) -> None:
    with pytest.raises(StoreUnavailableError, match="try again"), store.begin():
        raise error


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_each_thread_of_the_web_server_finds_a_connection(url: str) -> None:
    engine = open_engine(url)
    with ExitStack() as open_ones:
        for _ in range(40):
            open_ones.enter_context(engine.connect())
        assert engine.pool.checkedout() == 40  # type: ignore[attr-defined]
    engine.dispose()
