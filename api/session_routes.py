"""Logging in for programs: a bearer token instead of a cookie."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from api.client_address import counted_address
from api.identity import TheContext, ThePerson
from api.login import log_in, log_out

router = APIRouter(prefix="/sessions", tags=["sessions"])


class Credentials(BaseModel):
    """Account and password."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(max_length=100)
    password: SecretStr = Field(max_length=1000)


class SessionToken(BaseModel):
    """A bearer token; it ends by itself or by DELETE /sessions."""

    token: str
    expires_at: datetime


@router.post("", operation_id="open_session", status_code=201)
def open_session(request: Request, credentials: Credentials, context: TheContext) -> SessionToken:
    """Return a token to send as 'Authorization: Bearer ...'."""
    expires_at = context.clock.now() + context.settings.session_length
    address = counted_address(request)
    token = log_in(context, credentials.name, credentials.password.get_secret_value(), address)
    return SessionToken(token=token, expires_at=expires_at)


@router.delete("", operation_id="end_session", status_code=204)
def end_session(person: ThePerson, context: TheContext) -> None:
    """End the session that asks. A browser's session ends by the console's own form."""
    if person.by_cookie:
        person.check_form("")
    log_out(context, person.session_token)
