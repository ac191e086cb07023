"""One table says who may do what; what it does not say, nobody may."""

import pytest

from kit.actors import STAFF_POSTS, Actor, Post
from kit.rights import RIGHTS, Grant, Reach, Rights, UnknownAction, may, reach


def one(post: Post) -> Actor:
    return Actor("u", "somebody", post)


TABLE = Rights({"doors.open": [Grant(Post.OPERATOR), Grant(Post.TECHNICIAN, own=True)]})


def test_a_post_that_is_not_named_may_not() -> None:
    assert TABLE.reach(one(Post.OPERATOR), "doors.open") is Reach.ANY
    assert TABLE.reach(one(Post.TECHNICIAN), "doors.open") is Reach.OWN
    assert TABLE.reach(one(Post.DIRECTOR), "doors.open") is Reach.NONE
    assert not TABLE.may(one(Post.DIRECTOR), "doors.open")


def test_the_wider_of_two_grants_holds() -> None:
    both = Rights({"a": [Grant(Post.OPERATOR, own=True), Grant(Post.OPERATOR)]})
    assert both.reach(one(Post.OPERATOR), "a") is Reach.ANY


def test_an_unknown_action_is_an_error_even_for_an_administrator() -> None:
    with pytest.raises(UnknownAction):
        may(one(Post.ADMIN), "doors.open")
    with pytest.raises(UnknownAction):
        reach(one(Post.ADMIN), "")


def test_an_action_is_named_once_and_granted_to_somebody() -> None:
    with pytest.raises(ValueError, match="doors.open"):
        TABLE.joined(TABLE)
    with pytest.raises(ValueError, match="doors.shut"):
        Rights({"doors.shut": []})


def test_logging_is_granted_to_whoever_has_a_channel_and_to_no_other_staff() -> None:
    channels = [action for action in RIGHTS if action.startswith("intake.log.")]
    for post in STAFF_POSTS:
        assert may(one(post), "intake.log") == any(may(one(post), c) for c in channels), post


def test_who_sees_the_board_or_jobs_sees_tickets() -> None:
    for post in STAFF_POSTS:
        assert reach(one(post), "tickets.see") >= reach(one(post), "tickets.see_board"), post
        assert reach(one(post), "tickets.see") >= reach(one(post), "tickets.see_jobs"), post
