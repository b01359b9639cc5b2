"""A YAML document whose values know the line they stand on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import yaml

from contracts.errors import BadInputError

_UNITS = {
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
_LONGEST = timedelta(days=366)
_DURATION = re.compile(r"(\d+(?:\.\d+)?) ?(s|min|h|d)")


class PolicyError(BadInputError):
    """A policy cannot be used; the message names line, field and remedy, and the policy before it stays."""

    code = "policy.bad"


@dataclass(frozen=True, slots=True)
class Value:
    """One value of the document: where it stands and how to read it."""

    node: yaml.Node
    path: str
    """Names from the root, with dots."""

    @property
    def line(self) -> int:
        """Counts from 1."""
        return int(self.node.start_mark.line) + 1

    def error(self, remedy: str) -> PolicyError:
        """Return the error that names this value."""
        shown = f" is {self.node.value!r}" if isinstance(self.node, yaml.ScalarNode) else ""
        return PolicyError(f"policy line {self.line}: {self.path or 'document'}{shown}; {remedy}")

    def word(self) -> str:
        """Return a scalar as written."""
        if not isinstance(self.node, yaml.ScalarNode):
            raise self.error("write a single word")
        return str(self.node.value)

    def seconds(self, least: float, most: float) -> float:
        """Return a plain number of seconds within bounds."""
        remedy = f"write a number of seconds from {least:g} to {most:g}"
        try:
            number = float(self.word())
        except ValueError:
            raise self.error(remedy) from None
        if not least <= number <= most:
            raise self.error(remedy)
        return number

    def duration(self) -> timedelta:
        """Return a duration: 0, or a number with s, min, h or d; at most 366 d."""
        word = self.word()
        if word == "0":
            return timedelta(0)
        found = _DURATION.fullmatch(word)
        if found is None:
            raise self.error("write 0, or a number with its unit: 30 s, 10 min, 24 h or 7 d")
        number, unit = float(found[1]), _UNITS[found[2]]
        # Compared as numbers first: a timedelta, or a deadline made of it, may overflow.
        if number > _LONGEST / unit:
            raise self.error(f"write at most {_LONGEST.days} d")
        return number * unit

    def items(self) -> tuple[Value, ...]:
        """Return the values of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error("write a list: [a, b]")
        return tuple(Value(node, f"{self.path}[{n}]") for n, node in enumerate(self.node.value))

    def fields(self, *names: str) -> Mapping[str, Value]:
        """Return a mapping's values; it must have exactly these names, each once."""
        wanted = ", ".join(names)
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error(f"write a mapping with {wanted}")
        found: dict[str, Value] = {}
        for key, node in self.node.value:
            value = Value(node, f"{self.path}.{key.value}".lstrip("."))
            if key.value not in names or key.value in found:
                raise Value(key, value.path).error(f"use each of {wanted} once")
            found[key.value] = value
        missing = [name for name in names if name not in found]
        if missing:
            raise self.error(f"add {', '.join(missing)}")
        return found


def read_document(text: str) -> Value:
    """Return the root of a YAML text.

    Raises:
        PolicyError: it is not YAML, or it is empty.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PolicyError(f"policy line {line}: not YAML: {error.problem}; correct this line") from None
    except yaml.YAMLError as error:
        raise PolicyError(f"policy: not YAML: {error}; save the file as UTF-8 text") from None
    if node is None:
        raise PolicyError("policy line 1: the document is empty; start from the shipped default policy")
    return Value(node, "")
