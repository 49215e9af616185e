"""Staff answer in words: questions in a conversation with the provider, and wishes for training."""

from typing import Final

from conversations.flow import Say, say
from conversations.smaller import letter
from domain.cases import TALKING, Case, Event, State
from domain.catalogue import TRAINING
from domain.identifiers import CASE_NUMBER
from domain.messages import Inbound
from domain.refusal import Refused
from handlers import consultation, desk, letters, overview, survey, talk_files
from handlers.act import Act, hold, move, not_now, own_chat_open, require
from handlers.cards import show_card
from handlers.reasons import ask_reason, asked
from handlers.reply import language_of, tell_member, tell_provider, word_button
from storage.forms import Form

NEWEST: Final = 12
"""So much of a conversation is shown to whoever takes it over."""


def take(act: Act, case: Case, more: str = "") -> Say:
    """Become the holder; what was asked in words comes to the holder's own chat, whole."""
    if case.state in TALKING:
        own_chat_open(act)
    fresh = case.holder_id != act.member.user_id
    done = desk.take(act, case, more)
    if fresh and case.state in TALKING:
        _show(act, case)
    return done


def _show(act: Act, case: Case) -> None:
    """All that was said so far, with the files, in the member's own chat."""
    if not consultation.is_consultation(act.office, case):
        sentence = say("staff.talk.wish", number=case.number, particulars=overview.particulars(act, case))
        tell_member(act.uow, act.office, act.member.user_id, sentence, now=act.now)
        act.note(case, "particulars_read")
        return
    said = [one for one in act.uow.cases.story(case.id) if one.what in (consultation.ASKED, consultation.ANSWERED)]
    lines = tuple(
        say(f"staff.talk.{'theirs' if one.what == consultation.ASKED else 'ours'}", text=one.why)
        for one in said[-NEWEST:]
    )
    sentence = say("staff.talk.whole", number=case.number, company=case.company, lines=lines)
    buttons = consultation.staff_buttons(act.office, case)
    tell_member(act.uow, act.office, act.member.user_id, sentence, now=act.now, buttons=buttons)
    for document in act.uow.documents.of_case(case.id):
        if document.need == talk_files.FROM_PROVIDER and document.pages:
            name, words = document.name, document.note
            talk_files.show_file(act.uow, act.office, case, document.id, name, words, act.now)


def _require(act: Act, case: Case, event: Event) -> None:
    """Refused: not_now, where it is no conversation; and all that acting on a case asks for."""
    if not consultation.is_consultation(act.office, case):
        raise not_now(case)
    require(act, case, event)
    hold(act, case)


def ask_answer(act: Act, case: Case, _more: str = "") -> Say | None:
    """The button: what the member writes next is the answer."""
    _require(act, case, Event.ANSWER)
    ask_reason(act, case, "answer", say("staff.reason.answer", number=case.number, company=case.company))
    show_card(act.uow, act.office, case.id, act.now)
    return asked(act)


def answer_because(act: Act, case: Case, _form: Form, text: str) -> Say:
    """The answer was written."""
    return answer(act, case, text)


def reply(act: Act, case: Case, text: str) -> Say | None:
    """By command: an answer where there is a question, else a letter."""
    if not consultation.is_open(act.office, case):
        return letters.reply(act, case, text)
    return answer(act, case, letter(text)) if text else ask_answer(act, case)


def answer(act: Act, case: Case, text: str) -> Say:
    """The provider reads the answer in their own chat, and has the ball."""
    _require(act, case, Event.ANSWER)
    case = move(act, case, Event.ANSWER, consultation.ANSWERED, text)
    sentence = say("provider.answer", number=case.number, text=text)
    consultation.pass_to_provider(act.uow, act.office, case, sentence, act.now)
    show_card(act.uow, act.office, case.id, act.now)
    return say("staff.talk.answered", number=case.number)


def by_reply(act: Act, inbound: Inbound) -> bool:
    """Whether a message in the member's own chat answers a question: as a reply to what we passed on, or a file while
    the answer is waited for. Then it is passed on.
    """
    quoted = CASE_NUMBER.search(inbound.quoted) if inbound.quotes_us else None
    if quoted is None and inbound.file is None:
        return False
    form = own_chat_open(act).form
    waiting = form if form is not None and form.flow == "reason" else None
    if waiting is not None and (waiting.answers.get("for") != "answer" or waiting.case_id is None):
        return False
    case = None
    if quoted is not None:
        case = act.uow.cases.by_number(quoted[0])
    elif waiting is not None and waiting.case_id is not None:
        case = act.uow.cases.find(waiting.case_id)
    if case is None or not consultation.is_consultation(act.office, case):
        return False
    if inbound.secret:
        act.answer(say("secret.staff"))
        return True
    if inbound.file is None:
        done: Say | None = answer(act, case, letter(inbound.text))
    else:
        _require(act, case, Event.ANSWER)
        done = talk_files.take_in(act.uow, case, talk_files.FROM_STAFF, inbound, act.own_chat, act.now)
    if waiting is not None and waiting.case_id == case.id:
        act.uow.forms.throw_away(waiting.id)
    if done is not None:
        act.answer(done)
    return True


def offer_call(act: Act, case: Case, _more: str = "") -> Say:
    """The provider may choose a slot for a call; who asked keeps the ball that they have."""
    _require(act, case, Event.ANSWER)
    if not consultation.may_call(act.office, case):
        raise not_now(case)
    sentence = say("provider.call_offered", number=case.number)
    consultation.pass_to_provider(act.uow, act.office, case, sentence, act.now, ("call_choose",))
    act.note(case, "call_offered")
    return say("staff.talk.call_offered", number=case.number)


def settle(act: Act, case: Case, _more: str = "") -> Say:
    """The question is answered; the provider hears it, and may ask on. Refused: unanswered."""
    _require(act, case, Event.SETTLE)
    if case.state is State.ASKED and not _spoken(act, case):
        raise Refused("unanswered", number=case.number)
    if not consultation.settle(act.uow, act.office, case, act.member.user_id, act.now):
        raise not_now(act.uow.cases.get(case.id))
    language = language_of(act.uow, case)
    buttons = [consultation.ask_again_button(act.office, language, case), word_button(act.office, language, "menu")]
    tell_provider(act.uow, act.office, case, (say("provider.settled", number=case.number),), buttons, now=act.now)
    survey.invite(act.uow, act.office, act.uow.cases.get(case.id), act.now)
    return say("staff.talk.settled", number=case.number)


def _spoken(act: Act, case: Case) -> bool:
    """Whether anybody has answered yet, in writing or in a call."""
    said = {one.what for one in act.uow.cases.story(case.id)}
    return not said.isdisjoint((consultation.ANSWERED, talk_files.FROM_STAFF, "call_booked"))


# ---------------------------------------------------------------- training


def _require_training(act: Act, case: Case) -> None:
    if act.office.catalogue.service(case.service).flow != TRAINING:
        raise not_now(case)
    require(act, case, Event.SETTLE)
    hold(act, case)


def ask_confirmation(act: Act, case: Case, _more: str = "") -> Say | None:
    """The training can be done: when and where is said in words."""
    _require_training(act, case)
    ask_reason(act, case, "confirm", say("staff.reason.confirm", number=case.number, company=case.company))
    show_card(act.uow, act.office, case.id, act.now)
    return asked(act)


def confirm_because(act: Act, case: Case, _form: Form, text: str) -> Say:
    """When and where was written."""
    _require_training(act, case)
    case = move(act, case, Event.SETTLE, "confirmed", text, resolved_at=act.now)
    sentence = say("provider.training_confirmed", number=case.number, text=text)
    buttons = [word_button(act.office, language_of(act.uow, case), "officer")]
    tell_provider(act.uow, act.office, case, (sentence,), buttons, now=act.now)
    survey.invite(act.uow, act.office, case, act.now)
    show_card(act.uow, act.office, case.id, act.now)
    return say("staff.talk.confirmed", number=case.number)


def decline(act: Act, case: Case, _more: str = "") -> Say | None:
    """The training cannot be done; why is asked for in private."""
    return desk.reject(act, case, "")
