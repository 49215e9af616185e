"""Serves the web application inside the event loop that is already there."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Final

import uvicorn
from starlette.types import ASGIApp

GRACE: Final = 5


class PortTaken(Exception):
    """Another program listens there already, or the address is not this machine's."""


class WebServer(uvicorn.Server):
    """A server that leaves the signals to the process and tells when it listens."""

    def __init__(self, app: ASGIApp, listener: socket.socket) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http="auto",
                ws="none",
                lifespan="off",
                access_log=False,
                log_config=None,
                server_header=False,
                # Nobody asks who called or under which name: what a proxy says about it is not looked at.
                proxy_headers=False,
                timeout_graceful_shutdown=GRACE,
            )
        )
        self._listener = listener
        self.listening = asyncio.Event()

    async def run_until_stopped(self) -> None:
        await self.serve([self._listener])

    def stop(self) -> None:
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(host: str, port: int) -> socket.socket:
    """A socket that accepts connections; port 0 means any free one. PortTaken when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol must be named: asyncio sets TCP_NODELAY only where it is, and answers would wait 40 ms without it.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise PortTaken(
            f"cannot listen at {host}:{port}: {error.strerror}; set LOKET_HOST to an address of this machine, "
            "and LOKET_PORT to a port that nobody else uses"
        ) from error
    listener.setblocking(False)
    return listener
