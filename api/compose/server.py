"""The web server: uvicorn, which closes live streams first, so that they do not delay its stop."""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI

from api.json.live_hub import LiveHub


class Server(uvicorn.Server):
    """Serves the application; its stop does not wait for open live streams."""

    def __init__(self, app: FastAPI, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._hub: LiveHub = app.state.hub

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End every stream, then wait for what is still being answered."""
        await self._hub.stop()
        await super().shutdown(sockets)
