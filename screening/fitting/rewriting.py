"""Writing fitted numbers into the text of a phrasebook, and leaving everything else as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from contracts.errors import BadInputError
from screening.diction import NO_DICTION, Diction, rows_of, written_diction
from screening.fitting.fitted_risk import RiskNumbers
from screening.phrasebook import Phrasebook
from screening.phrasebook_fault import BadPhrasebookError
from screening.phrasebook_yaml import compose, end_of
from screening.risk_model import RiskModel

_LINE_END = re.compile(r"\r\n?|\n")
_REST_OF_LINE = re.compile(rf"[ \t]*(?:{_LINE_END.pattern}|$)")


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    """First character to be replaced."""
    end: int
    """One past the last."""
    text: str


class NotRewrittenError(BadInputError):
    """The fitted numbers make no phrasebook of this text; the message tells why."""

    code = "phrasebook.not_rewritten"


def rewritten(text: str, numbers: RiskNumbers, diction: Diction = NO_DICTION) -> str:
    """Return a phrasebook's text with other weights, prior, bonuses and diction; order stays, and comments.

    Diction is written anew, at the end where nobody has to scroll over it; comments within it go.

    Raises BadPhrasebookError for a text that is no phrasebook, NotRewrittenError where the result is none.
    """
    model = Phrasebook.parse(text).model
    top, line_end = compose(text), _line_end(text)
    edits = list(_weight_edits(_entries(top)["phrases"].value, numbers.weights))
    if numbers.model != model:
        edits += _model_edits(top, numbers.model, line_end)
    edits += _diction_edits(top, text, diction, line_end)
    for edit in sorted(edits, key=lambda each: -each.start):
        text = text[: edit.start] + edit.text + text[edit.end :]
    try:
        Phrasebook.parse(text)
    except BadPhrasebookError as error:
        problem = "the fitted numbers cannot be written into it; write it with a key a line, or shorten it"
        raise NotRewrittenError(f"{problem}. What came out: {error}") from error
    return text


def _weight_edits(rows: Sequence[yaml.Node], weights: Sequence[float]) -> Iterator[_Edit]:
    for row, weight in zip(rows, weights, strict=True):
        yield from _number_edits(_entries(row)["weight"], weight)


def _model_edits(top: yaml.MappingNode, model: RiskModel, line_end: str) -> Iterator[_Edit]:
    bonuses = ", ".join(f"{bonus:g}" for bonus in model.combination)
    written = {"prior": f"{model.prior:g}", "combination": f"[{bonuses}]"}
    section = _entries(top).get("model")
    if not isinstance(section, yaml.MappingNode):
        yield _insertion(top, {"model": _flow(written)}, "phrases", line_end)
        return
    known = _entries(section)
    if missing := {key: value for key, value in written.items() if key not in known}:
        yield _insertion(section, missing, next(iter(known), None), line_end)
    if "prior" in known:
        yield from _number_edits(known["prior"], model.prior)
    if "combination" in known:
        for node, bonus in zip(known["combination"].value, model.combination, strict=True):
            yield from _number_edits(node, bonus)


def _number_edits(node: yaml.Node, number: float) -> Iterator[_Edit]:
    if float(node.value) != number:
        yield _Edit(node.start_mark.index, node.end_mark.index, f"{number:g}")


def _insertion(
    mapping: yaml.MappingNode, missing: Mapping[str, str], before: str | None, line_end: str
) -> _Edit:
    if before is None:
        return _Edit(mapping.start_mark.index, mapping.end_mark.index, _flow(missing))
    at = next(key.start_mark for key, _ in mapping.value if key.value == before)
    end = ", " if mapping.flow_style else f"{line_end}{' ' * at.column}"
    return _Edit(at.index, at.index, "".join(f"{key}: {value}{end}" for key, value in missing.items()))


def _diction_edits(top: yaml.MappingNode, text: str, diction: Diction, line_end: str) -> Iterator[_Edit]:
    known = next(((key, value) for key, value in top.value if key.value == "diction"), None)
    if top.flow_style:
        flow = _flow({speaker.value: f"{{{', '.join(rows)}}}" for speaker, rows in rows_of(diction)})
        if known:
            yield _Edit(known[1].start_mark.index, known[1].end_mark.index, flow)
        elif diction != NO_DICTION:
            yield _insertion(top, {"diction": flow}, top.value[0][0].value, line_end)
        return
    if known:
        yield _removal(*known, text)
    if diction != NO_DICTION:
        # Before a line of three dots nothing may stand behind.
        at = top.end_mark.index
        lines = (f"{' ' * top.start_mark.column}{line}" for line in written_diction(diction).splitlines())
        before = "" if text[:at].endswith(("\n", "\r")) else line_end
        yield _Edit(at, at, before + "".join(f"{line}{line_end}" for line in lines))


def _removal(key: yaml.Node, value: yaml.Node, text: str) -> _Edit:
    """Return what takes a key and its value out, with their lines where no comment ends them."""
    end = end_of(value, text)
    blank = _REST_OF_LINE.match(text, end)
    return _Edit(key.start_mark.index - key.start_mark.column, blank.end() if blank else end, "")


def _line_end(text: str) -> str:
    """Return what ends the first line."""
    found = _LINE_END.search(text)
    return found[0] if found else "\n"


def _flow(entries: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in entries.items()) + "}"


def _entries(mapping: yaml.Node) -> dict[str, yaml.Node]:
    return {key.value: value for key, value in mapping.value}
