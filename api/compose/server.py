"""The web server: uvicorn, which ends the live streams first, so that its end is not held up."""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI

from api.web.live_hub import LiveHub


class Server(uvicorn.Server):
    """Serves the application; at its end no page that follows is waited for."""

    def __init__(self, app: FastAPI, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._hub: LiveHub = app.state.hub

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End every stream, then wait for what is still being answered."""
        await self._hub.stop()
        await super().shutdown(sockets)
