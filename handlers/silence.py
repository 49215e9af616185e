"""Providers who have to act and do not: they are nudged, warned, and then their case sleeps until they come back."""

from datetime import datetime

from conversations.flow import Say, say
from domain.calendar import DAY, Calendar
from domain.cases import Case, Event, State
from domain.office_settings import Patience
from handlers.cards import show_card
from handlers.desk import close_forms
from handlers.forms import is_served
from handlers.office import Office
from handlers.reply import case_button, language_of, tell_provider
from handlers.visit import SCHEDULE
from storage.unit_of_work import UnitOfWork

CLOSED_AFTER = 3
"""So many working days after its result a case is closed."""


def wait_for_providers(uow: UnitOfWork, office: Office, now: datetime) -> None:
    """Once a day: whoever has been silent for too many working days hears from us; finished cases are closed."""
    for state in (State.DRAFT, State.RETURNED, State.COMPLETE, State.ANSWERED):
        patience = office.settings.draft_days if state is State.DRAFT else office.settings.silent_days
        _wait(uow, office, state, patience, now)
    for case in uow.cases.silent(State.RESOLVED, silent_since(office.calendar, now, CLOSED_AFTER)):
        if uow.cases.move(case, Event.CLOSE, now):
            uow.cases.tell(case.id, now, SCHEDULE, "closed")
            show_card(uow, office, case.id, now)


def _rests(office: Office, case: Case) -> bool:
    """Whether the provider cannot go on, because the office does not serve it any more: that is no silence."""
    return case.state is State.DRAFT and not is_served(office.catalogue.service(case.service))


def silent_since(calendar: Calendar, now: datetime, days: int) -> datetime:
    """The moment before which a last sign of life is so many working days old."""
    day, left = calendar.today(now), days
    while True:
        left -= calendar.is_working_day(day)
        if not left:
            return calendar.whole_day(day).start
        day -= DAY


def _wait(uow: UnitOfWork, office: Office, state: State, patience: Patience, now: datetime) -> None:
    nudge, warn, close = (
        silent_since(office.calendar, now, days) for days in (patience.nudge, patience.warn, patience.close)
    )
    for case, since in uow.cases.silent_between(state, None, close):
        if not _rests(office, case):
            _sleep(uow, office, case, since, patience, now)
    for case, since in uow.cases.silent_between(state, close, warn):
        if not _rests(office, case):
            _warn(uow, office, case, since, patience, now)
    for case, since in uow.cases.silent_between(state, warn, nudge):
        if _rests(office, case):
            continue
        _tell(uow, office, case, say(f"provider.nudge.{state}", number=case.number), _key("nudge", case, since), now)


def _key(step: str, case: Case, since: datetime) -> str:
    return f"silent:{step}:{case.id}:{since:%Y%m%d%H%M%S}"


def _warn(uow: UnitOfWork, office: Office, case: Case, since: datetime, patience: Patience, now: datetime) -> None:
    """Say until when we wait; this day is kept even when the warning itself came late."""
    until = _last_day(office.calendar, now, patience)
    sentence = say("provider.warning", about=_about(office, case), until=until)
    _tell(uow, office, case, sentence, _key("warn", case, since), now)


def _last_day(calendar: Calendar, warned: datetime, patience: Patience) -> datetime:
    day = calendar.working_day_after(calendar.today(warned), patience.close - patience.warn)
    return calendar.whole_day(day).start


def _sleep(uow: UnitOfWork, office: Office, case: Case, since: datetime, patience: Patience, now: datetime) -> None:
    """Nobody's case falls asleep without a warning and the days that it promised."""
    warned = uow.outbox.owed_at(_key("warn", case, since))
    if warned is None:
        _warn(uow, office, case, since, patience, now)
        return
    if now < _last_day(office.calendar, warned, patience):
        return
    if not uow.cases.move(case, Event.SLEEP, now, slept_in=case.state, holder_id=None):
        return
    uow.cases.tell(case.id, now, SCHEDULE, "slept")
    close_forms(uow, case)
    sentence = say("provider.slept", about=_about(office, case))
    _tell(uow, office, case, sentence, _key("sleep", case, since), now)
    show_card(uow, office, case.id, now)


def _about(office: Office, case: Case) -> Say:
    if case.number:
        return say("provider.about.case", number=case.number)
    return say("provider.about.draft", title=office.catalogue.service(case.service).title)


def _tell(uow: UnitOfWork, office: Office, case: Case, sentence: Say, key: str, now: datetime) -> None:
    button = case_button(office, language_of(uow, case), "continue", case.id, number=case.number)
    due = office.calendar.next_civil(now)
    tell_provider(uow, office, case, (sentence,), [button], now=due, once=key)
