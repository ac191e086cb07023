"""Who may what: nobody, unless the route says so."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI
from starlette.staticfiles import StaticFiles

from api.access.guard import allow, allow_staff, public
from api.access.matrix import UnguardedRoute, rights
from api.json.step_routes import COMMANDS, commands_of_people
from kit.actors import STAFF_POSTS, Actor, Post
from kit.rights import UnknownAction
from tests.api.company import PEOPLE, Company

R, M, L, T, D, O, A = STAFF_POSTS  # noqa: E741 - one letter a post keeps the table narrow
ALL = set(STAFF_POSTS)
ANYBODY: set[Post] = set()
FIELD = {O, M, L, D, A}

EXPECTED: dict[str, set[Post]] = {
    "GET /api/v1/alarms": FIELD,
    "POST /api/v1/alarms/{alarm_id}/acknowledge": {O, M, L, D},
    "GET /api/v1/archive/verify": {R, M, L, D, A},
    "GET /api/v1/customer/{token}": ANYBODY,
    "POST /api/v1/customer/{token}/consent": ANYBODY,
    "POST /api/v1/customer/{token}/customer-sign": ANYBODY,
    "POST /api/v1/customer/{token}/decline": ANYBODY,
    "GET /api/v1/ingest": FIELD,
    "GET /api/v1/live/board": ALL,
    "GET /api/v1/live/customer/{token}": ANYBODY,
    "GET /api/v1/live/stations": FIELD,
    "GET /api/v1/me": ALL,
    "GET /api/v1/openapi.json": ANYBODY,
    "GET /api/v1/places": ALL,
    "GET /api/v1/promise": ALL,
    "GET /api/v1/quarantine": FIELD,
    "DELETE /api/v1/session": ALL,
    "GET /api/v1/session": ALL,
    "POST /api/v1/session": ANYBODY,
    "GET /api/v1/stations": FIELD,
    "GET /api/v1/stations/{station_id}": FIELD,
    "GET /api/v1/stations/{station_id}/series": FIELD,
    "GET /api/v1/technicians": {L, M, D},
    "GET /api/v1/tickets": ALL,
    "POST /api/v1/tickets": ALL - {A},
    "GET /api/v1/tickets/{ticket_id}": ALL,
    "GET /api/v1/tickets/{ticket_id}/allowed": ALL,
    "GET /api/v1/tickets/{ticket_id}/events": ALL,
    "GET /health/live": ANYBODY,
    "GET /health/ready": ANYBODY,
    "GET /": ANYBODY,
    "GET /alarms": FIELD,
    "POST /alarms/{alarm_id}/acknowledge": {O, M, L, D},
    "GET /archive": {R, M, L, D, A},
    "GET /console": FIELD,
    "GET /intake": {R},
    "POST /intake": {R},
    "GET /intake/places": {R},
    "GET /intake/promise": {R},
    "GET /intake/{ticket_id}": {R},
    "GET /jobs": {T},
    "GET /jobs/{ticket_id}": {T},
    "POST /jobs/{ticket_id}/{command}": {T},
    "GET /language/{language}": ANYBODY,
    "GET /login": ANYBODY,
    "POST /login": ANYBODY,
    "POST /logout": ALL,
    "GET /quarantine": FIELD,
    "GET /register": {R, M, D},
    "GET /report": ALL - {A},
    "POST /report": ALL - {A},
    "GET /static/{name:path}": ANYBODY,
    "GET /stations/{station_id}": FIELD,
    "GET /t/{token}": ANYBODY,
    "POST /t/{token}/{command}": ANYBODY,
    "GET /tickets": ALL - {T},
    "GET /tickets/{ticket_id}": ALL - {T},
    "POST /tickets/{ticket_id}/{command}": ALL - {T},
    "GET /tickets/{ticket_id}/intake-sheet": {R, M, L, D},
    "GET /tickets/{ticket_id}/print": {R, M, L, D},
    "GET /users": {A},
    "POST /users": {A},
    "POST /users/{user_id}/deactivate": {A},
    "POST /users/{user_id}/password": {A},
}
"""Who may come in; whether this person may take this step of this ticket is the workflow's."""

STEPS = {
    f"POST /api/v1/tickets/{{ticket_id}}/{name.replace('_', '-')}": ALL
    for name in commands_of_people()
}


def test_the_matrix_of_routes_and_posts_is_as_decided(sqlite_company: Company) -> None:
    found = {
        f"{right.method} {right.path}": set(right.access.posts)
        for right in rights(sqlite_company.app)
    }
    assert found == EXPECTED | STEPS


def test_every_step_that_the_table_gives_to_people_is_a_route_and_no_other() -> None:
    assert set(COMMANDS) == set(commands_of_people())


def test_nobody_gets_in_anywhere_without_a_log_in(sqlite_company: Company) -> None:
    client = sqlite_company.anyone().http
    for right in rights(sqlite_company.app):
        if not right.access.posts:
            continue
        path = right.path.replace("{", "").replace("}", "")
        answer = client.request(right.method, path, headers={"Idempotency-Key": "x"}, json={})
        if path.startswith("/api/"):
            assert (path, answer.status_code) == (path, 401)
            assert answer.json()["code"] == "not_logged_in"
        else:
            assert (path, answer.status_code) == (path, 303)
            assert answer.headers["location"].startswith("/login")


def test_every_post_is_kept_out_where_it_may_not_go(sqlite_company: Company) -> None:
    for login, (_, post) in PEOPLE.items():
        client = sqlite_company.as_(login).http
        for right in rights(sqlite_company.app):
            if right.access.posts and post not in right.access.posts:
                path = right.path.replace("{", "").replace("}", "")
                answer = client.request(
                    right.method, path, headers={"Idempotency-Key": "x"}, json={}
                )
                assert (login, path, answer.status_code) == (login, path, 403)


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
    for command in COMMANDS:
        path = f"/api/v1/tickets/{{ticket_id}}/{command.replace('_', '-')}"
        assert "data" in str(description["paths"][path]["post"]["requestBody"])
    assert "/console" not in description["paths"]
