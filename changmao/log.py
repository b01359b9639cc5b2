"""Structured logs: one line an event on standard error, without the fields that carry personal data."""

from __future__ import annotations

import logging
import sys
from enum import StrEnum
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Mapping

    from structlog.typing import EventDict, Processor, WrappedLogger

_QUIET = ("httpx", "httpcore", "websockets", "asyncio", "alembic", "uvicorn.access")
"""Libraries whose every request would be a line; their warnings are kept."""


class LogFormat(StrEnum):
    """How an event is written."""

    CONSOLE = "console"
    """For people: time, level, event, key=value."""
    JSON = "json"
    """For collectors: one JSON object a line."""


class LogLevel(StrEnum):
    """The least severe event that is written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def configure(form: LogFormat = LogFormat.CONSOLE, level: LogLevel = LogLevel.INFO) -> None:
    """Send structlog and the standard library's logging to standard error in one form; repeatable."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        drop_personal,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers(form)],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.value.upper(), force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def drop_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take out every field whose name ends in `.pii` or `_pii`, at any depth."""
    return _without_personal(event)


def _without_personal(fields: Mapping[str, object]) -> dict[str, object]:
    kept = ((key, value) for key, value in fields.items() if not key.endswith((".pii", "_pii")))
    return {key: _without_personal(value) if isinstance(value, dict) else value for key, value in kept}


def _renderers(form: LogFormat) -> list[Processor]:
    if form is LogFormat.JSON:
        return [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    # Tracebacks without local variables: those hold numbers and what was said.
    return [
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    ]
