"""Writing fitted numbers into the text of a phrasebook, and leaving everything else as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from screening.diction import NO_DICTION, Diction, written_diction
from screening.fitting.fitted_risk import RiskNumbers
from screening.phrasebook import Phrasebook
from screening.phrasebook_yaml import compose
from screening.risk_model import RiskModel


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    """First character to be replaced."""
    end: int
    """One past the last."""
    text: str


def rewritten(text: str, numbers: RiskNumbers, diction: Diction = NO_DICTION) -> str:
    """Return a phrasebook's text with other weights, prior, bonuses and diction; comments and order stay.

    Diction stands at the end, where nobody has to scroll over it.

    Raises BadPhrasebookError for a text that is no phrasebook.
    """
    model = Phrasebook.parse(text).model
    top = compose(text)
    edits = list(_weight_edits(_entries(top)["phrases"].value, numbers.weights))
    if numbers.model != model:
        edits += _model_edits(top, numbers.model)
    if known := _place_of(top, "diction"):
        edits.append(_Edit(*known, ""))
    for edit in sorted(edits, key=lambda each: -each.start):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text if diction == NO_DICTION else text.rstrip() + "\n" + written_diction(diction)


def _weight_edits(rows: Sequence[yaml.Node], weights: Sequence[float]) -> Iterator[_Edit]:
    for row, weight in zip(rows, weights, strict=True):
        yield from _number_edits(_entries(row)["weight"], weight)


def _model_edits(top: yaml.MappingNode, model: RiskModel) -> Iterator[_Edit]:
    bonuses = ", ".join(f"{bonus:g}" for bonus in model.combination)
    written = {"prior": f"{model.prior:g}", "combination": f"[{bonuses}]"}
    section = _entries(top).get("model")
    if not isinstance(section, yaml.MappingNode):
        yield _insertion(top, {"model": _flow(written)}, before="phrases")
        return
    known = _entries(section)
    if missing := {key: value for key, value in written.items() if key not in known}:
        yield _insertion(section, missing, before=next(iter(known), None))
    if "prior" in known:
        yield from _number_edits(known["prior"], model.prior)
    if "combination" in known:
        for node, bonus in zip(known["combination"].value, model.combination, strict=True):
            yield from _number_edits(node, bonus)


def _number_edits(node: yaml.Node, number: float) -> Iterator[_Edit]:
    if float(node.value) != number:
        yield _Edit(node.start_mark.index, node.end_mark.index, f"{number:g}")


def _insertion(mapping: yaml.MappingNode, missing: Mapping[str, str], before: str | None) -> _Edit:
    if before is None:
        return _Edit(mapping.start_mark.index, mapping.end_mark.index, _flow(missing))
    at = next(key.start_mark for key, _ in mapping.value if key.value == before)
    end = ", " if mapping.flow_style else f"\n{' ' * at.column}"
    return _Edit(at.index, at.index, "".join(f"{key}: {value}{end}" for key, value in missing.items()))


def _place_of(top: yaml.MappingNode, name: str) -> tuple[int, int] | None:
    """Return where a key begins and its value ends."""
    for key, value in top.value:
        if key.value == name:
            return key.start_mark.index, value.end_mark.index
    return None


def _flow(entries: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in entries.items()) + "}"


def _entries(mapping: yaml.Node) -> dict[str, yaml.Node]:
    return {key.value: value for key, value in mapping.value}
