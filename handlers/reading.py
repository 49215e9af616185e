"""What was read on a document, compared with what was asked for, with the answers and with the other documents.

Advice for the provider and for staff, never a refusal: a reader of pictures may be wrong.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from conversations.flow import Papers
from domain.cases import Document, State
from handlers import advice
from handlers.forms import FLOWS, FormDesk, question
from handlers.office import Office
from handlers.reply import owe
from handlers.status import flow_of
from storage.forms import Form
from storage.preflight.comparing import between, compare
from storage.preflight.rules import Advice
from storage.preflight.telling import Reading
from storage.remarks import KeptPage, Remark
from storage.unit_of_work import UnitOfWork

KEYS: Final = ("seems_other", "number_differs", "name_differs", "papers_differ")
COMPARED: Final = ("company", "director", "npwp")


def note(
    page: KeptPage,
    read: Reading | None,
    sealed: bytes | None,
    others: Mapping[str, Reading],
    uow: UnitOfWork,
    office: Office,
    now: datetime,
) -> None:
    """Keep what was read, and tell whoever sends documents just now what does not fit."""
    uow.remarks.read(page.page.id, sealed)
    document = uow.documents.find(page.document_id)
    if read is None or not page.first or document is None or not document.need or document.state == "accepted":
        return
    found = differences(read, document.kind, _told(page.case_id, uow, office), others)
    form = _open_form(page, uow)
    uow.remarks.add(page.page.id, found, instead_of=KEYS, told=now if form is not None else None)
    if found and form is not None:
        _ask(page, document, found, form, uow, office, now)


def differences(read: Reading, kind: str, told: Mapping[str, str], others: Mapping[str, Reading]) -> tuple[Advice, ...]:
    """What does not fit; of two documents that differ only what the answers have not shown already."""
    found = compare(read, kind, told)
    if any(one.key == "seems_other" for one in found):
        return found
    shown = {one.facts["field"] for one in found}
    for one in between({kind: read, **{other: reading for other, reading in others.items() if other != kind}}):
        facts = one.facts
        if kind not in (facts["one"], facts["other"]) or facts["field"] in shown:
            continue
        mine = ("of_one", "of_other", "other") if facts["one"] == kind else ("of_other", "of_one", "one")
        shown.add(facts["field"])
        names = ("mine", "theirs", "other")
        found += (Advice("papers_differ", {"field": facts["field"], **_renamed(facts, mine, names)}),)
    return found


def _renamed(facts: Mapping[str, object], old: tuple[str, ...], new: tuple[str, ...]) -> dict[str, object]:
    return {name: facts[before] for before, name in zip(old, new, strict=True)}


def _told(case_id: int, uow: UnitOfWork, office: Office) -> Mapping[str, str]:
    """The answers that stand on documents; what is just being changed may be there in its old or its new form."""
    case = uow.cases.get(case_id)
    told: Mapping[str, Any] = case.particulars
    flow = flow_of(office, case)
    if case.state is State.DRAFT and flow and (form := uow.forms.for_case(case_id, flow)) is not None:
        told = form.answers
    return {name: str(told[name]) for name in COMPARED if name in told and f"{name}_new" not in told}


def _open_form(page: KeptPage, uow: UnitOfWork) -> Form | None:
    """The form in which the provider sends documents for this case, if it lies open before them now."""
    form = uow.forms.open_before(page.person_id)
    if form is None or form.case_id != page.case_id:
        return None
    return form if any(isinstance(step, Papers) for step in FLOWS[form.flow].steps) else None


def _ask(
    page: KeptPage,
    document: Document,
    found: tuple[Advice, ...],
    form: Form,
    uow: UnitOfWork,
    office: Office,
    now: datetime,
) -> None:
    language = uow.people.language(page.person_id)
    needs = FormDesk(uow, office, form, now).needs(form.answers)
    remarks = [Remark(document.id, page.page.id, None, one) for one in found]
    buttons = [
        advice.keep_button(office, language, document),
        *advice.replace_buttons(office, language, remarks, [document], needs),
    ]
    sentences = advice.sentences(remarks, [document], needs)
    if office.can(page.address.channel).numbers:
        # The numbers of the question that stands open must not mean something else from now on.
        asked, choices = question(uow, office, form, language, now)
        sentences, buttons = (*sentences, *asked), [*choices, *buttons]
    owe(
        uow,
        office,
        page.address,
        language,
        sentences,
        buttons,
        now=now,
        case_id=page.case_id,
    )
