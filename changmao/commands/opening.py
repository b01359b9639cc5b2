"""What every command begins with: settings read, logs set up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from changmao import log
from changmao.settings import Settings, load_settings

if TYPE_CHECKING:
    from store.unit_of_work import SqlStore


def open_settings() -> Settings:
    """Return the settings in force, with logging set up by them; SettingError."""
    settings = load_settings()
    log.configure(settings.log_format, settings.log_level)
    return settings


@contextmanager
def open_store(settings: Settings) -> Iterator[SqlStore]:
    """Open the database for one command; ConfigurationError for a bad URL."""
    # Imported here: a telephony worker reads settings too, and must not carry the database's modules.
    from store.engine import open_engine  # noqa: PLC0415
    from store.unit_of_work import SqlStore  # noqa: PLC0415

    engine = open_engine(settings.database)
    try:
        yield SqlStore(engine)
    finally:
        engine.dispose()
