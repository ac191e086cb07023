"""A database of version 0.1 with accounts in it: each goes on with the post of its one role."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect, text

from api.access.sessions import Limits, digest, find_session
from api.accounts.held_posts import posts_of
from api.operations.migrate import alembic_config, upgrade
from kit.actors import Post
from kit.db import Database
from kit.instants import to_micros

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
PEOPLE = {"u1": "team_leader", "u2": "technician"}


@pytest.fixture(params=["sqlite", "postgresql"])
def old_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "postgresql":
        make: Callable[..., str] = request.getfixturevalue("new_postgresql")
        url = make(empty=True)
    else:
        url = f"sqlite:///{tmp_path / 'old.db'}"
    database = Database(url)
    with database.engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    with database.write() as session:
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
    yield database
    database.close()


def test_a_role_becomes_the_one_post_and_log_ins_go_on(old_database: Database) -> None:
    upgrade(old_database)
    limits = Limits(timedelta(hours=1), timedelta(hours=1))
    with old_database.read() as session:
        for account, role in PEOPLE.items():
            assert posts_of(session, account) == (Post(role),)
            found = find_session(session, f"token of {account}", limits, NOW)
            assert found is not None
            assert (found.actor.id, found.actor.post) == (account, role)
    columns = [
        column["name"] for column in inspect(old_database.engine).get_columns("user_account")
    ]
    assert "role" not in columns
