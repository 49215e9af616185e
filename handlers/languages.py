"""Which language a person reads: asked for by a word, and from then on everything they are told is in it."""

from dataclasses import replace

from conversations.flow import say
from conversations.wording import LANGUAGES
from handlers.forms import ask
from handlers.visit import Heard, Visit
from storage.owed import Owed

NAMES = dict(zip(LANGUAGES, ("indonesian", "english"), strict=True))
"""The word that chooses each language."""


def offer(visit: Visit) -> Heard:
    """Ask which language; the open question stays open."""
    visit.reply((say("language.ask"),), [visit.word(name) for name in NAMES.values()])
    return Heard()


def choose_indonesian(visit: Visit) -> Heard:
    return _speak(visit, "id")


def choose_english(visit: Visit) -> Heard:
    return _speak(visit, "en")


def _speak(visit: Visit, language: str) -> Heard:
    """From now on in this language, beginning with the question that stands open."""
    visit.uow.people.speak(visit.caller.person_id, language)
    visit = replace(visit, caller=replace(visit.caller, language=language))
    form = visit.caller.form
    if form is None:
        visit.reply((say("language.done"),), [visit.word("menu"), visit.word("status")])
    else:
        ask(visit, form, say("language.done"))
    if visit.can.menus and visit.caller.staff is None:
        visit.uow.outbox.owe(Owed(address=visit.address, kind="menu", target=language), visit.now)
    return Heard()
