"""What every handler knows of the office it works for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from conversations.flow import Say, say
from conversations.wording import Wording
from domain.calendar import Calendar
from domain.cases import STAFF_CHANNEL
from domain.catalogue import Catalogue
from domain.faq import Answer
from domain.messages import BOLD, PLAIN, Address, Capabilities
from domain.office_settings import OfficeSettings
from storage.unit_of_work import UnitOfWork

STAFF_LANGUAGE = "id"
"""Staff work in one private group, in Indonesian."""

PARAGRAPH = "\n\n"
EVERYTHING = Capabilities()


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The office's folder, read and checked, and the addresses that the operator set."""

    catalogue: Catalogue
    calendar: Calendar
    settings: OfficeSettings
    wording: Wording
    staff_chat: str
    bot_name: str = ""
    channels: Mapping[str, Capabilities] = field(default_factory=dict)
    faq: Mapping[str, Answer] = field(default_factory=dict)
    """The ready answers by their slug, in the order of their names."""
    letters: Mapping[str, bytes] = field(default_factory=dict)
    """The office's sample letters in Word, by the id that the catalogue gives each."""

    def say(self, language: str, *sentences: Say, channel: str = "") -> str:
        """Sentences as one text, a paragraph each, in the variant of a channel where there is one."""
        return PARAGRAPH.join(self.wording.say(language, sentence, channel) for sentence in sentences)

    def plain(self, language: str, *sentences: Say) -> str:
        """The same for paper, which has no use for a messenger's emphasis."""
        return self.say(language, *sentences).replace(BOLD, "").replace(PLAIN, "")

    def on_paper(self, language: str, fact: object) -> str:
        """A fact, or a sentence, as it is printed."""
        return self.plain(language, fact) if isinstance(fact, Say) else self.wording.text(language, fact)

    def labels(self, language: str, keys: Iterable[str]) -> dict[str, str]:
        """The words of a printed paper, by key; the numbers of its pages are filled in while it is printed."""
        return {key: self.plain(language, say(f"paper.{key}", page="{page}", pages="{pages}")) for key in keys}

    def called(self, service: str) -> object:
        """What a service is called for short, or its code where the catalogue does not have it any more."""
        return next((one.short_title for one in self.catalogue.services if one.id == service), service)

    def on(self, channels: Mapping[str, Capabilities]) -> "Office":
        """The office on these messengers."""
        return replace(self, channels=channels)

    def can(self, channel: str) -> Capabilities:
        """What a messenger can do."""
        return self.channels.get(channel, EVERYTHING)

    def staff_say(self, *sentences: Say) -> str:
        return self.say(STAFF_LANGUAGE, *sentences)

    def group(self, uow: UnitOfWork) -> Address:
        """The staff group, where it is now: it gets a new address when it becomes a bigger one."""
        return Address(STAFF_CHANNEL, uow.setting(moved(self.staff_chat)) or self.staff_chat)

    def today(self, uow: UnitOfWork) -> "Office":
        """The office with the days that staff closed at short notice."""
        closed = uow.closed_days.all()
        return replace(self, calendar=self.calendar.closing(closed)) if closed else self


def moved(chat: str) -> str:
    """The name under which the new address of a group is remembered."""
    return f"moved:{chat}"


def when_open(office: Office, uow: UnitOfWork, now: datetime) -> datetime:
    """The next moment at which somebody is in the office, whatever day staff closed."""
    calendar = office.today(uow).calendar
    return now if calendar.is_open(now) else calendar.next_opening(now)
