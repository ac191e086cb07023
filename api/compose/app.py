"""The web application: routes, their rights, and error responses."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI

from api.access.matrix import rights
from api.access.refused_access import RefusedAccess
from api.access.shield import Shield
from api.json import routers
from api.json.live_hub import LiveHub
from api.pages import router as pages
from api.parts.parts import Parts
from api.web import http_errors
from api.web.render import Painter

API_DESCRIPTION = """The JSON API of Sanlai.

Log in with `POST /api/v1/session`, then send `Authorization: Bearer <token>`. Every command needs
the header `Idempotency-Key`: a new one for each thing to do, the same one to repeat it safely.
Somebody who holds several posts acts as the first of them; the header `Acting-As: team_leader`
names another for one request.
Times are ISO 8601 with a zone; distances km, money fen (1/100 yuan), pressure MPa.
"""


def create_app(parts: Parts) -> FastAPI:
    """Return the application; raise ``UnguardedRoute`` if a route does not say who may."""
    app = FastAPI(
        title="Sanlai",
        version=version("sanlai"),
        description=API_DESCRIPTION,
        # The pages of the framework load scripts from other sites; the description is a route
        # of our own, which says who may.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.parts, app.state.hub = parts, LiveHub(parts)
    app.state.refused_access = RefusedAccess(parts.db)
    painter = Painter(parts.settings, parts.quantities)
    for router in routers(parts.desk.workflow, parts.lives):
        app.include_router(router)
    app.include_router(pages(parts, painter))
    app.add_middleware(Shield, accident=http_errors.install(app, painter))
    rights(app)
    return app
