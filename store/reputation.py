"""Which numbers and blocks the stored reports publish."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from blacklists.reputation import (
    BLOCKS,
    FORGOTTEN_AFTER,
    REPORTS_TO_PUBLISH,
    Report,
    ReportSource,
    Reputation,
    blocks_of,
    published_block,
    reputation_of,
)
from blacklists.short_codes import holder_of
from store.batch import batches
from store.report_schema import Decision, number_reports, number_reviews


@dataclass(frozen=True, slots=True)
class Published:
    """What nodes may hear of reports."""

    numbers: Mapping[str, Reputation]
    blocks: Mapping[str, Reputation]
    """By leading digits."""
    cleared: frozenset[str]
    """Numbers of these blocks that a review found harmless, without newer reports that are believed."""

    def of(self, number: str) -> tuple[Reputation | None, str]:
        """Return what counts for a number: its own reputation, else that of its smallest block, and which."""
        if number in self.numbers or number in self.cleared:
            return self.numbers.get(number), ""
        block = next((block for block in blocks_of(number) if block in self.blocks), "")
        return self.blocks.get(block), block


def read_published(connection: Connection, now: datetime) -> Published:
    """Add up the reports that may be enough for publication; all others are only counted."""
    latest = _latest_decisions(connection, now)
    blocks = _candidate_blocks(connection, now)
    wanted = _candidates(connection, now) | _members(connection, blocks, now)
    told = {
        number: reputation_of(reports, now)
        for number, reports in read_reports(connection, wanted, now).items()
        if holder_of(number) is None
    }
    published_blocks = _published_blocks(told)
    return Published(
        numbers={number: reputation for number, reputation in told.items() if reputation.is_published},
        blocks=published_blocks,
        cleared=frozenset(
            number
            for number, decision in latest.items()
            if decision is Decision.DISMISS
            and any(block in published_blocks for block in blocks_of(number))
            and not (number in told and told[number].is_bad)
        ),
    )


def read_reports(connection: Connection, numbers: Collection[str], now: datetime) -> dict[str, list[Report]]:
    """Return what counts of the reports on these numbers, by number; dismissed and forgotten ones do not."""
    table = number_reports
    found: dict[str, list[Report]] = {}
    for batch in batches(sorted(numbers)):
        query = select(table).where(table.c.number.in_(batch), _counts(now))
        for row in connection.execute(query):
            bad = row.scam_type is not None
            report = Report(row.reporter, row.source, bad, row.verified, row.reported_at)
            found.setdefault(row.number, []).append(report)
    return found


def _latest_decisions(connection: Connection, now: datetime) -> dict[str, Decision]:
    table = number_reviews
    query = select(table.c.number, table.c.decision).where(table.c.decided_at > now - FORGOTTEN_AFTER)
    rows = connection.execute(query.order_by(table.c.decided_at, table.c.id))
    return {row.number: row.decision for row in rows}


def _published_blocks(told: Mapping[str, Reputation]) -> dict[str, Reputation]:
    members: dict[str, list[Reputation]] = {}
    for number, reputation in told.items():
        for block in blocks_of(number):
            members.setdefault(block, []).append(reputation)
    combined = {
        block: published_block(members[block], digits) for block, digits in _open_digits(told).items()
    }
    return {block: reputation for block, reputation in combined.items() if reputation is not None}


def _open_digits(numbers: Iterable[str]) -> dict[str, int]:
    """Return the blocks these numbers stand in, and how many last digits are open in each."""
    found: dict[str, int] = {}
    for number in numbers:
        found |= {block: len(number) - len(block) for block in blocks_of(number)}
    return found


def _candidates(connection: Connection, now: datetime) -> set[str]:
    table = number_reports
    query = select(table.c.number).where(_speaks_against(now)).group_by(table.c.number)
    reviewed = func.count().filter(table.c.source == ReportSource.REVIEW) > 0
    enough = or_(func.count(table.c.reporter.distinct()) >= REPORTS_TO_PUBLISH, reviewed)
    return set(connection.execute(query.having(enough)).scalars())


def _candidate_blocks(connection: Connection, now: datetime) -> dict[int, set[str]]:
    """Blocks with enough reported members, by how many last digits are open; not all may be bad."""
    table = number_reports
    found = {}
    for digits, members in BLOCKS:
        block = _block(digits)
        query = select(block).where(_speaks_against(now), table.c.number.like("+%")).group_by(block)
        enough = func.count(table.c.number.distinct()) >= members
        found[digits] = set(connection.execute(query.having(enough)).scalars())
    return found


def _members(connection: Connection, blocks: Mapping[int, Iterable[str]], now: datetime) -> set[str]:
    table = number_reports
    found: set[str] = set()
    for digits, leading in blocks.items():
        for batch in batches(sorted(leading)):
            query = select(table.c.number).where(_block(digits).in_(batch), _counts(now))
            found.update(connection.execute(query.distinct()).scalars())
    return found


def _block(digits: int) -> ColumnElement[str]:
    number = number_reports.c.number
    return func.substr(number, 1, func.length(number) - digits)


def _counts(now: datetime) -> ColumnElement[bool]:
    table = number_reports
    return and_(~table.c.dismissed, table.c.reported_at > now - FORGOTTEN_AFTER)


def _speaks_against(now: datetime) -> ColumnElement[bool]:
    return and_(_counts(now), number_reports.c.verified, number_reports.c.scam_type.is_not(None))
