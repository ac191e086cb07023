"""Logs: one line per event on standard error, with time in UTC, level, logger and message."""

from __future__ import annotations

import logging
import sys
import time

from api.parts.settings import Settings


def configure_logging(settings: Settings) -> None:
    """Send this process's log to standard error, from the level of the settings up."""
    formatter = logging.Formatter(
        "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S"
    )
    formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    # These log each request and each migration context; ours log what matters.
    for chatty in ("httpx", "httpcore", "alembic", "uvicorn.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
