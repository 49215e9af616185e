"""Where Twilio delivers what people write on WhatsApp, and news of what we sent them."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.reception import Reception, Unavailable
from bot.web import RETRY_AFTER, Door, TooLarge, body_of

if TYPE_CHECKING:
    from channels.whatsapp import WhatsApp

log = logging.getLogger("loket.web")

SIGNATURE: Final = "X-Twilio-Signature"
NOTHING_TO_SAY: Final = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

MOST_FIELDS: Final = 200
"""Twilio sends some thirty. To check a signature over many thousands takes hours, and anybody may ask for that."""

Take = Callable[[Mapping[str, str]], Awaitable[Response]]


def whatsapp_routes(channel: WhatsApp, reception: Reception) -> list[Route]:
    """Nothing is said to be delivered before it is kept, and nothing is taken that Twilio did not sign."""

    async def take_message(form: Mapping[str, str]) -> Response:
        await reception.receive(channel, form)
        return Response(NOTHING_TO_SAY, media_type="text/xml")

    async def take_status(form: Mapping[str, str]) -> Response:
        receipt = channel.read_status(form)
        if receipt is None:
            log.warning("news of a message that says nothing: %s", sorted(form))
        else:
            await reception.receive_news(receipt)
        return Response(status_code=204)

    return [
        Route("/whatsapp", _signed(channel, take_message), methods=["POST"]),
        Route("/whatsapp/status", _signed(channel, take_status), methods=["POST"]),
    ]


def _signed(channel: WhatsApp, take: Take) -> Door:
    async def answer(request: Request) -> Response:
        form = _fields(await body_of(request))
        if not channel.is_signed(_asked(request), form, request.headers.get(SIGNATURE, "")):
            log.warning("a request to %s is not signed by Twilio, or LOKET_PUBLIC_URL is wrong", request.url.path)
            return Response(status_code=403)
        try:
            return await take(form)
        except Unavailable:
            return Response(status_code=503, headers=RETRY_AFTER)

    return Door(answer)


def _fields(body: bytes) -> ImmutableMultiDict[str, str]:
    """Every field as it was sent. TooLarge when there are more than Twilio ever sends."""
    try:
        # Blank fields are signed too, and so is every space, and a field that comes twice.
        fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise TooLarge from error
    return ImmutableMultiDict(fields)


def _asked(request: Request) -> str:
    """The path and the query as they were sent: written anew they might differ, and would not be signed."""
    path = bytes(request.scope.get("raw_path") or request.url.path.encode()).partition(b"?")[0]
    query: bytes = request.scope["query_string"]
    return (path + (b"?" + query if query else b"")).decode("latin-1")
