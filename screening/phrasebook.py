"""The phrases that count, read from YAML and checked line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import cast

import yaml
from pydantic import ValidationError

from contracts.errors import BadInputError
from screening.normalise import normalise
from screening.phrase import SLOT, Phrase

_LARGEST_CHARACTERS = 2_000_000
_SHORTEST_PART = 1
_SHORTEST_WORDING = 2
_LONGEST_PART = 24


class BadPhrasebookError(BadInputError):
    """The phrasebook cannot be used; the message names the line."""

    code = "phrasebook.bad"

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(f"phrasebook, line {line}: {problem}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """A version of the phrases."""

    version: str
    phrases: tuple[Phrase, ...]

    @classmethod
    def parse(cls, text: str) -> Phrasebook:
        """Read a phrasebook of the form of `phrases.yaml`. Raises BadPhrasebookError with the line."""
        top = _compose(text)
        fields = {_scalar(key): value for key, value in top.value}
        if set(fields) != {"version", "phrases"}:
            raise BadPhrasebookError("must hold the two keys version and phrases", _line(top))
        rows = fields["phrases"]
        if not isinstance(rows, yaml.SequenceNode) or not rows.value:
            raise BadPhrasebookError("phrases must be a list with at least one phrase", _line(rows))
        return cls(_scalar(fields["version"]), tuple(_phrases(rows)))

    @classmethod
    def shipped(cls) -> Phrasebook:
        """Read the phrasebook that comes with the service."""
        return cls.parse(files("screening").joinpath("phrases.yaml").read_text(encoding="utf-8"))


def _compose(text: str) -> yaml.MappingNode:
    if len(text) > _LARGEST_CHARACTERS:
        raise BadPhrasebookError(f"longer than {_LARGEST_CHARACTERS} characters; split off what is unused", 1)
    try:
        # Composed, not loaded: nodes know their lines, and no alias is ever expanded.
        top = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadPhrasebookError(f"no valid YAML: {error.problem}", line) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise BadPhrasebookError(f"no valid YAML: {error}", 1) from error
    if not isinstance(top, yaml.MappingNode):
        raise BadPhrasebookError("must hold the two keys version and phrases", 1)
    return top


def _phrases(rows: yaml.SequenceNode) -> Iterator[Phrase]:
    first_lines: dict[str, int] = {}
    for row in rows.value:
        phrase = _phrase(row)
        if phrase.id in first_lines:
            raise BadPhrasebookError(
                f"phrase {phrase.id} stands in line {first_lines[phrase.id]} already", _line(row)
            )
        first_lines[phrase.id] = _line(row)
        yield phrase


def _phrase(row: yaml.Node) -> Phrase:
    if not isinstance(row, yaml.MappingNode):
        raise BadPhrasebookError("a phrase must be a mapping with id, wordings, stage and weight", _line(row))
    lines: dict[str, int] = {}
    plain: dict[str, str | list[str]] = {}
    for key, value in row.value:
        name = _scalar(key)
        if name in plain:
            raise BadPhrasebookError(f"{name} is given twice", _line(key))
        lines[name] = _line(key)
        plain[name] = _plain(value)
    try:
        phrase = Phrase.model_validate(plain)
    except ValidationError as error:
        first = error.errors()[0]
        where = str(first["loc"][0])
        raise BadPhrasebookError(f"{where}: {first['msg']}", lines.get(where, _line(row))) from error
    _check_wordings(phrase, lines["wordings"])
    return phrase


def _plain(node: yaml.Node) -> str | list[str]:
    if isinstance(node, yaml.SequenceNode):
        return [_scalar(item) for item in node.value]
    return _scalar(node)


def _scalar(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise BadPhrasebookError("plain text is expected here", _line(node))
    return cast("str", node.value)


def _check_wordings(phrase: Phrase, line: int) -> None:
    for wording in phrase.wordings:
        parts = [normalise(part).text for part in wording.split(SLOT)]
        fits = all(_SHORTEST_PART <= len(part) <= _LONGEST_PART for part in parts)
        if not fits or len("".join(parts)) < _SHORTEST_WORDING:
            raise BadPhrasebookError(
                f"wording {wording!r} of {phrase.id}: give at least {_SHORTEST_WORDING} characters, and "
                f"{_SHORTEST_PART} to {_LONGEST_PART} on each side of a slot, fillers and punctuation aside",
                line,
            )


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
