"""The verifikator's work: doing in SPSE what was asked for, or sending the case back."""

from conversations.application import spoken
from conversations.flow import Say, say
from domain.cases import Case, Document, Event
from domain.identifiers import SpseUserId
from domain.messages import Address, Button
from domain.refusal import Refused
from handlers import folder, survey
from handlers.act import Act, hold, move, own_chat_open, require
from handlers.cards import choice_post, show_card
from handlers.completeness import invite_correction, list_of
from handlers.office import STAFF_LANGUAGE
from handlers.reasons import ask_reason
from handlers.reply import language_of, layout, tell_group, tell_provider
from storage.forms import Form
from storage.outbox import Owed

PICKED = "picked"
"""What the form of a sending-back keeps: the documents that have to come again."""


def resolve(act: Act, case: Case, _more: str = "") -> Say:
    """The product is there: the clock stops, and the provider hears it at once (SOP-020, step 9)."""
    require(act, case, Event.RESOLVE)
    if act.office.catalogue.service(case.service).secret_product:
        own_chat_open(act)
        hold(act, case)
        ask_reason(act, case, "product", say("staff.reason.product", number=case.number, company=case.company))
        return say("staff.reason_asked")
    hold(act, case)
    return _resolve(act, case)


def hand_over(act: Act, case: Case, _form: Form, text: str) -> Say:
    """The product is for the provider alone: it goes to their chat, and nowhere else (service standard, no. 18).

    Refused: user_id.
    """
    require(act, case, Event.RESOLVE)
    hold(act, case)
    try:
        user_id = str(SpseUserId.parse(text))
    except Refused as refusal:
        raise Refused("user_id") from refusal
    return _resolve(act, case, user_id)


def _resolve(act: Act, case: Case, user_id: str = "") -> Say:
    late = case.due_at is not None and act.now > case.due_at
    case = move(act, case, Event.RESOLVE, "resolved_late" if late else "resolved_in_time", resolved_at=act.now)
    _tell_result(act, case, user_id)
    survey.invite(act.uow, act.office, case, act.now)
    show_card(act.uow, act.office, case.id, act.now)
    return say("staff.resolved_late" if late else "staff.resolved", number=case.number)


def _tell_result(act: Act, case: Case, user_id: str) -> None:
    """The provider hears of the result; what is secret only in the chat in which they opened the case."""
    if not user_id:
        tell_provider(act.uow, act.office, case, (_product(act, case, user_id),), now=act.now)
        return
    opened = Address(case.opened_channel, case.opened_chat)
    language = language_of(act.uow, case)
    text = act.office.say(language, _product(act, case, user_id), channel=opened.channel)
    message = Owed(address=opened, text=text, case_id=case.id, unasked=True, secret=True)
    act.uow.outbox.owe(message, act.now)
    if opened != act.uow.people.addresses(case.person_id, act.now)[0]:
        channel = act.office.can(opened.channel).title
        tell_provider(
            act.uow, act.office, case, (say("provider.secret_there", number=case.number, channel=channel),), now=act.now
        )


def _product(act: Act, case: Case, user_id: str) -> Say:
    """What the provider hears of the product, in the words of the service."""
    service = act.office.catalogue.service(case.service)
    facts = {"number": case.number, "company": case.company}
    match service.flow:
        case "registrasi":
            return say("provider.resolved.registrasi", **facts)
        case "perubahan_data":
            changed = spoken("changes", case.particulars["changes"], act.office.catalogue)
            return say("provider.resolved.perubahan_data", changes=changed, **facts)
        case "informasi_user_id":
            return say("provider.resolved.informasi_user_id", user_id=user_id, **facts)
    return say("provider.resolved.other", product=service.product, **facts)


def ask_send_back(act: Act, case: Case, _more: str = "") -> Say:
    """Which documents have to come again, and why: both are asked for in the verifikator's own chat."""
    require(act, case, Event.SEND_BACK)
    own_chat_open(act)
    hold(act, case)
    act.uow.posts.take_back(choice_post(case), act.now)
    form = ask_reason(act, case, "send_back", say("staff.reason.send_back", number=case.number, company=case.company))
    _show_choice(act, case, form)
    show_card(act.uow, act.office, case.id, act.now)
    return say("staff.reason_asked")


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
            act.uow.documents.judge(document.id, "returned", "lainnya", reason)
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
