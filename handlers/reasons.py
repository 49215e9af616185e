"""Asks a member of staff, in their own chat, to say in their own words why."""

from collections.abc import Mapping
from typing import Any

from conversations.flow import Say, say
from domain.cases import Case
from handlers.act import Act, own_chat_open
from handlers.forms import question
from handlers.office import STAFF_LANGUAGE
from handlers.reply import tell_member
from storage.forms import Form


def ask_reason(act: Act, case: Case | None, purpose: str, *before: Say, **answers: Any) -> Form:
    """Lay the form `reason` before the member; `purpose` tells what happens with what they write."""
    person_id = own_chat_open(act).person_id
    told: Mapping[str, Any] = {"for": purpose, **answers}
    form = act.uow.forms.begin(person_id, "reason", case.id if case else None, act.now, told)
    sentences, buttons = question(act.uow, act.office, form, STAFF_LANGUAGE, act.now)
    tell_member(act.uow, act.office, act.member.user_id, *before, *sentences, now=act.now, buttons=buttons)
    return form


def asked(act: Act) -> Say | None:
    """The short answer: the question waits in the private chat; whoever typed the command there reads it already."""
    return None if act.private and not act.tapped else say("staff.reason_asked")
