"""The simulator over HTTP: faults, speed limits, repeated and broken updates, and the clock of the demo."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import TYPE_CHECKING, Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from simulator.addresses import Answer, Body, answering, get, post
from simulator.changes import PATIENCE
from simulator.faults import Fault, Faults

if TYPE_CHECKING:
    from simulator.simulator import Simulator

FAULTS = ("too_many", "server_error", "hang", "drop")


def trouble_routes(simulator: Simulator) -> list[BaseRoute]:
    troubles = Troubles(simulator)
    return [
        post("/simulator/faults", troubles.add),
        post("/simulator/faults", troubles.clear, method="DELETE"),
        post("/simulator/faults/offline", troubles.offline),
        post("/simulator/faults/online", troubles.online),
        post("/simulator/pace", troubles.pace),
        post("/simulator/updates/repeat", troubles.repeat),
        post("/simulator/updates/raw", troubles.raw),
        post("/simulator/updates/hold", troubles.hold),
        post("/simulator/updates/release", troubles.release),
        get("/simulator/calls", troubles.calls),
        Route("/simulator/idle", answering(troubles.idle)),
        Route("/simulator/clock", troubles.clock, methods=["GET", "POST"]),
    ]


class Troubles:
    """What makes a bot's life hard, asked for over HTTP."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator

    def add(self, request: Request, body: Body) -> Answer:
        self.simulator.faults.add(fault_from(body))
        return coming(self.simulator.faults)

    def clear(self, request: Request, body: Body) -> Answer:
        self.simulator.faults.clear()
        return coming(self.simulator.faults)

    def offline(self, request: Request, body: Body) -> Answer:
        self.simulator.faults.offline()
        return coming(self.simulator.faults)

    def online(self, request: Request, body: Body) -> Answer:
        self.simulator.faults.online()
        return coming(self.simulator.faults)

    def pace(self, request: Request, body: Body) -> Answer:
        pace = self.simulator.pace
        pace.strict = bool(body.get("strict", pace.strict))
        pace.minute = float(body.get("minute", pace.minute))
        return {"strict": pace.strict, "refused": pace.refused}

    def repeat(self, request: Request, body: Body) -> Answer:
        return {"update_id": self.simulator.updates.repeat(body.get("update_id")).id}

    def raw(self, request: Request, body: Body) -> Answer:
        return {"update_id": self.simulator.updates.add_raw(body["update"], str(body.get("queue", "raw"))).id}

    def hold(self, request: Request, body: Body) -> Answer:
        self.simulator.updates.hold()
        return {"held": True}

    def release(self, request: Request, body: Body) -> Answer:
        self.simulator.updates.release()
        return {"held": False}

    def calls(self, request: Request, body: Body) -> Answer:
        wanted = request.query_params.get("method")
        limit = int(request.query_params.get("limit", 200))
        found = [call for call in self.simulator.calls if wanted in (None, call.method)]
        return [
            {"method": call.method, "parameters": call.parameters, "files": [up.name for up in call.uploads.values()]}
            for call in found[-limit:]
        ]

    async def idle(self, request: Request) -> Answer:
        await self.simulator.idle(float(request.query_params.get("timeout", PATIENCE)))
        return {"pending_updates": self.simulator.pending_updates}

    async def clock(self, request: Request) -> Response:
        """Pass the question on to the program that keeps the clock, and move the dates of messages along."""
        if self.simulator.clock_url is None:
            return JSONResponse({"error": "there is no clock to move"}, status_code=404)
        try:
            async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
                answer = await client.request(
                    request.method,
                    self.simulator.clock_url,
                    content=await request.body(),
                    headers={"Content-Type": "application/json"},
                )
            shape: Any = answer.json()
            now = datetime.fromisoformat(shape["now"]).timestamp()
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return JSONResponse({"error": "the clock does not answer"}, status_code=502)
        self.simulator.clock_offset = now - self.simulator.world.clock()
        return JSONResponse(shape, status_code=answer.status_code)


def fault_from(body: Body) -> Fault:
    fault = Fault(**body)
    if fault.kind not in FAULTS:
        raise ValueError(f"kind must be one of {', '.join(FAULTS)}")
    return fault


def coming(faults: Faults) -> Answer:
    return {"offline": faults.is_offline, "coming": [dataclasses.asdict(fault) for fault in faults.coming]}
