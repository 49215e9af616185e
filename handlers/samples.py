"""Sample letters: the office's own, filled with what the provider has told so far, ready for the letterhead."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from conversations.application import spoken
from conversations.flow import say
from conversations.papers import comma, visible
from conversations.services import BY_SERVICE, OLD_AND_NEW
from domain.cases import OPEN, Case, State
from domain.catalogue import Requirement, Template
from domain.messages import Button
from handlers import folder
from handlers.forms import ask
from handlers.office import Office
from handlers.reply import case_button
from handlers.visit import Heard, Visit
from storage.printing.sheet import DOCX, Sheet
from storage.unit_of_work import UnitOfWork

LETTERS_SPEAK: Final = "id"
"""Letters to the office are in Indonesian, whatever language their sender chose for the chat."""
AS_TOLD: Final = ("form", "company", "npwp", "address", "director", "mobile", "email", "user_id")
"""What a letter takes from the answers, under the same names."""


def offered(office: Office) -> list[Template]:
    """The letters of which the office has a sample, as its catalogue lists them."""
    return [template for template in office.catalogue.templates if template.id in office.letters]


def offer(visit: Visit) -> Heard:
    """Let somebody choose a sample letter, whether they have asked for anything here or not."""
    letters = offered(visit.office)
    if not letters:
        visit.reply((say("sample.none"),), [visit.word("menu"), visit.word("officer")])
        return Heard()
    buttons = [Button(visit.office.wording.text(visit.language, one.name), f"l.{one.id}") for one in letters]
    form = visit.caller.form
    if form is not None and form.case_id is not None:
        buttons.append(case_button(visit.office, visit.language, "continue", form.case_id))
    else:
        buttons.append(visit.word("menu"))
    visit.reply((say("sample.list"),), buttons)
    return Heard()


def choose(visit: Visit, letter: str) -> Heard:
    """A letter was chosen; a question that stood open is asked again, since another one was asked after it."""
    if letter not in {one.id for one in offered(visit.office)}:
        return visit.toast("stale.button", alert=True)
    owe_letter(visit, letter, _case_for(visit, letter))
    return Heard() if visit.caller.form is None else ask(visit, visit.caller.form)


def owe_letter(visit: Visit, letter: str, case: Case | None) -> None:
    """Send a letter, filled for this case of the person; without one it is empty."""
    template = _template(visit.office, letter)
    assert template is not None
    requirement = _requirement(visit.office, letter, case)
    marks = comma(visible(requirement.attributes)) if requirement and visible(requirement.attributes) else ""
    sentences = [say("sample.filled" if case else "sample.empty", name=template.name)]
    if marks:
        sentences.append(say("sample.marks", marks=marks))
    case_id = case.id if case else None
    visit.reply(sentences, case_id=case_id, printed=f"letter:{letter}:{case_id or ''}")


def _case_for(visit: Visit, letter: str) -> Case | None:
    """The case that a letter is wanted for: the one of the open form, or else the newest whose service asks for it."""
    form = visit.caller.form
    here = visit.own(form.case_id) if form is not None and form.case_id is not None else None
    under_way = visit.uow.cases.of_person(visit.caller.person_id, (State.DRAFT, State.DORMANT, *OPEN))
    for case in (*([here] if here else []), *under_way):
        if _asks_for(visit.office, case, letter) is not None:
            return case
    return None


def _template(office: Office, letter: str) -> Template | None:
    return next((one for one in offered(office) if one.id == letter), None)


def _asks_for(office: Office, case: Case, letter: str) -> Requirement | None:
    """The requirement of a case's service that this letter is for."""
    requirements = office.catalogue.service(case.service).requirements
    return next((one for one in requirements if one.template is not None and one.template.id == letter), None)


def _requirement(office: Office, letter: str, case: Case | None) -> Requirement | None:
    if case is not None:
        return _asks_for(office, case, letter)
    requirements = [one for service in office.catalogue.services for one in service.requirements]
    return next((one for one in requirements if one.template is not None and one.template.id == letter), None)


def sheet(uow: UnitOfWork, office: Office, about: str, _now: datetime) -> Sheet | None:
    """A letter, named before the colon, for the case that is named behind it."""
    letter, _, number = about.partition(":")
    template = _template(office, letter)
    if template is None:
        return None
    case = uow.cases.find(int(number)) if number else None
    known = facts(office, case.service if case else "", _told(uow, office, case) if case else {})
    sample = office.letters[letter]
    title = office.wording.text(LETTERS_SPEAK, template.name)
    name = folder.safe_name(f"{title} {case.number if case else ''}")

    def fill() -> bytes:
        # The library that writes Word files takes a while and some memory to load.
        from storage.printing.letters import fill_letter

        return fill_letter(sample, known)

    return Sheet(f"{name}.docx", DOCX, fill)


def _told(uow: UnitOfWork, office: Office, case: Case) -> Mapping[str, Any]:
    """What the provider of a case has answered so far."""
    if case.particulars:
        return {**case.particulars, "company": case.company}
    flow = BY_SERVICE.get(office.catalogue.service(case.service).flow)
    form = uow.forms.for_case(case.id, flow.name) if flow is not None else None
    return form.answers if form is not None else {}


def facts(office: Office, service: str, told: Mapping[str, Any]) -> dict[str, object]:
    """What a letter may say; what nobody has told stays out, and is written by hand."""

    words = partial(office.on_paper, LETTERS_SPEAK)

    def answer(name: str) -> str:
        return words(spoken(name, told[name], office.catalogue)) if name in told else ""

    known: dict[str, object] = {name: answer(name) for name in AS_TOLD}
    known |= {
        "office": office.settings.name,
        "unit": words(office.catalogue.unit),
        "meterai": words(office.catalogue.stamp_duty_text),
    }
    if service:
        known["service"] = words(office.catalogue.service(service).title)
        names = {change.id: words(change.name) for change in office.catalogue.service(service).changes}
        known["changes"] = [
            {"name": names[kind], "old": answer(OLD_AND_NEW[kind][0]), "new": answer(OLD_AND_NEW[kind][1])}
            for kind in told.get("changes", ())
            if kind in names and kind in OLD_AND_NEW
        ]
    return known
