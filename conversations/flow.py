"""The vocabulary of a conversation: a flow is a form, made of steps, that ends in a command."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Protocol

from domain.cases import Document
from domain.catalogue import Catalogue, Need, Service
from domain.faq import Answer
from domain.messages import IncomingFile
from domain.slots import Slot

Answers = Mapping[str, Any]
"""What a person answered, step by step; plain data that a database can keep."""


class Desk(Protocol):
    """The questions that a flow may ask of the office; a flow changes nothing."""

    @property
    def catalogue(self) -> Catalogue: ...

    @property
    def service(self) -> Service | None:
        """The service that the form is about."""
        ...

    def needs(self, answers: Answers) -> Sequence[Need]:
        """What this provider must send."""
        ...

    def documents(self) -> Sequence[Document]:
        """What this provider has sent."""
        ...

    def has_letter(self, need: Need) -> bool:
        """Whether the office has a sample of what is to be written."""
        ...

    def free_slots(self) -> Mapping[date, Sequence[Slot]]:
        """The slots that are still free, by day."""
        ...

    def ready_answers(self, question: str) -> Sequence[Answer]:
        """The ready answers that fit a question, the best first."""
        ...

    def ready_answer(self, slug: str) -> Answer | None:
        """One of the ready answers, if it is still there."""
        ...

    def facts(self) -> Mapping[str, object]:
        """The facts of the office and of the case that any sentence may use."""
        ...


@dataclass(frozen=True, slots=True)
class Say:
    """A sentence: the key of its wording and the facts it needs.

    A fact may be a text, a number, a moment, a `Text` of the catalogue, another `Say`, or a sequence of those, which
    stands on lines of its own.
    """

    key: str
    facts: Mapping[str, object]


def say(key: str, **facts: object) -> Say:
    return Say(key, facts)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that a choice offers.

    `label` is a fact (a name of the catalogue, a moment) where the wording has no sentence of its own. Choosing it
    forgets the answers in `forgets` and turns the marks in `marks` on; `leaves` ends the conversation without its
    command, `drops` with everything that was said and sent in it. `means` is yes or no where a plain one, in whatever
    words, chooses it too.
    """

    id: str
    label: object = None
    forgets: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    leaves: bool = False
    drops: bool = False
    means: Literal["", "yes", "no"] = ""


When = Callable[[Answers], bool]
Facts = Callable[[Answers, Desk], Mapping[str, object]]
Check = Callable[[Any, Answers], None]
"""Refuses a value that cannot stand beside the other answers."""


def always(_answers: Answers) -> bool:
    return True


def no_facts(_answers: Answers, _desk: Desk) -> Mapping[str, object]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A question with buttons; with `if_any` it is passed over while there is nothing to choose from."""

    name: str
    options: Callable[[Answers, Desk], Sequence[Option]]
    when: When = always
    facts: Facts = no_facts
    if_any: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A question that is answered in the person's own words; `parse` refuses what cannot be right.

    `own_words` tells that it is a message which somebody reads as it is, and not one datum; `skips` that it can be left
    open with a button, and its answer is empty then.
    """

    name: str
    parse: Callable[[str], object]
    check: Check | None = None
    when: When = always
    facts: Facts = no_facts
    own_words: bool = False
    skips: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """A question with buttons of which one or more are chosen."""

    name: str
    options: Callable[[Answers, Desk], Sequence[Option]]
    when: When = always
    facts: Facts = no_facts

    @property
    def done(self) -> str:
        """The mark that the choice is made."""
        return f"{self.name}_done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """The documents, one after the other or in any order."""

    name: str
    when: When = always


Step = Choice | Entry | Several | Papers


@dataclass(frozen=True)
class Flow:
    """A form: its steps, and the command that is carried out when every step that applies is answered."""

    name: str
    steps: tuple[Step, ...]
    then: str
    words: str
    """Where its sentences stand in the wording; flows that ask the same things share them."""
    told: tuple[str, ...] = ()
    """The answers that describe the case, in the order in which they are read again."""
    anonymous: bool = False
    """Whether nobody may be able to tell later what this person answered."""


def flow(
    name: str, *steps: Step, then: str, words: str = "", told: tuple[str, ...] = (), anonymous: bool = False
) -> Flow:
    return Flow(name, steps, then, words or name, told, anonymous)


def choice(name: str, *options: str | Option, when: When = always, facts: Facts = no_facts) -> Choice:
    """A choice between options that are always the same."""
    fixed = tuple(option if isinstance(option, Option) else Option(option) for option in options)
    return Choice(name=name, options=lambda _answers, _desk: fixed, when=when, facts=facts)


def pick(
    name: str,
    options: Callable[[Answers, Desk], Sequence[Option]],
    when: When = always,
    facts: Facts = no_facts,
    *,
    if_any: bool = False,
) -> Choice:
    """A choice between options that depend on the answers or on the office."""
    return Choice(name=name, options=options, when=when, facts=facts, if_any=if_any)


def entry(
    name: str,
    parse: Callable[[str], object],
    when: When = always,
    facts: Facts = no_facts,
    check: Check | None = None,
    own_words: bool = False,
    skips: bool = False,
) -> Entry:
    return Entry(name=name, parse=parse, check=check, when=when, facts=facts, own_words=own_words, skips=skips)


def several(name: str, options: Callable[[Answers, Desk], Sequence[Option]], facts: Facts = no_facts) -> Several:
    return Several(name=name, options=options, facts=facts)


def papers(name: str, when: When = always) -> Papers:
    return Papers(name=name, when=when)


@dataclass(frozen=True, slots=True)
class Said:
    """What a person did in the conversation: wrote, tapped `option` of `step`, or sent a file or something else."""

    text: str = ""
    step: str = ""
    option: str = ""
    file: IncomingFile | None = None
    other: str = ""


@dataclass(frozen=True, slots=True)
class Receive:
    """Take the file that was just sent: for a requirement, as a page of an open document, or into the drawer."""

    need: str = ""
    kind: str = ""
    more: bool = False
    document_id: int | None = None


@dataclass(frozen=True, slots=True)
class Finish:
    """The document has all its pages."""

    document_id: int


@dataclass(frozen=True, slots=True)
class Place:
    """The document is for this requirement."""

    document_id: int
    need: str
    kind: str = ""
    more: bool = False


@dataclass(frozen=True, slots=True)
class Discard:
    """The provider takes the document back."""

    document_id: int


@dataclass(frozen=True, slots=True)
class Split:
    """The pages of the document are documents of their own."""

    document_id: int


@dataclass(frozen=True, slots=True)
class SendLetter:
    """The provider wants a sample of the letter that a requirement asks for."""

    letter: str


Effect = Receive | Finish | Place | Discard | Split | SendLetter


@dataclass(frozen=True, slots=True)
class Turn:
    """What one thing said leads to: new answers, sentences to answer with, and what happens to documents.

    `left` tells that the person leaves the conversation, `dropped` that nothing of it is kept, `stale` that the
    tapped button belongs to the past.
    """

    answers: Answers
    lines: tuple[Say, ...] = ()
    effects: tuple[Effect, ...] = ()
    left: bool = False
    dropped: bool = False
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A button: what it says, the (step, option) it answers, and how it reads once chosen, where that is shorter."""

    label: object
    step: str
    option: str
    chosen: object = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """The question that stands open: its sentence and its buttons."""

    line: Say
    options: tuple[Shown, ...] = ()
    back: bool = False
