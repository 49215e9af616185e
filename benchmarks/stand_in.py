"""A stand-in for Telegram that takes every message at once, so that a measurement is not of the simulator."""

import itertools
import sys
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

BOT = {"id": 1, "is_bot": True, "first_name": "Loket", "username": "loket_bot"}


def build() -> Starlette:
    """A web application that answers like Telegram does when all is well."""
    numbers = itertools.count(1)

    async def call(request: Request) -> JSONResponse:
        method = request.path_params["method"].lower()
        result: Any = True
        if method == "getme":
            result = BOT
        elif method.startswith(("send", "edit")):
            chat = {"id": 1, "type": "private"}
            result = {"message_id": next(numbers), "date": 1_790_000_000, "chat": chat, "from": BOT, "text": "."}
        return JSONResponse({"ok": True, "result": result})

    return Starlette(routes=[Route("/bot{token}/{method}", call, methods=["GET", "POST"])])


if __name__ == "__main__":
    uvicorn.run(build(), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
