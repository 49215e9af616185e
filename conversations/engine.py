"""One turn of a conversation: what was said goes in, new answers and the next question come out."""

from collections.abc import Callable, Sequence

from conversations import papers
from conversations.flow import (
    Answers,
    Choice,
    Desk,
    Entry,
    Flow,
    Option,
    Papers,
    Prompt,
    Receive,
    Said,
    Several,
    Shown,
    Step,
    Turn,
    say,
)
from conversations.understanding import simplified, understood
from domain.refusal import Refused

Spoken = Callable[[object], str]
"""How a label reads in the person's language, to compare it with what was typed."""


def position(flow: Flow, answers: Answers, desk: Desk) -> Step | None:
    """Where the person stands: the first step that applies and has no answer, or None when the form is complete."""
    return _stand(flow, answers, desk)[0]


def _stand(flow: Flow, answers: Answers, desk: Desk) -> tuple[Step | None, str | None]:
    """Where the person stands, and the name of the last step before it that was answered."""
    last = None
    for step in flow.steps:
        if step.when(answers):
            if not _answered(step, answers, desk):
                return step, last
            if step.name in answers:
                last = step.name
    return None, last


def _answered(step: Step, answers: Answers, desk: Desk) -> bool:
    if isinstance(step, Papers):
        return papers.complete(answers, desk)
    if isinstance(step, Choice) and step.if_any and step.name not in answers:
        return not step.options(answers, desk)
    return (step.done if isinstance(step, Several) else step.name) in answers


def ask(flow: Flow, answers: Answers, desk: Desk) -> Prompt | None:
    """The question that stands open, or None when the form is complete."""
    step, last = _stand(flow, answers, desk)
    if step is None:
        return None
    back = last is not None
    if isinstance(step, Papers):
        return papers.ask(step.name, answers, desk, back=back)
    facts = step.facts(answers, desk)
    line = say(f"{flow.words}.{step.name}.ask", **facts)
    if isinstance(step, Entry):
        return Prompt(line, (_skip(step),) if step.skips else (), back)
    if isinstance(step, Several):
        return Prompt(line, _several_shown(step, answers, desk), back)
    options = step.options(answers, desk)
    if not options:
        line = say(f"{flow.words}.{step.name}.none", **facts)
    return Prompt(line, tuple(_shown(flow, step, option) for option in options), back)


DONE, SKIP = "done", "skip"
CONSENT = "privacy"
"""The step that tells what happens with data; nothing is kept before it is answered (UU 27/2022 art. 21)."""


def _several_shown(step: Several, answers: Answers, desk: Desk) -> tuple[Shown, ...]:
    """What can be chosen, each marked as chosen or not, and the way on once something is."""
    chosen = answers.get(step.name, ())
    shown = [
        Shown(say("several.on" if option.id in chosen else "several.off", label=option.label), step.name, option.id)
        for option in step.options(answers, desk)
    ]
    return (*shown, Shown(say("several.done"), step.name, DONE)) if chosen else tuple(shown)


def _skip(step: Entry) -> Shown:
    return Shown(say("entry.skip"), step.name, SKIP)


def _shown(flow: Flow, step: Choice, option: Option) -> Shown:
    return Shown(_label(flow, step, option), step.name, option.id)


def _label(flow: Flow, step: Choice, option: Option) -> object:
    return say(f"{flow.words}.{step.name}.{option.id}") if option.label is None else option.label


def hear(flow: Flow, answers: Answers, said: Said, desk: Desk, spoken: Spoken) -> Turn:
    """Understand what was said where the person stands; errors are sentences, and nothing is lost."""
    step = position(flow, answers, desk)
    if step is None:
        return Turn(answers, stale=bool(said.option))
    if said.option and said.step != step.name:
        return Turn(answers, stale=True)
    if isinstance(step, Papers):
        return papers.hear(step.name, answers, said, desk, spoken)
    if said.file is not None:
        return _file_out_of_turn(flow, answers)
    if said.other:
        return Turn(answers, (say(f"odd.{said.other}"),))
    if isinstance(step, Entry):
        return _hear_entry(flow, step, answers, said, spoken)
    if isinstance(step, Several):
        return _hear_several(step, answers, said, desk, spoken)
    return _hear_choice(flow, step, answers, said, desk, spoken)


def _file_out_of_turn(flow: Flow, answers: Answers) -> Turn:
    """A file that comes before it is asked for waits in the drawer; a flow without documents has no use for it."""
    if not any(isinstance(step, Papers) for step in flow.steps):
        return Turn(answers, (say("papers.unexpected"),))
    if any(step.name == CONSENT for step in flow.steps) and CONSENT not in answers:
        return Turn(answers, (say("papers.too_early"),))
    return Turn(answers, (), (Receive(),))


def _hear_entry(flow: Flow, step: Entry, answers: Answers, said: Said, spoken: Spoken) -> Turn:
    if step.skips and (said.option == SKIP or simplified(said.text) == simplified(spoken(_skip(step).label))):
        return Turn({**answers, step.name: ""})
    if said.option:
        return Turn(answers, stale=True)
    try:
        parsed = step.parse(said.text)
        if step.check is not None:
            step.check(parsed, answers)
        value = str(parsed)
    except Refused as refusal:
        return Turn(answers, (say(f"{flow.words}.{step.name}.{refusal.reason}", **refusal.facts),))
    return Turn({**answers, step.name: value})


def _hear_several(step: Several, answers: Answers, said: Said, desk: Desk, spoken: Spoken) -> Turn:
    shown = _several_shown(step, answers, desk)
    option = said.option or _several_typed(step, answers, said.text, desk, spoken)
    if not option:
        return Turn(answers, (say("not_understood.choice"),))
    if option not in {one.option for one in shown}:
        return Turn(answers, stale=True)
    if option == DONE:
        return Turn({**answers, step.done: True})
    chosen = {*answers.get(step.name, ())} ^ {option}
    in_order = [one.id for one in step.options(answers, desk) if one.id in chosen]
    return Turn({**answers, step.name: in_order})


def _several_typed(step: Several, answers: Answers, text: str, desk: Desk, spoken: Spoken) -> str:
    """The option that was typed: its number, or its label with or without the mark."""
    shown = _several_shown(step, answers, desk)
    plain = [spoken(option.label) for option in step.options(answers, desk)]
    for labels in ([spoken(one.label) for one in shown], plain):
        number = understood(text, labels)
        if number is not None:
            return shown[number].option
    return ""


def _hear_choice(flow: Flow, step: Choice, answers: Answers, said: Said, desk: Desk, spoken: Spoken) -> Turn:
    options = step.options(answers, desk)
    if said.option:
        chosen = next((option for option in options if option.id == said.option), None)
        if chosen is None:
            return Turn(answers, stale=True)
    else:
        number = understood(said.text, [spoken(_label(flow, step, option)) for option in options])
        if number is None:
            number = _meant(said.text, options, spoken)
        if number is None:
            return Turn(answers, (say("not_understood.choice"),))
        chosen = options[number]
    return choose(flow, step, answers, chosen, desk)


def _meant(text: str, options: Sequence[Option], spoken: Spoken) -> int | None:
    """Which option a plain yes or no chooses, where the question can be answered so."""
    typed = simplified(text)
    for number, option in enumerate(options):
        if option.means and typed in spoken(say(f"plain.{option.means}")).split(", "):
            return number
    return None


def choose(flow: Flow, step: Choice, answers: Answers, chosen: Option, desk: Desk) -> Turn:
    """Keep the chosen option, and forget what it makes void."""
    kept = {name: value for name, value in {**answers, step.name: chosen.id}.items() if name not in chosen.forgets}
    kept |= dict.fromkeys(chosen.marks, True)
    if chosen.leaves:
        said = say(f"{flow.words}.{step.name}.{chosen.id}_said", **step.facts(answers, desk))
        return Turn(kept, (said,), left=True, dropped=chosen.drops)
    return Turn(kept)


def go_back(flow: Flow, answers: Answers, desk: Desk) -> Turn:
    """Forget the last answer, so that its question stands open again."""
    step, last = _stand(flow, answers, desk)
    if isinstance(step, Papers) and (unchosen := papers.go_back(answers)) is not None:
        return Turn(unchosen)
    if last is None:
        return Turn(answers, (say("back.nowhere"),))
    return Turn({name: value for name, value in answers.items() if name not in (last, f"{last}_done")})
