"""What time alone brings about: each tick asks what is due and owes it once, however often and late the ticks come."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from conversations.flow import Say, say
from domain import sla
from domain.cases import OPEN, Appointment, Case, Role, StaffMember, State
from domain.slots import can_change
from handlers import astray, consultation, folder, survey
from handlers.call import lay_sheet
from handlers.cards import CLOCK_STEP, call_attention, show_card, staff_button
from handlers.office import STAFF_LANGUAGE, Office
from handlers.overview import counts
from handlers.reply import case_button, join_button, language_of, tell_group, tell_member, tell_provider, word_button
from handlers.silence import wait_for_providers
from handlers.visit import SCHEDULE
from storage.unit_of_work import UnitOfWork

SOON = timedelta(hours=1)
"""A reminder so short before a call comes at any hour: the person is up for it."""
FORGOTTEN = timedelta(days=14)
"""A call without a result that lies so far back is not looked for any more."""
MORNING = timedelta(hours=1)
"""After that a digest of the morning is no news any more: /rekap tells the same at any time."""
A_DAY = timedelta(days=1)
MOST_CARDS, A_WEEK = 300, timedelta(days=7)
STEPS = (1, 2, 4)
"""A case that nobody takes is told of after once, twice and four times the patience of the office."""


def tick(uow: UnitOfWork, office: Office, now: datetime) -> None:
    """Do whatever has become due."""
    office = office.today(uow)
    watch_the_promise(uow, office, now)
    watch_the_queue(uow, office, now)
    watch_the_calls(uow, office, now)
    if _for_the_first_time(uow, "clocks", str(int(now.timestamp() // CLOCK_STEP.total_seconds()))):
        renew_clocks(uow, office, now)
    if office.calendar.is_open(now) and _for_the_first_time(uow, "morning", str(office.calendar.today(now))):
        begin_the_day(uow, office, now)


def _for_the_first_time(uow: UnitOfWork, what: str, when: str) -> bool:
    if uow.setting(what) == when:
        return False
    uow.remember(what, when)
    return True


def begin_the_day(uow: UnitOfWork, office: Office, now: datetime) -> None:
    """At the first opening of a working day: the digest, and the providers who have to act."""
    today = office.calendar.today(now)
    if now < office.calendar.hours_on(today)[0].start + MORNING:
        tell_group(uow, office, counts(uow, office, now), now=now, once=f"digest:{today}")
    for case in uow.cases.in_states(OPEN, MOST_CARDS):
        if now - case.state_since < A_WEEK:
            # "Since 9 o'clock" was said of yesterday.
            show_card(uow, office, case.id, now)
    uow.outbox.forget_old_secrets(now - A_DAY)
    astray.forget(uow, now)
    wait_for_providers(uow, office, now)
    survey.look_after(uow, office, now)


def renew_clocks(uow: UnitOfWork, office: Office, now: datetime) -> None:
    """Bring the countdown on the cards up to date while somebody is there to read it."""
    if office.calendar.is_open(now):
        for case in uow.cases.in_states((State.VERIFIED,), limit=40):
            show_card(uow, office, case.id, now)


# ---------------------------------------------------------------- the promise of the standard


def watch_the_promise(uow: UnitOfWork, office: Office, now: datetime) -> None:
    """Remind of running clocks, climbing: the holder, then the group and the verifikators, then the admins."""
    marks = office.settings.sla_marks
    longest = max((service.hours or 0 for service in office.catalogue.services), default=0)
    first = min(marks, default=1.0)
    # Whatever passed the first mark has at most this much of its time left.
    horizon = sla.due(now, longest * (1 - first), office.calendar) if longest else now
    running = [
        (case, step, _clock_key(case, step)) for case in uow.cases.due(horizon) if (step := _step(office, case, now))
    ]
    if not running:
        return
    known = uow.outbox.known(key for _, _, key in running)
    for case, step, key in running:
        if key not in known:
            _climb(uow, office, case, step, key, now)


def _step(office: Office, case: Case, now: datetime) -> str:
    """The newest mark that a clock passed: after a long standstill nobody hears of all the earlier ones."""
    assert case.due_at is not None
    assert case.verified_at is not None
    if now > case.due_at:
        return "late"
    hours = office.catalogue.service(case.service).hours or 0
    passed = ""
    for mark in office.settings.sla_marks:
        if now >= sla.moment(case.verified_at, hours, office.calendar, mark):
            passed = f"{mark:.0%}"
    return passed


def _clock_key(case: Case, step: str) -> str:
    """A case that was sent back runs anew, and is reminded of anew."""
    assert case.verified_at is not None
    return f"clock:{step}:{case.id}:{case.verified_at:%Y%m%d%H%M%S}"


def _climb(uow: UnitOfWork, office: Office, case: Case, step: str, key: str, now: datetime) -> None:
    """The first marks are for the holder in office hours; the last one, and a broken promise, do not wait for them."""
    if step == "late":
        _tell_late(uow, office, case, key, now)
        return
    assert case.due_at is not None
    sentence = say(
        "staff.clock.reminder", number=case.number, company=case.company, due=case.due_at, left=case.due_at - now
    )
    if step == f"{office.settings.sla_marks[-1]:.0%}":
        call_attention(uow, office, case, sentence, now=now, once=key, urgent=True)
        _tell_each(uow, office, uow.staff.with_role(Role.VERIFIKATOR), sentence, key, now)
    elif office.calendar.is_open(now):
        _tell_holder(uow, office, case, sentence, key, now)


def _tell_late(uow: UnitOfWork, office: Office, case: Case, key: str, now: datetime) -> None:
    assert case.due_at is not None
    facts = {"number": case.number, "company": case.company, "due": case.due_at}
    sentence = say("staff.clock.late", **facts, late=now - case.due_at)
    call_attention(uow, office, case, sentence, now=now, once=key, urgent=True)
    _tell_each(uow, office, uow.staff.with_role(Role.ADMIN), sentence, key, now)
    uow.cases.tell(case.id, now, SCHEDULE, "late")
    # The provider hears the truth at a decent hour; nobody waits for it at night.
    apology = say("provider.late", number=case.number, due=case.due_at)
    buttons = [word_button(office, language_of(uow, case), word) for word in ("status", "officer")]
    tell_provider(uow, office, case, (apology,), buttons, now=office.calendar.next_civil(now), once=f"{key}:provider")


def _tell_holder(uow: UnitOfWork, office: Office, case: Case, sentence: Say, key: str, now: datetime) -> None:
    """Whoever holds the case hears it, or the group when nobody does."""
    if case.holder_id is not None:
        tell_member(uow, office, case.holder_id, sentence, now=now, once=key)
    else:
        call_attention(uow, office, case, sentence, now=now, once=key)


def _tell_each(
    uow: UnitOfWork, office: Office, members: Sequence[StaffMember], sentence: Say, key: str, now: datetime
) -> None:
    for member in members:
        tell_member(uow, office, member.user_id, sentence, now=now, once=f"{key}:{member.user_id}")


# ---------------------------------------------------------------- cases that nobody takes


def watch_the_queue(uow: UnitOfWork, office: Office, now: datetime) -> None:
    """Remind of cases that nobody has taken for some office hours, climbing: the group, each TUS, admins."""
    patience = office.settings.unclaimed_after
    if not office.calendar.is_open(now):
        return
    for case in uow.cases.unclaimed(now - patience):
        waited = office.calendar.open_time(case.state_since, now)
        passed = [times for times in STEPS if waited >= times * patience]
        if passed:
            _tell_unclaimed(uow, office, case, passed[-1], waited, now)


def _tell_unclaimed(uow: UnitOfWork, office: Office, case: Case, times: int, waited: timedelta, now: datetime) -> None:
    key = f"unclaimed:{times}:{case.id}:{case.state_since:%Y%m%d%H%M%S}"
    sentence = say("staff.unclaimed", number=case.number, company=case.company, waited=waited)
    if times == STEPS[0]:
        call_attention(uow, office, case, sentence, now=now, once=key)
        return
    role = Role.TUS if times == STEPS[1] else Role.ADMIN
    for member in uow.staff.with_role(role):
        take = [staff_button(office, "take", case.id)]
        tell_member(uow, office, member.user_id, sentence, now=now, buttons=take, once=f"{key}:{member.user_id}")


# ---------------------------------------------------------------- video calls


def watch_the_calls(uow: UnitOfWork, office: Office, now: datetime) -> None:
    """Remind of booked calls, open them at their time, and ask for the result of those that are over."""
    reminders = office.settings.call_reminders
    ahead = max(reminders, default=timedelta(0))
    due = [
        (key, appointment, what)
        for appointment in uow.appointments.between(now - FORGOTTEN, now + ahead + timedelta(seconds=1))
        for key, what in _due(office, appointment, now)
    ]
    if not due:
        return
    known = uow.outbox.known(key for key, _, _ in due)
    due = [one for one in due if one[0] not in known]
    cases = uow.cases.with_ids(appointment.case_id for _, appointment, _ in due) if due else {}
    for key, appointment, what in due:
        what(uow, office, cases[appointment.case_id], appointment, key, now)


Deed = Callable[[UnitOfWork, Office, Case, Appointment, str, datetime], None]


def _due(office: Office, appointment: Appointment, now: datetime) -> list[tuple[str, Deed]]:
    """What a call needs now, with the key under which it is done once; of the reminders only the newest."""
    starts_at = appointment.starts_at
    if now < starts_at:
        passed = [before for before in office.settings.call_reminders if starts_at - now <= before]
        if not passed or not (office.calendar.is_civil(now) or passed[-1] <= SOON):
            return []
        minutes = int(passed[-1].total_seconds() // 60)
        return [(f"call:{minutes}:{appointment.id}", _remind_of_call)]
    due: list[tuple[str, Deed]] = []
    if now < appointment.ends_at:
        due.append((f"call:now:{appointment.id}", _open_call))
    # Who has noted down who is there is in the middle of the call.
    over = appointment.ends_at if appointment.attended_by else starts_at + office.settings.no_show_grace
    if now >= over and office.calendar.is_open(now):
        due.append((f"call:result:{appointment.id}", _ask_result))
    return due


def _remind_of_call(
    uow: UnitOfWork, office: Office, case: Case, appointment: Appointment, key: str, now: datetime
) -> None:
    """The provider hears when it is, who must come, and what to have at hand; before the last minutes staff do too."""
    left = appointment.starts_at - now
    before = min(one for one in office.settings.call_reminders if left <= one)
    if case.state_since > appointment.starts_at - before:
        # Booked after the time of this reminder: the confirmation has just said all of it.
        return
    last = before == min(office.settings.call_reminders)
    talking = consultation.is_consultation(office, case)
    kind = "talk_call" if talking else "call"
    sentence = say(
        f"provider.{kind}.soon" if last else f"provider.{kind}.reminder",
        number=case.number,
        starts=appointment.starts_at,
        left=left,
        where=_where(office, case),
        originals=_originals(uow, office, case),
    )
    language = language_of(uow, case)
    buttons = join_button(office, language, appointment)
    if _can_still_move(office, case, appointment, now):
        buttons.append(case_button(office, language, "call_move" if talking else "reschedule", case.id))
    buttons.append(word_button(office, language, "officer"))
    tell_provider(uow, office, case, (sentence,), buttons, now=now, once=key)
    if not last:
        return
    notice = say("staff.call.soon", number=case.number, company=case.company, left=left)
    if case.holder_id is not None:
        tell_member(uow, office, case.holder_id, notice, now=now, once=f"{key}:holder")
    else:
        # While there is still time to take it.
        call_attention(uow, office, case, notice, now=now, once=f"{key}:group", urgent=True)


def _can_still_move(office: Office, case: Case, appointment: Appointment, now: datetime) -> bool:
    calendar = office.calendar
    return can_change(appointment.starts_at, calendar, now) and case.reschedules < calendar.calls.max_changes


def _originals(uow: UnitOfWork, office: Office, case: Case) -> tuple[Say, ...]:
    return tuple(
        say("provider.call.original", name=folder.name_of(office, case, document))
        for document in folder.originals(uow, office, case)
    )


def _where(office: Office, case: Case) -> Say:
    return say(f"provider.call.{office.settings.call_by}", mobile=case.particulars.get("mobile", ""))


def _open_call(uow: UnitOfWork, office: Office, case: Case, appointment: Appointment, key: str, now: datetime) -> None:
    """At the booked time both sides get the way into the call, and the holder the call sheet."""
    kind = "talk_call" if consultation.is_consultation(office, case) else "call"
    sentence = say(f"provider.{kind}.now", number=case.number, where=_where(office, case))
    language = language_of(uow, case)
    buttons = [*join_button(office, language, appointment), word_button(office, language, "officer")]
    tell_provider(uow, office, case, (sentence,), buttons, now=now, once=key)
    facts = {"number": case.number, "company": case.company, "starts": appointment.starts_at}
    if case.holder_id is not None and consultation.is_consultation(office, case):
        way = [*join_button(office, STAFF_LANGUAGE, appointment), *consultation.staff_buttons(office, case)]
        tell_member(
            uow, office, case.holder_id, say("staff.talk.call_now", **facts), now=now, buttons=way, once=f"{key}:holder"
        )
    elif case.holder_id is not None:
        lay_sheet(uow, office, case, case.holder_id, now)
    else:
        sentence = say("staff.call.nobody", **facts)
        call_attention(uow, office, case, sentence, now=now, urgent=True, once=f"{key}:group")


def _ask_result(uow: UnitOfWork, office: Office, case: Case, appointment: Appointment, key: str, now: datetime) -> None:
    """A call without a result: a person decides what became of it, never the clock."""
    facts = {"number": case.number, "company": case.company, "starts": appointment.starts_at}
    sentence = say("staff.call.no_result", **facts)
    if case.holder_id is not None and consultation.is_consultation(office, case):
        buttons = consultation.staff_buttons(office, case)
        tell_member(
            uow, office, case.holder_id, say("staff.talk.call_over", **facts), now=now, buttons=buttons, once=key
        )
    elif case.holder_id is None:
        call_attention(uow, office, case, sentence, now=now, once=key)
    elif tell_member(uow, office, case.holder_id, sentence, now=now, once=key):
        lay_sheet(uow, office, case, case.holder_id, now)
