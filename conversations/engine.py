"""One turn of a conversation: what was said goes in, new answers and the next question come out."""

from collections.abc import Callable

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
    Say,
    Shown,
    Step,
    Turn,
    say,
)
from conversations.understanding import understood
from domain.refusal import Refused

Spoken = Callable[[object], str]
"""How a label reads in the person's language, to compare it with what was typed."""


def position(flow: Flow, answers: Answers, desk: Desk) -> Step | None:
    """Where the person stands: the first step that applies and has no answer, or None when the form is complete."""
    for step in flow.steps:
        if step.when(answers) and not _answered(step, answers, desk):
            return step
    return None


def _answered(step: Step, answers: Answers, desk: Desk) -> bool:
    if isinstance(step, Papers):
        return papers.complete(answers, desk)
    return step.name in answers


def ask(flow: Flow, answers: Answers, desk: Desk) -> Prompt | None:
    """The question that stands open, or None when the form is complete."""
    step = position(flow, answers, desk)
    if step is None:
        return None
    back = _last_answered(flow, answers, step) is not None
    if isinstance(step, Papers):
        return papers.ask(step.name, answers, desk, back=back)
    facts = step.facts(answers, desk)
    line = say(f"{flow.name}.{step.name}.ask", **facts)
    if isinstance(step, Entry):
        return Prompt(line, (), back)
    options = step.options(answers, desk)
    if not options:
        line = say(f"{flow.name}.{step.name}.none", **facts)
    return Prompt(line, tuple(_shown(flow, step, option) for option in options), back)


def _shown(flow: Flow, step: Choice, option: Option) -> Shown:
    return Shown(_label(flow, step, option), step.name, option.id)


def _label(flow: Flow, step: Choice, option: Option) -> object:
    return say(f"{flow.name}.{step.name}.{option.id}") if option.label is None else option.label


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
        return _hear_entry(flow, step, answers, said)
    return _hear_choice(flow, step, answers, said, desk, spoken)


def _file_out_of_turn(flow: Flow, answers: Answers) -> Turn:
    """A file that comes before it is asked for waits in the drawer; a flow without documents has no use for it."""
    if any(isinstance(step, Papers) for step in flow.steps):
        return Turn(answers, (), (Receive(),))
    return Turn(answers, (say("papers.unexpected"),))


def _hear_entry(flow: Flow, step: Entry, answers: Answers, said: Said) -> Turn:
    if said.option:
        return Turn(answers, stale=True)
    try:
        value = str(step.parse(said.text))
    except Refused as refusal:
        return Turn(answers, (say(f"{flow.name}.{step.name}.{refusal.reason}", **refusal.facts),))
    return Turn({**answers, step.name: value})


def _hear_choice(flow: Flow, step: Choice, answers: Answers, said: Said, desk: Desk, spoken: Spoken) -> Turn:
    options = step.options(answers, desk)
    if said.option:
        chosen = next((option for option in options if option.id == said.option), None)
        if chosen is None:
            return Turn(answers, stale=True)
    else:
        number = understood(said.text, [spoken(_label(flow, step, option)) for option in options])
        if number is None:
            return Turn(answers, (say("not_understood.choice"),))
        chosen = options[number]
    return choose(flow, step, answers, chosen, desk)


def choose(flow: Flow, step: Choice, answers: Answers, chosen: Option, desk: Desk) -> Turn:
    """Keep the chosen option, and forget what it makes void."""
    kept = {name: value for name, value in {**answers, step.name: chosen.id}.items() if name not in chosen.forgets}
    kept |= dict.fromkeys(chosen.marks, True)
    if chosen.leaves:
        said = say(f"{flow.name}.{step.name}.{chosen.id}_said", **step.facts(answers, desk))
        return Turn(kept, (said,), left=True, dropped=chosen.drops)
    return Turn(kept)


def go_back(flow: Flow, answers: Answers, desk: Desk) -> Turn:
    """Forget the last answer, so that its question stands open again."""
    step = position(flow, answers, desk)
    if isinstance(step, Papers) and (unchosen := papers.go_back(answers)) is not None:
        return Turn(unchosen)
    last = _last_answered(flow, answers, step)
    if last is None:
        return Turn(answers, (say("back.nowhere"),))
    return Turn({name: value for name, value in answers.items() if name != last})


def _last_answered(flow: Flow, answers: Answers, step: Step | None) -> str | None:
    last = None
    for earlier in flow.steps:
        if earlier is step:
            break
        if earlier.name in answers and earlier.when(answers):
            last = earlier.name
    return last


def lines_of(prompt: Prompt | None, *before: Say) -> tuple[Say, ...]:
    """The sentences of a message: what there is to say, then the question."""
    return before if prompt is None else (*before, prompt.line)
