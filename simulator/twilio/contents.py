"""Content templates: what WhatsApp allows in them, whether it has approved them, and how they look when filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from simulator.messages import Button
from simulator.twilio.refusals import bad_request

PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
CATEGORIES = ("UTILITY", "MARKETING", "AUTHENTICATION")
NAME = re.compile(r"[a-z0-9_]{1,512}")
LIST = "twilio/list-picker"
MOST_BUTTONS_UNAPPROVED = 3


@dataclass(eq=False, kw_only=True)
class Content:
    """One template, and what became of its request for approval."""

    sid: str
    account: str
    friendly_name: str | None
    language: str
    variables: dict[str, str]
    types: dict[str, dict[str, Any]]
    created: int
    name: str = ""
    category: str = ""
    status: str = "unsubmitted"
    rejection_reason: str = ""

    @property
    def kind(self) -> str:
        return next(iter(self.types))

    @property
    def is_approved(self) -> bool:
        return self.status == "approved"

    @property
    def buttons_unapproved(self) -> bool:
        """Whether it has more buttons than WhatsApp takes without approval."""
        actions = self.types[self.kind].get("actions", ())
        return not self.is_approved and len(actions) > MOST_BUTTONS_UNAPPROVED

    def as_json(self) -> dict[str, Any]:
        moment = datetime.fromtimestamp(self.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        here = f"https://content.twilio.com/v1/Content/{self.sid}/ApprovalRequests"
        return {
            "sid": self.sid,
            "account_sid": self.account,
            "friendly_name": self.friendly_name,
            "language": self.language,
            "variables": self.variables,
            "types": self.types,
            "date_created": moment,
            "date_updated": moment,
            "url": here.removesuffix("/ApprovalRequests"),
            "links": {"approval_fetch": here, "approval_create": here + "/whatsapp"},
        }

    def approval(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "category": self.category,
            "content_type": self.kind,
            "status": self.status,
            "rejection_reason": self.rejection_reason,
            "allow_category_change": True,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A template with its places filled in, as a phone shows it."""

    body: str = ""
    media: str | None = None
    buttons: tuple[tuple[Button, ...], ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)


def fill(content: Content, given: Mapping[str, str]) -> Filled | None:
    """The template with these values, or its own; None when a place stays empty."""
    values = {**content.variables, **given}
    missing = False

    def put(text: str) -> str:
        nonlocal missing
        missing = missing or any(name not in values for name in PLACE.findall(text))
        return PLACE.sub(lambda place: values.get(place[1], ""), text)

    part = content.types[content.kind]
    filled = Filled(
        body=put(str(part.get("body") or part.get("title") or "")),
        media=next((put(url) for url in part.get("media") or ()), None),
        buttons=tuple((_button(each, put),) for each in part.get("items") or part.get("actions") or ()),
        extra={"content": content.kind, "template": content.is_approved, "list": str(part.get("button", ""))},
    )
    return None if missing else filled


def _button(shape: dict[str, Any], put: Any) -> Button:
    label = put(str(shape.get("item") or shape.get("title")))
    if shape.get("url") or shape.get("phone"):
        return Button(label, url=put(str(shape.get("url") or f"tel:{shape['phone']}")))
    described = {"description": put(str(shape["description"]))} if shape.get("description") else {}
    return Button(label, data=put(str(shape.get("id") or label)), raw=described)


def check(types: Mapping[str, Any]) -> None:
    """Refuse what WhatsApp has no room for."""
    if len(types) == 0:
        raise bad_request(20001, "types is required")
    for kind, part in types.items():
        faults = list(_faults(kind, part))
        if faults:
            raise bad_request(20001, f"{kind}: {'; '.join(faults)}")


def _faults(kind: str, part: Mapping[str, Any]) -> list[str]:
    faults = []
    if kind in ("twilio/quick-reply", LIST) and not 1 <= len(str(part.get("body", ""))) <= 1024:
        faults.append("body has 1 to 1024 characters")
    if kind == "twilio/quick-reply":
        actions = part.get("actions") or ()
        faults += _bounds("actions", len(actions), 10)
        faults += [fault for each in actions for fault in _lengths(each, title=20, id=256)]
    if kind == LIST:
        items = part.get("items") or ()
        faults += _bounds("items", len(items), 10)
        faults += _lengths(part, button=20)
        faults += [fault for each in items for fault in _lengths(each, item=24, description=72, id=200)]
    return faults


def _bounds(name: str, count: int, most: int) -> list[str]:
    return [] if 1 <= count <= most else [f"1 to {most} {name} are allowed, not {count}"]


def _lengths(shape: Mapping[str, Any], **most: int) -> list[str]:
    return [
        f"{name} {shape[name]!r} is longer than {limit}"
        for name, limit in most.items()
        if len(PLACE.sub("", str(shape.get(name) or ""))) > limit
    ]
