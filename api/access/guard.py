"""The right to each route. The program does not start with a route that states none.

A route says who may by exactly one of these dependencies::

    actor: Annotated[Actor, Depends(allow("alarms.acknowledge"))]  # posts that have this right
    actor: Annotated[Actor, Depends(allow_staff)]        # whoever is logged in
    actor: Annotated[Actor | None, Depends(maybe_actor)]  # anybody; who it is, if logged in
    dependencies=[Depends(public)]                        # anybody, and nobody is looked up
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.access.all_rights import all_rights
from api.access.denials import CrossSite, NotLoggedIn
from api.access.refused_access import RefusedAccess
from api.access.sessions import (
    Limits,
    LoginSession,
    choose_post,
    find_session,
    note_use,
    post_of_csrf,
)
from api.parts.parts import Parts
from kit.actors import STAFF_POSTS, Actor, Post
from kit.errors import Forbidden

COOKIE = "sanlai_session"
CSRF_FIELD, CSRF_HEADER = "csrf_token", "X-CSRF-Token"
ACTING_AS = "Acting-As"
"""The header that names the post of one request, in place of the log-in's own."""
SWITCH = "acting_as"
"""The name, in the record of refusals, of an attempt to act as a post that is not held."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def parts_of(request: Request) -> Parts:
    """Return the parts that the program was put together from."""
    parts: Parts = request.app.state.parts
    return parts


GivenParts = Annotated[Parts, Depends(parts_of)]
"""For routes that need the parts."""


@dataclass(frozen=True)
class Access:
    """Who may call a route: posts with the right ``action``, or everybody when ``posts`` is empty.

    ``knows`` looks who it is.
    """

    action: str
    posts: frozenset[Post] = frozenset()
    knows: bool = True

    async def __call__(self, request: Request) -> Actor | None:
        """Return who asks, with the post that they act as.

        Raises ``NotLoggedIn``, ``Forbidden`` for the wrong post, ``CrossSite``.
        """
        if request.method not in SAFE_METHODS:
            _refuse_other_sites(request)
        current = await _current(request) if self.knows else None
        if current is None:
            if self.posts:
                raise NotLoggedIn
            return None
        try:
            current = await _acting(request, current)
        except Forbidden as wrong:
            await run_in_threadpool(record_refused, request, current.actor, SWITCH, wrong)
            raise
        if self.posts and current.actor.post not in self.posts:
            refused = Forbidden(
                "post_may_not",
                f"this is not for the post {current.actor.post} (R-40)",
                post=str(current.actor.post),
                action=self.action,
            )
            await run_in_threadpool(record_refused, request, current.actor, self.action, refused)
            raise refused
        return current.actor


def allow(action: str) -> Access:
    """Return the dependency that lets in the posts with this right, and nobody else.

    Raises ``UnknownAction``, so that a mistake stops the start.
    """
    posts = {grant.post for grant in all_rights().grants_of(action)}
    return Access(action, frozenset(posts.intersection(STAFF_POSTS)))


allow_staff = Access("(any post)", frozenset(STAFF_POSTS))
"""Whoever is logged in."""

maybe_actor = Access("(anybody)")
"""Anybody; gives the actor who is logged in, else None."""

public = Access("(anybody)", knows=False)
"""Anybody; nobody is looked up. For files, probes, and pages behind a link of their own."""


def login_session(request: Request) -> LoginSession | None:
    """Return the log-in that the access dependency of this request has found."""
    found: LoginSession | None = getattr(request.state, "login_session", None)
    return found


def csrf_token(request: Request) -> str:
    """Return the token that the forms of this page carry; empty when nobody is logged in."""
    current = login_session(request)
    return current.csrf_token if current else ""


def posts_held(request: Request) -> tuple[Post, ...]:
    """Return the posts of whoever is logged in; empty when nobody is."""
    current = login_session(request)
    return current.posts if current else ()


def client_address(request: Request) -> str:
    """Return the address of the caller (behind a trusted proxy: the one it names)."""
    return request.client.host if request.client else ""


async def _current(request: Request) -> LoginSession | None:
    token = _token(request)
    if not token:
        return None
    current = await run_in_threadpool(_look_up, parts_of(request), token)
    request.state.login_session = current
    return current


async def _acting(request: Request, current: LoginSession) -> LoginSession:
    """Return the log-in at the post that this request acts as; raise ``Forbidden``, ``CrossSite``.

    That is the post of the header, else the one that the page of a form was drawn for, else the
    log-in's own. A form makes its post the log-in's own, so that the page after it fits.
    """
    drawn_for = None
    if request.method not in SAFE_METHODS and _bearer(request) is None:
        drawn_for = await _post_of_page(request, current)
    named = request.headers.get(ACTING_AS)
    post = _held(current, named) if named is not None else drawn_for
    if post is None or post is current.actor.post:
        return current
    acting = current.acting_as(post, _token(request))
    request.state.login_session = acting
    if named is None:
        await run_in_threadpool(_choose, parts_of(request), acting)
    return acting


def _held(current: LoginSession, named: str) -> Post:
    for post in current.posts:
        if post == named.strip():
            return post
    raise not_held(named, current.posts)


def not_held(named: str, posts: Sequence[Post]) -> Forbidden:
    """Return the refusal of a post that the person does not hold, naming those held."""
    held = ", ".join(posts)
    message = f"you do not hold the post {named[:40]!r}; you hold: {held} (R-40)"
    return Forbidden("post_not_held", message, held=held)


def _choose(parts: Parts, acting: LoginSession) -> None:
    with parts.db.write() as session:
        choose_post(session, acting.token_hash, acting.actor.post)


def _look_up(parts: Parts, token: str) -> LoginSession | None:
    now = parts.clock.now()
    with parts.db.read() as session:
        current = find_session(session, token, Limits.of(parts.settings), now)
    if current is not None and current.stale:
        with parts.db.write() as session:
            note_use(session, current.token_hash, now)
    return current


def refuse_staff(request: Request, actor: Actor | None, action: str) -> None:
    """Refuse what is for a customer alone where staff are logged in, and record it (R-40).

    A signature by the customer's link is worth more than one on the company's device: it must not
    be given on that. Raises ``Forbidden``.
    """
    if actor is not None:
        text = "staff are logged in on this device: a customer signs by the link on their own"
        refused = Forbidden("link_on_company_device", text, post=str(actor.post))
        record_refused(request, actor, action, refused)
        raise refused


def record_refused(request: Request, actor: Actor, action: str, refused: Forbidden) -> None:
    """Record that somebody went beyond their authority (R-40); durable on return."""
    record: RefusedAccess = request.app.state.refused_access
    asked = f"{request.method} {request.url.path}"
    record.record(actor, action, asked, refused, parts_of(request).clock.now())


def _token(request: Request) -> str:
    return _bearer(request) or request.cookies.get(COOKIE, "")


def _bearer(request: Request) -> str | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


def _refuse_other_sites(request: Request) -> None:
    # A page can't forge these headers of the browser. Other programs do not send them, and have no
    # cookie that another site could use.
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise CrossSite("this request comes from another site")
        return
    origin = request.headers.get("origin")
    if origin is None:
        return
    ours = {request.headers.get("host", "")}
    if public_url := parts_of(request).settings.public_url:
        ours.add(urlsplit(public_url).netloc)
    if urlsplit(origin).netloc not in ours:
        raise CrossSite("this request comes from another site")


async def _post_of_page(request: Request, current: LoginSession) -> Post:
    given = request.headers.get(CSRF_HEADER)
    if given is None and request.headers.get("content-type", "").startswith(_FORMS):
        field = (await request.form()).get(CSRF_FIELD)
        given = field if isinstance(field, str) else None
    post = post_of_csrf(_token(request), given or "", STAFF_POSTS)
    if post is None:
        raise CrossSite("the page is out of date")
    if post not in current.posts:
        held = ", ".join(current.posts)
        message = f"the page was made for the post {post}, which you no longer hold (R-40)"
        raise Forbidden("post_not_held", message, held=held)
    return post
