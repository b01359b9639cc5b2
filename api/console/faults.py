"""Errors as people see them in the console: words beside a form, a page, or the way to the login."""

from __future__ import annotations

from http import HTTPStatus
from typing import TypedDict
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api.console.list_wording import fault_in_chinese
from api.console.pages import pages_of
from api.problems import status_of
from contracts.errors import ChangmaoError

_WORDS = {
    HTTPStatus.BAD_REQUEST: ("请求无法处理", "提交的内容不完整或不正确。"),
    HTTPStatus.FORBIDDEN: ("没有权限", "您的账号不能执行此操作，或页面已过期。请重新打开页面后再试。"),
    HTTPStatus.NOT_FOUND: ("找不到页面", "该页面、案件、通话、名单或话术不存在。"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("内容太大", "提交的文件或文字太大，请缩小后再试。"),
    HTTPStatus.UNPROCESSABLE_ENTITY: ("请求无法处理", "提交的内容不完整或不正确。"),
}
_OTHERWISE = ("服务出错", "服务暂时无法完成此操作，请稍后再试，并告知值班工程师。")


class Told(TypedDict):
    """What a page is given to tell of an error beside its forms."""

    fault: str
    status: int


def told(error: ChangmaoError) -> Told:
    """Return what went wrong in Chinese, and the HTTP status of the page that tells it."""
    return Told(fault=fault_in_chinese(error), status=int(status_of(error)))


def console_fault(request: Request, status: HTTPStatus) -> Response | None:
    """Return a page for a failed request under /console; None for any other path."""
    path = request.url.path
    if path != "/console" and not path.startswith("/console/"):
        return None
    if status is HTTPStatus.UNAUTHORIZED:
        wanted = path if request.method == "GET" else "/console/cases"
        return RedirectResponse(f"/console/login?next={quote(wanted, safe='/')}", status_code=303)
    heading, words = _WORDS.get(status, _OTHERWISE)
    return pages_of(request).render("fault.html", status=int(status), heading=heading, detail=words)
