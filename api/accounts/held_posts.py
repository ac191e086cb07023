"""The posts that a person holds, in the order in which they were given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from api.accounts.account_tables import AccountPostRow, SessionRow, UserRow
from kit.actors import STAFF_POSTS, Colleague, Post
from kit.errors import Conflict, FieldError, Invalid
from kit.rights import grants_of


def posts_of(session: Session, account_id: str) -> tuple[Post, ...]:
    """Return the posts of one account; the first is where its log-ins begin."""
    return posts_by_account(session, [account_id]).get(account_id, ())


def posts_by_account(
    session: Session, account_ids: Sequence[str] | None = None
) -> dict[str, tuple[Post, ...]]:
    """Return the posts of these accounts, or of all."""
    query = select(AccountPostRow).order_by(AccountPostRow.account_id, AccountPostRow.n)
    if account_ids is not None:
        query = query.where(AccountPostRow.account_id.in_(account_ids))
    held: dict[str, tuple[Post, ...]] = {}
    for row in session.scalars(query):
        held[row.account_id] = (*held.get(row.account_id, ()), Post(row.post))
    return held


def give_posts(session: Session, account_id: str, posts: Sequence[Post]) -> None:
    """Replace the posts of an account by these, in this order."""
    session.execute(delete(AccountPostRow).where(AccountPostRow.account_id == account_id))
    session.add_all(
        AccountPostRow(account_id=account_id, post=post, n=n) for n, post in enumerate(posts)
    )
    session.flush()


def change_posts(
    session: Session,
    account_id: str,
    wanted: Iterable[Post | str],
    were: Iterable[Post | str] | None = None,
) -> tuple[Post, ...]:
    """Let the account hold exactly these posts; log-ins that act as one taken away end.

    Durable when the session commits, and in force from then on: every request looks at the posts
    held. Raises ``Invalid`` for no post or an unknown one, and ``Conflict`` when the last account
    that may manage accounts would lose that, or when the posts are not what they ``were``.
    """
    chosen = tuple(dict.fromkeys(wanted))
    if faults := post_faults(chosen):
        raise Invalid(faults)
    lock_accounts(session, account_id)
    held = posts_of(session, account_id)
    if were is not None and set(were) != set(held):
        raise Conflict(
            "posts_changed",
            "somebody else has just changed these posts; look at them again",
            id=account_id,
        )
    kept = [post for post in held if post in chosen]
    posts = (*kept, *(Post(post) for post in chosen if post not in held))
    if set(held) & managers() and not set(posts) & managers():
        require_another_manager(session, account_id)
    give_posts(session, account_id, posts)
    ended = SessionRow.user_id == account_id, SessionRow.post.not_in(posts)
    session.execute(delete(SessionRow).where(*ended))
    return posts


def managers() -> frozenset[Post]:
    """Return the posts that may manage accounts."""
    return frozenset(grant.post for grant in grants_of("accounts.manage"))


def lock_accounts(session: Session, account_id: str) -> None:
    """Make others wait to change this account or one that may manage accounts.

    So of two managers who remove one another, the second is refused. All are locked at once and in
    one order, or each of the two could wait for the other.
    """
    managing = select(AccountPostRow.account_id).where(AccountPostRow.post.in_(managers()))
    wanted = or_(UserRow.id == account_id, UserRow.id.in_(managing))
    session.execute(select(UserRow.id).where(wanted).order_by(UserRow.id).with_for_update()).all()


def require_another_manager(session: Session, account_id: str) -> None:
    """Raise ``Conflict`` if nobody but this account could manage accounts."""
    others = session.scalar(
        select(UserRow.id)
        .join(AccountPostRow, UserRow.id == AccountPostRow.account_id)
        .where(AccountPostRow.post.in_(managers()), UserRow.active, UserRow.id != account_id)
        .limit(1)
    )
    if others is None:
        raise Conflict(
            "last_manager",
            "nobody else could manage accounts then: give this post to another person first",
        )


def post_faults(posts: Sequence[Post | str]) -> list[FieldError]:
    """Return what is wrong with a choice of posts."""
    if not posts:
        return [FieldError("posts", "post_needed", "an account holds at least one post")]
    unknown = [str(post) for post in posts if post not in STAFF_POSTS]
    return [FieldError("posts", "unknown_post", "not a post")] if unknown else []


def active_colleague(session: Session, person_id: str) -> Colleague | None:
    """Return an active member of staff with the posts held; None for anyone else."""
    row = session.get(UserRow, person_id)
    if row is None or not row.active:
        return None
    return Colleague(row.id, row.name, posts_of(session, row.id))


def active_colleagues(session: Session) -> tuple[Colleague, ...]:
    """Return everybody active, by name, with the posts held."""
    held = posts_by_account(session)
    rows = session.scalars(select(UserRow).where(UserRow.active).order_by(UserRow.name, UserRow.id))
    return tuple(Colleague(row.id, row.name, held.get(row.id, ())) for row in rows)
