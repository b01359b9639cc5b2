"""What the command line answers with: exit codes and the one line that goes with them."""

from __future__ import annotations

from enum import IntEnum

from contracts.errors import BadInputError, ChangmaoError, ConfigurationError


class ExitCode(IntEnum):
    """How a command ended."""

    OK = 0
    FINDINGS = 1
    """It ran, and found something wrong or could not do it."""
    USAGE = 2
    """What was given (arguments, settings, files) cannot be used; another try will not help."""


def exit_code_of(error: ChangmaoError) -> ExitCode:
    """Return the exit code of a named error."""
    return ExitCode.USAGE if isinstance(error, BadInputError | ConfigurationError) else ExitCode.FINDINGS
