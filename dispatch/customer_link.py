"""The customer's link to one ticket: unguessable, and computed whenever it is shown. Pure.

Nothing is stored: the token is the ticket's id with a message authentication code of 160 bits
under the program's own secret. A new secret makes every old link void.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

_PURPOSE = b"sanlai customer link:"
_MAC_BYTES = 20
_LONGEST_TOKEN = 128


def make_token(secret: bytes, ticket_id: str) -> str:
    """Return the token of a ticket's link, safe in a URL."""
    mac = hmac.new(secret, _PURPOSE + ticket_id.encode(), hashlib.sha256).digest()[:_MAC_BYTES]
    return f"{ticket_id}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def read_token(secret: bytes, token: str) -> str | None:
    """Return the id of the ticket that the token opens, or None; takes the same time either way."""
    if len(token) > _LONGEST_TOKEN or not token.isascii():
        return None
    ticket_id = token.partition(".")[0]
    right = hmac.compare_digest(make_token(secret, ticket_id).encode(), token.encode())
    return ticket_id if right else None
