"""Asks a member of staff, in their own chat, to say in their own words why."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from conversations.flow import Say, say
from domain.cases import Case
from handlers.act import Act, own_chat_open
from handlers.forms import question
from handlers.office import STAFF_LANGUAGE, Office
from handlers.reply import tell_member
from storage.forms import Form
from storage.people import Caller
from storage.unit_of_work import UnitOfWork

FLOW: Final = "reason"
FRESH: Final = timedelta(minutes=15)
"""A question that was interrupted so lately is asked again."""
STALE: Final = timedelta(hours=2)
"""What is written so long after a question was perhaps not meant for it."""


def ask_reason(act: Act, case: Case | None, purpose: str, *before: Say, **answers: Any) -> Form:
    """Lay the form `reason` before the member; `purpose` tells what happens with what they write."""
    caller = own_chat_open(act)
    told = {"for": purpose, **answers}
    case_id = case.id if case else None
    kept = {
        "prompt": act.office.staff_say(*before),
        "at": act.now.isoformat(),
        "afterwards": _interrupted(caller.form, case_id, told, act.now),
    }
    form = act.uow.forms.begin(caller.person_id, FLOW, case_id, act.now, {**told, **kept})
    _ask(act.uow, act.office, act.member.user_id, form, act.now, *before)
    return form


def _interrupted(form: Form | None, case_id: int | None, told: Mapping[str, Any], now: datetime) -> int:
    """The question that the member was about to answer, if it is another one; 0 where there is none."""
    if form is None or form.flow != FLOW or now - _asked_at(form, now) > FRESH:
        return 0
    same = form.case_id == case_id and all(form.answers.get(name) == value for name, value in told.items())
    return int(form.answers.get("afterwards", 0)) if same else form.id


def _asked_at(form: Form, now: datetime) -> datetime:
    at = form.answers.get("at")
    return datetime.fromisoformat(at) if at else now


def _ask(uow: UnitOfWork, office: Office, user_id: str, form: Form, now: datetime, *before: Say) -> None:
    sentences, buttons = question(uow, office, form, STAFF_LANGUAGE, now)
    tell_member(uow, office, user_id, *before, *sentences, now=now, buttons=buttons)


def ask_anew(act: Act, form: Form) -> bool:
    """Whether the question is so old that the words may have been meant for something else: then it is asked again."""
    if act.now - _asked_at(form, act.now) <= STALE:
        return False
    answers = {name: value for name, value in form.answers.items() if name not in ("text", "at")}
    again = act.uow.forms.begin(
        own_chat_open(act).person_id, FLOW, form.case_id, act.now, {**answers, "at": act.now.isoformat()}
    )
    before = say("staff.reason.stale", at=_asked_at(form, act.now), text=form.answers["prompt"])
    _ask(act.uow, act.office, act.member.user_id, again, act.now, before)
    return True


def go_on(uow: UnitOfWork, office: Office, caller: Caller | None, form: Form, now: datetime) -> None:
    """One question is done with: the one that it interrupted is asked again, unless another lies open by now."""
    if caller is None or caller.staff is None or form.flow != FLOW:
        return
    before = uow.forms.find(int(form.answers.get("afterwards", 0)))
    if before is None or before.flow != FLOW or uow.forms.open_before(caller.person_id) is not None:
        return
    uow.forms.take_out(caller.person_id, before.id, now)
    _ask(uow, office, caller.staff.user_id, before, now, say("staff.reason.again", text=before.answers["prompt"]))


def asked(act: Act) -> Say | None:
    """The short answer: the question waits in the private chat; whoever typed the command there reads it already."""
    return None if act.private and not act.tapped else say("staff.reason_asked")
