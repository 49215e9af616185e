"""One call of Twilio's API: what it asks for, with which parameters, however they were written on the wire."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from simulator.twilio.refusals import bad_request

LISTS = ("MediaUrl", "PersistentAction")


@dataclass(frozen=True, slots=True)
class Call:
    """An operation, such as "messages.create"; `chat_id` is the person that it concerns, if it concerns one."""

    method: str
    parameters: dict[str, Any]
    verb: str = "GET"
    path: str = ""
    places: dict[str, str] = field(default_factory=dict)
    chat_id: int | None = None

    def text(self, name: str) -> str:
        return str(self.parameters.get(name, ""))

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.parameters.get(name, default))
        except (TypeError, ValueError):
            raise bad_request(20001, f"{name} must be an integer") from None


async def read_parameters(request: Request) -> dict[str, Any]:
    """The parameters of the address and of the form or JSON in the body."""
    parameters: dict[str, Any] = dict(parse_qsl(request.url.query, keep_blank_values=True))
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json") and body:
        try:
            shape = json.loads(body)
        except ValueError:
            raise bad_request(20001, "the body is not JSON") from None
        if not isinstance(shape, dict):
            raise bad_request(20001, "the body is not a JSON object")
        return parameters | shape
    for name, value in parse_qsl(body.decode(), keep_blank_values=True):
        if name in LISTS:
            parameters.setdefault(name, []).append(value)
        else:
            parameters[name] = value
    return parameters
