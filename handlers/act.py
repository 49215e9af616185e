"""Something that a member of staff does: who acts, in which chat, whether they may, and how they are answered."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conversations.flow import Say, say
from domain.calendar import Calendar
from domain.cases import STAFF_CHANNEL, WHO, Case, Event, Role, StaffMember, State, after, may
from domain.messages import Address, Button
from domain.refusal import Refused
from handlers.office import STAFF_LANGUAGE, Office
from handlers.reply import owe
from storage.people import Caller
from storage.unit_of_work import UnitOfWork

FRONT_DESK = frozenset({Role.TUS, Role.ADMIN})
SPSE_DESK = frozenset({Role.VERIFIKATOR})
ID = re.compile(r"[0-9]{1,15}")
"""What a button can name: an id that a column of the database can hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that one member of staff does: `tapped` is the message whose button they pressed, `written` the one
    that they wrote.
    """

    uow: UnitOfWork
    office: Office
    member: StaffMember
    chat: Address
    private: bool
    tapped: str
    now: datetime
    written: str = ""

    @property
    def calendar(self) -> Calendar:
        """The calendar with the days that staff closed."""
        return self.office.today(self.uow).calendar

    @property
    def own_chat(self) -> Address:
        """The member's own chat with the bot, where documents and anything personal go."""
        return Address(STAFF_CHANNEL, self.member.user_id)

    def answer(self, *sentences: Say, buttons: Sequence[Button] = ()) -> None:
        """Owe an answer in the chat in which this was done."""
        owe(self.uow, self.office, self.chat, STAFF_LANGUAGE, sentences, buttons, now=self.now)

    def note(self, case: Case, what: str, why: str = "") -> None:
        """One row of the case's history."""
        self.uow.cases.tell(case.id, self.now, self.member.user_id, what, why)


def takers(state: State) -> frozenset[Role]:
    """Who can hold a case that stands there: what is verified is the verifikator's work (SOP-020, step 9)."""
    return SPSE_DESK if state is State.VERIFIED else FRONT_DESK


def require_role(act: Act, roles: Iterable[Role]) -> None:
    """Refused: role."""
    wanted = frozenset(roles)
    if wanted.isdisjoint(act.member.roles):
        raise Refused("role", roles=named(act.office, wanted))


def require(act: Act, case: Case, event: Event) -> None:
    """Whether this may happen to the case now, and this member may let it.

    Refused: own_case, not_now, role.
    """
    not_own(act, case)
    if after(case.state, event) is None:
        raise not_now(case)
    if not may(act.member.roles, event):
        raise Refused("role", roles=named(act.office, WHO[event]))


def not_now(case: Case) -> Refused:
    """The case stands elsewhere: the button or the command came too late, or too early."""
    return Refused("not_now", number=case.number, state=say(f"state.{case.state}"))


def named(office: Office, roles: Iterable[Role]) -> object:
    """Roles as the office calls them, such as "TUS atau Admin"."""
    names: list[object] = [office.settings.roles[role] for role in Role if role in frozenset(roles)]
    joined = names[0]
    for name in names[1:]:
        joined = say("staff.or", first=joined, second=name)
    return joined


def hold(act: Act, case: Case, *, take: bool = True) -> None:
    """Only the holder of a case acts on it, or an admin; with `take`, whoever begins becomes the holder.

    Refused: own_case, held, not_held.
    """
    not_own(act, case)
    if case.holder_id == act.member.user_id:
        return
    if case.holder_id is not None:
        if Role.ADMIN in act.member.roles:
            return
        raise held(act.uow, case)
    if not take:
        raise Refused("not_held", number=case.number)
    seize(act, case)


def not_own(act: Act, case: Case) -> None:
    """Nobody of the office decides on a case that they filed themselves. Refused: own_case."""
    caller = act.uow.people.meet(STAFF_CHANNEL, act.member.user_id)
    if caller is not None and caller.person_id == case.person_id:
        raise Refused("own_case", number=case.number)


def seize(act: Act, case: Case) -> None:
    """Become the holder; of two people at once only one does. Refused: held, not_now."""
    if not act.uow.cases.take(case.id, act.member.user_id):
        case = act.uow.cases.get(case.id)
        raise held(act.uow, case) if case.holder_id else not_now(case)
    act.note(case, "taken")


def held(uow: UnitOfWork, case: Case) -> Refused:
    return Refused("held", number=case.number, name=name_of(uow, case.holder_id or ""))


def name_of(uow: UnitOfWork, user_id: str) -> str:
    """What a member of staff is called."""
    member = uow.staff.find(user_id)
    return member.name if member else user_id


def own_chat_open(act: Act) -> Caller:
    """The member as somebody who talks with the bot in private. Refused: write_first."""
    caller = act.uow.people.meet(STAFF_CHANNEL, act.member.user_id)
    if caller is None or not caller.reachable:
        raise Refused("write_first", name=act.member.name)
    return caller


def move(act: Act, case: Case, event: Event, what: str, why: str = "", **facts: Any) -> Case:
    """Let an event happen, write it down, and return the case as it is now. Refused: not_now."""
    if not act.uow.cases.move(case, event, act.now, **facts):
        raise not_now(act.uow.cases.get(case.id))
    act.note(case, what, why)
    return act.uow.cases.get(case.id)
