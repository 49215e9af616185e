"""The documents of a case as staff see them: what each is called, what to look for, and how it comes to their chat."""

import re
from collections.abc import Sequence
from dataclasses import replace

from conversations import papers
from conversations.flow import Say, say
from domain.cases import Case, Document
from domain.catalogue import Bearer, Need, needed_documents
from domain.messages import Button
from domain.refusal import Refused
from handlers import advice, overview
from handlers.act import ID, Act, hold, own_chat_open, require_role, takers
from handlers.office import STAFF_LANGUAGE, Office
from handlers.reply import layout
from storage.owed import Owed
from storage.unit_of_work import UnitOfWork

UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
LONGEST_FILE_NAME = 80


def needs_of(office: Office, case: Case) -> tuple[Need, ...]:
    """What this provider had to send."""
    told = case.particulars
    if "form" not in told:
        return ()
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


def in_order(uow: UnitOfWork, office: Office, case: Case) -> list[Document]:
    """The documents of a case as the standard lists them, whenever each of them came."""
    places = {need.id: place for place, need in enumerate(needs_of(office, case))}
    return sorted(uow.documents.of_case(case.id), key=lambda document: places.get(document.need, len(places)))


def originals(uow: UnitOfWork, office: Office, case: Case) -> list[Document]:
    """The documents whose originals have to be shown in the call (service standard, no. 6)."""
    shown = {need.id for need in needs_of(office, case) if need.original}
    return [document for document in in_order(uow, office, case) if document.need in shown]


def place_of(documents: Sequence[Document], document: Document) -> int:
    """Which of the documents of its case it is, counted from one."""
    return 1 + [one.id for one in documents].index(document.id)


def about(case: Case, documents: Sequence[Document], document: Document) -> Say:
    """Whose document this is, and which of how many."""
    return say("staff.about_document", number=case.number, place=place_of(documents, document), total=len(documents))


def title_of(office: Office, case: Case, document: Document) -> object:
    """The name of a document, with the number of its pages where it came as several photos."""
    name = name_of(office, case, document)
    return name if document.pages < 2 else say("staff.several_pages", name=name, pages=document.pages)


def to_send(act: Act, case: Case, documents: Sequence[Document], document: Document, caption: Say) -> Owed:
    """One of the documents as a message to the member's own chat; it is deleted there after a while."""
    place = place_of(documents, document)
    remarks = advice.to_staff(
        act.uow.remarks.of_document(document.id),
        needs_of(act.office, case),
        unscanned=act.uow.remarks.is_unscanned(document.id),
    )
    file_name = say("staff.file", number=case.number, place=place, name=name_of(act.office, case, document))
    return Owed(
        address=act.own_chat,
        text=act.office.staff_say(caption, *remarks),
        document_id=document.id,
        file_name=safe_name(act.office.wording.say(STAFF_LANGUAGE, file_name)),
        protected=True,
        keep_for=int(act.office.settings.documents_in_chat.total_seconds()),
    )


def preview_button(act: Act, case: Case, document: Document) -> Button:
    """One tap shows the pages of a document as pictures."""
    return Button(act.office.staff_say(say("staff.button.preview")), f"s.preview.{case.id}.{document.id}")


def preview(act: Act, case: Case, more: str) -> Say:
    """Show the pages of a document in the member's own chat, without opening it; deleted there after a while."""
    require_role(act, takers(case.state))
    own_chat_open(act)
    hold(act, case, take=False)
    document = find_document(act, case, more)
    documents = in_order(act.uow, act.office, case)
    name = title_of(act.office, case, document)
    caption = say("staff.document", name=name, about=about(case, documents, document))
    message = replace(
        to_send(act, case, documents, document, caption),
        kind="preview",
        target=act.office.staff_say(say("staff.preview.none", name=name)),
    )
    act.uow.outbox.owe(message, act.now)
    note_opened(act, case, [document])
    return say("staff.preview.sent")


def safe_name(name: str) -> str:
    """A name that every computer takes for a file."""
    return " ".join(UNSAFE.sub(" ", name).split())[:LONGEST_FILE_NAME].strip(" .")


def note_opened(act: Act, case: Case, documents: Sequence[Document]) -> None:
    """Whoever looks at documents is written down, with what they looked at."""
    act.note(case, "documents_opened", ", ".join(spoken_name(act.office, case, one) for one in documents))


def show_told(act: Act, case: Case) -> None:
    """What the provider wrote stands above the documents that are compared with it; it is deleted after a while too."""
    text = say("staff.told", number=case.number, company=case.company, lines=overview.particulars(act, case))
    message = Owed(
        address=act.own_chat,
        text=act.office.staff_say(text),
        protected=True,
        keep_for=int(act.office.settings.documents_in_chat.total_seconds()),
    )
    act.uow.outbox.owe_latest(f"told:{case.id}:{act.member.user_id}", message, act.now)
    act.note(case, "particulars_read")


def look(act: Act, case: Case, _more: str = "") -> Say:
    """Send every document of a case to its holder's own chat, just to look at, below what the provider wrote."""
    require_role(act, takers(case.state))
    own_chat_open(act)
    hold(act, case)
    show_told(act, case)
    documents = in_order(act.uow, act.office, case)
    for document in documents:
        name = title_of(act.office, case, document)
        caption = say("staff.document", name=name, about=about(case, documents, document))
        rows = layout([preview_button(act, case, document)])
        act.uow.outbox.owe(replace(to_send(act, case, documents, document, caption), rows=rows), act.now)
    note_opened(act, case, documents)
    return say("staff.documents_sent", number=case.number, count=len(documents))


def find_document(act: Act, case: Case, number: str) -> Document:
    """A live document of this case. Refused: document_gone."""
    document = act.uow.documents.find(int(number)) if ID.fullmatch(number) else None
    if document is None or document.case_id != case.id:
        raise Refused("document_gone")
    return document
