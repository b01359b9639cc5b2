"""The shipped migrations make exactly the tables the code means."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, select, text

from blacklists.normalise import parse_number
from store.engine import open_engine
from store.list_import import Order, prepare_import
from store.list_release import release
from store.list_schema import cleared_numbers
from store.lists import entry_counts
from store.migrations import NewerDatabaseError, Tables, _config, is_current, tables_of, upgrade
from store.removal_requests import add_request, decide_request
from store.schema import metadata
from store.unit_of_work import SqlStore
from tests.fixtures.number_list_source import Written, mobile, numbers

pytestmark = pytest.mark.integration


def test_the_migrated_database_is_the_schema_of_the_code(store: SqlStore) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []


def test_an_empty_database_is_not_current_and_an_upgraded_one_is(url: str) -> None:
    engine = open_engine(url)
    before = is_current(engine)
    upgrade(engine)
    assert (before, is_current(engine)) == (False, True)
    engine.dispose()


def migrated_to(store: SqlStore, revision: str) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})


def test_tables_are_missing_outdated_or_current(store: SqlStore, tmp_path: Path) -> None:
    empty = open_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    found = [tables_of(empty), tables_of(store.engine)]
    migrated_to(store, "0001")
    assert [*found, tables_of(store.engine)] == [Tables.MISSING, Tables.CURRENT, Tables.OUTDATED]
    empty.dispose()


@pytest.mark.parametrize("ask", [upgrade, is_current])
def test_a_database_of_a_newer_service_is_told_by_name(
    store: SqlStore, ask: Callable[[Engine], object]
) -> None:
    migrated_to(store, "9999")
    with pytest.raises(NewerDatabaseError, match=r"9999.*newer"):
        ask(store.engine)


def test_upgrading_twice_changes_nothing(store: SqlStore) -> None:
    upgrade(store.engine)
    assert is_current(store.engine)


def test_processes_that_upgrade_at_once_do_not_meet(url: str) -> None:
    engines = [open_engine(url) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(upgrade, engines))
    assert all(map(is_current, engines))
    for engine in engines:
        engine.dispose()


def test_the_way_down_leaves_no_table(store: SqlStore) -> None:
    with store.engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert set(inspect(store.engine).get_table_names()) == {"alembic_version"}


def test_counts_and_cleared_numbers_of_an_older_database_are_found(store: SqlStore) -> None:
    prepared = prepare_import(store, "police", Written(*numbers(1, 2)), Order("wang", "old.csv"), print)
    assert prepared.version is not None
    release(store, prepared.version.n, by="li")
    words = {"reason": "这是我的号码", "contact": "owner@example.test"}
    add_request(store, "q1", parse_number(mobile(1)), within=timedelta(days=9), **words)
    decide_request(store, "q1", accepted=True, reason="号码已换机主", by="chen")
    before = counts_and_cleared(store)
    with store.engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
    upgrade(store.engine)
    assert counts_and_cleared(store) == before


def counts_and_cleared(store: SqlStore) -> tuple[dict[str, int], list[tuple[object, ...]]]:
    with store.reading() as connection:
        return entry_counts(connection), [tuple(row) for row in connection.execute(select(cleared_numbers))]


def test_every_index_that_guards_a_rule_is_there(store: SqlStore) -> None:
    inspector = inspect(store.engine)
    unique = {index["name"] for table in ("cases", "warnings") for index in inspector.get_indexes(table)}
    assert {"uq_cases_open_resident", "uq_warnings_live_resident"} <= unique
