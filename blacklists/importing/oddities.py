"""What is odd about an entry by itself; it is put in force all the same."""

from __future__ import annotations

from blacklists.importing.cleared import ClearedNumbers
from blacklists.importing.protected import against_codes
from blacklists.importing.row import ImportRow
from blacklists.importing.width import too_wide
from blacklists.reason import Reason


def oddities(row: ImportRow, cleared: ClearedNumbers) -> tuple[Reason, ...]:
    """Return what whoever prepares and whoever releases an entry should know."""
    said = (cleared.warning(row.pattern), against_codes(row), too_wide(row.pattern))
    return tuple(filter(None, said))
