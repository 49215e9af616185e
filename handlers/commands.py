"""The menus of commands that a messenger shows: what people can type, and what staff can."""

from conversations.flow import say
from handlers.office import STAFF_LANGUAGE, Office
from handlers.staff import CASE_COMMANDS, OFFICE_COMMANDS

FOR_PROVIDERS = ("menu", "status", "petugas", "tandaterima", "batal", "kembali", "bantuan")

Menu = list[tuple[str, str]]


def for_providers(office: Office) -> Menu:
    """The words that work anywhere, each with what it does."""
    return [(name, office.staff_say(say(f"command.{name}"))) for name in FOR_PROVIDERS]


def for_staff(office: Office) -> Menu:
    """The staff command set, in the order of the work."""
    names = dict.fromkeys(("antrian", *CASE_COMMANDS, *OFFICE_COMMANDS))
    return [(name, office.say(STAFF_LANGUAGE, say(f"command.staff.{name}"))) for name in names]
