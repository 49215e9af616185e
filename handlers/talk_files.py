"""Files in a conversation: what either side sends along is fetched and looked at first, then passed on."""

import re
from datetime import datetime
from typing import Final

from conversations.flow import Say, say
from domain.cases import STAFF_CHANNEL, TALKING, Case, Event, State
from domain.files import LIMIT_BYTES
from domain.messages import Address, Inbound
from handlers import consultation, day_limit
from handlers.cards import repost_card, show_card
from handlers.office import STAFF_LANGUAGE, Office
from handlers.reply import language_of, layout, owe
from handlers.visit import Heard, Visit
from storage.arrivals import OwedPage
from storage.forms import Form
from storage.owed import Owed
from storage.unit_of_work import UnitOfWork

FROM_PROVIDER, FROM_STAFF = "asked_file", "answered_file"
"""What the files are for that either side sends along."""
PASSED_ON: Final = (FROM_PROVIDER, FROM_STAFF)
MOST_FILES: Final = 40
LONGEST_NAME: Final = 60


def receive(visit: Visit, form: Form, inbound: Inbound) -> Heard:
    """A file that the provider sends into the conversation: it is fetched and looked at first."""
    assert form.case_id is not None
    case = visit.uow.cases.get(form.case_id)
    if not consultation.is_consultation(visit.office, case) or case.state not in (
        *TALKING,
        State.RESOLVED,
        State.DORMANT,
    ):
        visit.reply((say("talk.over", number=case.number),), [visit.word("menu"), visit.word("status")])
        return Heard()
    assert inbound.file is not None
    person_id, size = visit.caller.person_id, inbound.file.size or 0
    if day_limit.reached(visit.uow, visit.office, person_id, case.id, size, visit.now):
        visit.reply((say("papers.too_many"),))
        return Heard()
    refusal = take_in(visit.uow, case, FROM_PROVIDER, inbound, visit.address, visit.now)
    if refusal is not None:
        visit.reply((refusal,))
        return Heard()
    return Heard(files=True)


def take_in(uow: UnitOfWork, case: Case, purpose: str, inbound: Inbound, address: Address, now: datetime) -> Say | None:
    """Note that a file is to be fetched and passed on; or why it is not."""
    file = inbound.file
    assert file is not None
    if file.size is not None and file.size > LIMIT_BYTES:
        return say("papers.refused.too_big", limit_mb=LIMIT_BYTES >> 20)
    if len(uow.documents.of_case(case.id)) >= MOST_FILES:
        return say("papers.too_many")
    kind = f"{inbound.channel}:{inbound.key}"[:60]
    document_id = uow.documents.begin(case.id, purpose, kind, more=False, now=now, note=inbound.text)
    uow.arrivals.owe_page(document_id, address, file, now)
    return None


def file_came(page: OwedPage, refused: tuple[Say, ...], uow: UnitOfWork, office: Office, now: datetime) -> None:
    """A file of either side lies in the vault, or could not be taken: pass it on, or say so to its sender."""
    case = uow.cases.get(page.case_id)
    staff = page.need == FROM_STAFF
    language = STAFF_LANGUAGE if staff else language_of(uow, case)
    document = uow.documents.find(page.document_id)
    if refused or document is None:
        owe(uow, office, page.address, language, refused, now=now)
        return
    words = document.note
    if staff:
        too_big = _too_big_to_hand_over(uow, office, case, document.id, now)
        if too_big is not None:
            owe(uow, office, page.address, language, (too_big,), consultation.staff_buttons(office, case), now=now)
            return
        uow.cases.move(case, Event.ANSWER, now)
        uow.cases.tell(case.id, now, page.address.chat, FROM_STAFF, words or page.name)
        file = Owed(address=page.address, document_id=document.id, file_name=safe_name(page.name, case))
        sentence = say("provider.answer_file", number=case.number, text=words)
        consultation.pass_to_provider(uow, office, case, sentence, now, document=file)
        owe(uow, office, page.address, language, (say("staff.talk.answered", number=case.number),), now=now)
        show_card(uow, office, case.id, now)
        return
    if consultation.note_words(uow, office, case, FROM_PROVIDER, words or page.name, now):
        show_file(uow, office, case, document.id, page.name, words, now)
        consultation.confirm(uow, office, page.address, language, case, now)


def _too_big_to_hand_over(uow: UnitOfWork, office: Office, case: Case, document_id: int, now: datetime) -> Say | None:
    """Why a file of ours cannot reach the provider, whose messenger hands over less than the office's takes."""
    can = office.can(uow.people.addresses(case.person_id, now)[0].channel)
    if all(can.hands_over(one.size, one.mime) for one in uow.documents.pages_of(document_id)):
        return None
    limits = {"file_mb": (can.largest_file or 0) >> 20, "picture_mb": (can.largest_picture or 0) >> 20}
    return say("staff.talk.too_big", number=case.number, channel=can.title, **limits)


def show_file(
    uow: UnitOfWork, office: Office, case: Case, document_id: int, name: str, words: str, now: datetime
) -> None:
    """A file of the provider goes to the holder's own chat, protected, for a while; the group sees only the card."""
    case = uow.cases.get(case.id)
    if case.holder_id is None:
        repost_card(uow, office, case.id, now)
        return
    sentence = say("staff.talk.file", number=case.number, company=case.company, text=words)
    uow.outbox.owe(
        Owed(
            address=Address(STAFF_CHANNEL, case.holder_id),
            text=office.staff_say(sentence),
            rows=layout(consultation.staff_buttons(office, case)),
            document_id=document_id,
            file_name=safe_name(name, case),
            protected=True,
            keep_for=int(office.settings.documents_in_chat.total_seconds()),
        ),
        now,
    )
    show_card(uow, office, case.id, now)


def safe_name(name: str, case: Case) -> str:
    """What a file is called that is passed on; its suffix comes from what it really is."""
    stem = re.sub(r"\.\w{1,5}$", "", name)
    plain = re.sub(r"[^\w .,()-]+", " ", stem).strip(" .")[:LONGEST_NAME].strip(" .")
    return plain or case.number
