"""Lists, versions and plans as programs and pages get them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from blacklists.importing.notice import Notice
from blacklists.importing.plan import ImportPlan, Sample
from blacklists.reason import Reason, Why
from contracts.number_list import EntryKind, NumberList
from contracts.verdict import Action
from store.import_lines import read_notices
from store.list_reviews import count_due
from store.list_samples import EntrySample, version_samples
from store.list_version import Version, VersionState
from store.list_versions import find_version, versions
from store.lists import entry_counts, list_makers, number_lists
from store.unit_of_work import SqlStore


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class ListView(_View):
    """One list."""

    list: NumberList
    entries: int
    """In force."""
    pending: int
    """Versions that await their release."""
    due: int
    """Entries in force whose review date is past; `changmao lists review` shows them."""
    created_by: str | None
    """The account that made it; None for those a service begins with."""


class NotedLine(_View):
    """A line that was rejected, or is imported and should be looked at."""

    line: int
    reason: str
    """In English."""
    code: Why
    """What the reason is, whatever its words."""
    parts: Mapping[str, str | int]
    """What stands in its words."""
    text: str = ""


class VersionView(_View):
    """One version, with the first entries it writes and ends."""

    version: Version
    samples: tuple[EntrySample, ...]
    """None are left of a version that was discarded."""
    notices: tuple[NotedLine, ...]
    """What should be looked at before its release: the first 1,000; `version.flagged` counts them all."""


class PlannedChange(_View):
    """One entry an import would write or end."""

    line: int
    pattern: str
    kind: EntryKind
    category: str
    action: Action
    shadow: bool
    evidence: str
    note: str
    before_category: str | None
    before_action: Action | None
    before_shadow: bool
    """What stands there now; None where nothing does."""


class PlanView(_View):
    """What an import changes; samples are the first 20 of each kind, notices the first 1,000."""

    added: int
    changed: int
    expired: int
    rejected: int
    unchanged: int
    flagged: int
    to_add: tuple[PlannedChange, ...]
    to_change: tuple[PlannedChange, ...]
    to_end: tuple[PlannedChange, ...]
    rejects: tuple[NotedLine, ...]
    notices: tuple[NotedLine, ...]


class ImportView(_View):
    """The answer to an import: its plan, and the version that awaits its release."""

    plan: PlanView
    version: Version | None
    """None for a dry run, and where nothing changes."""


def list_views(store: SqlStore) -> tuple[ListView, ...]:
    """Return every list with its counts."""
    with store.reading() as connection:
        counts, makers = entry_counts(connection), list_makers(connection)
        due = count_due(connection, store.now(connection))
        waiting = [each.list for each in versions(connection) if each.state is VersionState.PENDING]
        return tuple(
            ListView(
                list=each,
                entries=counts[each.name],
                pending=waiting.count(each.name),
                due=due.get(each.name, 0),
                created_by=makers[each.name],
            )
            for each in number_lists(connection)
        )


def version_view(connection: Connection, n: int) -> VersionView:
    """Return one version.

    Raises:
        NotFoundError: there is none of that number.
    """
    return VersionView(
        version=find_version(connection, n),
        samples=version_samples(connection, n),
        notices=_in_order(read_notices(connection, n)),
    )


def plan_view(plan: ImportPlan) -> PlanView:
    """Return a plan as it is shown."""
    samples = plan.samples
    return PlanView(
        added=plan.added,
        changed=plan.changed,
        expired=plan.expired,
        rejected=plan.rejected,
        unchanged=plan.unchanged,
        flagged=plan.flagged,
        to_add=_changes(samples.added),
        to_change=_changes(samples.changed),
        to_end=_changes(samples.expired),
        rejects=tuple(_noted(each.line, each.reason, each.text) for each in samples.rejected),
        notices=_in_order(plan.notices),
    )


def _in_order(notices: Iterable[Notice]) -> tuple[NotedLine, ...]:
    # A plan finds what is odd about a line by itself before what is odd about it beside others.
    return tuple(_noted(*notice) for notice in sorted(notices, key=lambda notice: notice.line))


def _noted(line: int, reason: Reason, text: str = "") -> NotedLine:
    return NotedLine(line=line, reason=str(reason), code=reason.why, parts=reason.parts, text=text)


def _changes(samples: Iterable[Sample]) -> tuple[PlannedChange, ...]:
    return tuple(_change(sample) for sample in samples)


def _change(sample: Sample) -> PlannedChange:
    row, before = sample.change.row, sample.before
    return PlannedChange(
        line=row.line,
        pattern=str(row.pattern),
        kind=row.pattern.kind,
        category=row.category,
        action=row.action,
        shadow=row.shadow,
        evidence=row.evidence,
        note=row.note,
        before_category=before.category if before else None,
        before_action=before.action if before else None,
        before_shadow=before is not None and before.shadow,
    )
