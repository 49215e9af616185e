"""Runs the simulator's HTTP server inside the event loop that is already there."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Generator

import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

LONGEST_GOODBYE = 2.0


class LocalServer(uvicorn.Server):
    """A server that leaves signals alone, starts and stops at once and can cut a connection."""

    def __init__(self, app: ASGIApp, listener: socket.socket) -> None:
        super().__init__(
            uvicorn.Config(
                self._with_cut(app),
                http="auto",
                ws="none",
                lifespan="off",
                access_log=False,
                log_config=None,
            )
        )
        self.ready = asyncio.Event()
        self._listener = listener
        self._stopping = asyncio.Event()

    async def run_until_stopped(self) -> None:
        await self.serve(sockets=[self._listener])

    def stop(self) -> None:
        self.should_exit = True
        self._stopping.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), timeout=1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let answers that are under way finish, without the pause that the original makes."""
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        state = self.server_state
        for connection in list(state.connections):
            connection.shutdown()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_GOODBYE):
                while state.connections or state.tasks:  # noqa: ASYNC110 (uvicorn tells nobody when the last one ends)
                    await asyncio.sleep(0.005)
        for task in list(state.tasks):
            task.cancel()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield

    def _with_cut(self, app: ASGIApp) -> ASGIApp:
        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})["simulator.cut"] = self._cutter(scope.get("client"))
            await app(scope, receive, send)

        return application

    def _cutter(self, client: tuple[str, int] | None) -> Callable[[], None]:
        def cut() -> None:
            for connection in list(self.server_state.connections):
                transport = getattr(connection, "transport", None)
                if transport and getattr(connection, "client", None) == client:
                    transport.abort()

        return cut


class CutLine(Response):
    """No answer at all: the connection is cut."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cut = scope.get("extensions", {}).get("simulator.cut")
        if cut is None:
            await super().__call__(scope, receive, send)
            return
        cut()
        while (await receive())["type"] != "http.disconnect":
            pass


def listen(host: str, port: int) -> socket.socket:
    """A socket that already accepts connections; port 0 means any free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only a socket that is TCP by name gets no-delay from asyncio; without it each answer takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener
