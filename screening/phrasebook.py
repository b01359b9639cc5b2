"""The phrases that count and the numbers they add up by, read from YAML and checked line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import files

import yaml
from pydantic import ValidationError

from screening.diction import NO_DICTION, Diction, read_diction
from screening.phrase import Phrase
from screening.phrasebook_fault import FaultKind, Faults
from screening.phrasebook_yaml import Plain, compose, line_of, plain
from screening.risk_model import RiskModel
from screening.word_class import WordClass, check_all_used, read_word_classes
from screening.wording_check import WordingCheck

MOST_PHRASES = 2_000
_LONGEST_VERSION = 40
_KEYS = ("version", "phrases", "model", "words", "diction")
_KINDS = {
    "missing": FaultKind.MISSING_KEY,
    "extra_forbidden": FaultKind.UNKNOWN_KEY,
    "stage": FaultKind.UNKNOWN_STAGE,
    "type": FaultKind.UNKNOWN_TYPE,
    "speaker": FaultKind.UNKNOWN_SPEAKER,
    "weight": FaultKind.BAD_WEIGHT,
    "since": FaultKind.BAD_DATE,
}
"""By the kind of the error, else by the phrase's key."""


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """A version of the phrases, with the risk model they are weighed by."""

    version: str
    """The editors' own name for it."""
    phrases: tuple[Phrase, ...]
    model: RiskModel = field(default_factory=RiskModel)
    words: tuple[WordClass, ...] = ()
    """Classes that wordings name."""
    diction: Diction = field(default=NO_DICTION, hash=False)

    @classmethod
    def parse(cls, text: str) -> Phrasebook:
        """Read a phrasebook of the form of `phrases.yaml`. Raises BadPhrasebookError with all faults."""
        top, faults = compose(text), Faults()
        nodes = _nodes(top, faults)
        version = _version(nodes.get("version"), faults)
        words = read_word_classes(nodes.get("words"), faults)
        phrases = _phrases(nodes.get("phrases"), words, faults)
        model = _model(nodes.get("model"), faults)
        diction = read_diction(nodes.get("diction"), faults)
        faults.check()
        wordings = (wording for phrase in phrases for wording in phrase.wordings)
        check_all_used(nodes.get("words"), wordings, faults)
        faults.check()
        return cls(version, phrases, model, words, diction)

    @classmethod
    def shipped(cls) -> Phrasebook:
        """Read the phrasebook that comes with the service."""
        return cls.parse(shipped_text())


def shipped_text() -> str:
    """Return the YAML of the phrasebook that comes with the service."""
    return files("screening").joinpath("phrases.yaml").read_text(encoding="utf-8")


def _nodes(top: yaml.MappingNode, faults: Faults) -> dict[str, yaml.Node]:
    nodes: dict[str, yaml.Node] = {}
    for key, value in top.value:
        if key.value not in _KEYS:
            problem = f"unknown key {key.value!r}; there are {', '.join(_KEYS)}"
            faults.add(line_of(key), FaultKind.UNKNOWN_KEY, problem)
        elif key.value in nodes:
            faults.add(line_of(key), FaultKind.REPEATED_KEY, f"{key.value} is given twice")
        else:
            nodes[key.value] = value
    for name in ("version", "phrases"):
        if name not in nodes:
            faults.add(
                line_of(top), FaultKind.MISSING_KEY, f"must hold the keys version and phrases; no {name}"
            )
    return nodes


def _version(node: yaml.Node | None, faults: Faults) -> str:
    if node is None:
        return ""
    if not isinstance(node, yaml.ScalarNode) or not 0 < len(node.value) <= _LONGEST_VERSION:
        problem = f"version must be a text of 1 to {_LONGEST_VERSION} characters"
        faults.add(line_of(node), FaultKind.BAD_VALUE, problem)
    return str(node.value)


def _phrases(rows: yaml.Node | None, words: Sequence[WordClass], faults: Faults) -> tuple[Phrase, ...]:
    if rows is None:
        return ()
    if not isinstance(rows, yaml.SequenceNode) or not rows.value:
        faults.add(line_of(rows), FaultKind.SHAPE, "phrases must be a list with at least one phrase")
        return ()
    if len(rows.value) > MOST_PHRASES:
        faults.add(line_of(rows), FaultKind.TOO_LARGE, f"more than {MOST_PHRASES} phrases; take some out")
        return ()
    reading = _Phrases(words, faults)
    return tuple(phrase for row in rows.value if (phrase := reading.read(row)))


class _Phrases:
    """Reads phrases one after another, and knows those before."""

    def __init__(self, words: Sequence[WordClass], faults: Faults) -> None:
        self._faults = faults
        self._wordings = WordingCheck(words, faults)
        self._lines: dict[str, int] = {}

    def read(self, row: yaml.Node) -> Phrase | None:
        """Return a phrase; None where it cannot be used."""
        fields = plain(row, self._faults)
        if not isinstance(fields, dict):
            problem = "a phrase must be a mapping with id, wordings, stage and weight"
            self._faults.add(line_of(row), FaultKind.SHAPE, problem)
            return None
        self._check_id(row, fields)
        try:
            phrase = Phrase.model_validate(fields)
        except ValidationError as error:
            name = fields.get("id")
            _add(self._faults, row, error, name if isinstance(name, str) else "")
            return None
        self._wordings.check(phrase, row)
        return phrase

    def _check_id(self, row: yaml.Node, fields: dict[str, Plain]) -> None:
        name = fields.get("id")
        if not isinstance(name, str):
            return
        if name in self._lines:
            problem = f"an id for one phrase; it stands in line {self._lines[name]} already"
            self._faults.add(line_of(row), FaultKind.REPEATED_ID, problem, name)
        self._lines.setdefault(name, line_of(row))


def _model(node: yaml.Node | None, faults: Faults) -> RiskModel:
    if node is None:
        return RiskModel()
    try:
        return RiskModel.model_validate(plain(node, faults))
    except ValidationError as error:
        _add(faults, node, error)
        return RiskModel()


def _add(faults: Faults, node: yaml.Node, error: ValidationError, phrase: str = "") -> None:
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        place = problem["loc"]
        where = ".".join(map(str, place)) or "model"
        kind = _KINDS.get(problem["type"]) or _KINDS.get(str(place[0]) if place else "", FaultKind.BAD_VALUE)
        said = problem["msg"].removeprefix("Value error, ")
        faults.add(line_of(node, place), kind, f"{where}: {said}", phrase)
