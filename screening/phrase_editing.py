"""Writing one phrase into the text of a phrasebook, and leaving everything else as it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

import yaml

from contracts.errors import NotFoundError
from screening.phrasebook_yaml import compose, end_of

Fields = Mapping[str, str | Sequence[str]]
"""A phrase's keys and values as somebody wrote them; the text they make is checked as a whole."""
_PLAIN = re.compile(r"[\w.…](?:[\w.… /-]*[\w.…])?")


class UnknownPhraseError(NotFoundError):
    """The phrasebook has no phrase of this id; another edit may have renamed or removed it."""

    code = "phrasebook.unknown_phrase"


def with_phrase(text: str, name: str, fields: Fields) -> str:
    """Return a phrasebook's text with the phrase of this id written anew.

    Raises UnknownPhraseError where there is none, BadPhrasebookError for a text that is no YAML.
    """
    for node in _phrases(text).value:
        if _id_of(node) == name:
            flow, column = bool(node.flow_style), node.start_mark.column
            start, end = node.start_mark.index, end_of(node, text)
            return text[:start] + _written(fields, column, flow=flow) + text[end:]
    raise UnknownPhraseError(f"phrase {name!r}: the phrasebook has none of that id; look it up there")


def with_new_phrase(text: str, fields: Fields) -> str:
    """Return a phrasebook's text with one more phrase behind the others; BadPhrasebookError as above."""
    rows = _phrases(text)
    if not rows.value:
        raise UnknownPhraseError("the phrasebook has no phrase to write another behind; write it as YAML")
    end = end_of(rows.value[-1], text)
    if rows.flow_style:
        return text[:end] + ", " + _written(fields, 0, flow=True) + text[end:]
    # A comment on the line of the last phrase is about that phrase.
    end = next((at for at in range(end, len(text)) if text[at] in "\r\n"), len(text))
    column = rows.start_mark.column
    return f"{text[:end]}\n{' ' * column}- {_written(fields, column + 2, flow=False)}{text[end:]}"


def _phrases(text: str) -> yaml.SequenceNode:
    for key, value in compose(text).value:
        if key.value == "phrases" and isinstance(value, yaml.SequenceNode):
            return value
    raise UnknownPhraseError("the phrasebook has no list of phrases; write it as YAML")


def _id_of(node: yaml.Node) -> str | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((str(value.value) for key, value in node.value if key.value == "id"), None)


def _written(fields: Fields, column: int, *, flow: bool) -> str:
    pairs = [f"{key}: {_value(value)}" for key, value in fields.items() if value]
    return "{" + ", ".join(pairs) + "}" if flow else f"\n{' ' * column}".join(pairs)


def _value(value: str | Sequence[str]) -> str:
    if isinstance(value, str):
        return _scalar(value)
    return f"[{', '.join(map(_scalar, value))}]"


def _scalar(word: str) -> str:
    # A phrasebook reads every value as text, so neither numbers nor days nor `no` need quotes.
    return word if _PLAIN.fullmatch(word) else json.dumps(word, ensure_ascii=False)
