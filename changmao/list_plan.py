"""An import's plan, and a version, on the terminal: counts, samples, what to look at, what is touched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.markup import escape
from rich.table import Table

from blacklists.importing.change import ChangeOp
from blacklists.importing.notice import Notice
from blacklists.importing.plan import ImportPlan, Sample
from blacklists.importing.row import ImportRow, shown
from changmao.console import out
from store.import_lines import read_notices
from store.list_version import Impact, Version, VersionState
from store.unit_of_work import SqlStore

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
    show_counts(plan, "unchanged")
    samples = plan.samples
    changes = [*samples.added[:_SHOWN], *samples.changed[:_SHOWN], *samples.expired[:_SHOWN]]
    if changes:
        out.print(_table(changes), soft_wrap=False)
    for rejected in samples.rejected[:_SHOWN]:
        out.print(f"rejected line {rejected.line}: {rejected.reason}: {rejected.text}", markup=False)
    _look_at(plan.notices[:_SHOWN])


def show_counts(counted: ImportPlan | Version, *others: str) -> None:
    """Print how many entries and lines of each kind a plan or a version has, and others by their names."""
    counts = ("added", "changed", "expired", "rejected", *others, "flagged")
    out.print(", ".join(f"{getattr(counted, name)} {name}" for name in counts), markup=False)


def show_outcome(version: Version, notices: Sequence[Notice] = ()) -> None:
    """Print what to look at in a version, what it touches, where it stands and what to do next."""
    _look_at(notices)
    if version.flagged > len(notices) > 0:
        out.print(f"and {version.flagged - len(notices)} more of which no words are kept")
    if version.impact is not None:
        _show_impact(version.impact)
    if version.state is VersionState.RELEASED:
        out.print(f"version {version.n} of {version.list} is in force", markup=False)
    elif version.state is VersionState.PENDING:
        out.print(
            f"version {version.n} of {version.list} is prepared; to see what is in it:"
            f" changmao lists plan {version.n}; to put it in force:"
            f" changmao lists release {version.n} --as ACCOUNT",
            markup=False,
        )


def stored_notices(store: SqlStore, version_n: int) -> tuple[Notice, ...]:
    """Return what should be looked at in a version, so far as it is kept in words."""
    with store.reading() as connection:
        return read_notices(connection, version_n)


def _look_at(notices: Sequence[Notice]) -> None:
    for notice in notices:
        out.print(f"look at line {notice.line}: {notice.reason}", markup=False)


def _show_impact(impact: Impact) -> None:
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
