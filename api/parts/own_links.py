"""The customer's link to one appointment: computed whenever it is shown, void for anything else."""

from __future__ import annotations

from api.parts.openers import derive_key
from api.parts.parts import Parts
from dispatch.customer_link import make_token, read_token
from kit.errors import NotFound


def own_token(parts: Parts, life: str, subject_id: str) -> str:
    """Return the token of the link to one subject of a life, the same one each time."""
    return make_token(_key(parts, life), subject_id)


def id_of_own(parts: Parts, life: str, token: str) -> str:
    """Return the id that a link of this life opens; raise ``NotFound`` for any other text."""
    subject_id = read_token(_key(parts, life), token)
    if subject_id is None:
        raise NotFound("link_not_found", "this link opens nothing")
    return subject_id


def _key(parts: Parts, life: str) -> bytes:
    # A key for each life, so that the link to one thing never opens another.
    return derive_key(parts.secret, f"{life}-link")
