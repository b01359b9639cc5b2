"""The page of one number list: its versions, what awaits release, and the forms that change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi.responses import Response

from api.console.faults import told
from api.console.list_wording import DONE
from api.console.pages import Pages
from api.context import Context
from api.identity import Person
from api.list_views import PlanView, VersionView, list_views, version_view
from blacklists.importing.cell import LONGEST_CATEGORY
from contracts.errors import ChangmaoError, NotFoundError
from contracts.verdict import Action
from store.list_entry import LONGEST_TEXT
from store.list_version import VersionState
from store.list_versions import versions

BLANK = {"number": "", "category": "", "action": Action.MONITOR.value, "note": ""}
MOST_WAITING = 10
"""Versions that await release and are shown with all that is known of them."""


@dataclass(frozen=True, slots=True)
class PreviewView:
    """A file that was read and not imported yet."""

    word: str
    """What it is asked for by."""
    file_name: str
    format: str
    encoding: str
    plan: PlanView

    @property
    def changes(self) -> int:
        """How many entries it would add, change or end."""
        return self.plan.added + self.plan.changed + self.plan.expired


@dataclass(frozen=True, slots=True)
class ListPage:
    """Renders the page for one person."""

    context: Context
    pages: Pages
    person: Person
    name: str
    form: Mapping[str, str] = field(default_factory=lambda: BLANK)
    """What stands in the form for one number."""

    def shown(self, *, done: str = "", preview: PreviewView | None = None) -> Response:
        """Return the page; NotFoundError where there is no such list."""
        return self._render(200, done=DONE.get(done, ""), preview=preview)

    def faulty(self, error: ChangmaoError) -> Response:
        """Return the page with what went wrong beside its forms, in words."""
        return self.refused(**told(error))

    def refused(self, fault: str, status: int) -> Response:
        """Return the page with a fault in Chinese."""
        return self._render(status, fault=fault)

    def _render(
        self, status: int, *, fault: str = "", done: str = "", preview: PreviewView | None = None
    ) -> Response:
        row = next((each for each in list_views(self.context.store) if each.list.name == self.name), None)
        if row is None:
            raise NotFoundError(f"list {self.name!r}: unknown; choose one from the lists")
        with self.context.store.reading() as connection:
            found = versions(connection, self.name)
            waiting = [each.n for each in found if each.state is VersionState.PENDING][:MOST_WAITING]
            views: list[VersionView] = [version_view(connection, n) for n in waiting]
            odd = any(each.n == row.list.version and each.flagged for each in found)
            in_force = version_view(connection, row.list.version) if odd else None
        return self.pages.render(
            "list.html",
            self.person,
            status=status,
            section="lists",
            row=row,
            versions=found,
            waiting=views,
            in_force=in_force,
            preview=preview,
            may_change=self.person.role.may_change_lists,
            fault=fault,
            done=done,
            form=self.form,
            actions=tuple(Action),
            longest_category=LONGEST_CATEGORY,
            longest_text=LONGEST_TEXT,
            most_megabytes=self.context.settings.max_import_bytes // 2**20,
        )
