"""Taking a case and giving it back, saying no to one, and noting something down."""

from conversations.flow import Say, say
from conversations.smaller import letter
from domain.cases import OPEN, Case, Event, Role
from domain.refusal import Refused
from handlers.act import Act, held, hold, move, name_of, not_now, not_own, require, require_role, seize, takers
from handlers.cards import show_card
from handlers.reasons import ask_reason, asked
from handlers.reply import language_of, tell_provider, word_button
from storage.forms import Form
from storage.unit_of_work import UnitOfWork


def take(act: Act, case: Case, _more: str = "") -> Say:
    """Become the holder; of two who press at once, the second learns who was first."""
    if case.state not in OPEN:
        raise not_now(case)
    require_role(act, takers(case.state))
    not_own(act, case)
    if case.holder_id == act.member.user_id:
        return say("staff.taken_before", number=case.number)
    if case.holder_id is not None:
        raise held(act.uow, case)
    seize(act, case)
    show_card(act.uow, act.office, case.id, act.now)
    return say("staff.taken", number=case.number)


def release(act: Act, case: Case, _more: str = "") -> Say:
    """Give a case back, so that somebody else can take it; an admin may do so for another."""
    if case.state not in OPEN:
        raise not_now(case)
    if case.holder_id is None:
        raise Refused("free", number=case.number)
    if case.holder_id != act.member.user_id and Role.ADMIN not in act.member.roles:
        raise held(act.uow, case)
    if not act.uow.cases.release(case.id, case.holder_id):
        raise held(act.uow, act.uow.cases.get(case.id))
    act.note(case, "released", "" if case.holder_id == act.member.user_id else name_of(act.uow, case.holder_id))
    show_card(act.uow, act.office, case.id, act.now)
    return say("staff.released", number=case.number)


def reject(act: Act, case: Case, reason: str) -> Say | None:
    """Say no to a request; without a reason in the command, the reason is asked for in private."""
    require(act, case, Event.REJECT)
    if case.holder_id is not None:
        hold(act, case)
    if not reason:
        ask_reason(act, case, "reject", say("staff.reason.reject", number=case.number, company=case.company))
        return asked(act)
    return _reject(act, case, letter(reason))


def reject_because(act: Act, case: Case, _form: Form, reason: str) -> Say:
    """The reason of a refusal was written."""
    require(act, case, Event.REJECT)
    if case.holder_id is not None:
        hold(act, case)
    return _reject(act, case, reason)


def _reject(act: Act, case: Case, reason: str) -> Say:
    case = move(act, case, Event.REJECT, "rejected", reason, due_at=None)
    act.uow.appointments.end(case.id, "cancelled")
    close_forms(act.uow, case)
    sentence = say(
        "provider.rejected",
        number=case.number,
        reason=reason,
        contact=act.office.settings.contact,
        complaint=act.office.settings.complaint,
    )
    language = language_of(act.uow, case)
    buttons = [word_button(act.office, language, word) for word in ("menu", "officer")]
    tell_provider(act.uow, act.office, case, (sentence,), buttons, now=act.now)
    show_card(act.uow, act.office, case.id, act.now)
    return say("staff.rejected", number=case.number)


def close_forms(uow: UnitOfWork, case: Case) -> None:
    """Take the provider's form on a case off the counter: there is nothing to fill in any more."""
    lying = uow.forms.open_before(case.person_id)
    if lying is not None and lying.case_id == case.id:
        uow.forms.put_away(case.person_id)


def resend(act: Act, case: Case, _more: str = "") -> Say:
    """Send once more what did not reach the provider, wherever they can be reached best now."""
    failed = act.uow.outbox.failed(case.id)
    if not failed:
        raise Refused("nothing_to_resend", number=case.number)
    address = act.uow.people.addresses(case.person_id, act.now)[0]
    for message in failed:
        act.uow.outbox.send_elsewhere(message.id, message.address if message.secret else address)
    act.note(case, "resent", str(len(failed)))
    show_card(act.uow, act.office, case.id, act.now)
    return say("staff.resent", number=case.number, count=len(failed))


def write_note(act: Act, case: Case, text: str) -> Say:
    """Keep something that only staff read."""
    if not text:
        raise Refused("note_empty", number=case.number)
    act.note(case, "note", letter(text))
    return say("staff.noted", number=case.number)
