"""Commands of the web: serve it, print the description of its API."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import click
import uvicorn

from api.cli.opening import listen, require_schema
from api.compose.app import create_app
from api.compose.bootstrap import built
from api.compose.server import Server
from api.operations.logs import configure_logging
from api.parts.settings import Settings, load_settings


@click.command()
def web() -> None:
    """Serve the pages and the API."""
    settings = load_settings()
    configure_logging(settings)
    with built(settings) as parts, listen(settings) as listener:
        require_schema(parts)
        app = create_app(parts)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            proxy_headers=True,
            forwarded_allow_ips=settings.forwarded_allow_ips,
            server_header=False,
            timeout_graceful_shutdown=3,  # an answer that takes longer is broken off
        )
        Server(app, config).run(sockets=[listener])


@click.command()
def openapi() -> None:
    """Print the description of the JSON API (OpenAPI)."""
    # The description depends on no setting and needs no database: a folder of its own will do.
    with tempfile.TemporaryDirectory() as folder, built(_scratch(Path(folder))) as parts:
        description = create_app(parts).openapi()
    click.echo(json.dumps(description, ensure_ascii=False, indent=2))


def _scratch(folder: Path) -> Settings:
    return Settings(data_dir=folder, store="embedded", database_url=None)
