"""The receipt: which documents the office has, file by file, so that either side can prove it later."""

from datetime import datetime
from functools import partial

from conversations.flow import Say, say
from domain.cases import Case, Document
from handlers import folder, status
from handlers.office import Office
from handlers.reply import language_of
from handlers.visit import Visit
from storage.printing.sheet import PDF, Sheet
from storage.unit_of_work import UnitOfWork


def owe_receipt(visit: Visit, case: Case, *sentences: Say) -> None:
    """Send the receipt of a case; nothing can be answered to it, so what was asked before stays open."""
    visit.reply(sentences, case_id=case.id, printed=f"receipt:{case.id}")


def sheet(uow: UnitOfWork, office: Office, about: str, now: datetime) -> Sheet | None:
    """The receipt of a case as it stands, in the language of its provider."""
    case = uow.cases.find(int(about))
    if case is None or case.submitted_at is None:
        return None
    language = language_of(uow, case)
    # ReportLab takes a while and some memory to load, and is not wanted every day.
    from storage.printing import receipt

    words = partial(office.on_paper, language)

    service = office.catalogue.service(case.service)
    corrected = [one.at for one in uow.cases.story(case.id) if one.what == "resubmitted"]
    content = receipt.Receipt(
        number=case.number,
        office=office.settings.name,
        unit=words(office.catalogue.unit),
        service=words(service.title),
        company=case.company,
        at=words(case.submitted_at),
        corrected=words(corrected[-1]) if corrected else "",
        documents=[
            receipt.ReceivedDocument(
                name=words(folder.name_of(office, case, document)),
                pages=words(say("paper.receipt.pages", count=uow.remarks.sheets(document.id))),
                fingerprints=uow.remarks.fingerprints(document.id),
            )
            for document in _asked_for(uow, office, case)
        ],
        next=words(status.next_step(uow, office, case, now)),
        as_of=words(now),
        promise=words(service.time_text),
        fee=words(service.fee_text),
    )
    labels = office.labels(language, receipt.LABELS)
    name = f"{labels['receipt.title']} {case.number}.pdf"
    return Sheet(name, PDF, lambda: receipt.print_receipt(content, labels))


def _asked_for(uow: UnitOfWork, office: Office, case: Case) -> list[Document]:
    """The documents that have their place in the standard: any other has only the name that its sender gave it."""
    needs = {need.id for need in folder.needs_of(office, case)}
    return [document for document in folder.in_order(uow, office, case) if document.need in needs]
