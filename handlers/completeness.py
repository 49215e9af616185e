"""The completeness check: TUS looks at every document, and the provider hears the outcome once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from conversations.flow import Say, say
from conversations.smaller import letter
from domain.cases import REASONS, Case, Document, Event, State
from domain.messages import Button
from domain.refusal import Refused
from handlers import folder
from handlers.act import Act, hold, move, own_chat_open, require
from handlers.cards import correction_post, outcome_post, show_card, staff_button, verdict_post
from handlers.forms import invite
from handlers.reasons import ask_reason, asked
from handlers.reply import layout
from storage.forms import Form

PAUSE = timedelta(seconds=1.5)
"""The count follows the verdicts when no further one has come for so long: then it changes once for all of them."""


def check(act: Act, case: Case, _more: str = "") -> Say:
    """Send the documents that nobody judged yet to the holder's own chat, each with its buttons.

    What was accepted in an earlier round is not looked at again (SOP-LPSE.KTBGR-020, step 4).
    """
    require(act, case, Event.COMPLETE)
    own_chat_open(act)
    hold(act, case)
    documents = folder.in_order(act.uow, act.office, case)
    unjudged = [document for document in documents if document.state == "sent"]
    if unjudged:
        folder.show_told(act, case)
    for document in unjudged:
        sentence, buttons = _verdict(act, case, documents, document)
        message = folder.to_send(act, case, documents, document, sentence)
        act.uow.posts.send(verdict_post(document), replace(message, rows=layout(buttons)), act.now)
    # The count appears under the documents, with the first verdict, and stays there.
    act.uow.posts.take_back(outcome_post(case), act.now)
    act.uow.posts.disarm([correction_post(case)], act.now)
    if unjudged:
        folder.note_opened(act, case, unjudged)
    else:
        _show_outcome(act, case)
    show_card(act.uow, act.office, case.id, act.now)
    return say("staff.check_sent", number=case.number, count=len(unjudged))


def look(act: Act, case: Case, _more: str = "") -> Say:
    """By command: check the documents while they wait for it, else just look at them."""
    if case.state is State.SUBMITTED:
        return check(act, case)
    return folder.look(act, case)


def accept(act: Act, case: Case, more: str) -> Say:
    """A document is as it should be."""
    document = _under_check(act, case, more)
    if document.state != "accepted":
        act.uow.documents.judge(document.id, "accepted", act.now)
        act.note(case, "document_accepted", folder.spoken_name(act.office, case, document))
    _show_both(act, case, document.id)
    return say("staff.verdict.accepted_short", name=folder.name_of(act.office, case, document))


def ask_why(act: Act, case: Case, more: str) -> Say:
    """A document needs repair: which of the known reasons is it?"""
    document = _under_check(act, case, more)
    buttons = [
        Button(act.office.staff_say(say(f"reason.{reason}.label")), f"s.because.{case.id}.{document.id}.{reason}")
        for reason in REASONS
    ]
    buttons.append(staff_button(act.office, "keep", case.id, document.id))
    name = folder.name_of(act.office, case, document)
    about = folder.about(case, folder.in_order(act.uow, act.office, case), document)
    _show(act, document, say("staff.verdict.why", name=name, about=about), buttons)
    return say("staff.verdict.why_short", name=name)


def keep(act: Act, case: Case, more: str) -> Say:
    """Not returned after all: the verdict stands as it was."""
    document = _under_check(act, case, more)
    _show_both(act, case, document.id)
    return say("staff.verdict.kept_short", name=folder.name_of(act.office, case, document))


def because(act: Act, case: Case, more: str) -> Say | None:
    """The reason for which a document is returned; `lainnya` is told in the member's own words."""
    number, _, reason = more.partition(".")
    document = _under_check(act, case, number)
    if reason not in REASONS:
        raise Refused("document_gone")
    if reason == "lainnya":
        name = folder.name_of(act.office, case, document)
        before = say("staff.reason.document", number=case.number, name=name)
        ask_reason(act, case, "document", before, document=document.id)
        return asked(act)
    return _return(act, case, document, reason)


def return_because(act: Act, case: Case, form: Form, text: str) -> Say:
    """What is wrong with a document was written."""
    return _return(act, case, _under_check(act, case, str(form.answers["document"])), "lainnya", letter(text))


def _return(act: Act, case: Case, document: Document, reason: str, note: str = "") -> Say:
    act.uow.documents.judge(document.id, "returned", act.now, reason, note)
    name = folder.spoken_name(act.office, case, document)
    act.note(case, "document_returned", f"{name}: {note or act.office.staff_say(say(f'reason.{reason}.label'))}")
    _show_both(act, case, document.id)
    return say("staff.verdict.returned_short", name=name)


def _under_check(act: Act, case: Case, number: str) -> Document:
    """The document, while its case is being checked by this member. Refused: not_now, role, held, not_held, ..."""
    require(act, case, Event.RETURN)
    hold(act, case, take=False)
    return folder.find_document(act, case, number)


def _show_both(act: Act, case: Case, document_id: int) -> None:
    documents = folder.in_order(act.uow, act.office, case)
    document = next(one for one in documents if one.id == document_id)
    sentence, buttons = _verdict(act, case, documents, document)
    _show(act, document, sentence, buttons)
    _show_outcome(act, case)


def _verdict(act: Act, case: Case, documents: Sequence[Document], document: Document) -> tuple[Say, list[Button]]:
    """What stands under a document: what to look for, then what was found; it can be changed until it is sent."""
    facts = {"name": folder.name_of(act.office, case, document), "about": folder.about(case, documents, document)}
    if document.state == "accepted":
        buttons = [staff_button(act.office, "return", case.id, document.id)]
        return say("staff.verdict.accepted", **facts), buttons
    if document.state == "returned":
        names = ("accept", "other_reason")
        sentence = say("staff.verdict.returned", reason=reason_of(document), **facts)
    else:
        names = ("accept", "return")
        facts["name"] = folder.title_of(act.office, case, document)
        sentence = say("staff.verdict.ask", marks=folder.marks(act.office, case, document), **facts)
    buttons = [staff_button(act.office, one, case.id, document.id) for one in names]
    return sentence, [*buttons, folder.preview_button(act, case, document)] if document.state == "sent" else buttons


def reason_of(document: Document) -> Say:
    """Why a document was returned, in a few words."""
    return say(f"reason.{document.reason or 'lainnya'}.short", note=document.note)


def _show(act: Act, document: Document, sentence: Say, buttons: Sequence[Button]) -> None:
    """Change the message with the buttons in place."""
    name = verdict_post(document)
    if act.tapped and act.private:
        act.uow.posts.adopt(name, act.chat, act.tapped, act.now)
    act.uow.posts.show(name, act.own_chat, act.office.staff_say(sentence), layout(buttons), act.now)


def _show_outcome(act: Act, case: Case) -> None:
    """How far the check is, a moment after the verdict; it can be sent when every document has one."""
    documents = act.uow.documents.of_case(case.id)
    unjudged = sum(document.state == "sent" for document in documents)
    buttons = [] if unjudged else [staff_button(act.office, "send", case.id)]
    key = "staff.outcome.unfinished" if unjudged else "staff.outcome.ready"
    _write_outcome(act, case, say(key, left=unjudged, **_counted(case, documents)), buttons, PAUSE)


def _counted(case: Case, documents: Sequence[Document]) -> dict[str, object]:
    accepted = sum(document.state == "accepted" for document in documents)
    returned = sum(document.state == "returned" for document in documents)
    return {"number": case.number, "company": case.company, "accepted": accepted, "returned": returned}


def _write_outcome(
    act: Act, case: Case, sentence: Say, buttons: Sequence[Button] = (), after: timedelta = timedelta(0)
) -> None:
    text = act.office.staff_say(sentence)
    act.uow.posts.show(outcome_post(case), act.own_chat, text, layout(buttons), act.now + after)


def send_outcome(act: Act, case: Case, _more: str = "") -> Say:
    """Tell the provider the whole outcome at once: what to repair, or that a call can be booked."""
    require(act, case, Event.RETURN)
    hold(act, case, take=False)
    documents = act.uow.documents.of_case(case.id)
    if unjudged := sum(document.state == "sent" for document in documents):
        raise Refused("unjudged", count=unjudged)
    returned = [document for document in documents if document.state == "returned"]
    if returned:
        case = move(act, case, Event.RETURN, "returned", str(len(returned)))
        invite_correction(act, case, returned, say("provider.returned", **_return_facts(act, case, returned)))
    else:
        case = move(act, case, Event.COMPLETE, "complete")
        sentence = say("provider.complete", number=case.number)
        invite(act.uow, act.office, case, "booking", sentence, now=act.now)
    key = "staff.outcome.returned" if returned else "staff.outcome.complete"
    _write_outcome(act, case, say(key, **_counted(case, documents)))
    show_card(act.uow, act.office, case.id, act.now)
    return say("staff.outcome_sent", number=case.number)


def _return_facts(act: Act, case: Case, returned: Sequence[Document]) -> dict[str, object]:
    return {"number": case.number, "count": len(returned), "documents": list_of(act, case, returned)}


def list_of(act: Act, case: Case, returned: Sequence[Document]) -> tuple[Say, ...]:
    """The returned documents, a line each, with the reason."""
    return tuple(
        say("provider.returned_line", name=folder.name_of(act.office, case, document), reason=reason_of(document))
        for document in returned
    )


def invite_correction(act: Act, case: Case, returned: Sequence[Document], sentence: Say) -> None:
    """Lay before the provider the form that asks only for what was returned."""
    needs = list(dict.fromkeys(document.need for document in returned))
    invite(act.uow, act.office, case, "correction", sentence, now=act.now, answers={"needs": needs})
