"""The one error root; every subclass carries a stable code that the rim maps to HTTP, SIP or an exit code."""

from __future__ import annotations

from typing import ClassVar


class ChangmaoError(Exception):
    """Something went wrong that the service knows by name. The message says what, where and what to do."""

    code: ClassVar[str] = "changmao.error"


class BadInputError(ChangmaoError):
    """What was given cannot be used; nothing was changed."""

    code = "input.bad"


class NotFoundError(ChangmaoError):
    """The thing named does not exist."""

    code = "not_found"


class ConflictError(ChangmaoError):
    """The thing named has changed, is finished or belongs to somebody else."""

    code = "conflict"


class ConfigurationError(ChangmaoError):
    """A setting, a file or the environment keeps the service from starting; the message says which."""

    code = "configuration"
