"""One call of the Bot API: its method and parameters, however they were written on the wire."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.requests import Request

from simulator.telegram.refusals import bad_request

LARGEST_UPLOAD = 50 << 20


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came along with a call."""

    name: str
    mime: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A method with its parameters; values stay as they were written until someone asks for them."""

    method: str
    parameters: dict[str, Any]
    uploads: dict[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        return self.parameters.get(name) is not None

    def text(self, name: str) -> str | None:
        value = self.parameters.get(name)
        return None if value is None else str(value)

    def number(self, name: str) -> int | None:
        value = self.parameters.get(name)
        if value is None or value == "":
            return None
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad_request(f"{name} must be an integer") from None

    def required_number(self, name: str) -> int:
        value = self.number(name)
        if value is None:
            raise bad_request(f"{name} is required" if name != "message_id" else "message identifier is not specified")
        return value

    def flag(self, name: str) -> bool:
        return str(self.parameters.get(name, "")).lower() in ("true", "1", "yes")

    def json(self, name: str) -> Any:
        """A structured parameter, written as JSON inside a form or as itself inside a JSON body."""
        value = self.parameters.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name}: invalid JSON") from None

    @property
    def chat_id(self) -> int | None:
        try:
            return self.number("chat_id")
        except Exception:  # a username: no chat of the simulator has one
            return None


async def read_call(method: str, request: Request) -> Call:
    """Read the parameters from the address and the body, whichever of the four ways they were sent."""
    parameters: dict[str, Any] = dict(request.query_params)
    uploads: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "multipart/form-data":
        async with request.form(max_part_size=16 << 20) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    content = await value.read()
                    mime = value.content_type or "application/octet-stream"
                    uploads[name] = Upload(value.filename or name, mime, content)
                else:
                    parameters[name] = value
        return Call(method, parameters, uploads)
    body = await request.body()
    if kind == "application/json" and body:
        try:
            shape = json.loads(body)
        except ValueError:
            raise bad_request("can't parse the request body: invalid JSON") from None
        if isinstance(shape, dict):
            parameters.update(shape)
    elif kind == "application/x-www-form-urlencoded":
        parameters.update(parse_qsl(body.decode(), keep_blank_values=True))
    return Call(method, parameters, uploads)
