"""The matrix of routes and posts: who may what, read from the routes themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from api.access.guard import Access


class UnguardedRoute(Exception):
    """A route does not say who may: the program must not start with it."""


@dataclass(frozen=True, slots=True)
class Right:
    """Who may ask what of which address."""

    method: str
    path: str
    access: Access


def rights(app: FastAPI) -> list[Right]:
    """Return who may what, by path; raise ``UnguardedRoute`` naming every route that says nothing.

    A route that states two rights is refused as well.
    """
    found: list[Right] = []
    faults: list[str] = []
    for context in iter_route_contexts(app.routes):
        path = context.path or "?"
        # A mount, a websocket or a plain route has no dependencies: nothing could guard it.
        if not isinstance(context.original_route, APIRoute):
            faults.append(f"{path} ({type(context.original_route).__name__}) can't say who may")
            continue
        guards = list(_guards(context.dependant))
        if len(guards) != 1:
            faults.append(f"{path} says {len(guards)} times who may")
            continue
        found += [Right(method, path, guards[0]) for method in sorted(context.methods or ())]
    if faults:
        raise UnguardedRoute("; ".join(faults))
    return sorted(found, key=lambda right: (right.path, right.method))


def _guards(dependant: Dependant) -> Iterator[Access]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Access):
            yield inner.call
        yield from _guards(inner)
