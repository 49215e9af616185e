"""One person on two messengers: a one-time code that is got on one and typed on the other makes them one."""

import re
import secrets
from datetime import timedelta

from conversations.flow import Say, say
from domain.messages import Button, Inbound
from handlers.cards import show_cards_of
from handlers.reply import owe, word_button
from handlers.visit import Heard, Visit

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that look alike: 0 and O, 1, I and L."""
LENGTH = 8
LASTS = timedelta(minutes=10)
LONGEST_NAME = 40
TRIES, FORGOTTEN_AFTER = 5, timedelta(hours=1)

_CODE = re.compile(rf"\s*([{LETTERS}]{{4}})[\s-]*([{LETTERS}]{{4}})\s*", re.IGNORECASE)
_ALONE = re.compile(rf"\s*[{LETTERS}]{{4}}-[{LETTERS}]{{4}}\s*", re.IGNORECASE)
"""A code as it is shown; anything looser may be somebody's company."""
_SENT = re.compile(r"\s*/?(?:tautkan\s+(?P<any>.+)|link\s+(?P<shaped>[a-z0-9]{4}[\s-]*[a-z0-9]{4}))\s*", re.IGNORECASE)
"""A code after the word; after the English one only what is shaped like a code: a company may be called Link."""
YES, NO = "l.yes.", "l.no."
"""The answers to whether the code is one's own; the code follows."""


def hear(visit: Visit, inbound: Inbound) -> Heard | None:
    """Whether the person typed a code, after the word or alone as it was copied, or told whose it is."""
    if inbound.kind == "tap":
        for answer, do in ((YES, _join), (NO, _refuse)):
            if inbound.data.startswith(answer):
                return do(visit, _code(inbound.data.removeprefix(answer)))
        return None
    if inbound.kind != "text":
        return None
    if (sent := _SENT.fullmatch(inbound.text)) is not None:
        return _ask(visit, _code(sent["any"] or sent["shaped"]))
    if _ALONE.fullmatch(inbound.text):
        return _ask(visit, _code(inbound.text), alone=True)
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


def _ask(visit: Visit, code: str, *, alone: bool = False) -> Heard | None:
    """Tell where the code comes from before anything is joined: somebody may have been talked into typing it."""
    owner = _owner(visit, code, alone=alone)
    if not isinstance(owner, int):
        return owner
    here = visit.uow.people.addresses(owner, visit.now)[0].channel
    buttons = [
        Button(visit.office.say(visit.language, say("button.link_yes")), YES + code),
        Button(visit.office.say(visit.language, say("button.link_no")), NO + code),
    ]
    told = say("link.ask", channel=visit.office.can(here).title, name=visit.uow.people.name(owner)[:LONGEST_NAME])
    visit.reply((told,), buttons)
    return Heard()


def _owner(visit: Visit, code: str, *, alone: bool = False) -> int | Heard | None:
    """Whose code it is, or the answer to one that joins nothing; what stands alone may be something else, and only
    counts."""
    links, person_id = visit.uow.links, visit.caller.person_id
    tried = links.wrong_codes(person_id, visit.now - FORGOTTEN_AFTER)
    if tried >= TRIES:
        return _say(visit, "link.too_often")
    owner = links.owner(code, visit.now) if code else None
    if owner is None:
        links.note_wrong_code(person_id, tried, visit.now)
        return None if alone else _say(visit, "link.wrong")
    if owner == person_id or visit.address.channel in links.channels(owner):
        return _say(visit, "link.same_channel")
    return owner


def _join(visit: Visit, code: str) -> Heard | None:
    owner = _owner(visit, code)
    if not isinstance(owner, int):
        return owner
    if not visit.uow.links.use(code, visit.now):
        return _say(visit, "link.wrong")
    _tell_elsewhere(visit, owner, say("link.joined_elsewhere", channel=visit.can.title))
    visit.uow.links.join(owner, visit.caller.person_id)
    visit.reply((say("link.joined"),), [visit.word("status"), visit.word("menu")])
    for address in visit.uow.people.addresses(owner, visit.now):
        # What waits behind a door that is shut can be read behind the other one.
        visit.uow.outbox.let_go(address, unasked=True)
    show_cards_of(visit.uow, visit.office, owner, visit.now)
    return Heard()


def _refuse(visit: Visit, code: str) -> Heard | None:
    """The code is somebody else's: it is void, and whoever asked for it hears so."""
    owner = _owner(visit, code)
    if not isinstance(owner, int):
        return owner
    visit.uow.links.withdraw(owner)
    _tell_elsewhere(visit, owner, say("link.refused_elsewhere", channel=visit.can.title))
    visit.reply((say("link.refused"),), [visit.word("menu"), visit.word("officer")])
    return Heard()


def _tell_elsewhere(visit: Visit, person_id: int, sentence: Say) -> None:
    """Tell somebody on every account of theirs but this one, in their own language."""
    language = visit.uow.people.language(person_id)
    buttons = [word_button(visit.office, language, word) for word in ("status", "officer")]
    for address in visit.uow.people.addresses(person_id, visit.now):
        if address != visit.address:
            owe(visit.uow, visit.office, address, language, (sentence,), buttons, now=visit.now)


def part(visit: Visit) -> Heard:
    """This account belongs to a person of its own again, with the cases that were begun here."""
    kept = visit.caller.person_id
    if len(visit.uow.links.channels(kept)) < 2:
        return _say(visit, "link.nothing")
    _tell_elsewhere(visit, kept, say("link.parted_elsewhere", channel=visit.can.title))
    alone = visit.uow.links.part(visit.address, visit.now)
    visit.reply((say("link.parted"),), [visit.word("status"), visit.word("menu")])
    for person_id in (kept, alone):
        show_cards_of(visit.uow, visit.office, person_id, visit.now)
    return Heard()


def _say(visit: Visit, key: str) -> Heard:
    visit.reply((say(key),), [visit.word("menu")])
    return Heard()
