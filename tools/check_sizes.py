"""Size caps of the house: 9 of 10 files under 300 lines, none over 500; no function over 60 lines."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOMS = (
    "api",
    "asr",
    "blacklists",
    "casework",
    "changmao",
    "contracts",
    "screening",
    "store",
    "telephony",
    "tests",
    "tools",
)
USUAL_FILE = 300
LARGEST_FILE = 500
LARGEST_FUNCTION = 60
USUAL_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Measured:
    """Something with a length."""

    name: str
    """Path, with line and function name for a function."""
    lines: int


def files(root: Path, rooms: tuple[str, ...] = ROOMS) -> list[Path]:
    """Return the Python files of the rooms, sorted."""
    return sorted(path for room in rooms for path in (root / room).rglob("*.py"))


def functions(path: Path, name: str) -> Iterator[Measured]:
    """Yield each function of a file with the lines from its `def` to its end."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=name)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Measured(f"{name}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1)


def offences(root: Path, rooms: tuple[str, ...] = ROOMS) -> list[str]:
    """Return one line for each cap that is broken, naming the offenders; empty when all is well."""
    named = {str(path.relative_to(root)): path for path in files(root, rooms)}
    sizes = [Measured(name, path.read_text(encoding="utf-8").count("\n")) for name, path in named.items()]
    found = [
        f"{file.name}: {file.lines} lines, at most {LARGEST_FILE}; split it by nouns"
        for file in sizes
        if file.lines > LARGEST_FILE
    ]
    large = [file for file in sizes if file.lines > USUAL_FILE]
    if len(large) > (1 - USUAL_SHARE) * len(sizes):
        listed = ", ".join(f"{file.name} ({file.lines})" for file in large)
        found.append(
            f"{len(large)} of {len(sizes)} files have over {USUAL_FILE} lines, at most 1 in 10: {listed}"
        )
    found += [
        f"{function.name}: {function.lines} lines, at most {LARGEST_FUNCTION}; give its steps names"
        for name, path in named.items()
        for function in functions(path, name)
        if function.lines > LARGEST_FUNCTION
    ]
    return found


def main() -> int:
    """Print what breaks a cap; 1 if anything does."""
    root = Path(__file__).resolve().parent.parent
    found = offences(root)
    print("\n".join(found) if found else f"sizes: {len(files(root))} files within the caps")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
