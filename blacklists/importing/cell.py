"""The fields of a line: what is taken for a pattern, an action, a text, and what a spreadsheet would run."""

from __future__ import annotations

import re

from blacklists.importing.refusal import BadCellError, quoted
from blacklists.importing.row import has_invisible
from blacklists.pattern import Pattern, parse_pattern
from blacklists.reason import Why
from contracts.number_list import EntryKind
from contracts.verdict import Action

LONGEST_CATEGORY = 64

_SHADOW = "shadow:"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""
_GUARD = "'"
_GUARDED = (*_FORMULA, _GUARD)
_ODD_FIRST = frozenset((*_GUARDED, " "))
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LETTER = re.compile(r"[^\W\d_]")
_ACTIONS = {prefix + action.value: (action, bool(prefix)) for action in Action for prefix in ("", _SHADOW)}
_KINDS = {"": EntryKind.EXACT} | {kind.value: kind for kind in EntryKind}


def read_pattern(text: str, kind: EntryKind, home_area: str) -> Pattern:
    """Return what a pattern covers; raises BadCellError or BadPatternError."""
    if text.removeprefix("+").isdigit():
        return parse_pattern(text, kind, home_area)
    text = text.strip()
    if not text:
        raise BadCellError(Why.EMPTY_PATTERN)
    # Marks of writing direction are let through: spreadsheets put them around numbers.
    if text[0] in "=-@" or _CONTROL.search(text):
        raise BadCellError(Why.PATTERN_FORMULA)
    if _LETTER.search(text):
        raise BadCellError(Why.PATTERN_LETTERS, text=quoted(text))
    return parse_pattern(text, kind, home_area)


def read_kind(text: str) -> EntryKind:
    """Return the kind of a pattern; exact where nothing is said. Raises BadCellError."""
    kind = _KINDS.get(text) or _KINDS.get(text.strip().lower())
    if kind is None:
        raise BadCellError(Why.NO_KIND, text=quoted(text))
    return kind


def read_action(text: str) -> tuple[Action, bool]:
    """Return the action and whether it is shadow. Raises BadCellError."""
    found = _ACTIONS.get(text) or _ACTIONS.get(text.strip().lower())
    if found is None:
        raise BadCellError(Why.NO_ACTION, text=quoted(text), actions=", ".join(Action))
    return found


def write_action(action: Action, *, shadow: bool) -> str:
    """Return an action as it is read again."""
    return _SHADOW + action.value if shadow else action.value


def read_category(text: str) -> str:
    """Return a category: never empty, at most LONGEST_CATEGORY characters. Raises BadCellError."""
    category = read_text(text, "category", LONGEST_CATEGORY)
    if not category:
        raise BadCellError(Why.EMPTY_CATEGORY)
    return category


def read_text(text: str, column: str, longest: int) -> str:
    """Return a text without blanks around it, and without the apostrophe that kept it from being a formula.

    Raises:
        BadCellError: longer than `longest` characters, a control character, or a formula.
    """
    if len(text) > longest:
        raise BadCellError(Why.TOO_LONG, column=column, most=longest)
    if has_invisible(text):
        raise BadCellError(Why.CONTROL_CHARACTER, column=column)
    text = text.strip()
    if text.startswith(_FORMULA):
        raise BadCellError(Why.FORMULA, column=column, text=quoted(text[0]))
    if text.startswith(_GUARD) and text[1:].startswith(_GUARDED):
        return text[1:]
    return text


def is_plain(text: str, longest: int) -> bool:
    """Tell of a text, not empty and from a printable line, whether read_text returns it as it is."""
    return text[0] not in _ODD_FIRST and text[-1] != " " and len(text) <= longest


def write_text(text: str) -> str:
    """Return a text as read_text reads it again, and as no spreadsheet runs it."""
    return _GUARD + text if text.startswith(_GUARDED) else text
