"""Twilio's settings and troubles, asked for over HTTP."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute

from simulator import views
from simulator.addresses import Answer, Body, get, post
from simulator.troubles import coming, fault_from
from simulator.twilio.account import Twilio
from simulator.twilio.people import RECEIPTS, WhatsAppPerson
from simulator.twilio.posts import Posts

HERE = "/simulator/twilio"
SETTINGS = (
    "webhook_url",
    "status_url",
    "cdn_url",
    "service_sid",
    "lose_webhooks",
    "names_documents",
    "streams_media",
    "blocked_code",
    "approval_verdict",
)
OF_POSTS = ("scrambled", "times", "delay")


def twilio_routes(twilio: Twilio) -> list[BaseRoute]:
    control = TwilioControl(twilio)
    return [
        get(HERE, lambda request, body: control.state()),
        post(HERE, control.set),
        post(HERE + "/proxies", control.add_proxy),
        post(HERE + "/people/{person}", control.set_person),
        post(HERE + "/faults", control.add_fault),
        post(HERE + "/faults", control.clear, method="DELETE"),
        post(HERE + "/faults/{state}", control.switch),
        post(HERE + "/failures", control.add_failure),
        post(HERE + "/content/{sid}", control.judge),
        get(HERE + "/messages", control.messages),
        get(HERE + "/calls", control.calls),
        post(HERE + "/{posts}/hold", lambda request, body: control.turn(request, held=True)),
        post(HERE + "/{posts}/release", lambda request, body: control.turn(request, held=False)),
        post(HERE + "/{posts}/repeat", control.repeat),
        post(HERE + "/{posts}", control.set_posts),
    ]


class TwilioControl:
    """What makes a bot's life on WhatsApp easy or hard."""

    def __init__(self, twilio: Twilio) -> None:
        self.twilio = twilio

    def state(self) -> Answer:
        twilio = self.twilio
        return {
            "account_sid": twilio.account_sid,
            "from": twilio.sender,
            **{name: getattr(twilio, name) for name in SETTINGS},
            "proxies": twilio.proxies,
            "spec_checked": twilio.spec is not None,
            "pending": twilio.pending,
            "alerts": twilio.alerts,
            "webhooks": _posts(twilio.webhooks),
            "callbacks": _posts(twilio.callbacks),
        }

    def set(self, request: Request, body: Body) -> Answer:
        """Change settings; a name that is not one of them is a mistake."""
        _put(self.twilio, SETTINGS, body)
        return self.state()

    def add_proxy(self, request: Request, body: Body) -> Answer:
        self.twilio.put_behind_proxy(str(body["public"]), at=str(body["at"]))
        return self.state()

    def set_person(self, request: Request, body: Body) -> Answer:
        """Switch a phone off or on, hide the number."""
        person = self._person(request.path_params["person"])
        if body.get("receipts", "read") not in RECEIPTS:
            raise ValueError(f"receipts must be one of {', '.join(RECEIPTS)}")
        person.hides_number = bool(body.get("hides_number", person.hides_number))
        if body.get("receipts") == "read":
            person.looks()
        elif "receipts" in body:
            person.receipts = body["receipts"]
        self.twilio.world.changes.tell("people", person)
        return views.person(person)

    def add_fault(self, request: Request, body: Body) -> Answer:
        self.twilio.faults.add(fault_from(body))
        return coming(self.twilio.faults)

    def clear(self, request: Request, body: Body) -> Answer:
        self.twilio.faults.clear()
        self.twilio.failures.clear()
        return coming(self.twilio.faults)

    def switch(self, request: Request, body: Body) -> Answer:
        actions = {"offline": self.twilio.faults.offline, "online": self.twilio.faults.online}
        actions[request.path_params["state"]]()
        return coming(self.twilio.faults)

    def add_failure(self, request: Request, body: Body) -> Answer:
        to = self._person(str(body["to"])) if body.get("to") else None
        status = str(body.get("status", "undelivered"))
        self.twilio.failures.add(int(body["code"]), int(body.get("times", 1)), to=to, status=status)
        return {"coming": len(self.twilio.failures.coming)}

    def judge(self, request: Request, body: Body) -> Answer:
        """Let WhatsApp approve, reject, pause or disable a template."""
        content = self.twilio.contents.get(request.path_params["sid"])
        if content is None:
            raise LookupError("there is no such template")
        content.status, content.rejection_reason = str(body["status"]), str(body.get("reason", ""))
        return content.approval()

    def messages(self, request: Request, body: Body) -> Answer:
        return [record.as_json() for record in self.twilio.records.values()]

    def calls(self, request: Request, body: Body) -> Answer:
        wanted = request.query_params.get("method")
        found = [call for call in self.twilio.calls if wanted in (None, call.method)]
        limit = int(request.query_params.get("limit", 200))
        return [{"method": call.method, "parameters": call.parameters} for call in found[-limit:]]

    def turn(self, request: Request, *, held: bool) -> Answer:
        posts = self._of(request)
        (posts.hold if held else posts.release)()
        return _posts(posts)

    def repeat(self, request: Request, body: Body) -> Answer:
        return {"sid": self._of(request).repeat(body.get("sid")).sid}

    def set_posts(self, request: Request, body: Body) -> Answer:
        posts = self._of(request)
        _put(posts, OF_POSTS, body)
        return _posts(posts)

    def _of(self, request: Request) -> Posts:
        name = request.path_params["posts"]
        if name not in ("webhooks", "callbacks"):
            raise LookupError(f"there is nothing called {name!r}: webhooks or callbacks")
        posts: Posts = getattr(self.twilio, name)
        return posts

    def _person(self, wanted: str) -> WhatsAppPerson:
        for person in self.twilio.people:
            if wanted in (str(person.id), person.name):
                return person
        raise LookupError(f"there is no {wanted!r} on WhatsApp")


def _put(thing: Any, names: tuple[str, ...], body: Body) -> None:
    unknown = sorted(set(body) - set(names))
    if unknown:
        raise ValueError(f"{unknown[0]!r} is none of {', '.join(names)}")
    for name, value in body.items():
        setattr(thing, name, value)


def _posts(of: Posts) -> dict[str, Any]:
    return {
        "held": of.held,
        "scrambled": of.scrambled,
        "times": of.times,
        "pending": len(of.pending),
        "delivered": len(of.delivered),
        "given_up": len(of.given_up),
    }
