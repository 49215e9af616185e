"""A provider at the counter: a tap, a word of the menu, an answer to the open question, or a file."""

from collections.abc import Sequence
from dataclasses import replace

from conversations import engine
from conversations.flow import Entry, Papers, Said, Say, Turn, say
from conversations.papers import wanted_letter
from conversations.understanding import command, simplified, understood
from domain.identifiers import CaseNumber
from domain.messages import Button, Inbound, numbered
from domain.refusal import Refused
from handlers import advice, astray, consultation, counter, finished, papers, samples, status, talk_files
from handlers.forms import FLOWS, FormDesk, ask
from handlers.reply import buttons_of
from handlers.visit import Heard, Visit
from storage.forms import Form
from storage.owed import Owed

LONGEST_NUMBER, LONGEST_ID = 40, 15
COURTESIES = ("greeting", "thanks", "fine")


def hear(visit: Visit, inbound: Inbound) -> Heard:
    """Answer one thing that a provider did."""
    if inbound.kind == "tap":
        return _hear_tap(visit, inbound)
    if inbound.kind == "text":
        typed = command(inbound.text)
        word = _word(visit, typed or simplified(inbound.text))
        if word in counter.WORDS and not (word in COURTESIES and _is_at_desk(visit)):
            return hear_word(visit, word)
        if typed:
            inbound = replace(inbound, kind="other", what="command")
        elif (number := _case_number(inbound.text)) is not None:
            return status.show_number(visit, number)
    form = visit.caller.form
    if form is None:
        return _hear_without_form(visit, inbound)
    if inbound.secret and inbound.file is None and not _in_own_words(visit, form):
        # They were told why; whatever else was in it is no answer.
        return ask(visit, form)
    if inbound.kind == "edit":
        return _fill(visit, form, Said(other="edit"), inbound)
    if inbound.kind == "other":
        return _fill(visit, form, Said(other=inbound.what), inbound)
    return _fill(visit, form, Said(text=inbound.text, file=inbound.file), inbound)


def _is_at_desk(visit: Visit) -> bool:
    """Whether it is somebody of the office who does not act as a provider just now."""
    return visit.caller.staff is not None and visit.caller.form is None


def _word(visit: Visit, text: str) -> str | None:
    """The word of the menu that was typed; where somebody is asked for their own words, only a plain one counts."""
    word = visit.office.wording.word(text)
    form = visit.caller.form
    if word is None or form is None:
        return word
    if text in _labels(visit, form):
        return None
    if word in ("thanks", "fine"):
        return word if _is_courtesy(visit, form, word) else None
    if visit.office.wording.is_plain_word(text):
        return word
    flow, desk = FLOWS[form.flow], FormDesk(visit.uow, visit.office, form, visit.now)
    return None if isinstance(engine.position(flow, form.answers, desk), Entry) else word


def _is_courtesy(visit: Visit, form: Form, word: str) -> bool:
    """Whether it answers nothing: "ok" may be an answer to every question, thanks to those for one's own words."""
    step = engine.position(FLOWS[form.flow], form.answers, FormDesk(visit.uow, visit.office, form, visit.now))
    return word == "thanks" and (form.flow == consultation.TALK or not isinstance(step, Entry))


def _in_own_words(visit: Visit, form: Form) -> bool:
    """Whether staff read what the person writes now as it is; a provider's letter goes on without what was hidden."""
    step = engine.position(FLOWS[form.flow], form.answers, FormDesk(visit.uow, visit.office, form, visit.now))
    return isinstance(step, Entry) and step.own_words and visit.caller.staff is None


def _labels(visit: Visit, form: Form) -> list[str]:
    """What the buttons of the open question say: typing a label is tapping its button, whatever else it may mean."""
    prompt = engine.ask(FLOWS[form.flow], form.answers, FormDesk(visit.uow, visit.office, form, visit.now))
    shown = prompt.options if prompt else ()
    return [simplified(visit.office.wording.text(visit.language, option.label)) for option in shown]


def _case_number(text: str) -> CaseNumber | None:
    if len(text) > LONGEST_NUMBER or not text[-1:].isdecimal():
        return None
    try:
        return CaseNumber.parse(text)
    except Refused:
        return None


def _hear_tap(visit: Visit, inbound: Inbound) -> Heard:
    kind, _, rest = inbound.data.partition(".")
    form = visit.caller.form
    if kind == "w" and rest in counter.WORDS:
        return hear_word(visit, rest)
    if kind == "l":
        return samples.choose(visit, rest)
    if kind == "m":
        return counter.choose_service(visit, rest)
    if kind == "c":
        action, _, number = rest.partition(".")
        case = visit.own(int(number)) if number.isdecimal() and len(number) <= LONGEST_ID else None
        if case is not None:
            return counter.act(visit, action, case)
    if kind == "p":
        action, _, number = rest.partition(".")
        known = number.isdecimal() and len(number) <= LONGEST_ID
        return (advice.act(visit, action, int(number)) if known else None) or _stale(visit)
    if form is not None and kind == f"f{form.id}":
        step, _, option = rest.partition(".")
        return _fill(visit, form, Said(step=step, option=option), inbound)
    return _stale(visit)


def _stale(visit: Visit) -> Heard:
    """A button from the past: say so, and show what stands open now."""
    heard = visit.toast("stale.button", alert=True)
    if visit.caller.form is not None:
        ask(visit, visit.caller.form)
    return heard


def hear_word(visit: Visit, word: str) -> Heard:
    """Do what a word of the menu says, wherever the person is."""
    form = visit.caller.form
    match word:
        case "back":
            return _go_back(visit, form) if form is not None else counter.show_menu(visit)
        case "status":
            return status.show(visit)
        case "sample" if form is not None and (letter := _letter_asked_for(visit, form)):
            return samples.choose(visit, letter)
        case "greeting" | "go_on" if form is not None:
            return ask(visit, form, say("welcome_back"))
    return counter.WORDS[word](visit)


def _letter_asked_for(visit: Visit, form: Form) -> str:
    """The letter that stands to be sent next, where that is what the open form asks for."""
    desk = FormDesk(visit.uow, visit.office, form, visit.now)
    step = engine.position(FLOWS[form.flow], form.answers, desk)
    return wanted_letter(form.answers, desk) if isinstance(step, Papers) else ""


def _go_back(visit: Visit, form: Form) -> Heard:
    turn = engine.go_back(FLOWS[form.flow], form.answers, FormDesk(visit.uow, visit.office, form, visit.now))
    return ask(visit, visit.uow.forms.save(form, turn.answers, visit.now), *turn.lines)


def _hear_without_form(visit: Visit, inbound: Inbound) -> Heard:
    if inbound.secret and inbound.file is None:
        return Heard() if visit.caller.staff is not None else counter.show_menu(visit)
    if inbound.kind == "text" and (chosen := _chosen(inbound.text, counter.menu_choices(visit))) is not None:
        return _hear_tap(visit, replace(inbound, kind="tap", data=chosen.data))
    if visit.caller.staff is not None and inbound.kind != "edit":
        return astray.in_private(visit, visit.caller.staff, inbound)
    if inbound.kind == "text":
        if visit.first:
            return counter.show_menu(visit)
        return (
            consultation.point_to(visit)
            or status.show_after(visit, say("not_understood.case"))
            or counter.show_menu(visit, say("not_understood.menu"))
        )
    if inbound.kind == "file":
        why = say("papers.not_open" if status.awaits_papers(visit) else "papers.not_asked")
        return (
            consultation.point_to(visit)
            or status.show_after(visit, why)
            or counter.show_menu(visit, say("papers.without_case"))
        )
    if inbound.kind == "edit":
        return Heard()
    return counter.show_menu(visit, say(f"odd.{inbound.what}"))


def _chosen(text: str, buttons: Sequence[Button]) -> Button | None:
    """The button of the menu that was typed: by the number that people see on it, or by its words without it."""
    choices = list(numbered((tuple(buttons),)))
    for labels in ([button.label for *_, button in choices], [label for _, label, _ in choices]):
        if (place := understood(text, labels)) is not None:
            return choices[place][2]
    return None


def _fill(visit: Visit, form: Form, said: Said, inbound: Inbound) -> Heard:
    """Take an answer into the open form, and ask what comes next."""
    if (case := counter.resting(visit, form)) is not None:
        return counter.rest(visit, case)
    if said.file is not None and form.flow == consultation.TALK:
        return talk_files.receive(visit, form, inbound)
    flow = FLOWS[form.flow]
    desk = FormDesk(visit.uow, visit.office, form, visit.now)
    turn = engine.hear(flow, form.answers, said, desk, lambda label: visit.office.wording.text(visit.language, label))
    if turn.stale and said.option and form.answers.get(said.step) == said.option:
        # Tapped twice: the next question stands there already.
        return visit.toast("stale.answered")
    if turn.stale:
        return _stale(visit)
    if said.option:
        _mark(visit, form, said, desk)
    if "privacy" in turn.answers and "privacy" not in form.answers:
        visit.uow.people.acknowledge_notice(visit.caller.person_id, visit.office.catalogue.version, visit.now)
    if turn.answers != form.answers:
        form = visit.uow.forms.save(form, turn.answers, visit.now)
    if turn.left:
        return _leave(visit, form, turn)
    lines = turn.lines
    if turn.effects:
        done = papers.carry_out(visit, form, turn.effects, inbound)
        if done.files:
            return Heard(files=True)
        lines += done.lines
        desk = FormDesk(visit.uow, visit.office, form, visit.now)  # the documents are others now
    return _answer(visit, form, desk, lines)


def _leave(visit: Visit, form: Form, turn: Turn) -> Heard:
    visit.uow.forms.put_away(visit.caller.person_id)
    if turn.dropped:
        finished.drop_draft(visit, form)
    visit.reply(turn.lines, [visit.word("menu"), visit.word("officer")])
    return Heard()


def _answer(visit: Visit, form: Form, desk: FormDesk, lines: tuple[Say, ...]) -> Heard:
    flow = FLOWS[form.flow]
    prompt = engine.ask(flow, form.answers, desk)
    if prompt is None:
        finished.COMMANDS[flow.then](visit, form)
        return Heard()
    visit.reply((*lines, prompt.line), buttons_of(visit.office, visit.language, prompt, form.id))
    return Heard()


def _mark(visit: Visit, form: Form, said: Said, desk: FormDesk) -> None:
    """Leave only the chosen button under a question, so that the chat shows what was answered."""
    prompt = engine.ask(FLOWS[form.flow], form.answers, desk)
    chosen = [shown for shown in prompt.options if shown.option == said.option] if prompt else []
    if not chosen or not visit.tapped or not visit.can.edits:
        return
    if FLOWS[form.flow].anonymous:
        # What was chosen would stay in the outbox, beside the name of the chat.
        label, option = visit.office.say(visit.language, say("survey.marked")), ""
    else:
        name = chosen[0].chosen or chosen[0].label
        label, option = visit.office.say(visit.language, say("chosen", label=name)), said.option
    visit.uow.outbox.owe(
        Owed(
            address=visit.address,
            kind="mark",
            target=visit.tapped,
            rows=((Button(label, f"f{form.id}.{said.step}.{option}"),),),
        ),
        visit.now,
    )
