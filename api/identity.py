"""Who is asking: a node by its token, a person by session cookie or bearer token."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Header, Request

from api.context import Context, context_of
from api.errors import CsrfError, ForbiddenError, UnauthenticatedError
from api.token import form_token, is_form_token, token_hash
from store import accounts

SESSION_COOKIE = "changmao_session"


class Role(StrEnum):
    """Roles that may look at cases; an account of any other role is let in nowhere here."""

    ADMIN = "admin"
    LEAD = "lead"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    """Sees everything, changes nothing."""

    @property
    def may_change_lists(self) -> bool:
        """Whether this role may prepare, release and roll back number lists and phrasebooks."""
        return self in {Role.ADMIN, Role.LEAD}

    @property
    def may_command(self) -> bool:
        """Whether this role may act on a live call."""
        return self is not Role.AUDITOR


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff who is logged in."""

    account_id: str
    name: str
    role: Role
    session_token: str
    by_cookie: bool
    """A browser sends the cookie by itself, so a change asks for the form token too."""

    @property
    def csrf(self) -> str:
        """The token this person's forms must carry."""
        return form_token(self.session_token)

    def check_list_keeper(self) -> None:
        """Raise ForbiddenError unless this person may change number lists and phrasebooks."""
        if not self.role.may_change_lists:
            raise ForbiddenError(
                f"the role {self.role} may read lists and phrases, not change them; ask an admin"
            )

    def check_form(self, presented: str) -> None:
        """Raise CsrfError unless the form token is this session's own."""
        if self.by_cookie and not is_form_token(self.session_token, presented):
            raise CsrfError("the form's token is not this login's; load the page again and repeat")


def bearer_of(request: Request) -> str | None:
    """Return the bearer token of a request (RFC 6750 section 2.1); None where there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def the_node(request: Request, context: Annotated[Context, Depends(context_of)]) -> str:
    """Return the name of the node that asks.

    Raises:
        UnauthenticatedError: no token, or one that no node has.
    """
    token = bearer_of(request)
    node = accounts.find_node(context.store, token_hash(token)) if token else None
    if node is None:
        raise UnauthenticatedError("a node must send its token as 'Authorization: Bearer ...'; this is none")
    return node


def the_person(request: Request, context: Annotated[Context, Depends(context_of)]) -> Person:
    """Return the person who asks.

    Raises:
        UnauthenticatedError: not logged in, or the login has ended.
        ForbiddenError: the account's role may not look at cases.
    """
    bearer = bearer_of(request)
    token = bearer or request.cookies.get(SESSION_COOKIE)
    account = accounts.find_session(context.store, token_hash(token)) if token else None
    if account is None or token is None:
        raise UnauthenticatedError("log in, or send a bearer token; this one is unknown or has ended")
    try:
        role = Role(account.role)
    except ValueError:
        raise ForbiddenError(f"the role {account.role} may not look at cases; ask an admin") from None
    return Person(account.id, account.username, role, token, by_cookie=bearer is None)


def the_commander(
    person: Annotated[Person, Depends(the_person)], x_csrf_token: Annotated[str, Header()] = ""
) -> Person:
    """Return the person who asks, if that person may act on a live call.

    Raises:
        ForbiddenError: the role may only look.
        CsrfError: asked with a session cookie and without its form token.
    """
    if not person.role.may_command:
        raise ForbiddenError(f"the role {person.role} may look, not act")
    person.check_form(x_csrf_token)
    return person


def the_list_keeper(
    person: Annotated[Person, Depends(the_person)], x_csrf_token: Annotated[str, Header()] = ""
) -> Person:
    """Return the person who asks, if that person may change number lists and phrasebooks.

    Raises:
        ForbiddenError: the role may only look.
        CsrfError: asked with a session cookie and without its form token.
    """
    person.check_list_keeper()
    person.check_form(x_csrf_token)
    return person


TheNode = Annotated[str, Depends(the_node)]
ThePerson = Annotated[Person, Depends(the_person)]
TheCommander = Annotated[Person, Depends(the_commander)]
TheListKeeper = Annotated[Person, Depends(the_list_keeper)]
TheContext = Annotated[Context, Depends(context_of)]
