"""Which callers residents have answered before: no first contact."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Connection, select

from blacklists.list_file import pair_key
from store import schema
from store.unit_of_work import SqlStore

FAMILIAR_FOR = timedelta(days=90)
"""A caller who was answered within this time is no first contact."""
MOST_PAIRS = 2_000_000
"""The newest calls count where there are more; 16 MB of the list file."""
_ROWS_AT_ONCE = 10_000


def familiar_pairs(connection: Connection) -> Iterator[int]:
    """Yield the `pair_key` of callers and the residents who answered them within 90 days without an alert.

    Newest calls first, at most 2,000,000; a pair may come several times.
    """
    calls, alerts = schema.calls, schema.alerts
    since = SqlStore(connection.engine).now(connection) - FAMILIAR_FOR
    alerted = select(alerts.c.id).where(alerts.c.call_id == calls.c.id).exists()
    query = (
        select(calls.c.caller, calls.c.resident_id)
        .where(
            calls.c.started_at > since,
            calls.c.caller.is_not(None),
            calls.c.resident_id.is_not(None),
            calls.c.answered_at.is_not(None),
            ~alerted,
        )
        .order_by(calls.c.started_at.desc())
        .limit(MOST_PAIRS)
    )
    rows = connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE})
    for caller, resident_id in rows:
        yield pair_key(caller, resident_id)
