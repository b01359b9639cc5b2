"""Templates of the console with their filters; everything inserted is escaped."""

from __future__ import annotations

from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from api.console import list_wording, phrase_wording, wording
from api.console.navigation import places_of
from api.console.reason_wording import reason_in_chinese
from api.console.times import SiteTime, left, offset
from api.identity import Person
from blacklists.reason import Reason
from casework.warning import Phase
from contracts.outcome import Outcome
from contracts.taxonomy import RiskLevel
from contracts.verdict import Action
from store.views import Moment

FOLDER = Path(__file__).parent


class Pages:
    """Renders pages in one time zone. Undefined names are errors, and no template turns escaping off."""

    def __init__(self, zone: str) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        site = SiteTime(zone)
        self._environment.filters.update(
            full=site.full,
            clock=site.clock,
            left=left,
            offset=offset,
            level=lambda word: wording.LEVEL[RiskLevel.of(word)],
            phase=_phase,
            outcome=lambda value: wording.OUTCOME[Outcome(value)],
            attempt=lambda state: wording.ATTEMPT[state],
            channel=lambda channel: wording.CHANNEL[channel],
            speaker=lambda speaker: wording.SPEAKER[speaker],
            script_stage=lambda stage: wording.STAGE[stage],
            visit=lambda reason: wording.VISIT[reason],
            moment=_moment,
            list_kind=lambda kind: list_wording.LIST_KIND[kind],
            entry_kind=lambda kind: wording.ENTRY_KIND[kind],
            number_kind=lambda kind: list_wording.NUMBER_KIND[kind],
            origin=list_wording.origin_in_chinese,
            version_state=lambda state: list_wording.VERSION_STATE[state],
            removal_state=lambda state: list_wording.REMOVAL_STATE[state],
            report_source=lambda source: list_wording.REPORT_SOURCE[source],
            scam_label=phrase_wording.type_in_chinese,
            speakers=lambda who: phrase_wording.SPEAKERS[who],
            value_name=lambda name: phrase_wording.VALUE_NAME.get(name, name),
            phrase_fault=phrase_wording.fault_in_chinese,
            not_meant=lambda context: phrase_wording.CONTEXT[context],
            reason=lambda line: reason_in_chinese(Reason(line.code, line.parts)),
            action=lambda value: wording.ACTION[Action(value)] if value else "未判定",
            cause=lambda cause: wording.CAUSE.get(cause, cause),
        )

    def render(
        self,
        template: str,
        person: Person | None = None,
        *,
        status: int = 200,
        csrf: str = "",
        section: str = "",
        **values: object,
    ) -> HTMLResponse:
        """Return a page; `csrf` is the form token of the login page, a person's own goes before it."""
        token = person.csrf if person else csrf
        page = self._environment.get_template(template).render(
            person=person,
            csrf=token,
            section=section,
            places=places_of(person.role) if person else (),
            **values,
        )
        return HTMLResponse(page, status_code=status)


def pages_of(request: Request) -> Pages:
    """Return the pages of the application that serves a request."""
    pages = request.app.state.pages
    assert isinstance(pages, Pages)  # noqa: S101 (set when the application is made)
    return pages


def _phase(value: str | None) -> str:
    return wording.PHASE[Phase(value)] if value else "—"


def _moment(moment: Moment) -> str:
    what = wording.MOMENT.get(moment.kind, moment.kind)
    return f"{what}：{wording.detail(moment.kind, moment.detail)}" if moment.detail else what
