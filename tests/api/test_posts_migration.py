"""A database of version 0.1 with accounts in it: each goes on with the post of its one role."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import inspect, text

from api.access.sessions import Limits, digest, find_session
from api.accounts.held_posts import posts_of
from api.operations.migrate import upgrade
from kit.actors import Post
from kit.db import Database
from kit.instants import to_micros

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
PEOPLE = {"u1": "team_leader", "u2": "technician"}


@pytest.fixture
def staffed(old_database: Database) -> Database:
    """Give the old database with two accounts in it, each logged in."""
    with old_database.write() as session:
        for account, role in PEOPLE.items():
            session.execute(
                text(
                    "INSERT INTO user_account (id, login, name, role, password_hash, active,"
                    " created_at, changed_at) VALUES (:id, :id, '赵', :role, '', :open, 0, 0)"
                ),
                {"id": account, "role": role, "open": True},
            )
            session.execute(
                text(
                    "INSERT INTO login_session (token_hash, user_id, created_at, last_seen_at,"
                    " expires_at, address, agent) VALUES (:hash, :id, :at, :at, :end, '', '')"
                ),
                {
                    "hash": digest(f"token of {account}"),
                    "id": account,
                    "at": to_micros(NOW),
                    "end": to_micros(NOW + timedelta(hours=1)),
                },
            )
    return old_database


def test_a_role_becomes_the_one_post_and_log_ins_go_on(staffed: Database) -> None:
    upgrade(staffed)
    limits = Limits(timedelta(hours=1), timedelta(hours=1))
    with staffed.read() as session:
        for account, role in PEOPLE.items():
            assert posts_of(session, account) == (Post(role),)
            found = find_session(session, f"token of {account}", limits, NOW)
            assert found is not None
            assert (found.actor.id, found.actor.post) == (account, role)
    columns = [column["name"] for column in inspect(staffed.engine).get_columns("user_account")]
    assert "role" not in columns
