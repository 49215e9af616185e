"""The message templates that Twilio has to know: real buttons, real lists, and the knock that WhatsApp approves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from twilio.rest import Client

from channels.whatsapp_errors import mapped, refused
from channels.whatsapp_out import KNOCK, LIST_ITEMS, QUICK_REPLIES

NAMES: Final = "loket_"
"""Ours begin so at Twilio, where other programs may have theirs."""
LANGUAGE: Final = "id"
PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Template:
    """One template at Twilio, and what WhatsApp thinks of it."""

    name: str
    sid: str
    state: str


def _place(number: int) -> str:
    return f"{{{{{number}}}}}"


def wanted(texts: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """The templates by name: their types, with a place for the question, and for the label and data of each choice.

    How many choices there are cannot be filled in, so there is one template for each number of them.
    """
    made: dict[str, dict[str, Any]] = {}
    for count in range(1, QUICK_REPLIES + 1):
        actions = [{"title": _place(2 * n), "id": _place(2 * n + 1)} for n in range(1, count + 1)]
        made[f"quick_{count}"] = {"twilio/quick-reply": {"body": _place(1), "actions": actions}}
    for count in range(1, LIST_ITEMS + 1):
        items = [{"item": _place(2 * n), "id": _place(2 * n + 1)} for n in range(1, count + 1)]
        made[f"list_{count}"] = {"twilio/list-picker": {"body": _place(1), "button": texts["choose"], "items": items}}
    knock = {"body": texts["knock"], "actions": [{"title": texts["read"], "id": "w.read"}]}
    made[KNOCK] = {"twilio/quick-reply": knock}
    return made


def _samples(types: Mapping[str, Any]) -> dict[str, str]:
    """Every place needs an example."""
    found = str(types)
    return {str(number): f"contoh {number}" for number in range(1, 30) if _place(number) in found}


async def listed(client: Client) -> dict[str, Template]:
    """Our templates that are there already, by name."""
    found: dict[str, Template] = {}
    with mapped():
        async for one in await client.content.v1.content_and_approvals.stream_async(page_size=PAGE):
            name = str(one.friendly_name or "")
            if name.startswith(NAMES):
                approval = one.approval_requests or {}
                state = str(approval.get("status") or "unsubmitted")
                found.setdefault(name.removeprefix(NAMES), Template(name.removeprefix(NAMES), one.sid, state))
    return found


async def create(client: Client, name: str, types: Mapping[str, Any]) -> Template:
    """A template that is not there yet; the knock is sent to WhatsApp for approval."""
    body = {
        "friendly_name": NAMES + name,
        "language": LANGUAGE,
        "variables": _samples(types),
        "types": types,
    }
    made = await _post(client, "/v1/Content", body)
    sid, state = str(made["sid"]), "unsubmitted"
    if name == KNOCK:
        asked = {"name": f"{NAMES}{name}_{sid[-6:].lower()}", "category": "UTILITY"}
        state = str((await _post(client, f"/v1/Content/{sid}/ApprovalRequests/whatsapp", asked))["status"])
    return Template(name, sid, state)


async def _post(client: Client, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    # The library's own classes for this write out every kind of template there is, the others as null.
    answer = await client.request_async(
        "POST", f"https://content.twilio.com{path}", data=dict(body), headers={"Content-Type": "application/json"}
    )
    if not answer.ok:
        raise refused(answer)

    found: Mapping[str, Any] = json.loads(answer.text)
    return found
