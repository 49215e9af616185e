"""The minutes of a video call (berita acara): what staff recorded of it, for their own chat and for the provider."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal

from conversations.flow import Say, say
from domain.cases import Appointment, Case, Document, Role
from domain.catalogue import Service
from domain.refusal import Refused
from handlers.act import FRONT_DESK, Act, own_chat_open
from handlers.office import STAFF_LANGUAGE, Office
from handlers.visit import Visit
from storage.owed import Owed
from storage.printing.sheet import PDF, Sheet
from storage.unit_of_work import UnitOfWork

Result = Literal["passed", "failed", "missed"]
DIRECTOR: Final = "direktur"


def written(act: Act, documents: Sequence[Document], result: Result, reason: str = "") -> dict[str, Any]:
    """What is kept of a call that is over: the originals are looked at anew in the next one."""
    role = next((role for role in Role if role in FRONT_DESK & act.member.roles), Role.TUS)
    return {
        "result": result,
        "reason": reason,
        "at": act.now.isoformat(),
        "officer": act.member.name,
        "role": role,
        "originals": [[document.need, document.kind, document.original] for document in documents],
    }


def owe_to_staff(act: Act, case: Case, appointment_id: int) -> None:
    """Send the minutes to the member's own chat, to be filed; they are deleted there after a while."""
    message = Owed(
        address=act.own_chat,
        text=act.office.staff_say(say("staff.minutes.text", number=case.number, company=case.company)),
        printed=f"minutes:{appointment_id}:{STAFF_LANGUAGE}",
        keep_for=int(act.office.settings.documents_in_chat.total_seconds()),
    )
    act.uow.outbox.owe(message, act.now)


def send_to_staff(act: Act, case: Case, _more: str = "") -> Say:
    """By command: the minutes of the last call of a case. Refused: write_first, no_minutes."""
    own_chat_open(act)
    appointment = act.uow.appointments.last_minuted(case.id)
    if appointment is None:
        raise Refused("no_minutes", number=case.number)
    owe_to_staff(act, case, appointment.id)
    return say("staff.minutes.sent", number=case.number)


def owe_to_provider(visit: Visit, case: Case) -> bool:
    """Send a provider the minutes of the last call about their own case; False when there was none."""
    appointment = visit.uow.appointments.last_minuted(case.id)
    if appointment is None:
        return False
    printed = f"minutes:{appointment.id}:{visit.language}"
    visit.reply((say("minutes.sent", number=case.number),), case_id=case.id, printed=printed)
    return True


def sheet(uow: UnitOfWork, office: Office, about: str, _now: datetime) -> Sheet | None:
    """The minutes of one call, in a language."""
    number, _, language = about.partition(":")
    appointment = uow.appointments.find(int(number))
    if appointment is None or appointment.minutes is None:
        return None
    case = uow.cases.get(appointment.case_id)
    # ReportLab takes a while and some memory to load.
    from storage.printing import minutes

    words = partial(office.on_paper, language)

    kept, service = appointment.minutes, office.catalogue.service(case.service)
    content = minutes.Minutes(
        number=case.number,
        office=office.settings.name,
        unit=words(office.catalogue.unit),
        service=words(service.title),
        company=case.company,
        started=words(appointment.starts_at),
        ended=words(datetime.fromisoformat(kept["at"])),
        attendees=[
            minutes.Attendee(name=words(name), role=words(role))
            for name, role in _attendees(office, case, appointment, kept)
        ],
        documents=[
            minutes.ComparedDocument(name=words(_name(service, need, kind)), original=original)
            for need, kind, original in kept["originals"]
        ],
        result=kept["result"],
        remark=kept["reason"],
        officer=f"{kept['officer']} ({words(office.settings.roles[kept['role']])})",
    )
    labels = office.labels(language, minutes.LABELS)
    name = f"{labels['minutes.title']} {case.number}.pdf"
    return Sheet(name, PDF, lambda: minutes.print_minutes(content, labels))


def _attendees(
    office: Office, case: Case, appointment: Appointment, kept: Mapping[str, Any]
) -> list[tuple[object, object]]:
    """Who took part, each with what they are; whoever came instead of the director was not asked for a name."""
    officer = (kept["officer"], office.settings.roles[kept["role"]])
    if appointment.attended_by == DIRECTOR:
        return [(case.particulars["director"], say("paper.minutes.director")), officer]
    if appointment.attended_by:
        return [(say("paper.minutes.unnamed"), say("paper.minutes.somebody")), officer]
    return [officer]


def _name(service: Service, need: str, kind: str) -> object:
    """What a document is called."""
    kinds = {one.id: one.name for requirement in service.requirements for one in requirement.documents}
    return kinds.get(kind, need)
