"""The outermost layer of every request: id, size limit, response headers, log.

Plain ASGI, so that a stream passes through as it comes.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.denials import BadRequest, TooLarge
from kit.errors import SanlaiError

LARGEST_BODY = 1_000_000
"""Bytes of a request's body: a drawn signature and a form of notes fit many times over."""

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "manifest-src 'self'",
        "worker-src 'self'",
    )
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=()",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
}
"""Set on every answer that does not set them itself."""

_LINK = re.compile(
    r"^(/t/|/own/[a-z-]+/|/api/v1/customer/|/api/v1/own/[a-z-]+/|/api/v1/live/customer/)([^/]+)"
)
_log = logging.getLogger("sanlai.access")


@dataclass(slots=True)
class _Seen:
    """What is known of a request when it ends."""

    id: str
    began: float = field(default_factory=time.perf_counter)
    status: int = 0
    received: int = 0


class Shield:
    """The outermost layer around the application."""

    def __init__(
        self,
        app: ASGIApp,
        accident: Callable[[Request, Exception], Awaitable[Response]],
        largest_body: int = LARGEST_BODY,
    ) -> None:
        self._app = app
        self._accident = accident
        self._largest = largest_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through; write one line of it when it has ended."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = _Seen(secrets.token_hex(8))
        scope.setdefault("state", {})["request_id"] = seen.id

        async def answering(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.status = message["status"]
                _put_headers(message, scope, seen)
            await send(message)

        async def receiving() -> Message:
            message = await receive()
            seen.received += len(message.get("body", b""))
            if seen.received > self._largest:
                raise HTTPException(413)
            return message

        try:
            if refused := self._refuse(scope):
                response = await self._accident(Request(scope), refused)
                await response(scope, receive, answering)
            else:
                await self._app(scope, receiving, answering)
        except Exception as error:
            _log.exception("request=%s met a fault", seen.id)
            if seen.status:
                raise  # half an answer is sent: break the connection, so that it looks broken
            response = await self._accident(Request(scope), error)
            await response(scope, receive, answering)
        finally:
            _write(scope, seen)

    def _refuse(self, scope: Scope) -> SanlaiError | None:
        stated = Headers(scope=scope).get("content-length", "0")
        if not stated.isdecimal() or int(stated[:20]) > self._largest:
            return TooLarge("too_large", f"a body has at most {self._largest} bytes")
        if "\0" in scope["path"] or b"%00" in scope.get("query_string", b""):
            return BadRequest("bad_request", "an address has no NUL character")
        return None


def masked_path(path: str) -> str:
    """Return a path for the log, without a customer's link, which is a key."""
    return _LINK.sub(r"\1***", path)


def _put_headers(message: MutableMapping[str, Any], scope: Scope, seen: _Seen) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    if _LINK.match(scope["path"]):
        # The link is the key: it must not travel on to any other site.
        headers["Referrer-Policy"] = "no-referrer"
    headers["X-Request-ID"] = seen.id


def _write(scope: Scope, seen: _Seen) -> None:
    # No query (it may hold a name that was searched for), no address, no body.
    level = logging.WARNING if seen.status >= 500 or seen.status == 0 else logging.INFO
    took_ms = (time.perf_counter() - seen.began) * 1000
    path = masked_path(scope["path"]).encode("unicode_escape").decode()
    _log.log(
        level,
        "request=%s method=%s path=%s status=%d bytes_in=%d ms=%.1f",
        seen.id,
        scope["method"],
        path[:200],
        seen.status,
        seen.received,
        took_ms,
    )
