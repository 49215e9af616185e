"""A bot of a few lines, for tests of Twilio: it keeps every form that it gets, and checks who signed it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from simulator import Simulator
from simulator.server import LocalServer, listen


@dataclass
class Office:
    """What the bot got, what it answers, and how it calls Twilio."""

    simulator: Simulator
    http: httpx.AsyncClient
    url: str = ""
    public: str = ""
    forms: list[dict[str, str]] = field(default_factory=list)
    statuses: list[dict[str, str]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    @property
    def account(self) -> str:
        return f"/2010-04-01/Accounts/{self.simulator.twilio.account_sid}"

    async def send(self, to: str, **parameters: Any) -> httpx.Response:
        form = {"From": self.simulator.twilio.sender, "To": to, "StatusCallback": f"{self.public}/whatsapp/status"}
        return await self.http.post(f"{self.account}/Messages.json", data=form | parameters)

    async def sent(self, to: str, **parameters: Any) -> dict[str, Any]:
        """Send, wait for what becomes of it, and look at it."""
        answer = await self.send(to, **parameters)
        assert answer.status_code == 201, answer.text
        await self.simulator.idle()
        shape: dict[str, Any] = (await self.http.get(answer.json()["uri"])).json()
        return shape

    async def heard(self) -> dict[str, str]:
        await self.simulator.idle()
        return self.forms[-1]

    async def template(self, kind: str, part: dict[str, Any], *, name: str = "", **others: Any) -> str:
        """Make a template, and have it approved if it gets a name."""
        shape = {"friendly_name": "contoh", "language": "id", "types": {kind: part}, **others}
        sid: str = (await self.http.post("/v1/Content", json=shape)).json()["sid"]
        if name:
            wish = {"name": name, "category": "UTILITY"}
            await self.http.post(f"/v1/Content/{sid}/ApprovalRequests/whatsapp", json=wish)
        return sid

    def serve(self, name: str, mime: str, content: bytes) -> str:
        self.files[name] = (mime, content)
        return f"{self.url}/files/{name}"

    async def _take(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        twilio = self.simulator.twilio
        signed = self.public + request.url.path + (f"?{request.url.query}" if request.url.query else "")
        given = request.headers["x-twilio-signature"]
        assert RequestValidator(twilio.auth_token).validate(signed, form, given)
        (self.statuses if request.url.path.endswith("status") else self.forms).append(form)
        self.tokens.append(request.headers["i-twilio-idempotency-token"])
        return self.answers.pop(0) if self.answers else Response("<Response/>", media_type="text/xml")

    async def _show(self, request: Request) -> Response:
        mime, content = self.files[request.path_params["name"]]
        return Response(content, media_type=mime)

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/whatsapp", self._take, methods=["POST"]),
                Route("/whatsapp/status", self._take, methods=["POST"]),
                Route("/files/{name}", self._show, methods=["GET"]),
            ]
        )


@asynccontextmanager
async def opened(simulator: Simulator) -> AsyncIterator[Office]:
    twilio = simulator.twilio
    listener = listen("127.0.0.1", 0)
    async with httpx.AsyncClient(base_url=simulator.url, auth=(twilio.account_sid, twilio.auth_token)) as http:
        office = Office(simulator, http)
        office.url = office.public = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = LocalServer(office.app, listener)
        twilio.webhook_url = f"{office.url}/whatsapp"
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.run_until_stopped())
            await server.ready.wait()
            yield office
            server.stop()
