"""Answers the bot's calls over HTTP exactly as Telegram does."""

from __future__ import annotations

import inspect
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.faults import Fault
from simulator.server import CutLine
from simulator.telegram.calls import Call, read_call
from simulator.telegram.messenger import Telegram
from simulator.telegram.methods import BY_LOWER_NAME
from simulator.telegram.refusals import Refusal, too_many_requests

UNAUTHORIZED = Refusal(401, "Unauthorized")


def routes(telegram: Telegram) -> list[Route]:
    """The two addresses of the Bot API."""

    async def method(request: Request) -> Response:
        if request.path_params["token"] != telegram.token:
            return _answer(UNAUTHORIZED)
        try:
            call = await read_call(request.path_params["method"], request)
        except Refusal as refusal:
            return _answer(refusal)
        return await _with_faults(telegram, call)

    async def download(request: Request) -> Response:
        if request.path_params["token"] != telegram.token:
            return _answer(UNAUTHORIZED)
        fault = telegram.faults.next_for(Call("file", {}))
        if fault and (troubled := await _trouble(telegram, fault)) is not None:
            return troubled
        file = telegram.world.files.at(request.path_params["path"])
        if file is None:
            return _answer(Refusal(404, "Not Found"))
        return Response(file.content, media_type="application/octet-stream")

    return [
        Route("/bot{token}/{method}", method, methods=["GET", "POST"]),
        Route("/file/bot{token}/{path:path}", download, methods=["GET"]),
    ]


async def perform(telegram: Telegram, call: Call) -> Any:
    """Carry out one call; raises Refusal where Telegram would say no."""
    found = BY_LOWER_NAME.get(call.method.lower())
    name = found[0] if found else call.method
    call = Call(name, call.parameters, call.uploads)
    telegram.calls.append(call)
    known = True
    if telegram.spec:
        known = name in telegram.spec.methods
        telegram.violations.extend(telegram.spec.violations(call))
    if found is None:
        if known:
            telegram.violations.append(f"{name}: the simulator does not play this method")
        raise Refusal(404, "Not Found: method not found")
    wait = telegram.pace.wait_for(call)
    if wait:
        raise too_many_requests(wait)
    result = found[1](telegram, call)
    return await result if inspect.isawaitable(result) else result


async def _with_faults(telegram: Telegram, call: Call) -> Response:
    fault = telegram.faults.next_for(call)
    if fault and not fault.after and (troubled := await _trouble(telegram, fault)) is not None:
        return troubled
    try:
        answer = _answer(await perform(telegram, call))
    except Refusal as refusal:
        answer = _answer(refusal)
    if fault and fault.after and (troubled := await _trouble(telegram, fault)) is not None:
        return troubled
    return answer


async def _trouble(telegram: Telegram, fault: Fault) -> Response | None:
    """What the bot gets instead of an answer; None when it was only made to wait."""
    if fault.kind == "drop":
        return CutLine(status_code=502)
    if fault.kind == "too_many":
        return _answer(too_many_requests(fault.retry_after))
    if fault.kind == "hang":
        await telegram.world.changes.pause(fault.seconds)
        return None
    return Response("<html><body>Bad Gateway</body></html>", status_code=fault.status, media_type="text/html")


def _answer(result: Any) -> Response:
    if isinstance(result, Refusal):
        return Response(_json(result.as_json()), status_code=result.code, media_type="application/json")
    return Response(_json({"ok": True, "result": result}), media_type="application/json")


def _json(shape: Any) -> bytes:
    return json.dumps(shape, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
