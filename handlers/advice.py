"""What is advised about documents: the provider may keep or replace them, and staff read it beside them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from conversations.flow import Papers, Say, say
from conversations.papers import CHOSEN, KIND, LISTING, name_of
from domain.cases import Document
from domain.catalogue import Need
from domain.messages import Button
from handlers.forms import FLOWS, FormDesk, ask
from handlers.office import Office
from handlers.status import flow_of
from handlers.visit import Heard, Visit
from storage.forms import Form
from storage.preflight.rules import Advice
from storage.remarks import Remark
from storage.unit_of_work import UnitOfWork

REPLACE, KEEP = "replace", "keep"
LONGEST_REMARKS = 4
"""Beside a document stands a caption, which holds a thousand letters."""


def untold(
    uow: UnitOfWork, case_id: int, since: datetime | None, documents: Sequence[Document], now: datetime
) -> list[Remark]:
    """What the provider does not know yet about the documents that are there; from now on it is told."""
    there = {document.id for document in documents}
    remarks = [remark for remark in uow.remarks.untold(case_id, since) if remark.document_id in there]
    uow.remarks.told(remarks, now)
    return remarks


def to_provider(remarks: Sequence[Remark], documents: Sequence[Document], needs: Sequence[Need]) -> tuple[Say, ...]:
    """What there is to say, and that nothing has to be done about it."""
    lines = sentences(remarks, documents, needs)
    return (*lines, say("papers.advice.kept")) if _replaceable(remarks, documents) else lines


def sentences(remarks: Sequence[Remark], documents: Sequence[Document], needs: Sequence[Need]) -> tuple[Say, ...]:
    """One for each thing."""
    known = {document.id: document for document in documents}
    return tuple(
        say(f"papers.advice.{first.advice.key}", what=_what(alike, known[first.document_id], needs), **facts)
        for alike in _gathered(remarks)
        for first in alike[:1]
        for facts in (_facts(first.advice, needs),)
    )


def to_staff(remarks: Sequence[Remark], needs: Sequence[Need], *, unscanned: bool) -> tuple[Say, ...]:
    """What to look at twice, in a few words each."""
    lines = []
    for alike in _gathered(remarks)[:LONGEST_REMARKS]:
        line = say(f"staff.advice.{alike[0].advice.key}", **_facts(alike[0].advice, needs))
        numbers = _numbers(alike)
        lines.append(say("staff.advice.pages", numbers=numbers, line=line) if numbers else line)
    if unscanned:
        lines.append(say("staff.advice.unscanned"))
    marked = tuple(say("staff.advice.line", line=line) for line in lines)
    return (say("staff.advice.text", lines=marked),) if marked else ()


def replace_buttons(
    office: Office, language: str, remarks: Sequence[Remark], documents: Sequence[Document], needs: Sequence[Need]
) -> list[Button]:
    """One tap to send a better one, for each document that was spoken of."""
    return [
        Button(office.say(language, say("button.replace", name=name_of(document, needs))), f"p.{REPLACE}.{document.id}")
        for document in _replaceable(remarks, documents)
    ]


def keep_button(office: Office, language: str, document: Document) -> Button:
    return Button(office.say(language, say("button.keep_paper")), f"p.{KEEP}.{document.id}")


def _replaceable(remarks: Sequence[Remark], documents: Sequence[Document]) -> list[Document]:
    """Whose place is known and which are not being sent any more: the others have buttons of their own."""
    spoken_of = {remark.document_id for remark in remarks}
    return [document for document in documents if document.id in spoken_of and document.need and not document.open]


def _gathered(remarks: Iterable[Remark]) -> list[list[Remark]]:
    """The same thing about several pages of a document is said once."""
    alike: dict[object, list[Remark]] = {}
    for remark in remarks:
        facts = remark.advice.facts
        key = (remark.document_id, remark.advice.key, facts.get("field"), facts.get("other"))
        alike.setdefault(key, []).append(remark)
    return list(alike.values())


def _what(alike: Sequence[Remark], document: Document, needs: Sequence[Need]) -> object:
    name, numbers = name_of(document, needs), _numbers(alike)
    return say("papers.advice.pages", name=name, numbers=numbers) if numbers else name


def _numbers(alike: Sequence[Remark]) -> str:
    return ", ".join(str(remark.place) for remark in alike if remark.place is not None)


def _facts(advice: Advice, needs: Sequence[Need]) -> dict[str, object]:
    """The facts of an advice as people call them."""
    facts = dict(advice.facts)
    names = {kind.id: kind.name for need in needs for kind in need.kinds}
    if "other" in facts:
        facts["other"] = names.get(str(facts["other"]), say("papers.advice.another"))
    if "field" in facts:
        facts["field"] = say(f"papers.field.{facts['field']}")
    if "seems" in facts:
        facts["seems"] = say(f"papers.looks.{facts['seems']}")
    return facts


# ---------------------------------------------------------------- what the provider does about it


def act(visit: Visit, action: str, document_id: int) -> Heard | None:
    """Keep a document or send another one in its place; None where the button belongs to the past."""
    document = visit.uow.documents.find(document_id)
    form = _form(visit, document.case_id) if document is not None else None
    if document is None or form is None or document.state == "accepted" or action not in (REPLACE, KEEP):
        return None
    needs = FormDesk(visit.uow, visit.office, form, visit.now).needs(form.answers)
    if document.need not in {need.id for need in needs}:
        return None
    answers = {name: value for name, value in form.answers.items() if name not in (CHOSEN, KIND, LISTING)}
    first: tuple[Say, ...] = ()
    if action == REPLACE:
        visit.uow.documents.close(document.id)
        answers |= {CHOSEN: document.need, KIND: document.kind}
    else:
        first = (say("papers.advice.kept_on", name=name_of(document, needs)),)
    visit.uow.forms.take_out(visit.caller.person_id, form.id, visit.now)
    return ask(visit, visit.uow.forms.save(form, answers, visit.now), *first)


def _form(visit: Visit, case_id: int) -> Form | None:
    """The form in which the provider of a case sends documents, while it is their turn."""
    case = visit.own(case_id)
    flow = flow_of(visit.office, case) if case is not None else None
    if flow is None or not any(isinstance(step, Papers) for step in FLOWS[flow].steps):
        return None
    return visit.uow.forms.for_case(case_id, flow)
