"""The pages of any life: its list, the form that begins a subject, and the subject's sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.pages.lives.life_choices import CHOICES, Choosing, no_choices
from api.pages.lives.life_context import Choices, OpeningPage, SubjectListPage, SubjectPage
from api.web.forms import Form, RefusedForm
from api.web.listing import PAGE_SIZE, Listing, asked_for
from api.web.page import Typed, Web, page_number
from api.web.render import new_key, see_other
from api.web.step_actions import (
    actions_of,
    blocked_of,
    expected_of,
    history_lines,
    stages_of,
    stray_of,
)
from api.web.step_sent import give_command
from kit.actors import Actor
from kit.life import LifeDesk
from kit.where import Where


def routes(web: Web) -> APIRouter:
    """Return the routes of every life."""
    router = APIRouter()
    for desk in web.parts.lives:
        router.include_router(_LifePages(web, desk).routes())
    return router


@dataclass(frozen=True)
class _LifePages:
    """The pages of one life."""

    web: Web
    desk: LifeDesk[Any, Any]

    @property
    def path(self) -> str:
        return f"/{self.desk.life.plural.replace('_', '-')}"

    @property
    def opening(self) -> str:
        return self.desk.life.workflow.opening.name

    def routes(self) -> APIRouter:
        life, path, router = self.desk.life, self.path, APIRouter()
        seer = Depends(allow(f"{life.plural}.see"))
        beginner = Depends(allow(f"{life.name}.{self.opening}"))
        router.get(path)(_listed(self, seer))
        router.get(f"{path}/new")(_blank(self, beginner))
        router.post(path)(_begun(self, beginner))
        router.get(f"{path}/{{subject_id}}")(_seen(self, seer))
        router.post(f"{path}/{{subject_id}}/{{step}}")(_taken(self, seer))
        return router

    def draw_list(self, request: Request, actor: Actor) -> Response:
        life, asked = self.desk.life, asked_for(request, ("state", "view"))
        number = page_number(request.query_params.get("page", ""))
        where = life.listed(actor, filter(None, [asked["state"]]), asked["view"])
        with self.web.parts.db.read() as session:
            found = life.book.page(session, where, number, PAGE_SIZE)
        page = SubjectListPage(
            life=life.name,
            path=self.path,
            list=Listing(self.path, asked, "", number, found.total),
            filter=Form("filter", "", asked, fresh=False),
            subjects=tuple(life.masked(one, actor) for one in found.subjects),
            all_states=life.workflow.states(),
            views=tuple(life.views),
            opening=self.opening,
            may_begin=any(grant.post is actor.post for grant in life.workflow.opening.who),
        )
        return self.web.draw(request, "lives/list.html", page, actor)

    def draw_opening(
        self, request: Request, actor: Actor, refused: RefusedForm | None = None
    ) -> Response:
        page = OpeningPage(
            life=self.desk.life.name,
            path=self.path,
            step=self.opening,
            form=refused.form if refused else Form(self.opening, new_key()),
            cites=self.desk.life.workflow.opening.cites,
            choices=self._choices(request, actor),
        )
        status = refused.status if refused else 200
        return self.web.draw(
            request, "lives/opening.html", page, actor, status=status, path=self.path
        )

    def draw_subject(
        self, request: Request, actor: Actor, subject_id: str, refused: RefusedForm | None = None
    ) -> Response:
        life, base = self.desk.life, f"{self.path}/{subject_id}"
        with self.web.parts.db.read() as session:
            subject = self.desk.see(session, actor, subject_id)
            events = life.book.history(session, subject_id)
            faults = life.book.faults(session, subject_id, events)
        sent = {refused.form.id: refused.form} if refused else {}
        pieces = self.web.painter.pieces(f"lives/{life.name}")
        actions = actions_of(life.workflow, subject, actor, sent, new_key(), pieces)
        page = SubjectPage(
            life=life.name,
            path=self.path,
            subject=subject,
            base=base,
            shown_at=self.web.now(),
            stages=stages_of(life.workflow, subject),
            actions=actions,
            blocked=blocked_of(life.workflow, subject, actor),
            expected=expected_of(life.workflow, subject),
            history=history_lines(events),
            chain_sound=not faults,
            choices=self._choices(request, actor, subject),
            stray=stray_of(refused, actions, self.web.text(request)),
        )
        status = refused.status if refused else 200
        return self.web.draw(request, "lives/subject.html", page, actor, status=status, path=base)

    def _choices(self, request: Request, actor: Actor, subject: Any = None) -> Choices:
        text, parts = self.web.text(request), self.web.parts
        with parts.db.read() as session:
            asked = Choosing(session, actor, parts, text, subject)
            return CHOICES.get(self.desk.life.name, no_choices)(asked)


def _listed(pages: _LifePages, who: Any) -> Callable[..., Response]:
    def listed(request: Request, actor: Actor = who) -> Response:
        return pages.draw_list(request, actor)

    return listed


def _blank(pages: _LifePages, who: Any) -> Callable[..., Response]:
    def blank(request: Request, actor: Actor = who) -> Response:
        return pages.draw_opening(request, actor)

    return blank


def _begun(pages: _LifePages, who: Any) -> Callable[..., Response]:
    def begun(request: Request, typed: Typed, actor: Actor = who) -> Response:
        def give(data: Mapping[str, Any], where: Where) -> Any:
            return pages.desk.begin(data, actor, typed.key, where)

        done = give_command(pages.web, request, actor, pages.opening, typed, give)
        if isinstance(done, RefusedForm):
            return pages.draw_opening(request, actor, done)
        return see_other(f"{pages.path}/{done.id}?said=done")

    return begun


def _seen(pages: _LifePages, who: Any) -> Callable[..., Response]:
    def seen(subject_id: str, request: Request, actor: Actor = who) -> Response:
        return pages.draw_subject(request, actor, subject_id)

    return seen


def _taken(pages: _LifePages, who: Any) -> Callable[..., Response]:
    def taken(
        subject_id: str, step: str, request: Request, typed: Typed, actor: Actor = who
    ) -> Response:
        def give(data: Mapping[str, Any], where: Where) -> Any:
            return pages.desk.take(subject_id, step, data, actor, typed.key, where)

        done = give_command(pages.web, request, actor, step, typed, give)
        if isinstance(done, RefusedForm):
            return pages.draw_subject(request, actor, subject_id, done)
        return see_other(f"{pages.path}/{subject_id}?said=done")

    return taken
