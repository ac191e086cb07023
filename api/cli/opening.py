"""How commands open the program: its parts, its schema, the socket that it listens on."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from api.compose.bootstrap import built
from api.operations.migrate import schema_fault
from api.parts.parts import Parts
from api.parts.settings import Settings, SettingsError, load_settings
from kit.errors import Unavailable


@contextmanager
def open_parts() -> Iterator[Parts]:
    """Give the parts, on a database that has the schema of this program."""
    with built(load_settings()) as parts:
        require_schema(parts)
        yield parts


def require_schema(parts: Parts) -> None:
    """Raise ``Unavailable`` unless the database has the schema of this program."""
    fault = schema_fault(parts.db)
    if fault is not None:
        raise Unavailable("schema", fault)


def listen(settings: Settings) -> socket.socket:
    """Return a socket that listens where the settings say; raise ``SettingsError``."""
    host, port = settings.http_host, settings.http_port
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            fault = f"port {port} of {host} is taken: set SANLAI_HTTP_PORT to a free one"
        else:
            fault = f"SANLAI_HTTP_HOST: can't listen on {host} ({error})"
        raise SettingsError([fault]) from error
