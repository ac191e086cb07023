"""The JSON API v1, the live streams and the probes: one module for each kind of work."""

from __future__ import annotations

from fastapi import APIRouter


def routers() -> list[APIRouter]:
    """Return every router of the JSON API; each route says who may."""
    return []
