"""The documents of a case as staff see them: what each is called, what to look for, and how it comes to their chat."""

from collections.abc import Sequence

from conversations import papers
from conversations.flow import Say, say
from domain.cases import Case, Document
from domain.catalogue import Bearer, Need, needed_documents
from domain.refusal import Refused
from handlers.act import Act, hold, own_chat_open, require_role, takers
from handlers.office import STAFF_LANGUAGE, Office
from handlers.reply import tell_member
from storage.unit_of_work import UnitOfWork


def needs_of(office: Office, case: Case) -> tuple[Need, ...]:
    """What this provider had to send."""
    told = case.particulars
    bearer: Bearer = "kuasa" if told["bearer"] == "kuasa" else "direktur"
    return needed_documents(office.catalogue.service(case.service), told["form"], bearer)


def need_of(office: Office, case: Case, document: Document) -> Need | None:
    return next((need for need in needs_of(office, case) if need.id == document.need), None)


def name_of(office: Office, case: Case, document: Document) -> object:
    """What a document is called."""
    return papers.name_of(document, needs_of(office, case))


def spoken_name(office: Office, case: Case, document: Document) -> str:
    """The same as a word of the staff's language, for buttons and for the history."""
    return office.wording.text(STAFF_LANGUAGE, name_of(office, case, document))


def marks(office: Office, case: Case, document: Document) -> Say:
    """What the document must carry; the original is looked at in the call."""
    need = need_of(office, case, document)
    visible = papers.visible(need.attributes) if need else ()
    return say("staff.marks.some", marks=papers.comma(visible)) if visible else say("staff.marks.none")


def originals(uow: UnitOfWork, office: Office, case: Case) -> list[Document]:
    """The documents whose originals have to be shown in the call (service standard, no. 6)."""
    shown = {need.id for need in needs_of(office, case) if need.original}
    return [document for document in uow.documents.of_case(case.id) if document.need in shown]


def open_document(act: Act, case: Case, document: Document, number: int, total: int) -> None:
    """Send one document to the member's own chat; it is deleted there after a while."""
    caption = say(
        "staff.document",
        number=case.number,
        place=number,
        total=total,
        name=name_of(act.office, case, document),
        pages=document.pages,
    )
    tell_member(
        act.uow,
        act.office,
        act.member.user_id,
        caption,
        now=act.now,
        document_id=document.id,
        keep_for=int(act.office.settings.documents_in_chat.total_seconds()),
    )


def note_opened(act: Act, case: Case, documents: Sequence[Document]) -> None:
    """Whoever looks at documents is written down, with what they looked at."""
    act.note(case, "documents_opened", ", ".join(spoken_name(act.office, case, one) for one in documents))


def look(act: Act, case: Case, _more: str = "") -> Say:
    """Send every document of a case to its holder's own chat, just to look at."""
    require_role(act, takers(case.state))
    own_chat_open(act)
    hold(act, case)
    documents = act.uow.documents.of_case(case.id)
    for place, document in enumerate(documents, 1):
        open_document(act, case, document, place, len(documents))
    note_opened(act, case, documents)
    return say("staff.documents_sent", number=case.number, count=len(documents))


def find_document(act: Act, case: Case, number: str) -> Document:
    """A live document of this case. Refused: document_gone."""
    document = act.uow.documents.find(int(number)) if number.isdecimal() else None
    if document is None or document.case_id != case.id:
        raise Refused("document_gone")
    return document
