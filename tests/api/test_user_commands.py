"""The commands that look after accounts, on a database of their own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.accounts.users import User, find_user
from api.cli.user_commands import user
from api.compose.bootstrap import built
from api.operations.migrate import upgrade
from api.parts.settings import Settings
from kit.actors import Post
from kit.errors import Conflict, Invalid, NotFound

Run = Callable[..., Result]
O, I, A, L = Post.OPERATOR, Post.INSPECTOR, Post.ADMIN, Post.TEAM_LEADER  # noqa: E741


@pytest.fixture
def run(tmp_path: Path) -> Run:
    with built(Settings(data_dir=tmp_path)) as parts:
        upgrade(parts.db)

    def run(*words: str, password: str = "long-enough\n") -> Result:
        settings = {"SANLAI_DATA_DIR": str(tmp_path)}
        return CliRunner().invoke(user, words, input=password, env=settings)

    return run


def kept(folder: Path, login: str) -> User | None:
    with built(Settings(data_dir=folder)) as parts, parts.db.read() as session:
        return find_user(session, login)


def test_an_account_is_added_with_its_posts_in_order(run: Run, tmp_path: Path) -> None:
    done = run("add", "Sun", "--name", "孙丽", "--post", "operator", "--post", "inspector")
    assert (done.exit_code, done.output) == (0, "added sun (operator, inspector)\n")
    made = kept(tmp_path, "sun")
    assert made is not None
    assert made.posts == (O, I)


def test_posts_are_given_and_taken(run: Run, tmp_path: Path) -> None:
    run("add", "sun", "--name", "孙丽", "--post", "operator")
    done = run("post", "sun", "--add", "team_leader", "--add", "inspector", "--remove", "operator")
    assert (done.exit_code, done.output) == (0, "sun holds team_leader, inspector\n")
    changed = kept(tmp_path, "sun")
    assert changed is not None
    assert changed.posts == (L, I)


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("post", "sun", "--remove", "operator"), Invalid),
        (("post", "sun", "--remove", "admin"), NotFound),
        (("post", "nobody", "--add", "operator"), NotFound),
        (("post", "zhou", "--add", "operator", "--remove", "admin"), Conflict),
    ],
)
def test_what_can_not_be_done_changes_nothing(
    run: Run, tmp_path: Path, words: tuple[str, ...], error: type[Exception]
) -> None:
    run("add", "sun", "--name", "孙丽", "--post", "operator")
    run("add", "zhou", "--name", "周管理", "--post", "admin")
    assert isinstance(run(*words).exception, error)
    for login, posts in (("sun", (O,)), ("zhou", (A,))):
        found = kept(tmp_path, login)
        assert found is not None
        assert found.posts == posts


def test_the_same_post_both_added_and_removed_is_a_misuse(run: Run) -> None:
    run("add", "sun", "--name", "孙丽", "--post", "operator")
    done = run("post", "sun", "--add", "admin", "--remove", "admin")
    assert done.exit_code == 2
    assert "both added and removed: admin" in done.output
