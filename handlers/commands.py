"""The menus of commands that a messenger shows: what people can type, and what staff can."""

from conversations.flow import say
from handlers.arrival import FIRST_LANGUAGE
from handlers.office import STAFF_LANGUAGE, Office
from handlers.staff import CASE_COMMANDS, OFFICE_COMMANDS

FOR_PROVIDERS = ("menu", "status", "petugas", "contoh", "tandaterima", "batal", "kembali", "bantuan", "bahasa")

IN_ENGLISH = {
    "petugas": "officer",
    "contoh": "sample",
    "tandaterima": "receipt",
    "batal": "cancel",
    "kembali": "back",
    "bantuan": "help",
    "bahasa": "language",
}
"""What an English reader types for it; what is not here is called the same."""

Menu = list[tuple[str, str]]


def for_providers(office: Office, language: str = FIRST_LANGUAGE) -> Menu:
    """The words that work anywhere, each with what it does, as somebody reads them who reads this language."""
    names = {name: IN_ENGLISH.get(name, name) if language == "en" else name for name in FOR_PROVIDERS}
    return [(typed, office.say(language, say(f"command.{name}"))) for name, typed in names.items()]


def for_staff(office: Office) -> Menu:
    """The staff command set, in the order of the work."""
    names = dict.fromkeys(("antrian", *CASE_COMMANDS, *OFFICE_COMMANDS))
    return [(name, office.say(STAFF_LANGUAGE, say(f"command.staff.{name}"))) for name in names]
