"""Pushes every change to the open pages, by server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from simulator import views
from simulator.changes import Change, Changes

HEARTBEAT = 15.0


def stream(changes: Changes, request: Request) -> Response:
    """An answer that goes on until the page is closed or the simulator stops."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(changes), media_type="text/event-stream", headers=headers)


async def _events(changes: Changes) -> AsyncIterator[str]:
    news = changes.listen()
    try:
        yield "retry: 1000\nevent: hello\ndata: {}\n\n"
        while True:
            try:
                change = await asyncio.wait_for(news.get(), HEARTBEAT)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if change is None:
                return
            yield _written(change)
    finally:
        changes.forget(news)


def _written(change: Change) -> str:
    return f"event: change\ndata: {json.dumps(views.change(change), ensure_ascii=False)}\n\n"
