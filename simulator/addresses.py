"""Turns plain functions into addresses that take and give JSON."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Body = dict[str, Any]
Answer = Any
Action = Callable[[Request, Body], Answer]


def get(path: str, action: Action) -> Route:
    async def endpoint(request: Request) -> Answer:
        return action(request, {})

    return Route(path, answering(endpoint), methods=["GET"])


def post(path: str, action: Action, *, method: str = "POST") -> Route:
    async def endpoint(request: Request) -> Answer:
        raw = await request.body()
        body = await request.json() if raw else {}
        if not isinstance(body, dict):
            raise ValueError("the body must be a JSON object")
        return action(request, body)

    return Route(path, answering(endpoint), methods=[method])


def answering(endpoint: Callable[[Request], Awaitable[Answer]]) -> Callable[[Request], Awaitable[Response]]:
    """Give the result as JSON, and mistakes as a sentence with a fitting status."""

    async def wrapped(request: Request) -> Response:
        if not _from_here(request):
            return _mistake(403, "this page may not use the simulator")
        try:
            return JSONResponse(await endpoint(request))
        except PermissionError as error:
            return _mistake(403, str(error))
        except KeyError as error:
            return _mistake(400, f"{error.args[0]} is missing")
        except LookupError as error:
            return _mistake(404, str(error))
        except (ValueError, TypeError) as error:
            return _mistake(400, str(error))
        except TimeoutError as error:
            return _mistake(504, str(error))

    return wrapped


def _from_here(request: Request) -> bool:
    """Another site open in the same browser must not drive the simulator."""
    origin = request.headers.get("origin")
    return request.method == "GET" or origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _mistake(status: int, reason: str) -> Response:
    return JSONResponse({"error": reason}, status_code=status)
