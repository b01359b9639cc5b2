"""A phrasebook's YAML as nodes that know their lines: bounded, without anchors, aliases and repeated keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import yaml
from yaml.reader import Reader

from screening.phrasebook_fault import BadPhrasebookError, Fault, FaultKind, Faults

LARGEST_BYTES = 1_000_000
"""In UTF-8."""
_BYTE_ORDER_MARK = "\ufeff"
_DEEPEST = 8
"""Lists and mappings within each other; a phrasebook needs five."""
# The one in C is ten times faster; where the library was built without it, the other reads the same.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Plain = str | list["Plain"] | dict[str, "Plain"]


def compose(text: str) -> yaml.MappingNode:
    """Return the top mapping of a YAML text; nothing in it is ever evaluated.

    Raises:
        BadPhrasebookError: it is too large or no such YAML.
    """
    _check_text(text)
    try:
        _check_events(text)
        top = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        found = error.problem_mark.line + 1 if error.problem_mark else 1
        # What is missing at the end is missed by the library one line below it.
        line = min(found, text.count("\n") + 1)
        raise _unusable(line, f"no valid YAML: {error.problem}") from error
    if not isinstance(top, yaml.MappingNode):
        raise _unusable(1, "must hold the keys version and phrases", FaultKind.SHAPE)
    return top


def check_size(size: int) -> None:
    """Raise BadPhrasebookError for a text of more bytes than a phrasebook may have."""
    if size > LARGEST_BYTES:
        problem = f"longer than {LARGEST_BYTES} bytes; split off what is unused"
        raise _unusable(1, problem, FaultKind.TOO_LARGE)


def plain(node: yaml.Node, faults: Faults) -> Plain:
    """Return a node's texts, lists and mappings; keeps a fault for each repeated or unreadable key."""
    if isinstance(node, yaml.SequenceNode):
        return [plain(item, faults) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return {key: plain(value, faults) for key, value in entries_of(node, faults).items()}
    return cast("str", node.value)


def entries_of(mapping: yaml.MappingNode, faults: Faults) -> dict[str, yaml.Node]:
    """Return a mapping's nodes by their keys; keeps a fault for each repeated or unreadable key."""
    read: dict[str, yaml.Node] = {}
    for key, value in mapping.value:
        if not isinstance(key, yaml.ScalarNode):
            faults.add(line_of(key), FaultKind.SHAPE, "a key must be plain text")
        elif key.value in read:
            faults.add(line_of(key), FaultKind.REPEATED_KEY, f"{key.value} is given twice")
        else:
            read[key.value] = value
    return read


def line_of(node: yaml.Node, place: Sequence[str | int] = ()) -> int:
    """Return the line (from 1) of what stands at a place within a node, or of the nearest around it."""
    if place:
        for key, value in _children(node):
            if key == place[0]:
                return line_of(value, place[1:])
    return int(node.start_mark.line) + 1


def end_of(node: yaml.Node, text: str) -> int:
    """Return one past the last character; a block's own mark stands behind the comments that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return end_of(last[1] if isinstance(last, tuple) else last, text)
    # The mark of a text of lines (| or >) stands where the next line begins.
    return len(text[: node.end_mark.index].rstrip())


def _children(node: yaml.Node) -> list[tuple[object, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        return [(key.value, value) for key, value in node.value]
    return list(enumerate(node.value)) if isinstance(node, yaml.SequenceNode) else []


def _check_text(text: str) -> None:
    # The library in C counts characters from behind the mark, so every place in the text would be off by one.
    if text.startswith(_BYTE_ORDER_MARK):
        problem = "begins with a byte order mark (U+FEFF); take it out, or save it as UTF-8 without one"
        raise _unusable(1, problem, FaultKind.BYTE_ORDER_MARK)
    if bad := Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, bad.start()) + 1
        raise _unusable(line, f"no valid YAML: the character U+{ord(bad[0]):04X}; take it out")
    check_size(len(text.encode()))


def _check_events(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _unusable(line, "no anchors (&) and aliases (*): write it out, or put it in quotes")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise _unusable(line, f"no valid YAML for a phrasebook: nested more than {_DEEPEST} deep")


def _unusable(line: int, problem: str, kind: FaultKind = FaultKind.YAML) -> BadPhrasebookError:
    return BadPhrasebookError([Fault(line, kind, problem)])
