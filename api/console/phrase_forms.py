"""Forms that prepare a phrasebook: one phrase alone, or the whole text, typed or as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Self

from fastapi import APIRouter, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import FormData, UploadFile

from api.console.faults import Told, told
from api.console.login_pages import ThePages
from api.console.pages import Pages
from api.context import Context
from api.identity import Person, TheContext, ThePerson
from api.phrasebook_view import PhrasebookView
from contracts.errors import BadInputError, ChangmaoError, ConflictError, NotFoundError
from contracts.evidence import Stage
from contracts.taxonomy import ScamType
from screening.phrase import STAGES_OF_PHRASES, Phrase, Speakers
from screening.phrase_editing import Fields, UnknownPhraseError, with_new_phrase, with_phrase
from screening.phrasebook_fault import BadPhrasebookError
from screening.phrasebook_yaml import LARGEST_BYTES, check_size
from screening.word_class import WordClass
from store.phrasebook_release import LONGEST_NOTE, prepare_phrasebook

router = APIRouter(prefix="/console/phrases", include_in_schema=False)

_PREPARED = "/console/phrases/versions?done=prepared"
_FAULTS = (BadInputError, ConflictError, NotFoundError)
_HIGHEST = 2**31 - 1
Version = Annotated[int | None, Query(ge=0, le=_HIGHEST)]


class NotUtf8Error(BadInputError):
    """A file is no text in UTF-8."""

    code: ClassVar[str] = "phrasebook.encoding"


class PhraseForm(BaseModel):
    """One phrase as it stands in the form; checked as part of the phrasebook it makes."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(default="", max_length=100)
    """Id of the phrase that is edited; empty for a new one."""
    version: int = Field(default=0, ge=0, le=_HIGHEST)
    """The version it was taken from."""
    in_force: int = Field(default=0, ge=0, le=_HIGHEST)
    """The version in force when the form was opened."""
    id: str = Field(default="", max_length=100)
    wordings: str = Field(default="", max_length=10_000)
    """One a line."""
    type: str = Field(default="", max_length=40)
    stage: str = Field(default=Stage.HOOK.value, max_length=40)
    speaker: str = Field(default=Speakers.CALLER.value, max_length=40)
    weight: str = Field(default="1", max_length=20)
    since: str = Field(default="", max_length=20)
    source: str = Field(default="", max_length=1000)
    note: str = Field(default="", max_length=2000)
    why: str = Field(default="", max_length=LONGEST_NOTE)
    """Why it is changed."""
    csrf: str = Field(default="", max_length=200)

    @classmethod
    def of(cls, phrase: Phrase) -> Self:
        """Return the form with a phrase in it."""
        values = phrase.model_dump(mode="json", exclude={"wordings"}, exclude_none=True)
        said = {name: f"{value:g}" if name == "weight" else str(value) for name, value in values.items()}
        return cls.model_validate(said | {"name": phrase.id, "wordings": "\n".join(phrase.wordings)})

    @property
    def fields(self) -> Fields:
        """The phrase as it is to be written."""
        keys = ("type", "stage", "speaker", "weight", "since", "source", "note")
        wordings = [line.strip() for line in self.wordings.splitlines() if line.strip()]
        rest = {key: getattr(self, key).strip() for key in keys}
        if rest["speaker"] == Speakers.CALLER:
            rest["speaker"] = ""  # The default is not written.
        return {"id": self.id.strip(), "wordings": wordings, **rest}

    def written_into(self, text: str) -> str:
        """Return a phrasebook's text with this phrase; UnknownPhraseError where it is there no more."""
        return with_phrase(text, self.name, self.fields) if self.name else with_new_phrase(text, self.fields)


@dataclass(frozen=True, slots=True)
class _Desk:
    """Who prepares, with what the pages need."""

    context: Context
    pages: Pages
    person: Person

    def prepare(self, text: str, note: str, in_force: int) -> None:
        prepare_phrasebook(
            self.context.store,
            text,
            original=self.context.rulebook.original_phrasebook,
            by=self.person.name,
            note=note.strip(),
            based_on=in_force,
        )

    def phrase_page(
        self, form: PhraseForm, words: tuple[WordClass, ...], error: ChangmaoError | None = None
    ) -> Response:
        return self._render(
            "phrase.html",
            error,
            form=form,
            words=words,
            types=tuple(ScamType),
            stages=STAGES_OF_PHRASES,
            speakers=tuple(Speakers),
        )

    def text_page(
        self, text: str, note: str, in_force: int, version: int, error: ChangmaoError | None = None
    ) -> Response:
        values = {"text": text, "note": note, "in_force": in_force, "version": version}
        return self._render("phrase_text.html", error, **values, most_kilobytes=LARGEST_BYTES // 1000)

    def _render(self, template: str, error: ChangmaoError | None, **values: object) -> Response:
        said = told(error) if error else Told(fault="", status=200)
        bad = error if isinstance(error, BadPhrasebookError) else None
        values |= {
            "fault": "" if bad else said["fault"],
            "faults": bad.faults if bad else (),
            "left_out": bad.left_out if bad else 0,
            "longest_note": LONGEST_NOTE,
        }
        status, csrf = said["status"], self.person.csrf
        return self.pages.render(template, self.person, status=status, csrf=csrf, section="phrases", **values)


@router.get("/edit")
def edit(
    person: ThePerson,
    context: TheContext,
    pages: ThePages,
    name: Annotated[str, Query(max_length=100)] = "",
    version: Version = None,
) -> Response:
    """Show the form for one phrase of a version; without a name for a new one."""
    person.check_list_keeper()
    view = PhrasebookView.open(context, version)
    phrase = view.phrase(name)
    if name and phrase is None:
        raise UnknownPhraseError(f"phrase {name!r}: version {view.version} has none of that id")
    form = PhraseForm.of(phrase) if phrase else PhraseForm()
    asked = form.model_copy(update={"version": view.version, "in_force": view.in_force})
    return _Desk(context, pages, person).phrase_page(asked, view.book.words)


@router.post("/edit")
def prepare_edited(
    person: ThePerson, context: TheContext, pages: ThePages, asked: Annotated[PhraseForm, Form()]
) -> Response:
    """Prepare a version with one phrase changed or added; what is wrong is told beside the form."""
    person.check_list_keeper()
    person.check_form(asked.csrf)
    desk, view = _Desk(context, pages, person), PhrasebookView.open(context, asked.version)
    try:
        desk.prepare(asked.written_into(view.text), asked.why, asked.in_force)
    except _FAULTS as error:
        return desk.phrase_page(asked, view.book.words, error)
    return RedirectResponse(_PREPARED, status_code=303)


@router.get("/text")
def text_form(person: ThePerson, context: TheContext, pages: ThePages, version: Version = None) -> Response:
    """Show the whole text of a version to be edited."""
    person.check_list_keeper()
    view = PhrasebookView.open(context, version)
    return _Desk(context, pages, person).text_page(view.text, "", view.in_force, view.version)


@router.post("/text")
async def prepare_text(request: Request, person: ThePerson, context: TheContext, pages: ThePages) -> Response:
    """Prepare a version from a text or a file; its faults are told beside it, by their lines."""
    person.check_list_keeper()
    async with request.form(max_files=1, max_fields=10, max_part_size=4 * LARGEST_BYTES) as form:
        return await run_in_threadpool(_prepare_text, _Desk(context, pages, person), form)


def _prepare_text(desk: _Desk, form: FormData) -> Response:
    desk.person.check_form(str(form.get("csrf", "")))
    # Browsers end lines with CR LF; kept so, every line would differ from the version before.
    text = str(form.get("text", "")).replace("\r\n", "\n")
    note, in_force, version = (str(form.get(name, "")) for name in ("note", "in_force", "version"))
    numbers = (_number(in_force), _number(version))
    try:
        file = form.get("file")
        if isinstance(file, UploadFile) and file.filename:
            text = _text_of(file)
        desk.prepare(text, note, numbers[0])
    except _FAULTS as error:
        return desk.text_page(text, note, *numbers, error)
    return RedirectResponse(_PREPARED, status_code=303)


def _number(word: str) -> int:
    if not word.isascii() or not word.isdecimal() or int(word[:20]) > _HIGHEST:
        raise BadInputError("version: is no number; load the page again")
    return int(word)


def _text_of(file: UploadFile) -> str:
    content = file.file.read(LARGEST_BYTES + 1)
    check_size(len(content))  # Before it is decoded: the limit may lie inside a character.
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise NotUtf8Error(f"{file.filename}: not UTF-8 at byte {error.start}; save it as UTF-8") from None
