"""Who works at the test company: everybody once, with a post each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy.orm import Session

from api.accounts.account_tables import UserRow
from api.accounts.held_posts import give_posts
from api.accounts.passwords import hash_password
from kit.actors import Actor, Post

PASSWORD = "repairs-and-readings"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works here; the id is ``u-`` and the log-in name."""

    login: str
    name: str
    post: Post

    @property
    def id(self) -> str:
        """The id that goes into records."""
        return f"u-{self.login}"

    @property
    def actor(self) -> Actor:
        """The one who acts when this person is logged in."""
        return Actor(self.id, self.name, self.post)


PEOPLE = {
    one.login: one
    for one in (
        Colleague("liu", "刘接待", Post.RECEPTIONIST),
        Colleague("ma", "马经理", Post.MANAGER),
        Colleague("chen", "陈队长", Post.TEAM_LEADER),
        Colleague("wang", "王师傅", Post.TECHNICIAN),
        Colleague("li", "李师傅", Post.TECHNICIAN),
        Colleague("zhao", "赵处长", Post.DIRECTOR),
        Colleague("sun", "孙运转", Post.OPERATOR),
        Colleague("wu", "吴检查", Post.INSPECTOR),
        Colleague("zheng", "郑总", Post.COMPANY_MANAGER),
        Colleague("feng", "冯材料", Post.MATERIALS_CLERK),
        Colleague("chu", "褚物资", Post.MATERIALS_DEPARTMENT),
        Colleague("wei", "卫投诉", Post.COMPLAINTS_OFFICER),
        Colleague("zhou", "周管理", Post.ADMIN),
    )
}
"""Everybody, by log-in name."""


def holder_of(post: Post) -> Colleague:
    """Return who holds a post: of two, the first."""
    return next(one for one in PEOPLE.values() if one.post is post)


def hire(session: Session, now: datetime) -> None:
    """Give everybody an account."""
    session.add_all(
        UserRow(
            id=one.id,
            login=one.login,
            name=one.name,
            password_hash=_password_hash(),
            active=True,
            created_at=now,
            changed_at=now,
        )
        for one in PEOPLE.values()
    )
    session.flush()
    for one in PEOPLE.values():
        give_posts(session, one.id, [one.post])


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)  # slow by design, so once for all of them
