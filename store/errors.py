"""What can go wrong between the service and its database."""

from __future__ import annotations

from contracts.errors import ChangmaoError


class StoreUnavailableError(ChangmaoError):
    """The database cannot be reached or did not answer in time; nothing was changed, try again later."""

    code = "store.unavailable"
