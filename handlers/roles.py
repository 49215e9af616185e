"""Who belongs to the office, and on which days it is closed: what an admin decides in the chat."""

import re
from datetime import date, datetime, timedelta

from conversations.flow import Say, say
from domain import sla
from domain.cases import STAFF_CHANNEL, Case, Role, StaffMember
from domain.messages import Address
from domain.refusal import Refused
from handlers.act import ID, Act, named, require_role, takers
from handlers.cards import show_card
from handlers.office import Office
from handlers.reply import language_of, tell_group, tell_provider, word_button
from storage.unit_of_work import UnitOfWork

REMOVE, REOPEN = "hapus", "buka"
LONGEST_REASON = 100
YEARS_AHEAD = 5
NEVER = timedelta(days=366)
"""No promise reaches so far."""
USERNAME = re.compile(r"@\w{1,32}")
DAY = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}))(?!\d)")


def appoint(act: Act, words: str) -> Say:
    """`/peran @nama tus verifikator` grants, `/peran @nama hapus` takes away, `/peran` lists."""
    if not words:
        return _listed(act)
    require_role(act, {Role.ADMIN})
    whom, *wanted = words.split()
    user_id, name = _find(act, whom)
    if not wanted:
        raise Refused("usage_peran")
    if [word.lower() for word in wanted] == [REMOVE]:
        return _dismiss(act, user_id, name)
    try:
        roles = frozenset(Role(word.lower().strip(",")) for word in wanted)
    except ValueError:
        raise Refused("usage_peran") from None
    if Role.ADMIN not in roles:
        _keep_an_admin(act, user_id)
    give(act.uow, act.office, StaffMember(user_id, name, roles), act.member.user_id, act.now)
    return say("staff.roles.granted", name=name, id=user_id, roles=_comma(act, roles))


def _listed(act: Act) -> Say:
    lines = tuple(
        say("staff.roles.line", name=member.name, id=member.user_id, roles=_comma(act, member.roles))
        for member in act.uow.staff.everybody()
    )
    return say("staff.roles.text", lines=lines)


def _comma(act: Act, roles: frozenset[Role]) -> object:
    joined: object = None
    for role in Role:
        if role in roles:
            name = act.office.settings.roles[role]
            joined = say("list.comma", first=joined, second=name) if joined else name
    return joined or say("staff.nobody")


def _find(act: Act, whom: str) -> tuple[str, str]:
    """The user id and name of somebody; they must have opened the bot once.

    Refused: unknown_person, several_people, usage_peran.
    """
    if ID.fullmatch(whom):
        member = act.uow.staff.find(whom)
        caller = act.uow.people.meet(STAFF_CHANNEL, whom)
        if member is None and caller is None:
            raise Refused("unknown_person", whom=whom)
        return whom, member.name if member else caller.name if caller else whom
    if not USERNAME.fullmatch(whom):
        raise Refused("usage_peran")
    found = act.uow.staff.by_username(whom[1:])
    if not found:
        raise Refused("unknown_person", whom=whom)
    if len(found) > 1:
        lines = tuple(say("staff.roles.one_of", name=name, id=user_id) for user_id, name in found)
        raise Refused("several_people", whom=whom, people=lines)
    return found[0]


def _dismiss(act: Act, user_id: str, name: str) -> Say:
    if act.uow.staff.find(user_id) is None:
        raise Refused("not_staff", name=name)
    _keep_an_admin(act, user_id)
    dismiss(act.uow, act.office, user_id, name, act.member.user_id, act.now)
    return say("staff.roles.dismissed", name=name)


def give(uow: UnitOfWork, office: Office, member: StaffMember, by: str, now: datetime) -> None:
    """Give somebody these roles; what they may not hold under them waits for somebody else."""
    uow.staff.appoint(member, by, now)
    _free_cases(uow, office, member.user_id, member.name, member.roles, by, now)


def dismiss(uow: UnitOfWork, office: Office, user_id: str, name: str, by: str, now: datetime) -> None:
    """Somebody belongs to the office no longer: nothing in their chat is theirs any more, and nothing new comes."""
    uow.staff.dismiss(user_id)
    _clear_away(uow, user_id, now)
    _free_cases(uow, office, user_id, name, frozenset(), by, now)


def _clear_away(uow: UnitOfWork, user_id: str, now: datetime) -> None:
    """What somebody of the office was asked to write, and the documents in their chat, are no longer theirs."""
    caller = uow.people.meet(STAFF_CHANNEL, user_id)
    if caller is not None and caller.form is not None and caller.form.flow == "reason":
        uow.forms.throw_away(caller.form.id)
    chat = Address(STAFF_CHANNEL, user_id)
    uow.posts.clear(chat, now)
    uow.outbox.clear(chat, now)


def _free_cases(
    uow: UnitOfWork, office: Office, user_id: str, name: str, roles: frozenset[Role], by: str, now: datetime
) -> None:
    """What somebody holds and may hold no longer waits for another holder, and the group hears of it."""
    freed: list[Case] = []
    for case in uow.cases.held_by(user_id):
        if takers(case.state).isdisjoint(roles) and uow.cases.release(case.id, user_id):
            uow.cases.tell(case.id, now, by, "released", name)
            show_card(uow, office, case.id, now)
            freed.append(case)
    if freed:
        lines = tuple(say("staff.roles.freed_line", number=case.number, company=case.company) for case in freed)
        tell_group(uow, office, say("staff.roles.freed", name=name, lines=lines), now=now)


def _keep_an_admin(act: Act, user_id: str) -> None:
    """The office never loses its last admin. Refused: last_admin."""
    if {member.user_id for member in act.uow.staff.with_role(Role.ADMIN)} == {user_id}:
        raise Refused("last_admin", admin=named(act.office, {Role.ADMIN}))


def close_day(act: Act, words: str) -> Say:
    """`/libur 2026-12-31 alasan` closes a day, `/libur buka 2026-12-31` opens it, `/libur` lists the closed days."""
    if not words:
        return _closed(act)
    require_role(act, {Role.ADMIN})
    first, _, rest = words.partition(" ")
    reopen = first.lower() == REOPEN
    found = DAY.match(rest.strip() if reopen else words)
    if found is None:
        raise Refused("usage_libur")
    day = _day(act, found)
    if reopen:
        if not act.uow.closed_days.open(day):
            raise Refused("not_closed", day=_noon(act, day))
        return _with_promises(act, say("staff.closed.opened", day=_noon(act, day)))
    if day < act.calendar.today(act.now):
        raise Refused("day_past")
    reason = words[found.end() :].strip()[:LONGEST_REASON]
    if not reason:
        raise Refused("usage_libur")
    act.uow.closed_days.close([day], reason, act.member.user_id)
    return _with_promises(act, _with_calls(act, day, say("staff.closed.done", day=_noon(act, day), reason=reason)))


def _day(act: Act, found: re.Match[str]) -> date:
    """A day that can still be closed: of this year or one of the next few. Refused: usage_libur."""
    year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    try:
        found_day = date(int(year), int(month), int(day))
    except ValueError:
        raise Refused("usage_libur") from None
    this_year = act.calendar.today(act.now).year
    if not this_year <= found_day.year <= this_year + YEARS_AHEAD:
        raise Refused("usage_libur")
    return found_day


def _with_promises(act: Act, done: Say) -> Say:
    """Only working days count (service standard, no. 5): running clocks end later, or earlier, and providers hear it.

    A promise that is broken already stays so.
    """
    calendar, moved = act.calendar, []
    for case in act.uow.cases.due(act.now + NEVER):
        hours = act.office.catalogue.service(case.service).hours
        if hours is None or case.verified_at is None or case.due_at is None or case.due_at <= act.now:
            continue
        due = sla.due(case.verified_at, hours, calendar)
        if due == case.due_at:
            continue
        act.uow.cases.promise(case.id, due)
        act.note(case, "due_moved", str(due))
        show_card(act.uow, act.office, case.id, act.now)
        news = say("provider.due_moved", number=case.number, due=due)
        buttons = [word_button(act.office, language_of(act.uow, case), word) for word in ("status", "officer")]
        tell_provider(act.uow, act.office, case, (news,), buttons, now=calendar.next_civil(act.now))
        moved.append(say("staff.closed.due", number=case.number, due=due))
    return say("staff.closed.with_promises", done=done, lines=tuple(moved)) if moved else done


def _with_calls(act: Act, day: date, done: Say) -> Say:
    """Which booked calls fall on the closed day: somebody has to talk to these providers."""
    whole = act.calendar.whole_day(day)
    booked = act.uow.appointments.between(whole.start, whole.end)
    if not booked:
        return done
    cases = act.uow.cases.with_ids(one.case_id for one in booked)
    lines = tuple(say("staff.closed.call", starts=one.starts_at, number=cases[one.case_id].number) for one in booked)
    return say("staff.closed.with_calls", done=done, lines=lines)


def _closed(act: Act) -> Say:
    today = act.calendar.today(act.now)
    days = {day: why for day, why in act.uow.closed_days.all().items() if day >= today}
    if not days:
        return say("staff.closed.none")
    lines = tuple(say("staff.closed.line", day=_noon(act, day), reason=why) for day, why in days.items())
    return say("staff.closed.text", lines=lines)


def _noon(act: Act, day: date) -> object:
    """A day as a moment that the wording can name."""
    whole = act.calendar.whole_day(day)
    return whole.start + (whole.end - whole.start) / 2
