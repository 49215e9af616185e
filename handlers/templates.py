"""The texts that a messenger has to know, or to approve, before they can be sent."""

from conversations.flow import say
from handlers.arrival import FIRST_LANGUAGE
from handlers.office import Office


def texts(office: Office) -> dict[str, str]:
    """The texts by name: the knock, the button under it, and the button that opens a list."""
    return {
        "knock": office.say(FIRST_LANGUAGE, say("template.knock", office=office.settings.name)),
        "read": office.say(FIRST_LANGUAGE, say("template.read")),
        "choose": office.say(FIRST_LANGUAGE, say("template.choose")),
    }
