"""The reason people give for what they decide or ask: never blank."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

LONGEST_REASON = 500
"""Characters, without blanks around them."""

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_REASON)]
"""At least one character that is no blank."""
