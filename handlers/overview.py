"""What staff want to see: the queue, one case with its history, the calls, a search, and the counts of the day."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from conversations.application import spoken
from conversations.flow import Say, say
from domain.cases import OPEN, Case, State
from domain.refusal import Refused
from handlers.act import Act, name_of
from handlers.cards import card, since
from handlers.office import Office
from handlers.visit import PROVIDER, SCHEDULE
from storage.cases import Happening
from storage.unit_of_work import UnitOfWork

LONGEST_LIST, LONGEST_STORY, LONGEST_WHY, LONGEST_SEARCH = 15, 20, 150, 100
WAITING = (State.SUBMITTED, State.ASKED, State.VERIFIED)
DAYS_SHOWN = 3


def show_queue(act: Act, _words: str) -> Say:
    """The cases that wait for the office, those that were submitted first in front."""
    cases = act.uow.cases.in_states(WAITING, LONGEST_LIST + 1)
    if not cases:
        return say("staff.queue.empty")
    lines = [_line(act, case) for case in cases[:LONGEST_LIST]]
    if len(cases) > LONGEST_LIST:
        lines.append(say("staff.list_more"))
    return say("staff.queue.text", lines=tuple(lines))


def _line(act: Act, case: Case) -> Say:
    holder = name_of(act.uow, case.holder_id) if case.holder_id else say("staff.nobody")
    return say(
        "staff.line",
        number=case.number,
        company=case.company,
        state=say(f"state.{case.state}"),
        since=since(act.office, case.state_since, act.now),
        holder=holder,
    )


def search(act: Act, words: str) -> Say:
    """Cases by a part of their number or of the company's name. Refused: too_long."""
    if not words:
        return say("staff.usage.cari")
    if len(words) > LONGEST_SEARCH:
        raise Refused("too_long", limit=LONGEST_SEARCH)
    found = act.uow.cases.search(words, LONGEST_LIST)
    if not found:
        return say("staff.search.nothing", words=words)
    return say("staff.search.text", lines=tuple(_line(act, case) for case in found))


def show_case(act: Act, case: Case, _more: str = "") -> None:
    """One case: in the group without anything personal, in a private chat with all of it."""
    sentences = [card(act.uow, act.office, case, act.now)]
    if act.private and case.particulars:
        sentences.append(particulars(act, case))
        act.note(case, "particulars_read")
    story = act.uow.cases.story(case.id)[-LONGEST_STORY:]
    sentences.append(say("staff.story.text", lines=tuple(_happening(act, one) for one in story)))
    act.answer(*sentences)


def particulars(act: Act, case: Case) -> Say:
    """Everything that the provider told, for the private chat alone."""
    lines = tuple(
        say("staff.particular", what=say(f"field.{name}"), value=spoken(name, value, act.office.catalogue))
        for name, value in case.particulars.items()
    )
    return say("staff.particulars", lines=lines)


def _happening(act: Act, one: Happening) -> Say:
    key = f"history.{one.what}"
    what: object = say(key) if act.office.wording.has("id", key) else one.what
    facts = {"at": one.at, "who": _who(act.uow, one.actor), "what": what}
    if not one.why or not act.private:
        return say("staff.story.line", **facts)
    return say("staff.story.line_why", **facts, why=_why(one.why))


def _who(uow: UnitOfWork, actor: str) -> object:
    if actor.startswith(PROVIDER):
        return say("history.actor.provider")
    return say("history.actor.schedule") if actor == SCHEDULE else name_of(uow, actor)


def _why(why: str) -> object:
    """A time stands in the history as the database has it."""
    try:
        moment = datetime.fromisoformat(why)
    except ValueError:
        return why if len(why) <= LONGEST_WHY else say("staff.cut", text=why[:LONGEST_WHY])
    return say("staff.moment", at=moment) if moment.tzinfo else why


def show_calls(act: Act, _words: str) -> Say:
    """The booked calls of today and the next working days."""
    calendar = act.calendar
    today = calendar.today(act.now)
    last = calendar.working_day_after(today, DAYS_SHOWN)
    until = calendar.whole_day(last).end
    return _calls(act.uow, calendar.whole_day(today).start, until)


def _calls(uow: UnitOfWork, since: datetime, until: datetime) -> Say:
    appointments = uow.appointments.between(since, until)
    if not appointments:
        return say("staff.calls.none")
    cases = uow.cases.with_ids(one.case_id for one in appointments)
    return say("staff.calls.text", lines=tuple(_call(uow, one.starts_at, cases[one.case_id]) for one in appointments))


def _call(uow: UnitOfWork, starts_at: datetime, case: Case) -> Say:
    holder = name_of(uow, case.holder_id) if case.holder_id else say("staff.nobody")
    return say("staff.calls.line", starts=starts_at, number=case.number, company=case.company, holder=holder)


def show_counts(act: Act, _words: str) -> Say:
    """The same counts as in the morning, as they are now."""
    return counts(act.uow, act.office.today(act.uow), act.now)


def counts(uow: UnitOfWork, office: Office, now: datetime) -> Say:
    """How many cases stand where, the oldest that waits, the calls of the day and what is due on it."""
    by_state = uow.cases.count_by_state()
    day = office.calendar.whole_day(office.calendar.today(now))
    calls = uow.appointments.between(day.start, day.end)
    due = uow.cases.due(day.end)
    late = sum(case.due_at is not None and case.due_at < now for case in due)
    return say(
        "staff.counts.text",
        day=now,
        **{str(state): by_state.get(state, 0) for state in State if state in OPEN},
        oldest=_oldest(uow.cases.in_states((State.SUBMITTED,), 1), now),
        oldest_asked=_oldest(uow.cases.in_states((State.ASKED,), 1), now),
        calls=_listed(uow, "call", [(one.starts_at, one.case_id) for one in calls]),
        due=_listed(uow, "due", [(case.due_at, case.id) for case in due if case.due_at]),
        late=late,
    )


def _oldest(cases: Sequence[Case], now: datetime) -> Say:
    if not cases or cases[0].submitted_at is None:
        return say("staff.counts.no_oldest")
    waited = max(now - cases[0].submitted_at, timedelta(minutes=1))
    return say("staff.counts.oldest", number=cases[0].number, waited=waited)


def _listed(uow: UnitOfWork, what: str, moments: Sequence[tuple[datetime, int]]) -> object:
    if not moments:
        return say(f"staff.counts.no_{what}")
    cases = uow.cases.with_ids(case_id for _, case_id in moments[:LONGEST_LIST])
    return tuple(
        say(f"staff.counts.{what}", at=at, number=cases[case_id].number, company=cases[case_id].company)
        for at, case_id in moments[:LONGEST_LIST]
    )
