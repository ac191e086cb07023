"""Who may what: nobody, unless the route says so."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI
from starlette.staticfiles import StaticFiles

from api.access.all_rights import all_rights
from api.access.guard import allow, allow_staff, maybe_actor, public
from api.access.matrix import Right, UnguardedRoute, rights
from dispatch.repair.workflow import REPAIR
from kit.actors import STAFF_POSTS, Actor, Post
from kit.refusals import RefusalRow
from kit.rights import UnknownAction
from tests.api.company import Company
from tests.api.expected_rights import (
    APPOINTMENTS,
    CALL_OUTS,
    CASES,
    EXPECTED,
    LEAVES,
    MATERIALS,
    PEOPLES_STEPS,
    STEPS,
    WAITERS,
)
from tests.company.people import holder_of


def test_the_matrix_of_routes_and_posts_is_as_decided(sqlite_company: Company) -> None:
    found = {
        f"{right.method} {right.path}": set(right.access.posts)
        for right in rights(sqlite_company.app)
    }
    assert (
        found == EXPECTED | STEPS | LEAVES | WAITERS | CASES | CALL_OUTS | MATERIALS | APPOINTMENTS
    )


def test_every_step_that_the_table_gives_to_people_is_a_route_and_no_other() -> None:
    assert {step.name for step in REPAIR.steps_of_people()} == set(PEOPLES_STEPS)


HEADERS = {"Idempotency-Key": "x"}
ENDS_SESSION = {"DELETE /api/v1/session", "POST /logout"}


def asked(client: httpx.Client, right: Right) -> tuple[int, str, str]:
    """Ask for a route; return status, error code and where it leads, without reading a stream."""
    path = re.sub(r"[{}]|:path", "", right.path)
    with client.stream(right.method, path, headers=HEADERS, json={}) as answer:
        code = ""
        if answer.headers.get("content-type") == "application/json":
            answer.read()
            code = answer.json().get("code", "") if isinstance(answer.json(), dict) else ""
        elif answer.headers.get("content-type", "").startswith("text/html"):
            answer.read()
            code = "post_may_not" if "403 post_may_not" in answer.text else ""
        return answer.status_code, code, answer.headers.get("location", "")


def test_nobody_gets_in_anywhere_without_a_log_in(sqlite_company: Company) -> None:
    client = sqlite_company.anyone().http
    for right in rights(sqlite_company.app):
        if not right.access.posts:
            continue
        status, code, location = asked(client, right)
        if right.path.startswith("/api/"):
            assert (right.path, status, code) == (right.path, 401, "not_logged_in")
        else:
            assert (right.path, status) == (right.path, 303)
            assert location.startswith("/login")


def test_every_post_gets_in_exactly_where_the_table_lets_it(sqlite_company: Company) -> None:
    for post in STAFF_POSTS:
        login = holder_of(post).login
        for right in rights(sqlite_company.app):
            client = sqlite_company.as_(login).http
            status, code, location = asked(client, right)
            refused = (status, code) == (403, "post_may_not")
            expected = bool(right.access.posts) and not _granted(right.access.action, post)
            assert refused == expected, (post, right.method, right.path, status, code)
            assert status != 401, (post, right.path)
            assert not location.startswith("/login") or right.path == "/logout", (post, right.path)
            if f"{right.method} {right.path}" in ENDS_SESSION:
                sqlite_company.forget(login)


def _granted(action: str, post: Post) -> bool:
    if action == allow_staff.action:
        return True
    return any(grant.post is post for grant in all_rights().grants_of(action))


def test_every_route_names_a_right_of_the_table_or_is_for_any_post_or_anybody(
    sqlite_company: Company,
) -> None:
    open_to_all = {allow_staff.action, public.action, maybe_actor.action}
    named = {right.access.action for right in rights(sqlite_company.app)} - open_to_all
    assert named <= set(all_rights())


def test_methods_that_a_route_does_not_take_open_nothing(sqlite_company: Company) -> None:
    client = sqlite_company.as_("wang").http
    for right in rights(sqlite_company.app):
        path = re.sub(r"[{}]|:path", "", right.path)
        for method in ("HEAD", "OPTIONS", "PUT", "PATCH", "TRACE"):
            answer = client.request(method, path, headers=HEADERS)
            assert answer.status_code in (404, 405), (method, path)


def refusals(company: Company) -> list[tuple[str, str, str, str]]:
    with company.parts.db.read() as session:
        rows = session.query(RefusalRow).order_by(RefusalRow.id)
        return [(row.actor_name, row.actor_role, row.command, row.message) for row in rows]


def test_whoever_goes_beyond_their_post_is_refused_and_recorded_once(company: Company) -> None:
    technician = company.as_("wang").http
    for _ in range(3):
        assert technician.get("/users").status_code == 403
        assert technician.post("/api/v1/alarms/a1/acknowledge", headers=HEADERS).status_code == 403
    found = refusals(company)
    assert [row[:3] for row in found] == [
        ("王师傅", "technician", "accounts.manage"),
        ("王师傅", "technician", "alarms.acknowledge"),
    ]
    assert found[0][3].startswith("GET /users: ")
    company.pass_minutes(11)
    assert technician.get("/users").status_code == 403
    assert len(refusals(company)) == 3


def says_nothing() -> APIRouter:
    router = APIRouter()

    @router.get("/open")
    def route() -> None: ...

    return router


def says_it_twice() -> APIRouter:
    router = APIRouter(dependencies=[Depends(public)])

    @router.get("/twice")
    def route(_actor: Annotated[Actor, Depends(allow("accounts.manage"))]) -> None: ...

    return router


@pytest.mark.parametrize("router", [says_nothing(), says_it_twice()])
def test_a_route_that_does_not_say_who_may_stops_the_start(router: APIRouter) -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(router, prefix="/within")
    with pytest.raises(UnguardedRoute, match="/within/"):
        rights(app)


def test_a_mount_and_the_frameworks_own_pages_stop_the_start(tmp_path: Path) -> None:
    mounted = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    mounted.mount("/files", StaticFiles(directory=tmp_path))
    for app in (mounted, FastAPI()):
        with pytest.raises(UnguardedRoute):
            rights(app)


def test_a_route_says_it_once_even_through_an_inner_dependency() -> None:
    def inner(actor: Annotated[Actor, Depends(allow_staff)]) -> Iterator[Actor]:
        yield actor

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.get("/inner")
    def route(_actor: Annotated[Actor, Depends(inner)]) -> None: ...

    assert [right.access for right in rights(app)] == [allow_staff]


def test_a_right_that_no_table_names_stops_the_start() -> None:
    with pytest.raises(UnknownAction, match="alarms.acknowlege"):
        allow("alarms.acknowlege")


def test_the_description_of_the_api_names_every_command(sqlite_company: Company) -> None:
    description = httpx.get(f"{sqlite_company.url}/api/v1/openapi.json", trust_env=False).json()
    for command in PEOPLES_STEPS:
        path = f"/api/v1/tickets/{{ticket_id}}/{command.replace('_', '-')}"
        assert "data" in str(description["paths"][path]["post"]["requestBody"])
    assert "/console" not in description["paths"]
