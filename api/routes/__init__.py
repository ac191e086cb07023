"""The JSON API v1, the live streams and the probes: one module for each kind of work."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import commands, customer, field, health, live, office, session, tickets


def routers() -> list[APIRouter]:
    """Return every router of the JSON API; each route says who may."""
    modules = (session, tickets, commands, customer, office, field, live, health)
    return [module.router() for module in modules]
