"""Every page draws itself with real data, by the strict policy, and is usable without a mouse."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import delete

from dispatch.repair.by_link import customer_token
from kit.actors import Post
from stations.assets.station_store import get_station
from telemetry.alarms.alarm_tables import AlarmRow
from tests.web.clerks import DRAWN, Office, Page, text_of

R = Post
PAGES: tuple[tuple[Post | None, str], ...] = (
    (None, "/login"),
    (R.RECEPTIONIST, "/intake"),
    (R.RECEPTIONIST, "/intake/{signed}"),
    (R.RECEPTIONIST, "/register"),
    (R.RECEPTIONIST, "/tickets"),
    (R.RECEPTIONIST, "/tickets/{signed}"),
    (R.RECEPTIONIST, "/tickets/{signed}/print"),
    (R.RECEPTIONIST, "/tickets/{signed}/intake-sheet"),
    (R.RECEPTIONIST, "/archive"),
    (R.RECEPTIONIST, "/archive?verify=yes"),
    (R.MANAGER, "/tickets?state=logged&q=和平路&sort=-due&only=open"),
    (R.MANAGER, "/tickets/{new}"),
    (R.TEAM_LEADER, "/tickets/{signed}"),
    (R.TEAM_LEADER, "/tickets/{issued}"),
    (R.TECHNICIAN, "/jobs"),
    (R.TECHNICIAN, "/jobs/{working}"),
    (R.TECHNICIAN, "/jobs/{done}"),
    (R.DIRECTOR, "/tickets/{signed}"),
    (R.OPERATOR, "/console"),
    (R.OPERATOR, "/alarms"),
    (R.OPERATOR, "/alarms?which=all"),
    (R.OPERATOR, "/alarms?station=pump-01&severity=critical&sort=-station&page=2"),
    (R.OPERATOR, "/quarantine"),
    (R.OPERATOR, "/quarantine?reason=undecodable&sort=size"),
    (R.OPERATOR, "/report"),
    (R.OPERATOR, "/stations/pump-01?hours=6"),
    (R.OPERATOR, "/tickets/{signed}"),
    (R.MANAGER, "/quarantine"),
    (R.INSPECTOR, "/stations/pump-01"),
    (R.COMPANY_MANAGER, "/register"),
    (R.COMPLAINTS_OFFICER, "/archive"),
    (R.MATERIALS_CLERK, "/tickets/{signed}"),
    (R.MATERIALS_DEPARTMENT, "/report"),
    (R.ADMIN, "/users"),
    (None, "/t/{new}"),
    (None, "/t/{working}"),
    (None, "/t/{done}"),
    (None, "/t/{signed}"),
    (R.RECEPTIONIST, "/tickets/nothing"),
    (R.TECHNICIAN, "/users"),
)


class Company:
    """One office with a ticket in each stage, shared by the tests that only look."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.tickets = {name: office.take_call() for name in ("new", "issued", "done", "signed")}
        self.tickets["working"] = office.take_call()
        office.step(R.MANAGER, self.tickets["issued"], "issue")
        for name in ("done", "signed"):
            office.work_until_done(self.tickets[name])
        assert office.customer_signs(self.tickets["signed"]).status_code == 303
        for post, command, form in (
            (R.MANAGER, "issue", {}),
            (R.TEAM_LEADER, "assign", office.crew()),
            (R.TECHNICIAN, "depart", {}),
            (R.TECHNICIAN, "arrive", {}),
            (R.TECHNICIAN, "quote_fee", {"lines.0.item": "管", "lines.0.amount_yuan": "5"}),
        ):
            assert office.step(post, self.tickets["working"], command, **form).status_code == 303

    def html(self, post: Post | None, path: str) -> str:
        for name, ticket in self.tickets.items():
            shown = customer_token(self.office.parts.desk, ticket) if post is None else ticket
            path = path.replace("{" + name + "}", shown)
        return self.office.go(post, path).text


@pytest.fixture
def company(office: Office) -> Company:
    return Company(office)


def test_every_page_draws_itself_by_the_rules_of_the_house(company: Company) -> None:
    for language in ("zh", "en"):
        company.office.go(None, f"/language/{language}?back=/login")
        for post, path in PAGES:
            html = company.html(post, path)
            name = f"{language} {post} {path}"
            _check_policy(html, name)
            _check_reading(html, name, "zh-Hans" if language == "zh" else "en")
            _check_forms(html, name)


def _check_policy(html: str, name: str) -> None:
    page = Page(html)
    assert not [words for tag, words in page.words if tag], f"{name}: inline script or style"
    for tag, attrs in page.elements:
        assert "style" not in attrs, f"{name}: style on {tag}"
        handlers = [a for a in attrs if a.startswith(("on", "hx-on"))]
        assert not handlers, f"{name}: {handlers} on {tag}"
        assert not any("js:" in value for a, value in attrs.items() if a.startswith("hx-")), name
        assert not attrs.get("href", "").startswith(("http:", "https:", "//", "javascript:")), name
        assert int(attrs.get("tabindex", "0")) <= 0, f"{name}: tabindex on {tag}"


def _check_reading(html: str, name: str, language: str) -> None:
    page = Page(html)
    assert page.all("html")[0]["lang"] == language, name
    assert len(page.all("main")) == 1, name
    assert len(page.all("h1")) == 1, name
    ids = [
        attrs["id"] for _, attrs in page.elements if "id" in attrs and "__n__" not in attrs["id"]
    ]
    assert len(ids) == len(set(ids)), (
        f"{name}: ids twice: {sorted(i for i in ids if ids.count(i) > 1)}"
    )
    described = {word for _, a in page.elements for word in a.get("aria-describedby", "").split()}
    assert described <= set(ids), f"{name}: described by what is not there"
    labelled = {word for _, a in page.elements for word in a.get("aria-labelledby", "").split()}
    assert labelled <= set(ids), f"{name}: labelled by what is not there"
    words = text_of(html)
    assert not re.search(r"\{[a-z_]+\}", words), f"{name}: a sentence with an unfilled param"
    assert not re.search(
        r"\b(state|command|post|flag|metric|channel|job_type|arrival|error|field)\.[a-z]", words
    ), f"{name}: an untranslated key"


def _check_forms(html: str, name: str) -> None:
    page = Page(html)
    labels = {attrs.get("for") for attrs in page.all("label")}
    for attrs in page.all("input", "select", "textarea"):
        if attrs.get("type") != "hidden" and "__n__" not in attrs.get("id", ""):
            assert attrs.get("id") in labels, f"{name}: no label for {attrs}"
    posts = [form for form in page.all("form") if form.get("method") == "post"]
    tokens = [a for a in page.all("input") if a.get("name") == "csrf_token"]
    assert len(tokens) == len(posts), f"{name}: a form without its token"


def test_each_post_lands_on_its_own_page_and_is_refused_on_others(office: Office) -> None:
    homes = {
        R.RECEPTIONIST: "/intake",
        R.MANAGER: "/tickets",
        R.TEAM_LEADER: "/tickets",
        R.TECHNICIAN: "/jobs",
        R.DIRECTOR: "/tickets",
        R.OPERATOR: "/console",
        R.ADMIN: "/users",
    }
    for post, home in homes.items():
        assert office.go(post, "/").url.path == home
    refused = office.go(R.TECHNICIAN, "/intake")
    assert refused.status_code == 403
    assert "您的岗位无权" in refused.text


def test_a_visitor_is_led_to_the_log_in_and_back(office: Office) -> None:
    answer = office.go(None, "/tickets?q=a")
    assert answer.url.path == "/login"
    assert Page(answer.text).value_of("back") == "/tickets?q=a"


def test_the_language_switch_leads_to_no_other_site(office: Office) -> None:
    office.be(None)
    for back in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        answer = office.browser.get("/language/en", params={"back": back}, follow_redirects=False)
        assert answer.headers["location"] == "/"


def test_the_customer_sees_the_matter_without_anybodys_whole_name_or_number(
    company: Company,
) -> None:
    path = company.office.customer_path(company.tickets["signed"])
    answer = company.office.go(None, path)
    assert "王小明" not in answer.text
    assert "13800001234" not in answer.text
    assert "王**" in answer.text
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert company.office.go(None, path[:-2] + "xx").status_code == 404


def test_a_technician_does_not_see_another_ones_job(company: Company) -> None:
    assert company.office.go(R.TECHNICIAN, f"/jobs/{company.tickets['new']}").status_code == 404


def test_the_task_order_shows_every_signature_of_the_repair(company: Company) -> None:
    office, ticket = company.office, company.tickets["signed"]
    assert office.step(R.TEAM_LEADER, ticket, "leader_sign", opinion="合格").status_code == 303
    assert office.step(R.DIRECTOR, ticket, "director_sign").status_code == 303
    sheet = office.go(R.RECEPTIONIST, f"/tickets/{ticket}/print")
    for word in ("维修任务单", "王小明", "13800001234", "PPR 管 2 米", "35.50 元", "0.31 MPa",
                 "来得快,修得好", "陈队长", "赵处长", "王师傅"):  # fmt: skip
        assert word in sheet.text
    assert len(Page(sheet.text).all("polyline")) == 2


def test_a_no_without_a_reason_leaves_its_line_of_the_task_order_blank(company: Company) -> None:
    office = company.office
    ticket = office.take_call()
    office.step(R.MANAGER, ticket, "issue")
    office.step(R.TEAM_LEADER, ticket, "assign", **office.crew())
    for step in ("depart", "arrive"):
        office.step(R.TECHNICIAN, ticket, step)
    said_no = office.step(R.TECHNICIAN, ticket, "decline", customer_present="on")
    assert said_no.status_code == 303
    sheet = office.go(R.RECEPTIONIST, f"/tickets/{ticket}/print").text
    line = sheet.split("用户意见")[1].split("</tr>")[0]
    assert line.split('class="tall">')[1].split("</td>")[0].strip() == ""


def test_what_a_station_sent_is_shown_and_never_run(company: Company) -> None:
    html = company.html(R.OPERATOR, "/quarantine")
    assert "&lt;script&gt;" in html
    assert "<script>·" not in html


def test_the_console_names_value_unit_limit_and_alarm_in_words(company: Company) -> None:
    words = text_of(company.html(R.OPERATOR, "/console"))
    for word in ("东关泵站", "0.300", "MPa", "下限 0.2", "越下限", "严重", "未确认", "0.150"):
        assert word in words


def test_a_station_shows_the_trend_of_everything_it_measures(company: Company) -> None:
    page = Page(company.html(R.OPERATOR, "/stations/pump-01?hours=6"))
    tables = {a["data-points"] for _, a in page.elements if "data-points" in a}
    with company.office.parts.db.read() as session:
        points = get_station(session, "pump-01").points
    assert tables == {f"table-{point.key}" for point in points}


def test_a_company_without_alarms_is_told_so_and_shown_no_empty_table(office: Office) -> None:
    with office.parts.db.write() as session:
        session.execute(delete(AlarmRow))
    html = office.go(R.OPERATOR, "/alarms").text
    assert "没有报警" in html
    assert not Page(html).all("table")


def test_only_what_may_be_left_out_is_marked(company: Company) -> None:
    html = company.html(R.RECEPTIONIST, "/intake")
    assert "必填" not in html
    needed = [a["name"] for a in Page(html).all("input", "select", "textarea")
              if a.get("aria-required") == "true"]  # fmt: skip
    assert {"name", "phone", "address", "job_type", "content"} <= set(needed)
    assert "explained" not in needed
    assert text_of(html).count("选填") == 2


def test_the_customer_reads_no_numbers_of_rules_on_the_buttons(company: Company) -> None:
    words = text_of(company.html(None, "/t/{working}"))
    assert "同意收费" in words
    assert "R-14" not in words
    assert words.count("第 1 次报价") == 1


def test_the_company_name_leads_a_customer_to_their_own_page(company: Company) -> None:
    path = company.office.customer_path(company.tickets["new"])
    links = Page(company.office.go(None, path).text).all("a")
    assert next(a["href"] for a in links if a.get("class") == "top__name") == path


def test_a_customer_who_has_agreed_is_not_asked_again(company: Company) -> None:
    office, ticket = company.office, company.tickets["working"]
    path = office.customer_path(ticket)

    def asked() -> bool:
        forms = Page(office.go(None, path).text).all("form")
        return any(form.get("action") == f"{path}/consent" for form in forms)

    assert asked()
    assert office.step(R.TECHNICIAN, ticket, "consent", quote="1", customer_present="on",
                       signer_name="王小明", relation="self",
                       strokes=DRAWN).status_code == 303  # fmt: skip
    assert not asked()


def test_a_file_of_ours_is_kept_by_the_browser_only_under_its_own_digest(office: Office) -> None:
    page = Page(office.go(None, "/login").text)
    sheet = next(a["href"] for a in page.all("link") if a["rel"] == "stylesheet")
    kept = office.go(None, sheet)
    assert "immutable" in kept.headers["cache-control"]
    assert "no-cache" in office.go(None, sheet.partition("?")[0]).headers["cache-control"]
    again = office.browser.get(sheet, headers={"If-None-Match": kept.headers["etag"]})
    assert again.status_code == 304
    for path in (
        "/static/../i18n.py",
        "/static/%2e%2e/i18n.py",
        "/static/vendor/.installed",
    ):
        assert office.go(None, path).status_code == 404
