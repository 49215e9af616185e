"""One person on two messengers: a one-time code that is got on one and typed on the other makes them one."""

import re
import secrets
from datetime import timedelta

from conversations.flow import say
from domain.cases import OPEN
from domain.messages import Inbound
from handlers.cards import show_card
from handlers.reply import owe, word_button
from handlers.visit import Heard, Visit

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that look alike: 0 and O, 1, I and L."""
LENGTH = 8
LASTS = timedelta(minutes=10)
TRIES, FORGOTTEN_AFTER = 5, timedelta(hours=1)

_CODE = re.compile(rf"\s*([{LETTERS}]{{4}})[\s-]*([{LETTERS}]{{4}})\s*", re.IGNORECASE)
_SENT = re.compile(r"\s*/?(?:tautkan\s+(?P<any>.+)|link\s+(?P<shaped>[a-z0-9]{4}[\s-]*[a-z0-9]{4}))\s*", re.IGNORECASE)
"""A code after the word; after the English one only what is shaped like a code: a company may be called Link."""


def hear(visit: Visit, inbound: Inbound) -> Heard | None:
    """Whether the person typed a code: after the word, or alone, as it was copied."""
    if inbound.kind != "text":
        return None
    if (sent := _SENT.fullmatch(inbound.text)) is not None:
        return _join(visit, _code(sent["any"] or sent["shaped"]))
    code = _code(inbound.text)
    if code and visit.uow.links.owner(code, visit.now) is not None:
        return _join(visit, code)
    return None


def _code(text: str) -> str:
    found = _CODE.fullmatch(text)
    return (found[1] + found[2]).upper() if found else ""


def offer(visit: Visit) -> Heard:
    """Give out a code."""
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    visit.uow.links.offer(visit.caller.person_id, code, visit.now + LASTS)
    shown = f"{code[:4]}-{code[4:]}"
    visit.reply((say("link.code", code=shown, lasts=LASTS),))
    return Heard()


def _join(visit: Visit, code: str) -> Heard:
    links, person_id = visit.uow.links, visit.caller.person_id
    tried = links.wrong_codes(person_id, visit.now - FORGOTTEN_AFTER)
    if tried >= TRIES:
        return _say(visit, "link.too_often")
    owner = links.owner(code, visit.now) if code else None
    if owner is None:
        links.note_wrong_code(person_id, tried, visit.now)
        return _say(visit, "link.wrong")
    if owner == person_id or visit.address.channel in links.channels(owner):
        return _say(visit, "link.same_channel")
    elsewhere = visit.uow.people.addresses(owner, visit.now)
    links.join(owner, person_id)
    title = visit.can.title
    for address in elsewhere:
        buttons = [word_button(visit.office, visit.language, "status")]
        sentence = say("link.joined_elsewhere", channel=title)
        owe(visit.uow, visit.office, address, visit.language, (sentence,), buttons, now=visit.now)
    visit.reply((say("link.joined"),), [visit.word("status"), visit.word("menu")])
    for case in visit.uow.cases.of_person(owner, OPEN):
        show_card(visit.uow, visit.office, case.id, visit.now)
    return Heard()


def part(visit: Visit) -> Heard:
    """This account belongs to a person of its own again; the cases stay where they are."""
    if len(visit.uow.links.channels(visit.caller.person_id)) < 2:
        return _say(visit, "link.nothing")
    kept = visit.caller.person_id
    visit.uow.links.part(visit.address, visit.now)
    visit.reply((say("link.parted"),), [visit.word("menu")])
    for case in visit.uow.cases.of_person(kept, OPEN):
        show_card(visit.uow, visit.office, case.id, visit.now)
    return Heard()


def _say(visit: Visit, key: str) -> Heard:
    visit.reply((say(key),), [visit.word("menu")])
    return Heard()
