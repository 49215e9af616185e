"""The step that gathers documents: which is asked for next, and what a file that comes is for."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from conversations.flow import (
    Answers,
    Desk,
    Discard,
    Effect,
    Finish,
    Place,
    Prompt,
    Receive,
    Said,
    Say,
    SendLetter,
    Shown,
    Split,
    Turn,
    say,
)
from conversations.understanding import understood
from domain.cases import Document
from domain.catalogue import DocumentKind, Named, Need

CHOSEN, KIND, LACKING, LISTING = "need", "kind", "lacking", "listing"
"""What the answers keep of this step: the requirement picked from the checklist, the kind of document, the documents
that the provider said not to have, and whether the checklist is being looked at."""


def filled(need: Need, documents: Sequence[Document]) -> bool:
    """Whether something was sent for a requirement, and nothing of it came back."""
    sent = [document for document in documents if document.need == need.id]
    return bool(sent) and all(document.state != "returned" for document in sent)


def lacks(need: Need, answers: Answers) -> bool:
    return need.optional and need.id in answers.get(LACKING, ())


def complete(answers: Answers, desk: Desk) -> bool:
    """Whether every document is there, with all its pages, and lies where it belongs."""
    documents = desk.documents()
    if answers.get(LISTING) or answers.get(CHOSEN):
        return False
    if any(document.open or document.arriving or not document.need for document in documents):
        return False
    return all(filled(need, documents) or lacks(need, answers) for need in desk.needs(answers))


def progress(answers: Answers, desk: Desk) -> Mapping[str, int]:
    """How far the provider is: `done` documents of `total`; what may be left out counts once it is there."""
    documents = desk.documents()
    needs = desk.needs(answers)
    done = sum(filled(need, documents) for need in needs)
    total = sum(not need.optional or filled(need, documents) for need in needs)
    return {"done": done, "total": total, "left": total - done}


def ask(step: str, answers: Answers, desk: Desk, *, back: bool) -> Prompt:
    """What stands open: where a stray file belongs, whether pages follow, the checklist, or the next document."""
    documents = desk.documents()
    needs = desk.needs(answers)
    if stray := _stray(documents):
        return _ask_where(step, stray, needs, documents)
    if (unfinished := _unfinished(documents)) and not answers.get(LISTING):
        return _ask_more(step, unfinished, needs)
    if answers.get(LISTING):
        return _checklist(step, answers, desk)
    need = _current(answers, needs, documents)
    if need is None:
        return Prompt(say("papers.arriving"), (Shown(say("papers.list"), step, "list"),), back)
    return _ask_for(step, need, answers, desk, back=back)


def _stray(documents: Sequence[Document]) -> Document | None:
    return next((document for document in documents if not document.need and not document.arriving), None)


def _unfinished(documents: Sequence[Document]) -> Document | None:
    return next((document for document in documents if document.need and document.open), None)


def _current(answers: Answers, needs: Sequence[Need], documents: Sequence[Document]) -> Need | None:
    chosen = answers.get(CHOSEN)
    for need in needs:
        if need.id == chosen:
            return need
    return next((need for need in needs if not filled(need, documents) and not lacks(need, answers)), None)


def _ask_where(step: str, stray: Document, needs: Sequence[Need], documents: Sequence[Document]) -> Prompt:
    missing = [need for need in needs if not filled(need, documents)]
    options = [
        Shown(kind.name, step, f"place:{stray.id}:{kind.id}") for need in missing or needs for kind in need.kinds
    ]
    options.append(Shown(say("papers.where.none"), step, f"drop:{stray.id}"))
    return Prompt(_where(stray, documents), tuple(options))


def _where(stray: Document, documents: Sequence[Document]) -> Say:
    """Of several that wait for their place, it has to be said which one is meant: it is not the one that came last."""
    count = sum(not document.need for document in documents)
    if count > 1:
        first = say("papers.where.called", name=stray.name) if stray.name else say("papers.where.oldest")
        return say("papers.where.ask_first", count=count, file=first)
    name = say("papers.where.named", name=stray.name) if stray.name else say("papers.where.unnamed")
    return say("papers.where.ask", file=name)


def _ask_more(step: str, document: Document, needs: Sequence[Need]) -> Prompt:
    name = name_of(document, needs)
    options = [Shown(say("papers.more.done"), step, f"done:{document.id}")]
    if document.pages + document.arriving > 1:
        options.append(Shown(say("papers.more.split"), step, f"split:{document.id}"))
    options.append(Shown(say("papers.more.again"), step, f"drop:{document.id}"))
    return Prompt(say("papers.more.ask", name=name, pages=document.pages), tuple(options))


def _checklist(step: str, answers: Answers, desk: Desk) -> Prompt:
    documents = desk.documents()
    needs = desk.needs(answers)
    options = [Shown(_line(need, answers, documents), step, f"need:{need.id}", need.name) for need in needs]
    if any(not filled(need, documents) and not lacks(need, answers) for need in needs) or complete(
        {**answers, LISTING: False, CHOSEN: ""}, desk
    ):
        options.append(Shown(say("papers.go_on"), step, "next"))
    return Prompt(say("papers.checklist", **progress(answers, desk)), tuple(options))


def _line(need: Need, answers: Answers, documents: Sequence[Document]) -> Say:
    sent = [document for document in documents if document.need == need.id]
    if any(document.state == "returned" for document in sent):
        return say("papers.line.returned", name=need.name)
    if any(document.arriving for document in sent):
        return say("papers.line.arriving", name=need.name)
    if sent and need.kinds[1:]:
        return say("papers.line.kinds", name=need.name, kinds=comma([_kind(need, one.kind).name for one in sent]))
    if sent:
        return say("papers.line.sent", name=need.name)
    if lacks(need, answers):
        return say("papers.line.lacking", name=need.name)
    return say("papers.line.optional" if need.optional else "papers.line.missing", name=need.name)


def comma(names: Sequence[object]) -> object:
    joined: object = names[0]
    for name in names[1:]:
        joined = say("list.comma", first=joined, second=name)
    return joined


def _ask_for(step: str, need: Need, answers: Answers, desk: Desk, *, back: bool) -> Prompt:
    documents = desk.documents()
    kind = answers.get(KIND)
    options: list[Shown] = []
    returned = next((one for one in documents if one.need == need.id and one.state == "returned"), None)
    if returned is not None:
        line = _ask_again(need, returned)
    elif len(need.kinds) > 1 and not kind:
        options = [Shown(one.name, step, f"kind:{one.id}") for one in need.kinds]
        line = say("papers.kind", name=need.name, **_place(answers, desk))
    elif any((one.need, one.kind) == (need.id, _kind(need, kind).id) for one in documents):
        line = say("papers.ask_other", name=_kind(need, kind).name, marks=marks(need.attributes))
        options = [Shown(say("papers.stay"), step, "next")]
    elif need.optional:
        line = say("papers.ask_optional", name=need.name, marks=marks(need.attributes))
        options = [Shown(say("papers.lacking"), step, f"lacking:{need.id}")]
    else:
        place = _place(answers, desk)
        key = "papers.ask_first" if place["number"] == 1 else "papers.ask"
        line = say(key, name=_kind(need, kind).name, marks=marks(need.attributes), **place)
    if desk.has_letter(need):
        options.append(Shown(say("papers.letter"), step, f"letter:{need.id}"))
    options.append(Shown(say("papers.list"), step, "list"))
    return Prompt(line, tuple(options), back)


def wanted_letter(answers: Answers, desk: Desk) -> str:
    """The letter that is to be sent next, if the office has a sample of it."""
    need = _current(answers, desk.needs(answers), desk.documents())
    return _letter(need, desk) if need is not None else ""


def _letter(need: Need, desk: Desk) -> str:
    return need.template.id if need.template is not None and desk.has_letter(need) else ""


def _ask_again(need: Need, returned: Document) -> Say:
    reason = returned.reason or "lainnya"
    why = say(f"reason.{reason}.advice", note=returned.note)
    return say("papers.again", name=_kind(need, returned.kind).name, why=why)


def _place(answers: Answers, desk: Desk) -> Mapping[str, int]:
    counted = progress(answers, desk)
    return {"number": min(counted["done"] + 1, counted["total"]), "total": counted["total"]}


def visible(attributes: Sequence[Named]) -> Sequence[object]:
    """What to look for on a document itself; the original is shown in the call."""
    return [attribute.name for attribute in attributes if attribute.id not in ("asli", "salinan")]


def marks(attributes: Sequence[Named]) -> Say:
    """What a document must carry, as its sender reads it."""
    named = visible(attributes)
    return say("papers.marks.some", marks=comma(named)) if named else say("papers.marks.none")


def _kind(need: Need, kind: str | None) -> DocumentKind:
    return next((one for one in need.kinds if one.id == kind), need.kinds[0])


def name_of(document: Document, needs: Sequence[Need]) -> object:
    """The name of a document, as the catalogue has it."""
    for need in needs:
        if need.id == document.need:
            return _kind(need, document.kind).name
    return document.name or say("papers.where.unnamed")


def hear(step: str, answers: Answers, said: Said, desk: Desk, spoken: Callable[[object], str]) -> Turn:
    """Understand a file, a tap or a word while documents are being gathered."""
    if said.file is not None:
        return _hear_file(answers, said, desk)
    if said.other:
        return Turn(answers, (say(f"odd.{said.other}"),))
    option = said.option
    prompt = ask(step, answers, desk, back=False)
    if not option:
        number = understood(said.text, [spoken(shown.label) for shown in prompt.options])
        if number is None:
            return Turn(
                answers, (say("not_understood.choice" if _stray(desk.documents()) else "not_understood.papers"),)
            )
        option = prompt.options[number].option
    return _hear_option(answers, option, desk)


def _hear_file(answers: Answers, said: Said, desk: Desk) -> Turn:
    assert said.file is not None
    documents = desk.documents()
    needs = desk.needs(answers)
    unfinished = _unfinished(documents)
    if unfinished is not None:
        return Turn(answers, (), (Receive(document_id=unfinished.id),))
    need = _current(answers, needs, documents)
    if need is None or _stray(documents):
        # Nothing is asked for now but where an earlier one belongs.
        return Turn(_without(answers, LISTING), (), (Receive(),))
    kind = answers.get(KIND) or _returned_kind(need, documents)
    if len(need.kinds) > 1 and not kind:
        return Turn(_without(answers, LISTING, CHOSEN), (), (Receive(),))
    more = _looks_like_a_photo(said) and not need.single_page
    received = Receive(need.id, kind or need.kinds[0].id, more)
    return Turn(_without(answers, LISTING, CHOSEN, KIND), (), (received,))


def _returned_kind(need: Need, documents: Sequence[Document]) -> str | None:
    return next((one.kind for one in documents if one.need == need.id and one.state == "returned"), None)


def _looks_like_a_photo(said: Said) -> bool:
    return said.file is not None and (said.file.photo or not said.file.name.lower().endswith(".pdf"))


def _hear_option(answers: Answers, option: str, desk: Desk) -> Turn:
    action, _, rest = option.partition(":")
    needs = {need.id: need for need in desk.needs(answers)}
    documents = {document.id: document for document in desk.documents()}
    match action:
        case "list":
            return Turn({**answers, LISTING: True})
        case "next":
            return Turn(_without(answers, LISTING, CHOSEN, KIND))
        case "need" if rest in needs:
            lacking = [one for one in answers.get(LACKING, ()) if one != rest]
            # Whoever goes on to another document has sent all pages of the last one.
            done = tuple(Finish(one.id) for one in documents.values() if one.need and one.open)
            return Turn({**_without(answers, LISTING, KIND), CHOSEN: rest, LACKING: lacking}, (), done)
        case "kind" if _is_kind_of_current(rest, answers, desk):
            return Turn({**_without(answers, LISTING), KIND: rest})
        case "lacking" if rest in needs:
            lacking = [*answers.get(LACKING, ()), rest]
            return Turn({**_without(answers, LISTING, CHOSEN), LACKING: lacking})
        case "letter" if rest in needs and (letter := _letter(needs[rest], desk)):
            return Turn(answers, (), (SendLetter(letter),))
    effect = _effect(action, rest, needs, documents)
    if effect is None:
        return Turn(answers, stale=True)
    return Turn(answers, (), (effect,))


def _is_kind_of_current(kind: str, answers: Answers, desk: Desk) -> bool:
    need = _current(answers, desk.needs(answers), desk.documents())
    return need is not None and len(need.kinds) > 1 and any(one.id == kind for one in need.kinds)


def _effect(action: str, rest: str, needs: Mapping[str, Need], documents: Mapping[int, Document]) -> Effect | None:
    number, _, more = rest.partition(":")
    document = documents.get(int(number)) if number.isdecimal() else None
    if document is None:
        return None
    match action:
        case "done" if document.open:
            return Finish(document.id)
        case "split" if document.open:
            return Split(document.id)
        case "drop" if document.state == "sent" and (document.open or not document.need):
            return Discard(document.id)
        case "place":
            need = next((need for need in needs.values() if any(kind.id == more for kind in need.kinds)), None)
            if need is not None and not document.need:
                return Place(document.id, need.id, more)
    return None


def go_back(answers: Answers) -> dict[str, Any] | None:
    """Leave the checklist or the picked document, if that is where the person is."""
    if not any(answers.get(name) for name in (LISTING, CHOSEN, KIND)):
        return None
    return _without(answers, LISTING, CHOSEN, KIND)


def _without(answers: Answers, *names: str) -> dict[str, Any]:
    return {name: value for name, value in answers.items() if name not in names}
