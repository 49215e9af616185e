"""The reference: python-telegram-bot parses an update and hands it to one empty handler; nothing is kept."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update
from telegram.ext import Application, ContextTypes, TypeHandler


async def nothing(_update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    return


def build(api_url: str) -> Starlette:
    """A web application that does what every such bot does at least."""
    bot: Application[Any, Any, Any, Any, Any, Any] = (
        Application.builder().token("1:no-op").base_url(f"{api_url}/bot").updater(None).build()
    )
    bot.add_handler(TypeHandler(Update, nothing))

    async def telegram(request: Request) -> Response:
        await bot.process_update(Update.de_json(await request.json(), bot.bot))
        return Response()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        bot._initialized = True  # no getMe: there is nobody to ask
        yield

    return Starlette(routes=[Route("/telegram", telegram, methods=["POST"])], lifespan=lifespan)


if __name__ == "__main__":
    uvicorn.run(
        build("http://127.0.0.1:1"), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False
    )
