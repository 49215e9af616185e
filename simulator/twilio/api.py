"""Answers the bot's calls over HTTP as Twilio does."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.faults import Fault
from simulator.server import CutLine
from simulator.twilio import reading, sending, templates
from simulator.twilio.account import Twilio
from simulator.twilio.calls import Call, read_parameters
from simulator.twilio.refusals import TOO_MANY, UNAUTHORIZED, Refusal

Action = Callable[[Twilio, Call], Any]

MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages"
OPERATIONS: tuple[tuple[str, str, str, Action], ...] = (
    ("messages.create", "POST", MESSAGES + ".json", sending.create_message),
    ("messages.list", "GET", MESSAGES + ".json", reading.list_messages),
    ("messages.fetch", "GET", MESSAGES + "/{Sid}.json", reading.fetch_message),
    ("messages.update", "POST", MESSAGES + "/{Sid}.json", reading.update_message),
    ("messages.delete", "DELETE", MESSAGES + "/{Sid}.json", reading.delete_message),
    ("media.list", "GET", MESSAGES + "/{MessageSid}/Media.json", reading.list_media),
    ("media.show", "GET", MESSAGES + "/{MessageSid}/Media/{Sid}.json", reading.show_media),
    ("media.delete", "DELETE", MESSAGES + "/{MessageSid}/Media/{Sid}.json", reading.delete_media),
    ("media.fetch", "GET", MESSAGES + "/{MessageSid}/Media/{Sid}", reading.fetch_media),
    ("media.delete", "DELETE", MESSAGES + "/{MessageSid}/Media/{Sid}", reading.delete_media),
    ("content.create", "POST", "/v1/Content", templates.create_content),
    ("content.list", "GET", "/v1/Content", templates.list_contents),
    ("content.fetch", "GET", "/v1/Content/{Sid}", templates.fetch_content),
    ("content.delete", "DELETE", "/v1/Content/{Sid}", templates.delete_content),
    ("approval.create", "POST", "/v1/Content/{ContentSid}/ApprovalRequests/whatsapp", templates.request_approval),
    ("approval.fetch", "GET", "/v1/Content/{Sid}/ApprovalRequests", templates.fetch_approval),
    ("content.approvals", "GET", "/v1/ContentAndApprovals", templates.list_with_approvals),
)


def routes(twilio: Twilio) -> list[Route]:
    """All addresses of Twilio that the simulator plays."""

    async def cdn(request: Request) -> Response:
        fault = twilio.faults.next_for(Call("cdn", {}))
        if fault and (troubled := await _trouble(twilio, fault)) is not None:
            return troubled
        return reading.hand_out(twilio, request)

    known = [
        Route(template, _endpoint(twilio, name, template, action), methods=[verb])
        for name, verb, template, action in OPERATIONS
    ]
    return [*known, Route("/mms-cdn/{key}", cdn, methods=["GET"])]


def _endpoint(twilio: Twilio, name: str, template: str, action: Action) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            _check_password(twilio, request)
            call = await _read(twilio, name, request)
        except Refusal as refusal:
            return _answer(refusal.as_json(), refusal.status)
        fault = twilio.faults.next_for(call)
        if fault and not fault.after and (troubled := await _trouble(twilio, fault)) is not None:
            return troubled
        answer = _perform(twilio, call, template, action)
        if fault and fault.after and (troubled := await _trouble(twilio, fault)) is not None:
            return troubled
        return answer

    return endpoint


async def _read(twilio: Twilio, name: str, request: Request) -> Call:
    parameters = await read_parameters(request)
    person = twilio.person_at(str(parameters.get("To", "")))
    return Call(
        name,
        parameters,
        verb=request.method,
        path=request.url.path,
        places={key: str(value) for key, value in request.path_params.items()},
        chat_id=person.id if person else None,
    )


def _perform(twilio: Twilio, call: Call, template: str, action: Action) -> Response:
    twilio.calls.append(call)
    if twilio.spec:
        twilio.violations.extend(twilio.spec.violations(call, template))
    try:
        result = action(twilio, call)
    except Refusal as refusal:
        return _answer(refusal.as_json(), refusal.status)
    if isinstance(result, Response):
        return result
    return _answer(*result)


def _check_password(twilio: Twilio, request: Request) -> None:
    """The account's number and its secret, as for a web page with a password."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    try:
        shown = base64.b64decode(given, validate=True)
    except binascii.Error:
        raise UNAUTHORIZED from None
    wanted = f"{twilio.account_sid}:{twilio.auth_token}".encode()
    account = request.path_params.get("AccountSid", twilio.account_sid)
    if scheme.lower() != "basic" or not hmac.compare_digest(shown, wanted) or account != twilio.account_sid:
        raise UNAUTHORIZED


async def _trouble(twilio: Twilio, fault: Fault) -> Response | None:
    """What the bot gets instead of an answer; None when it was only made to wait."""
    if fault.kind == "drop":
        return CutLine(status_code=502)
    if fault.kind == "too_many":
        return _answer(TOO_MANY.as_json(), TOO_MANY.status)
    if fault.kind == "hang":
        await twilio.world.changes.pause(fault.seconds)
        return None
    return Response("<html><body>Bad Gateway</body></html>", status_code=fault.status, media_type="text/html")


def _answer(shape: dict[str, Any] | None, status: int) -> Response:
    if shape is None:
        return Response(status_code=status)
    body = json.dumps(shape, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    return Response(body, status_code=status, media_type="application/json")
