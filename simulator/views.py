"""Writes people, chats and messages as the page and other programs read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from simulator.changes import Change
from simulator.chats import Chat
from simulator.messages import Button, File, Message, Tap
from simulator.people import Person
from simulator.twilio import WhatsAppPerson

if TYPE_CHECKING:
    from simulator.simulator import Simulator

MOST_PEOPLE = 200
SHOWN_IN_THE_BROWSER = ("image/jpeg", "image/png", "image/webp", "image/gif")


def state(simulator: Simulator) -> dict[str, Any]:
    """Everything but the messages."""
    bot, twilio = simulator.telegram.bot, simulator.twilio
    return {
        "bot": {"id": bot.id, "name": bot.name, "username": bot.username, "whatsapp": twilio.sender},
        "now": simulator.world.now(),
        "people": [person(each) for each in _shown(simulator)],
        "chats": [chat(each) for each in simulator.world.chats.values() if not each.is_private],
        "phones": phones(simulator),
        "has_clock": simulator.clock_url is not None,
        "pending_updates": simulator.pending_updates,
        "spec_checked": simulator.spec_checked,
        "violations": simulator.violations,
        "refused": simulator.pace.refused,
    }


def _shown(simulator: Simulator) -> list[Person]:
    """The people that the page has to know: whoever may hold a phone, and the newest of the others."""
    holders = {id for phone in phones(simulator) for id in phone["people"]}
    return [each for each in simulator.people if each.id in holders]


def phones(simulator: Simulator) -> list[dict[str, Any]]:
    """The phones that the page shows, each with the people who may hold it."""
    groups = [chat for chat in simulator.world.chats.values() if not chat.is_private]
    named = simulator.scene.group.title if simulator.scene.group else None
    shown = next((chat for chat in groups if chat.title == named), groups[0] if groups else None)
    staff = [simulator.person(name, channel="telegram").id for name in simulator.scene.staff]
    if not staff and shown:
        staff = [member.person.id for member in shown.members.values()]
    on_whatsapp = _providers(simulator, "whatsapp", [])
    return [
        {"name": "provider", "channel": "telegram", "people": _providers(simulator, "telegram", staff)},
        *([{"name": "whatsapp", "channel": "whatsapp", "people": on_whatsapp}] if on_whatsapp else []),
        {"name": "group", "channel": "telegram", "people": staff, "chat": shown.id if shown else None},
        {"name": "staff", "channel": "telegram", "people": staff},
    ]


def _providers(simulator: Simulator, channel: str, staff: list[int]) -> list[int]:
    """Those whom the scene names come first, then the newest of the others."""
    there = [each for each in simulator.people if each.channel == channel]
    first = [each.id for name in simulator.scene.providers for each in there if each.name == name]
    return first + [each.id for each in there[-MOST_PEOPLE:] if each.id not in staff and each.id not in first]


def person(of: Person) -> dict[str, Any]:
    return {
        "id": of.id,
        "name": of.name,
        "username": of.username,
        "note": of.note,
        "channel": of.channel,
        "started": of.started,
        "blocked": of.blocked,
        **(_on_whatsapp(of) if isinstance(of, WhatsAppPerson) else {}),
    }


def _on_whatsapp(of: WhatsAppPerson) -> dict[str, Any]:
    return {
        "phone": of.number,
        "external_id": of.external_id,
        "hides_number": of.hides_number,
        "address": of.address,
        "receipts": of.receipts,
        "window_ends": of.window_ends(),
    }


def chat(of: Chat) -> dict[str, Any]:
    return {
        "id": of.id,
        "kind": of.kind,
        "title": of.title,
        "members": [
            {"id": member.person.id, "name": member.person.name, "status": member.status}
            for member in of.members.values()
        ],
        "bot_status": of.bot_status,
        "blocked": of.is_private and any(member.person.blocked for member in of.members.values()),
        "keyboard": of.keyboard,
        "pinned": {"key": of.pinned.key, "text": of.pinned.text} if of.pinned else None,
    }


def message(of: Message) -> dict[str, Any]:
    return {
        "key": of.key,
        "id": of.id,
        "chat": of.chat.id,
        "date": of.date,
        "sender": None if of.sender is None else {"id": of.sender.id, "name": of.sender.name},
        "from_bot": of.from_bot,
        "anonymous": of.sender_chat,
        "kind": of.kind,
        "text": of.text,
        "entities": [entity.as_json() for entity in of.entities],
        "buttons": [[button(each) for each in row] for row in of.buttons],
        "file": file(of.file) if of.file else None,
        "extra": of.extra,
        "album": of.album,
        "reply_to": _reply(of.reply_to) if of.reply_to else None,
        "protected": of.protected,
        "edited": of.edited,
        "deleted": of.deleted,
        "version": of.version,
        "receipt": of.receipt,
        "failure": of.failure,
    }


def button(of: Button) -> dict[str, Any]:
    shape = {"label": of.label, "data": of.data, "url": of.url}
    if "description" in of.raw:
        shape["description"] = of.raw["description"]
    return shape


def file(of: File) -> dict[str, Any]:
    return {
        "name": of.name,
        "mime": of.mime,
        "size": of.size,
        "width": of.width,
        "height": of.height,
        "is_image": of.mime in SHOWN_IN_THE_BROWSER,
        "url": f"/simulator/files/{of.unique_id}/{quote(of.name, safe='')}",
    }


def tap(of: Tap) -> dict[str, Any]:
    return {
        "id": of.id,
        "person": of.person.id,
        "chat": of.message.chat.id,
        "message": of.message.key,
        "data": of.data,
        "answered": of.answered,
        "text": of.toast.text if of.toast else "",
        "show_alert": bool(of.toast and of.toast.show_alert),
    }


def change(of: Change) -> dict[str, Any]:
    """One change, as it is pushed to the page."""
    thing: Any = None
    if isinstance(of.thing, Message):
        thing = message(of.thing)
    elif isinstance(of.thing, Chat):
        thing = chat(of.thing)
    elif isinstance(of.thing, Person):
        thing = person(of.thing)
    elif isinstance(of.thing, Tap):
        thing = tap(of.thing)
    return {"kind": of.kind, "thing": thing}


def _reply(of: Message) -> dict[str, Any]:
    text = of.text or (of.file.name if of.file else "")
    return {"key": of.key, "name": of.sender.name if of.sender else None, "text": text[:120]}
