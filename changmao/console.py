"""What commands print: results on standard output, remarks on standard error, JSON where asked for."""

from __future__ import annotations

import json
from datetime import datetime

from pydantic_core import to_jsonable_python
from rich.console import Console

out = Console(highlight=False, soft_wrap=True, emoji=False)
"""Results; with --json nothing else."""
err = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)
"""Remarks, progress and errors."""


def print_json(value: object) -> None:
    """Print a result for machines: times as the API writes them (RFC 3339), other things as texts."""
    out.print(json.dumps(value, ensure_ascii=False, indent=2, default=_plain), markup=False)


def print_error(message: str, code: str) -> None:
    """Print why a command failed, in one line, with the error's stable code."""
    err.print(f"changmao: {' '.join(message.split())} [{code}]", markup=False, style="red")


def _plain(value: object) -> object:
    return to_jsonable_python(value) if isinstance(value, datetime) else str(value)
