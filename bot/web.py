"""The addresses under which Loket is called: by the messengers, by the operator's tools, by the page of the demo."""

import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.reception import Reception, Unavailable
from channels.channel import Channel

log = logging.getLogger("loket.web")

LARGEST_BODY: Final = 1 << 20
RETRY_AFTER: Final = {"Retry-After": "3"}
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"

STEPS: Final = ("hour", "working_day")
"""How far the clock of a demo can be moved at once."""

Ready = Callable[[], Awaitable[Mapping[str, str]]]
"""What is ready and what is not: each part with "ok" or what is wrong with it."""


class TooLarge(Exception):
    """More than a messenger ever sends."""


def telegram_route(channel: Channel, reception: Reception, secret: str, is_open: Callable[[], bool]) -> Route:
    """Where Telegram delivers when it is not asked for updates; nothing is said to be delivered before it is kept."""
    expected = secret.encode()

    async def answer(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "").encode()
        if not hmac.compare_digest(given, expected):
            return Response(status_code=403 if given else 401)
        if not is_open():
            return Response(status_code=503, headers=RETRY_AFTER)
        body = await body_of(request)
        try:
            await _receive(channel, reception, body)
        except Unavailable:
            return Response(status_code=503, headers=RETRY_AFTER)
        return Response()

    return Route("/telegram", Door(answer), methods=["POST"])


@dataclass(frozen=True, slots=True)
class Door:
    """Where a messenger delivers, without what pages need: on the way of every turn that costs too much."""

    answer: Callable[[Request], Awaitable[Response]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self.answer(Request(scope, receive))
        except TooLarge:
            response = Response(status_code=413)
        except ClientDisconnect:
            response = Response(status_code=400)
        await response(scope, receive, send)


async def _receive(channel: Channel, reception: Reception, body: bytes) -> None:
    try:
        raw = json.loads(body)
        if not isinstance(raw, dict):
            raise TypeError("an update is an object")
    except (ValueError, TypeError, RecursionError) as error:
        # Refused, it would only come again, for a day.
        await reception.keep_unreadable(channel, body, error)
        return
    await reception.receive(channel, raw)


async def body_of(request: Request) -> bytes:
    """What was sent. TooLarge when it is more than a messenger ever sends."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            raise TooLarge
    return bytes(body)


def operator_routes(ready: Ready, metrics: Callable[[], Awaitable[bytes]]) -> list[Route]:
    """What monitoring asks: does the process live, can it work, what has it done."""

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_request: Request) -> Response:
        parts = await ready()
        is_ready = all(state == "ok" for state in parts.values())
        return JSONResponse({"ready": is_ready, **parts}, 200 if is_ready else 503)

    async def numbers(_request: Request) -> Response:
        return Response(await metrics(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", numbers)]


def clock_route(now: Callable[[], str], advance: Callable[[str], Awaitable[None]]) -> Route:
    """The clock of a demo."""

    async def clock(request: Request) -> Response:
        if request.method == "POST":
            try:
                by = json.loads(await body_of(request))["advance"]
                if by not in STEPS:
                    raise ValueError(by)
            except (TooLarge, ValueError, TypeError, KeyError):
                return JSONResponse({"error": 'send {"advance": "hour"} or {"advance": "working_day"}'}, 400)
            await advance(by)
        return JSONResponse({"now": now()})

    return Route("/clock", clock, methods=["GET", "POST"])


def application(*routes: Route) -> Starlette:
    return Starlette(routes=list(routes))
