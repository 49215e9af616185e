"""The verifikator's work: doing in SPSE what was asked for, or sending the case back."""

import re
from collections.abc import Sequence

from conversations.flow import Say, say
from conversations.papers import comma
from domain.cases import Case, Document, Event
from domain.catalogue import DATA_CHANGE, REGISTRATION, Named
from domain.identifiers import SpseUserId
from domain.messages import Address, Button
from domain.refusal import Refused
from handlers import changes, folder, survey
from handlers.act import Act, hold, move, own_chat_open, require
from handlers.cards import choice_post, show_card
from handlers.completeness import invite_correction, list_of
from handlers.office import STAFF_LANGUAGE
from handlers.reasons import ask_reason, asked
from handlers.reply import language_of, layout, tell_group, tell_provider
from storage.forms import Form
from storage.owed import Owed

PICKED = "picked"
"""What the form of a sending-back keeps: the documents that have to come again."""
PRODUCT = "product"
"""What the form of a product that only the provider may read is for."""
CALLED = re.compile(r"(?:user\W?id)(?:\s*spse)?(?:\s*nya)?(?:\s*[:=]\s*|\s+(?:adalah\s+)?)", re.IGNORECASE)
"""What people write before a user ID."""


def resolve(act: Act, case: Case, more: str = "") -> Say | None:
    """The product is there: the clock stops, and the provider hears it at once (SOP-020, step 9)."""
    require(act, case, Event.RESOLVE)
    service = act.office.catalogue.service(case.service)
    if service.flow == DATA_CHANGE:
        return changes.open_sheet(act, case)
    if service.secret_product:
        return _ask_product(act, case, more)
    hold(act, case)
    facts = {"number": case.number, "company": case.company}
    if service.flow == REGISTRATION:
        return _resolve(act, case, say("provider.resolved.registrasi", **facts))
    return _resolve(act, case, say("provider.resolved.other", product=service.product, **facts))


def record_changes(act: Act, case: Case, _more: str = "") -> Say | None:
    """What is ticked on the sheet is changed; what is not needs a reason, which the provider reads.

    Refused: not_now, role, held, not_held, nothing_changed.
    """
    require(act, case, Event.RESOLVE)
    hold(act, case, take=False)
    if not changes.changed(act, case):
        raise Refused("nothing_changed")
    left = changes.unchanged(act, case)
    if left:
        names = comma([datum.name for datum in left])
        ask_reason(act, case, "part", say("staff.reason.part", number=case.number, company=case.company, names=names))
        return asked(act)
    return _resolve_changes(act, case)


def record_part(act: Act, case: Case, _form: Form, reason: str) -> Say:
    """Why some of the data stay as they were was written."""
    require(act, case, Event.RESOLVE)
    hold(act, case, take=False)
    if not changes.changed(act, case):
        raise Refused("nothing_changed")
    return _resolve_changes(act, case, reason)


def _resolve_changes(act: Act, case: Case, reason: str = "") -> Say:
    """The history keeps which data were changed and which were not; the provider is told exactly that."""
    made, left = changes.changed(act, case), changes.unchanged(act, case)
    act.note(case, "changed", _names(act, made))
    if left:
        act.note(case, "unchanged", f"{_names(act, left)}: {reason}")
    lines = tuple(
        say("provider.resolved.changed", name=datum.name, new=changes.now_reads(act, case, datum)) for datum in made
    )
    facts = {"number": case.number, "company": case.company, "changed": lines}
    if left:
        kept = tuple(say("provider.resolved.unchanged", name=datum.name) for datum in left)
        result = say("provider.resolved.perubahan_data_part", unchanged=kept, reason=reason, **facts)
    else:
        result = say("provider.resolved.perubahan_data", **facts)
    changes.finish_sheet(act, case)
    return _resolve(act, case, result)


def _names(act: Act, data: Sequence[Named]) -> str:
    return act.office.wording.text(STAFF_LANGUAGE, comma([datum.name for datum in data]))


def _ask_product(act: Act, case: Case, told: str) -> Say | None:
    """What only the provider may read is written in private; what came with a command in the group leaves the group."""
    own_chat_open(act)
    hold(act, case)
    show_card(act.uow, act.office, case.id, act.now)
    if told and act.private:
        return _hand_over(act, case, told)
    sentences = [say("staff.reason.product", number=case.number, company=case.company)]
    if told:
        take_out_of_group(act)
        sentences.insert(0, say("staff.taken_out_of_group"))
    ask_reason(act, case, PRODUCT, *sentences)
    return asked(act)


def take_out_of_group(act: Act) -> None:
    """Let a message leave the group in which something stands that is nobody else's business."""
    if act.written:
        act.uow.outbox.owe(Owed(address=act.chat, kind="delete", target=act.written, urgent=True), act.now)


def hand_over(act: Act, case: Case, _form: Form, text: str) -> Say | None:
    """The product is for the provider alone: it goes to the chat in which they opened the case (standard, no. 18)."""
    require(act, case, Event.RESOLVE)
    hold(act, case)
    return _hand_over(act, case, text)


def user_id_in(text: str) -> str:
    """The user ID that somebody wrote, be it after "User ID:". Refused: empty, too_long, spaces, letters."""
    return str(SpseUserId.parse(CALLED.sub("", text.strip(), count=1) if CALLED.match(text.strip()) else text))


def _hand_over(act: Act, case: Case, text: str) -> Say | None:
    try:
        user_id = user_id_in(text)
    except Refused:
        # The question stays open: what is written next is the answer to it.
        ask_reason(act, case, PRODUCT, say("staff.no.user_id"))
        return None
    result = say("provider.resolved.informasi_user_id", user_id=user_id, number=case.number, company=case.company)
    return _resolve(act, case, result, secret=True)


def _resolve(act: Act, case: Case, result: Say, *, secret: bool = False) -> Say:
    late = case.due_at is not None and act.now > case.due_at
    case = move(act, case, Event.RESOLVE, "resolved_late" if late else "resolved_in_time", resolved_at=act.now)
    if secret:
        _whisper(act, case, result)
    else:
        tell_provider(act.uow, act.office, case, (result,), now=act.now)
    survey.invite(act.uow, act.office, case, act.now)
    show_card(act.uow, act.office, case.id, act.now)
    return say("staff.resolved_late" if late else "staff.resolved", number=case.number)


def _whisper(act: Act, case: Case, result: Say) -> None:
    """Tell something in the chat in which the provider opened the case, and nowhere else."""
    opened = Address(case.opened_channel, case.opened_chat)
    text = act.office.say(language_of(act.uow, case), result, channel=opened.channel)
    act.uow.outbox.owe(Owed(address=opened, text=text, case_id=case.id, unasked=True, secret=True), act.now)
    if opened != act.uow.people.addresses(case.person_id, act.now)[0]:
        notice = say("provider.secret_there", number=case.number, channel=act.office.can(opened.channel).title)
        tell_provider(act.uow, act.office, case, (notice,), now=act.now)


def ask_send_back(act: Act, case: Case, _more: str = "") -> Say | None:
    """Which documents have to come again, and why: both are asked for in the verifikator's own chat."""
    require(act, case, Event.SEND_BACK)
    own_chat_open(act)
    hold(act, case)
    act.uow.posts.take_back(choice_post(case), act.now)
    form = ask_reason(act, case, "send_back", say("staff.reason.send_back", number=case.number, company=case.company))
    _show_choice(act, case, form)
    show_card(act.uow, act.office, case.id, act.now)
    return asked(act)


def _show_choice(act: Act, case: Case, form: Form) -> None:
    buttons = [
        Button(_label(act, case, document, form), f"s.pick.{case.id}.{document.id}")
        for document in act.uow.documents.of_case(case.id)
    ]
    count = len(form.answers.get(PICKED, ()))
    text = act.office.staff_say(say("staff.send_back.choose", number=case.number, count=count))
    act.uow.posts.show(choice_post(case), act.own_chat, text, layout(buttons), act.now)


def _label(act: Act, case: Case, document: Document, form: Form) -> str:
    key = "staff.send_back.picked" if document.id in form.answers.get(PICKED, ()) else "staff.send_back.unpicked"
    return act.office.wording.say(STAFF_LANGUAGE, say(key, name=folder.name_of(act.office, case, document)))


def pick(act: Act, case: Case, more: str) -> Say:
    """Add a document to those that have to come again, or take it off. Refused: no_reason_asked."""
    require(act, case, Event.SEND_BACK)
    hold(act, case, take=False)
    document = folder.find_document(act, case, more)
    form = own_chat_open(act).form
    if form is None or form.answers.get("for") != "send_back" or form.case_id != case.id:
        raise Refused("no_reason_asked")
    picked = list(form.answers.get(PICKED, ()))
    if document.id in picked:
        picked.remove(document.id)
    else:
        picked.append(document.id)
    form = act.uow.forms.save(form, {**form.answers, PICKED: picked}, act.now)
    _show_choice(act, case, form)
    return say("staff.send_back.short", count=len(picked))


def send_back_because(act: Act, case: Case, form: Form, reason: str) -> Say:
    """Why the case goes back was written."""
    require(act, case, Event.SEND_BACK)
    hold(act, case, take=False)
    return _send_back(act, case, reason, frozenset(form.answers.get(PICKED, ())))


def _send_back(act: Act, case: Case, reason: str, picked: frozenset[int]) -> Say:
    """The clock is discarded and starts anew after the next call.

    Without picked documents there is nothing to send: the provider reads the reason, does what it asks for, and says
    so with the one button of the form.
    """
    case = move(act, case, Event.SEND_BACK, "sent_back", reason, due_at=None, verified_at=None, holder_id=None)
    for document in act.uow.documents.of_case(case.id):
        if document.id in picked:
            act.uow.documents.judge(document.id, "returned", act.now, "lainnya", reason)
    act.uow.documents.forget_originals(case.id)
    returned = [document for document in act.uow.documents.of_case(case.id) if document.state == "returned"]
    facts = {"number": case.number, "reason": reason}
    if returned:
        sentence = say("provider.sent_back", **facts, documents=list_of(act, case, returned))
    else:
        sentence = say("provider.sent_back_nothing", **facts)
    invite_correction(act, case, returned, sentence)
    text = act.office.staff_say(say("staff.send_back.done", number=case.number, count=len(returned)))
    act.uow.posts.show(choice_post(case), act.own_chat, text, (), act.now)
    notice = say("staff.sent_back_notice", number=case.number, company=case.company)
    tell_group(act.uow, act.office, notice, now=act.now)
    show_card(act.uow, act.office, case.id, act.now)
    return say("staff.sent_back", number=case.number)
