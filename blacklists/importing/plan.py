"""The plan of an import: what it adds, changes, ends and rejects, before anything is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple

from blacklists.importing.change import (
    MOST_PATTERNS,
    Change,
    ChangeOp,
    Known,
    KnownEntries,
    change_of,
    ends,
)
from blacklists.importing.cleared import NONE_CLEARED, ClearedNumbers
from blacklists.importing.notice import Notice
from blacklists.importing.oddities import oddities
from blacklists.importing.overlap import Overlaps
from blacklists.importing.protected import PROTECTED_KEYS
from blacklists.importing.row import ImportRow, Rejected, reject
from blacklists.importing.seen import SeenPatterns, contents, identities
from blacklists.pattern import Pattern
from blacklists.reason import Reason, Why
from contracts.number_list import EntryKind

SAMPLES = 20
"""Changes and rejections of each kind that a plan keeps to be shown."""
NOTICES = 1000
"""Notices a plan keeps; `flagged` counts them all."""


class Sample(NamedTuple):
    """A change as it is shown to an admin."""

    change: Change
    before: Known | None


@dataclass
class Samples:
    """The first SAMPLES of each kind, in the order of the file."""

    added: list[Sample] = field(default_factory=list)
    changed: list[Sample] = field(default_factory=list)
    expired: list[Sample] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


@dataclass
class ImportPlan:
    """What an import would do; counted up while its changes stream by, complete when they have ended."""

    added: int = 0
    changed: int = 0
    expired: int = 0
    rejected: int = 0
    unchanged: int = 0
    flagged: int = 0
    """Notices in all: lines that should be looked at, imported or not."""
    samples: Samples = field(default_factory=Samples)
    notices: list[Notice] = field(default_factory=list)
    """The first NOTICES."""

    def count(self, changes: Sequence[Change], current: Mapping[Pattern, Known]) -> None:
        """Add changes to the entries that stood before."""
        counts = Counter([change.op for change in changes])
        self.added += counts[ChangeOp.ADDED]
        self.changed += counts[ChangeOp.CHANGED]
        self.expired += counts[ChangeOp.EXPIRED]
        for op in counts:
            kept: list[Sample] = getattr(self.samples, op)
            first = islice((change for change in changes if change.op is op), SAMPLES - len(kept))
            kept.extend(Sample(change, current.get(change.row.pattern)) for change in first)

    def reject(self, rejected: Rejected) -> None:
        """Add a line that is not imported."""
        self.rejected += 1
        if len(self.samples.rejected) < SAMPLES:
            self.samples.rejected.append(rejected)

    def flag(self, notice: Notice) -> None:
        """Add a notice."""
        self.flagged += 1
        if len(self.notices) < NOTICES:
            self.notices.append(notice)


def plan_import(
    rows: Iterable[ImportRow | Rejected],
    known: KnownEntries,
    now: datetime,
    plan: ImportPlan,
    rejects: Callable[[Rejected], None],
    cleared: ClearedNumbers = NONE_CLEARED,
) -> Iterator[Sequence[Change]]:
    """Yield the changes in batches of at most MOST_PATTERNS, and count them in `plan`.

    Of lines with one pattern the first is imported. A line that has expired before it came ends the entry
    that stands, and is rejected where there is none; so is one that adds a cleared number. `rejects` gets
    every rejected line, in the order of the file.
    """
    planning = _Planning(plan, rejects, int(now.timestamp()), cleared)
    stream = iter(rows)
    while window := list(islice(stream, MOST_PATTERNS)):
        fresh = planning.sift(window)
        changes = planning.compare(fresh, known) if fresh else ()
        planning.pass_on_rejected()
        if changes:
            yield changes
    planning.look_over()


class _Planning:
    def __init__(
        self, plan: ImportPlan, rejects: Callable[[Rejected], None], moment: int, cleared: ClearedNumbers
    ) -> None:
        self._plan = plan
        self._rejects = rejects
        self._moment = moment
        self._cleared = cleared
        self._seen = SeenPatterns()
        self._overlaps = Overlaps()
        self._rejected: list[Rejected] = []
        """Of this window: what is wrong with a line by itself is found before what is wrong beside others."""

    def sift(self, window: Sequence[ImportRow | Rejected]) -> list[ImportRow]:
        """Return the rows whose pattern no earlier line had."""
        rows = [line for line in window if isinstance(line, ImportRow)]
        if len(rows) < len(window):
            self._rejected += [line for line in window if isinstance(line, Rejected)]
        if not rows:
            return rows
        all_said = contents(rows, self._moment)
        earlier = self._seen.add(identities(rows), [row.line for row in rows], all_said)
        if not earlier.lines.any():
            return rows
        fresh = []
        for row, said, line, said_there in zip(
            rows, all_said, earlier.lines.tolist(), earlier.contents.tolist(), strict=True
        ):
            if not line:
                fresh.append(row)
            else:
                why = Why.SAME if said == said_there else Why.CONTRADICTS
                self._reject_row(row, Reason(why, {"line": line}))
        return fresh

    def compare(self, rows: Sequence[ImportRow], known: KnownEntries) -> list[Change]:
        """Return what the rows change."""
        current = known.find([row.pattern for row in rows])
        moment = self._moment
        # Written out, for `ends` would be a call for each of a million rows.
        if current or self._cleared or any(row.gone or 0 < row.expires_at <= moment for row in rows):
            found = [self._change(row, current.get(row.pattern)) for row in rows]
            changes = [change for change in found if change is not None]
        else:
            changes = [Change(ChangeOp.ADDED, row, None) for row in rows]
        for row in rows:
            kind, low, _ = row.pattern
            if (kind is not EntryKind.EXACT or low in PROTECTED_KEYS) and not ends(row, moment):
                self._look_at(row)
        self._plan.count(changes, current)
        return changes

    def _change(self, row: ImportRow, before: Known | None) -> Change | None:
        change = change_of(row, before, self._moment)
        if change is None:
            self._plan.unchanged += 1
        elif before is None and ends(row, self._moment):
            expired = datetime.fromtimestamp(row.expires_at, UTC).isoformat()
            self._reject_row(row, Reason(Why.EXPIRED, {"time": expired}))
        elif before is None and (refusal := self._cleared.refusal(row.pattern)):
            self._plan.flag(Notice(row.line, refusal))
            self._reject_row(row, refusal)
        else:
            return change
        return None

    def _look_at(self, row: ImportRow) -> None:
        if row.pattern.kind is not EntryKind.EXACT:
            self._overlaps.add(row)
        for oddity in oddities(row, self._cleared):
            self._plan.flag(Notice(row.line, oddity))

    def look_over(self) -> None:
        """Add the notices on what the file says as a whole."""
        for notice in self._overlaps.notices(self._seen.segments()):
            self._plan.flag(notice)

    def pass_on_rejected(self) -> None:
        """Count and hand out what was rejected of a window, in the order of its lines."""
        for rejected in sorted(self._rejected, key=lambda each: each.line):
            self._plan.reject(rejected)
            self._rejects(rejected)
        self._rejected.clear()

    def _reject_row(self, row: ImportRow, reason: Reason) -> None:
        self._rejected.append(reject(row.line, reason, row.text))
