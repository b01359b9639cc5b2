"""Errors answered as problem documents (RFC 9457)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi import FastAPI, Request
from httpx import ASGITransport, AsyncClient, Response
from pydantic import BaseModel

from api.errors import CsrfError, TooManyAttemptsError, UnauthenticatedError
from api.headers import BodyLimit, SafeHeaders
from api.problems import Problems, status_of
from contracts.errors import BadInputError, ChangmaoError, ConfigurationError, ConflictError, NotFoundError

pytestmark = pytest.mark.unit


class _Given(BaseModel):
    password: int


def application() -> FastAPI:
    app = FastAPI()

    @app.get("/fails/{name}")
    async def fails(name: str) -> None:
        if name == "login":
            raise UnauthenticatedError("log in")
        if name == "limit":
            raise TooManyAttemptsError("wait", 30)
        raise NotFoundError(f"no case {name}; look at the list of cases")

    @app.post("/takes")
    async def takes(given: _Given) -> int:
        return given.password

    @app.post("/lists/{name}/imports")
    async def imports(name: str, request: Request) -> int:
        return len(name) + len(await request.body())

    Problems(lambda _request, _status: None).install(app)
    app.add_middleware(BodyLimit, limit=1000, import_limit=3000)
    app.add_middleware(SafeHeaders)
    return app


async def ask(method: str, path: str, **more: Any) -> Response:
    async with AsyncClient(transport=ASGITransport(application()), base_url="http://test") as client:
        return await client.request(method, path, **more)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFoundError("x"), 404),
        (ConflictError("x"), 409),
        (BadInputError("x"), 422),
        (UnauthenticatedError("x"), 401),
        (CsrfError("x"), 403),
        (TooManyAttemptsError("x", 1), 429),
        (ConfigurationError("x"), 500),
    ],
    ids=lambda value: getattr(value, "code", value),
)
def test_each_error_has_its_status(error: ChangmaoError, status: int):
    assert status_of(error) == status


async def test_a_problem_says_type_title_status_code_and_detail():
    answer = await ask("GET", "/fails/c1")
    assert answer.json() == {
        "type": "urn:changmao:problem:not_found",
        "title": "Not Found",
        "status": 404,
        "code": "not_found",
        "detail": "no case c1; look at the list of cases",
    }


async def test_a_problem_has_its_media_type():
    assert (await ask("GET", "/fails/c1")).headers["content-type"] == "application/problem+json"


async def test_a_missing_login_is_challenged():
    assert (await ask("GET", "/fails/login")).headers["www-authenticate"] == "Bearer"


async def test_too_many_attempts_say_when_to_come_back():
    assert (await ask("GET", "/fails/limit")).headers["retry-after"] == "30"


async def test_bad_input_is_named_by_its_place():
    answer = await ask("POST", "/takes", json={"password": "geheim"})
    assert answer.json()["faults"][0]["where"] == "body.password"


async def test_bad_input_is_not_repeated_in_the_answer():
    answer = await ask("POST", "/takes", json={"password": "geheim"})
    assert "geheim" not in answer.text


async def test_an_unknown_path_is_a_problem_too():
    assert (await ask("GET", "/nowhere")).json()["code"] == "http.not_found"


async def test_an_announced_body_beyond_the_limit_is_refused():
    answer = await ask("POST", "/takes", content=json.dumps({"password": "1" * 2000}))
    assert answer.json()["status"] == 413


async def test_an_unannounced_body_beyond_the_limit_is_refused():
    async def chunks():
        for _ in range(30):
            yield b" " * 100

    assert (await ask("POST", "/takes", content=chunks())).status_code == 413


@pytest.mark.parametrize(("size", "status"), [(2900, 200), (3100, 413)])
async def test_list_files_have_a_bound_of_their_own(size: int, status: int):
    answer = await ask("POST", "/lists/police/imports", content=b" " * size)
    assert answer.status_code == status


async def test_no_script_may_run_on_our_pages():
    policy = (await ask("GET", "/fails/c1")).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


async def test_answers_are_not_kept_by_caches():
    assert (await ask("GET", "/fails/c1")).headers["cache-control"] == "no-store"
