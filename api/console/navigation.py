"""The console's main navigation: which sections a role is led to."""

from __future__ import annotations

from dataclasses import dataclass

from api.identity import Role

_ALL = frozenset(Role)
_LIST_STAFF = _ALL - {Role.OPERATOR}


@dataclass(frozen=True, slots=True)
class Place:
    """One section."""

    section: str
    address: str
    label: str
    roles: frozenset[Role]
    """Whose work it is; others may look there too, but need not be led to it."""


PLACES = (
    Place("cases", "/console/cases", "案件", _ALL),
    Place("calls", "/console/calls", "通话", _ALL),
    Place("lookup", "/console/lists/lookup", "号码查询", _ALL),
    Place("lists", "/console/lists", "名单", _LIST_STAFF),
    Place("phrases", "/console/phrases", "话术", _LIST_STAFF),
    Place("reports", "/console/reports", "举报审核", _ALL),
    Place("removals", "/console/removals", "移除申请", _ALL),
)


def places_of(role: Role) -> tuple[Place, ...]:
    """Return the sections a role is led to, in the order shown."""
    return tuple(place for place in PLACES if role in place.roles)
