"""What is wrong with data, said without the data: they may be numbers and words of people."""

from __future__ import annotations

from pydantic import ValidationError


def problem_of(error: ValidationError) -> str:
    """Return the first problem's place and kind, and how many more there are; never a value."""
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    first = problems[0]
    place = ".".join(str(step) for step in first["loc"]) or "document"
    more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
    return f"{place}: {first['type']}{more}"
