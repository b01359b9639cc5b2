"""Migrations of the database, shipped with the service; each is one step up and one down."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import ClassVar

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from contracts.errors import ConfigurationError

_LOCK = 7_310_962_111
"""Any number nobody else uses for an advisory lock in this database."""


class NewerDatabaseError(ConfigurationError):
    """The database was made by a newer version of the service than this one."""

    code: ClassVar[str] = "database.newer"


class Tables(StrEnum):
    """How far a database is."""

    MISSING = "missing"
    """Nothing was ever made in it."""
    OUTDATED = "outdated"
    CURRENT = "current"


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest schema; several processes may do so at once.

    Raises:
        NewerDatabaseError: it is of a schema this version of the service does not know.
    """
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # Another process may be at it for longer than a row is waited for.
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config = _config()
        _revision(connection, ScriptDirectory.from_config(config))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def tables_of(engine: Engine) -> Tables:
    """Return whether the database has the schema this version of the service needs.

    Raises:
        NewerDatabaseError: it is of a schema this version of the service does not know.
    """
    script = ScriptDirectory.from_config(_config())
    with engine.connect() as connection:
        revision = _revision(connection, script)
    if revision is None:
        return Tables.MISSING
    return Tables.CURRENT if revision == script.get_current_head() else Tables.OUTDATED


def is_current(engine: Engine) -> bool:
    """Return whether the tables are those this version of the service needs; raises as `tables_of`."""
    return tables_of(engine) is Tables.CURRENT


def _revision(connection: Connection, script: ScriptDirectory) -> str | None:
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is not None and revision not in {each.revision for each in script.walk_revisions()}:
        raise NewerDatabaseError(
            f"database: its tables are of revision {revision}, which a newer version of the service made;"
            " start that version, or restore the backup that was made before it"
        )
    return revision


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
