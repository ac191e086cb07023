"""Commands that are the processes of a deployment: migrate, web, worker."""

from __future__ import annotations

import errno
import socket

import click
import uvicorn

from api.app import create_app
from api.bootstrap import Parts, built, prepare_data_dir
from api.logs import configure_logging
from api.migrate import schema_fault, upgrade
from api.settings import Settings, SettingsError, load_settings
from api.worker import run_worker
from kit.db import Database
from kit.errors import Unavailable


@click.command()
def migrate() -> None:
    """Bring the database to the schema of this program; safe to repeat, or twice at once."""
    settings = load_settings()
    prepare_data_dir(settings.data_dir)
    db = Database(settings.effective_database_url)
    try:
        before, after = upgrade(db)
    finally:
        db.close()
    click.echo(
        f"schema {after}: nothing to do" if before == after else f"schema {before} -> {after}"
    )


@click.command()
def web() -> None:
    """Serve the pages and the API."""
    settings = load_settings()
    configure_logging(settings)
    with built(settings) as parts, _listen(settings) as listener:
        require_schema(parts)
        config = uvicorn.Config(
            create_app(parts),
            log_config=None,
            access_log=False,
            proxy_headers=True,
            forwarded_allow_ips=settings.forwarded_allow_ips,
            server_header=False,
            # A page's live stream never ends by itself: it must not hold up the end.
            timeout_graceful_shutdown=3,
        )
        uvicorn.Server(config).run(sockets=[listener])


@click.command()
@click.option(
    "--only", type=click.Choice(["ingest", "scheduler"]), help="Run one half of the worker."
)
def worker(only: str | None) -> None:
    """Take in readings from the broker, and mind the timers."""
    settings = load_settings()
    configure_logging(settings)
    with built(settings, writes_points=only != "scheduler") as parts:
        require_schema(parts)
        run_worker(parts, ingest=only != "scheduler", scheduler=only != "ingest")


def require_schema(parts: Parts) -> None:
    """Raise ``Unavailable`` unless the database has the schema of this program."""
    fault = schema_fault(parts.db)
    if fault is not None:
        raise Unavailable("schema", fault)


def _listen(settings: Settings) -> socket.socket:
    host, port = settings.http_host, settings.http_port
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError([port_taken(host, port)]) from error
        raise SettingsError([f"SANLAI_HTTP_HOST: can't listen on {host} ({error})"]) from error


def port_taken(host: str, port: int) -> str:
    """Return the sentence that says what to do when somebody has the port."""
    return f"port {port} of {host} is taken: set SANLAI_HTTP_PORT to a free one"


COMMANDS = (migrate, web, worker)
