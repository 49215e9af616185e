"""A person at the counter: who they are, where they sit, and how they are answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from conversations.flow import Say, say
from domain.cases import Case
from domain.catalogue import Service
from domain.identifiers import CaseNumber
from domain.messages import Address, Button, Capabilities, Toast
from handlers.office import Office
from handlers.reply import of_case_button, owe, word_button
from storage.people import Caller
from storage.unit_of_work import UnitOfWork

ANONYMOUS = "survey"
"""The form of which nobody may be able to tell later who answered what."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the edge has to know after a turn: the answer to a tap, and whether files wait to be fetched."""

    toast: Toast | None = None
    files: bool = False
    duplicate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One turn of one person."""

    uow: UnitOfWork
    office: Office
    caller: Caller
    address: Address
    now: datetime
    tapped: str = ""
    first: bool = False
    """Whether this is the first thing that we ever heard of this person."""
    foreign: bool = False
    """Whether their phone speaks another language than the office."""

    @property
    def can(self) -> Capabilities:
        """What the messenger can do on which the person is."""
        return self.office.can(self.address.channel)

    @property
    def language(self) -> str:
        return self.caller.language

    def reply(
        self,
        sentences: Sequence[Say],
        buttons: Sequence[Button] = (),
        case_id: int | None = None,
        printed: str = "",
    ) -> None:
        """Owe this person an answer, perhaps with a printed paper."""
        form = self.caller.form
        if case_id is None and form is not None and form.flow == ANONYMOUS:
            # So that it is found, and nothing of it kept, when the answers are.
            case_id = form.case_id
        owe(
            self.uow,
            self.office,
            self.address,
            self.language,
            sentences,
            buttons,
            now=self.now,
            case_id=case_id,
            printed=printed,
        )

    def word(self, word: str) -> Button:
        return word_button(self.office, self.language, word)

    def ways(self, *words: str) -> list[Button]:
        """Where a provider goes from here; whoever is of the office has the desk before them."""
        return [] if self.caller.staff is not None else [self.word(word) for word in words]

    def tell(self, sentence: Say) -> Heard:
        """Answer with one sentence, and where to go from there."""
        self.reply((sentence,), self.ways("officer", "status"))
        return Heard()

    def which(self, action: str, cases: Sequence[Case]) -> Heard:
        """Let somebody with several cases say which one is meant."""
        buttons = [of_case_button(self.office, self.language, action, case) for case in cases]
        self.reply((say("letter.case.ask"),), buttons)
        return Heard()

    def own(self, case_id: int) -> Case | None:
        """One of this person's own cases; nobody sees another's."""
        case = self.uow.cases.find(case_id)
        return case if case is not None and case.person_id == self.caller.person_id else None

    def toast(self, key: str, *, alert: bool = False, **facts: object) -> Heard:
        if not self.can.toasts:
            self.reply((say(key, **facts),))
            return Heard()
        return Heard(Toast(self.office.say(self.language, say(key, **facts)), alert))


PROVIDER: Final = "provider:"
SCHEDULE: Final = "schedule"
"""How the history begins the name of a provider, and calls what time alone brings about; staff have their user id."""


def actor(person_id: int) -> str:
    """How the history names a provider."""
    return f"{PROVIDER}{person_id}"


def next_number(visit: Visit, service: Service) -> str:
    """What the next case of a service is called; each number is given out once."""
    year = visit.office.calendar.local(visit.now).year
    return str(CaseNumber(service.code, year, visit.uow.cases.next_serial(service.code, year)))
