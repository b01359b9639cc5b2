"""Trying a phrasebook: a text or a recording against any version, with what matches and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from api.console.faults import Told, told
from api.console.login_pages import ThePages
from api.console.pages import Pages
from api.context import Context
from api.highlighting import Mark, Piece, cut
from api.identity import Person, TheContext, ThePerson
from api.phrasebook_view import PhrasebookView
from api.recording_trial import LONGEST_S, heard_in
from contracts.errors import BadInputError, ChangmaoError
from contracts.evidence import Evidence, Speaker
from screening.evaluation.explanation import Explanation, Said
from screening.evaluation.written_talk import deliveries_of_text

router = APIRouter(prefix="/console/phrases", include_in_schema=False)

_HIGHEST = 2**31 - 1
LONGEST_TEXT = 4000
"""Characters; judging one page of text takes a second or two."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands in the form."""

    version: int | None = None
    speaker: Speaker = Speaker.CALLER
    text: str = ""


@dataclass(frozen=True, slots=True)
class TriedLine:
    """One utterance, cut so that what matched can be marked."""

    said: Said
    pieces: tuple[Piece, ...]
    found: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class _Trial:
    context: Context
    pages: Pages
    person: Person

    def page(
        self,
        asked: Asked,
        explanation: Explanation | None = None,
        error: ChangmaoError | None = None,
        fault: str = "",
    ) -> Response:
        view = PhrasebookView.open(self.context, asked.version)
        said = told(error) if error else Told(fault=fault, status=422 if fault else 200)
        return self.pages.render(
            "phrase_trial.html",
            self.person,
            status=said["status"],
            section="phrases",
            fault=said["fault"],
            view=view,
            asked=asked,
            speakers=tuple(Speaker),
            explanation=explanation,
            lines=[_line(each) for each in explanation.said] if explanation else (),
            longest_text=LONGEST_TEXT,
            longest_minutes=LONGEST_S // 60,
            hears=bool(self.context.settings.speech_url),
        )


@router.get("/trial")
def trial_form(
    person: ThePerson,
    context: TheContext,
    pages: ThePages,
    version: Annotated[int | None, Query(ge=0, le=_HIGHEST)] = None,
) -> Response:
    """Show the form."""
    return _Trial(context, pages, person).page(Asked(version))


@router.post("/trial")
async def try_out(request: Request, person: ThePerson, context: TheContext, pages: ThePages) -> Response:
    """Judge a text or a recording. Nothing of it is kept."""
    trial = _Trial(context, pages, person)
    async with request.form(max_files=1, max_fields=10) as form:
        person.check_form(str(form.get("csrf", "")))
        asked, file = _asked(form), form.get("file")
        recording = await file.read() if isinstance(file, UploadFile) and file.filename else b""
    if not recording and not asked.text.strip():
        return await run_in_threadpool(trial.page, asked, fault="请填写文字或选择录音。")
    if len(asked.text) > LONGEST_TEXT:
        return await run_in_threadpool(trial.page, asked, fault=f"文字超过 {LONGEST_TEXT} 字，请分段测试。")
    try:
        explanation = await _explained(trial, asked, recording)
    except ChangmaoError as error:
        return await run_in_threadpool(trial.page, asked, None, error)
    return await run_in_threadpool(trial.page, asked, explanation)


async def _explained(trial: _Trial, asked: Asked, recording: bytes) -> Explanation:
    view = await run_in_threadpool(PhrasebookView.open, trial.context, asked.version)
    if not recording:
        results = deliveries_of_text(asked.text, asked.speaker)
        return await run_in_threadpool(Explanation.of, results, view.book)
    heard = await heard_in(recording, asked.speaker, trial.context.settings.speech_url)
    return await run_in_threadpool(Explanation.of, heard, view.book)


def _asked(form: FormData) -> Asked:
    version, speaker = (str(form.get(name, "")) for name in ("version", "speaker"))
    try:
        asked = Asked(int(version) if version else None, Speaker(speaker), str(form.get("text", "")))
        if 0 <= (asked.version or 0) <= _HIGHEST:
            return asked
    except ValueError:
        pass
    raise BadInputError("version or speaker: not one of the form; load the page again")


def _line(said: Said) -> TriedLine:
    marks = [Mark(*evidence.span, evidence.wording) for evidence in said.found]
    return TriedLine(said, cut(said.text, marks), said.found)
