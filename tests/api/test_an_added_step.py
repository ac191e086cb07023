"""A step that is added to the table, with its room, is everywhere: no other file is touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from api.access.all_rights import all_rights
from api.web.step_actions import actions_of
from dispatch.repair.context import TECHNICIANS, Given, Line, Step, Workflow
from dispatch.repair.reading import read_record
from dispatch.repair.ticket import State, Ticket
from dispatch.repair.workflow import REPAIR
from kit.actors import Post
from kit.db import Database
from kit.fields import Fields
from kit.rights import Grant
from kit.step import Stamp
from kit.workflow_page import draw
from tests.api.company import Company, open_company
from tests.company.people import PEOPLE


@dataclass(frozen=True, slots=True)
class Photo:
    """The made-up step's content: how many pictures were taken of the site."""

    pictures: int


def _read(form: Fields, _given: Given) -> Photo:
    return Photo(form.whole("pictures", least=1, most=20))


def _write(ticket: Ticket, said: Photo, _stamp: Stamp) -> Ticket:
    return replace(ticket, work=replace(ticket.work, sent_back_reason=f"{said.pictures} 张"))


PHOTOGRAPH = Step[Photo](
    "photograph_site",
    _read,
    _write,
    "The site is photographed.",
    {"pictures": 2},
    shows=(TECHNICIANS,),
    edition=lambda ticket: ticket.version,
)
LINE = Line((State.WORKING,), PHOTOGRAPH, None, (Grant(Post.TECHNICIAN, own=True),), "R-16")
LONGER: Workflow = replace(REPAIR, lines=(*REPAIR.lines, LINE))


@pytest.fixture
def company(database_url: str, database: Database, tmp_path: Path) -> Iterator[Company]:
    database.close()
    with open_company(tmp_path, database_url, workflow=LONGER) as opened:
        yield opened


def working(company: Company) -> dict[str, Any]:
    return company.walk(company.log_call(), "start_work")


def test_it_is_a_route_of_the_api_with_its_description(company: Company) -> None:
    ticket = working(company)
    assert "photograph_site" in ticket["allowed"]
    refused = company.as_("wang").step(ticket, "photograph_site")
    assert refused.status_code == 422
    done = company.as_("wang").step(ticket, "photograph_site", pictures=3)
    assert (done.status_code, done.json()["sent_back_reason"]) == (200, "3 张")
    assert company.as_("zhao").step(ticket, "photograph_site", pictures=3).status_code == 403
    description = company.anyone().http.get("/api/v1/openapi.json").json()
    route = description["paths"]["/api/v1/tickets/{ticket_id}/photograph-site"]["post"]
    assert route["summary"] == "The site is photographed."
    assert "pictures" in str(route["requestBody"])


def test_it_is_a_button_of_the_page_and_a_line_of_the_history(company: Company) -> None:
    ticket = working(company)
    cookie = {"Cookie": f"sanlai_session={company.token_of('wang')}"}
    page = company.anyone().http.get(f"/jobs/{ticket['id']}", headers=cookie).text
    assert f'action="/jobs/{ticket["id"]}/photograph_site"' in page
    assert f'id="do-photograph_site-{ticket["version"]}"' in page
    company.as_("wang").step(ticket, "photograph_site", pictures=3)
    cookie = {"Cookie": f"sanlai_session={company.token_of('chen')}"}
    history = company.anyone().http.get(f"/tickets/{ticket['id']}", headers=cookie).text
    assert "photograph site" in history


def test_its_form_has_the_technicians_to_choose_from(company: Company) -> None:
    ticket = working(company)
    with company.parts.db.read() as session:
        read = read_record(session, PEOPLE["wang"].actor, ticket["id"], LONGER)
    actions = actions_of(LONGER, read.ticket, PEOPLE["wang"].actor, {}, "k", lambda _step: "")
    assert [one.step for one in actions if one.has(TECHNICIANS)] == ["photograph_site"]
    assert next(one.edition for one in actions if one.has(TECHNICIANS)) == ticket["version"]


def test_it_is_in_the_diagram_and_among_the_rights() -> None:
    page = draw(LONGER, "# Longer\n")
    assert "| working | photograph_site | (stays) | technician (own) | – | R-16 |" in page
    grants = all_rights(LONGER).grants_of("repair.photograph_site")
    assert grants == (Grant(Post.TECHNICIAN, own=True),)


def test_two_steps_of_one_name_stop_the_start() -> None:
    other = Step[Photo]("photograph_site", _read, _write, "Another one.")
    with pytest.raises(ValueError, match="photograph_site"):
        replace(LONGER, lines=(*LONGER.lines, replace(LINE, step=other)))


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ((LINE, replace(LINE, to=State.WORK_DONE)), "two lines for 'photograph_site'"),
        ((LINE, replace(LINE, who=(Grant(Post.TECHNICIAN),))), "two lines for 'photograph_site'"),
        ((replace(LINE, who=()),), "nobody may photograph_site"),
    ],
)
def test_a_table_that_leaves_open_what_it_means_stops_the_start(
    lines: tuple[Line, ...], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        replace(LONGER, lines=(*REPAIR.lines, *lines))


def test_a_step_is_not_called_like_the_beginning_and_nobody_begins_what_is_theirs() -> None:
    log = Step[Photo]("log", _read, _write, "The matter is logged once more.")
    with pytest.raises(ValueError, match="'log'"):
        replace(REPAIR, lines=(*REPAIR.lines, replace(LINE, step=log)))
    with pytest.raises(ValueError, match="on one's own"):
        replace(REPAIR, opening=replace(REPAIR.opening, who=(Grant(Post.CUSTOMER, own=True),)))
