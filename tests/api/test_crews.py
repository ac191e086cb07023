"""Several technicians at one job, by HTTP: accounts that are closed, the same button twice."""

import pytest

from api.accounts.users import set_active
from tests.api.company import Company

BOTH = {"technicians": [{"id": "u-wang"}, {"id": "u-li"}]}


@pytest.mark.parametrize("reached", ["assign", "depart", "arrive", "start_work"])
def test_a_job_whose_technicians_account_is_closed_is_given_to_another(
    company: Company, reached: str
) -> None:
    ticket = company.walk(company.log_call(), reached)
    onward = {"assign": "depart", "depart": "arrive"}.get(reached, "quote_fee")
    with company.parts.db.write() as session:
        set_active(session, "u-wang", active=False, now=company.clock.now())
    assert company.as_("wang").step(ticket, onward).status_code == 401
    kept = company.as_("chen").step(ticket, "assign", technicians=[{"id": "u-wang"}])
    assert kept.status_code == 422
    given = company.as_("chen").step(ticket, "assign", technicians=[{"id": "u-li"}])
    assert given.status_code == 200
    assert company.as_("li").get("/tickets").json()["total"] == 1
    first = "depart" if reached in ("assign", "depart") else "quote_fee"
    assert first in company.as_("li").get(f"/tickets/{ticket['id']}").json()["allowed"]


def test_the_second_to_press_the_same_button_gets_409_with_what_is_allowed(
    company: Company,
) -> None:
    ticket = company.walk(company.log_call(), "issue")
    assert company.as_("chen").step(ticket, "assign", **BOTH).status_code == 200
    assert company.as_("wang").step(ticket, "depart").status_code == 200
    second = company.as_("li").step(ticket, "depart")
    assert second.status_code == 409
    assert second.json()["allowed"][0] == "arrive"
    assert "depart" not in second.json()["allowed"]
    assert company.as_("li").get(f"/tickets/{ticket['id']}").json()["state"] == "en_route"
