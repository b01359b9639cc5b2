"""What every command begins with: settings read, logs set up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from changmao import log
from changmao.settings import Settings, load_settings
from store.engine import open_engine
from store.unit_of_work import SqlStore


def open_settings() -> Settings:
    """Return the settings in force, with logging set up by them; SettingError."""
    settings = load_settings()
    log.configure(settings.log_format, settings.log_level)
    return settings


@contextmanager
def open_store(settings: Settings) -> Iterator[SqlStore]:
    """Open the database for one command; ConfigurationError for a bad URL."""
    engine = open_engine(settings.database)
    try:
        yield SqlStore(engine)
    finally:
        engine.dispose()
