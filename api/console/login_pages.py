"""The login page and the way out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.client_address import counted_address
from api.console.pages import Pages, pages_of
from api.context import Context
from api.errors import CsrfError, TooManyAttemptsError, UnauthenticatedError
from api.identity import SESSION_COOKIE, TheContext, ThePerson
from api.login import log_in, log_out
from api.token import form_token, is_form_token, new_token

router = APIRouter(prefix="/console", include_in_schema=False)

LOGIN_COOKIE = "changmao_login"
"""Secret behind the form token of the login page, where there is no session yet: without it another site
could log a browser in under a name of its choice."""
HOME = "/console/cases"

ThePages = Annotated[Pages, Depends(pages_of)]


@router.get("/login")
def login_page(
    request: Request, context: TheContext, pages: ThePages, next_: Annotated[str, Query(alias="next")] = HOME
) -> Response:
    """Show the form."""
    return _form(request, context, pages, next_)


@router.post("/login")
def login(
    request: Request,
    context: TheContext,
    pages: ThePages,
    name: Annotated[str, Form(max_length=100)],
    password: Annotated[str, Form(max_length=1000)],
    csrf: Annotated[str, Form(max_length=200)] = "",
    next_: Annotated[str, Form(alias="next", max_length=500)] = HOME,
) -> Response:
    """Open a session and go on to the page that was wanted."""
    secret = request.cookies.get(LOGIN_COOKIE)
    # Without a secret the token would be a constant that anybody can work out.
    if not secret or not is_form_token(secret, csrf):
        raise CsrfError("the login form is too old; load the login page again")
    address = counted_address(request)
    try:
        token = log_in(context, name, password, address)
    except UnauthenticatedError:
        return _form(request, context, pages, next_, name, fault="账号或密码不正确。", status=401)
    except TooManyAttemptsError as error:
        fault = f"密码错误次数过多，请在 {error.retry_after_seconds} 秒后再试。"
        return _form(request, context, pages, next_, name, fault=fault, status=429)
    answer = RedirectResponse(_own_page(next_), status_code=303)
    _set_cookie(answer, request, context, SESSION_COOKIE, token)
    answer.delete_cookie(LOGIN_COOKIE, path="/console")
    return answer


@router.post("/logout")
def logout(
    person: ThePerson, context: TheContext, csrf: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """End the session."""
    person.check_form(csrf)
    log_out(context, person.session_token)
    answer = RedirectResponse("/console/login", status_code=303)
    answer.delete_cookie(SESSION_COOKIE, path="/")
    return answer


def _form(
    request: Request,
    context: Context,
    pages: Pages,
    next_: str,
    name: str = "",
    *,
    fault: str = "",
    status: int = 200,
) -> Response:
    secret = request.cookies.get(LOGIN_COOKIE) or new_token()
    answer = pages.render(
        "login.html", status=status, csrf=form_token(secret), fault=fault, name=name, next=_own_page(next_)
    )
    _set_cookie(answer, request, context, LOGIN_COOKIE, secret, path="/console")
    return answer


def _set_cookie(
    answer: Response, request: Request, context: Context, name: str, value: str, *, path: str = "/"
) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=int(context.settings.session_length.total_seconds()),
        path=path,
        secure=context.settings.secure_cookies or request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def _own_page(target: str) -> str:
    """Only pages of the console are gone on to: a link must not lead a fresh login to another site."""
    is_own = target.startswith("/console/") and not any(c in target for c in "\\\r\n") and ".." not in target
    return target if is_own else HOME
