"""The table of rights as a whole, and the page that is drawn from it."""

from pathlib import Path

import pytest

from api.access.all_rights import WORKFLOWS, all_rights
from api.web.rights_page import page
from api.web.shell import NAV, home_of, pages_of
from kit.actors import STAFF_POSTS, Actor, Post
from kit.rights import RIGHTS

DOCS = Path(__file__).parents[2] / "docs"


def one(post: Post) -> Actor:
    return Actor("u", "somebody", post)


def test_the_page_in_the_documentation_is_the_table() -> None:
    assert (DOCS / "rights.md").read_text(encoding="utf-8") == page()


def test_every_step_of_the_workflow_is_a_right_of_the_posts_that_its_lines_name() -> None:
    expected = set()
    for workflow in WORKFLOWS:
        expected.add(f"{workflow.name}.{workflow.opening.name}")
        for line in workflow.lines:
            action = f"{workflow.name}.{line.step.name}"
            assert set(line.who) <= set(all_rights().grants_of(action)), action
            expected.add(action)
    assert {action for action in all_rights() if action not in set(RIGHTS)} == expected


@pytest.mark.parametrize("post", STAFF_POSTS)
def test_every_post_has_a_page_to_come_home_to(post: Post) -> None:
    assert home_of(one(post)) in {page.url for page in NAV}


def test_the_first_page_of_a_post_is_where_its_work_is() -> None:
    homes = {post: home_of(one(post)) for post in STAFF_POSTS}
    assert homes == {
        Post.RECEPTIONIST: "/intake",
        Post.MANAGER: "/tickets",
        Post.TEAM_LEADER: "/tickets",
        Post.TECHNICIAN: "/jobs",
        Post.DIRECTOR: "/tickets",
        Post.OPERATOR: "/console",
        Post.INSPECTOR: "/console",
        Post.COMPANY_MANAGER: "/tickets",
        Post.MATERIALS_CLERK: "/tickets",
        Post.MATERIALS_DEPARTMENT: "/material-slips",
        Post.COMPLAINTS_OFFICER: "/tickets",
        Post.ADMIN: "/users",
    }


def test_no_page_stands_twice_in_the_navigation_of_one_post() -> None:
    for post in STAFF_POSTS:
        urls = [page.url for page in pages_of(one(post))]
        assert len(urls) == len(set(urls)), post
