"""An import's plan on the terminal: counts, samples, what to look at, what was rejected."""

from __future__ import annotations

from collections.abc import Iterator

from rich.markup import escape
from rich.table import Table

from blacklists.importing.change import ChangeOp
from blacklists.importing.plan import ImportPlan, Sample
from blacklists.importing.row import ImportRow, shown
from changmao.console import out
from store.list_version import Impact

_SHOWN = 5
"""Samples of each kind, and notices; the plan keeps more."""
_ASKED = (
    "category",
    "action",
    "shadow",
    "source",
    "evidence",
    "note",
    "valid_from",
    "expires_at",
    "review_at",
)


def show_plan(plan: ImportPlan) -> None:
    """Print what an import changes, with the first few changes of each kind."""
    counts = ("added", "changed", "expired", "rejected", "unchanged", "flagged")
    out.print(", ".join(f"{getattr(plan, name)} {name}" for name in counts), markup=False)
    samples = plan.samples
    changes = [*samples.added[:_SHOWN], *samples.changed[:_SHOWN], *samples.expired[:_SHOWN]]
    if changes:
        out.print(_table(changes), soft_wrap=False)
    for rejected in samples.rejected[:_SHOWN]:
        out.print(f"rejected line {rejected.line}: {rejected.reason}: {rejected.text}", markup=False)
    for notice in plan.notices[:_SHOWN]:
        out.print(f"look at line {notice.line}: {notice.reason}", markup=False)


def show_impact(impact: Impact) -> None:
    """Print what a version would touch."""
    part = (
        ""
        if impact.looked_at == impact.patterns
        else f" (of {impact.patterns}: the first that are looked at)"
    )
    out.print(
        f"impact of {impact.looked_at} patterns{part}: prefixes and ranges cover {impact.known_numbers}"
        f" known numbers; {impact.recent_calls} calls of the last 30 days",
        markup=False,
    )


def _table(samples: list[Sample]) -> Table:
    table = Table("", "line", "pattern", "category", "action", "differs in")
    for change, before in samples:
        row = change.row
        action = f"shadow:{row.action}" if row.shadow else row.action
        differs = _differences(row, before) if change.op is ChangeOp.CHANGED else ()
        cells = (change.op, str(row.line), str(row.pattern), shown(row.category), action, ", ".join(differs))
        table.add_row(*map(escape, cells))
    return table


def _differences(row: ImportRow, before: object) -> Iterator[str]:
    for name in _ASKED:
        if getattr(row, name) != getattr(before, name):
            yield name
