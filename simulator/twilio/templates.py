"""Keeps content templates for the bot and plays their approval by WhatsApp."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from simulator.twilio.calls import Call
from simulator.twilio.contents import CATEGORIES, LIST, NAME, Content, check
from simulator.twilio.records import new_sid
from simulator.twilio.refusals import bad_request, not_found

if TYPE_CHECKING:
    from simulator.twilio.account import Twilio

Answer = tuple[dict[str, Any] | None, int]


def create_content(twilio: Twilio, call: Call) -> Answer:
    given = call.parameters
    if not given.get("language") or not isinstance(given.get("types"), dict):
        raise bad_request(20001, "language and types are required")
    check(given["types"])
    content = Content(
        sid=new_sid("HX"),
        account=twilio.account_sid,
        friendly_name=given.get("friendly_name"),
        language=str(given["language"]),
        variables=dict(given.get("variables") or {}),
        types=given["types"],
        created=twilio.world.now(),
    )
    twilio.contents[content.sid] = content
    return content.as_json(), 201


def fetch_content(twilio: Twilio, call: Call) -> Answer:
    return _content(twilio, call).as_json(), 200


def delete_content(twilio: Twilio, call: Call) -> Answer:
    del twilio.contents[_content(twilio, call).sid]
    return None, 204


def list_contents(twilio: Twilio, call: Call) -> Answer:
    return _page(call, [content.as_json() for content in twilio.contents.values()]), 200


def list_with_approvals(twilio: Twilio, call: Call) -> Answer:
    shapes = []
    for content in twilio.contents.values():
        shape = content.as_json()
        del shape["url"], shape["links"]
        shapes.append({**shape, "approval_requests": content.approval()})
    return _page(call, shapes), 200


def request_approval(twilio: Twilio, call: Call) -> Answer:
    """Received first; what WhatsApp then thinks of it, `approval_verdict` says."""
    content = _content(twilio, call)
    name, category = call.text("name"), call.text("category")
    if not NAME.fullmatch(name):
        raise bad_request(20001, "name: only lowercase letters, numbers and underscores")
    if category not in CATEGORIES:
        raise bad_request(20001, f"category must be one of {', '.join(CATEGORIES)}")
    if content.kind == LIST:
        raise bad_request(20001, f"{LIST} cannot be submitted for approval")
    if any(other.name == name and other is not content for other in twilio.contents.values()):
        raise bad_request(20001, f"the name {name!r} has been used before")
    content.name, content.category, content.status = name, category, "received"
    answer = content.approval()
    content.status = twilio.approval_verdict
    return answer, 201


def fetch_approval(twilio: Twilio, call: Call) -> Answer:
    content = _content(twilio, call)
    shape = content.as_json()
    return {
        "sid": content.sid,
        "account_sid": content.account,
        "whatsapp": {"type": "whatsapp", **content.approval()},
        "url": shape["links"]["approval_fetch"],
    }, 200


def _page(call: Call, shapes: list[dict[str, Any]]) -> dict[str, Any]:
    size, page = min(max(call.number("PageSize", 50), 1), 1000), call.number("Page", 0)
    here = "https://content.twilio.com" + call.path

    def address(number: int) -> str:
        return f"{here}?{urlencode({'PageSize': size, 'Page': number})}"

    more = (page + 1) * size < len(shapes)
    meta = {
        "page": page,
        "page_size": size,
        "first_page_url": address(0),
        "previous_page_url": address(page - 1) if page else None,
        "next_page_url": address(page + 1) if more else None,
        "url": address(page),
        "key": "contents",
    }
    return {"contents": shapes[page * size : (page + 1) * size], "meta": meta}


def _content(twilio: Twilio, call: Call) -> Content:
    content = twilio.contents.get(call.places.get("Sid") or call.places["ContentSid"])
    if content is None:
        raise not_found(call.path)
    return content
