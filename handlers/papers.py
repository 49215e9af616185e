"""Documents on their way in: a file is owed, fetched, looked at, and then answered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from conversations import engine
from conversations.flow import Discard, Effect, Finish, Papers, Place, Receive, Say, SendLetter, Split, say
from conversations.papers import comma, name_of, progress
from domain.cases import OPEN, Document, State
from domain.files import LIMIT_BYTES, shown_name
from domain.messages import Inbound
from domain.refusal import Refused
from handlers import advice, day_limit, samples, talk_files
from handlers.forms import FLOWS, FormDesk, question
from handlers.office import Office
from handlers.reply import case_button, owe, tell_group
from handlers.visit import Visit
from storage.arrivals import OwedPage
from storage.forms import Form
from storage.preflight.rules import Advice, Examined
from storage.remarks import KeptPage
from storage.unit_of_work import UnitOfWork
from storage.vault import Stored

MOST_DOCUMENTS = 60
SENT_TOGETHER = timedelta(seconds=30)
"""Photos that were sent together come one shortly after the other, however slow we are to answer."""
INFECTED = "infected"


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it: sentences to say now, or files that are fetched first."""

    lines: tuple[Say, ...] = ()
    files: bool = False


def carry_out(visit: Visit, form: Form, effects: Sequence[Effect], inbound: Inbound) -> Done:
    """Do to the documents of a form's case what a turn led to."""
    done = Done()
    for effect in effects:
        match effect:
            case Receive():
                done = _receive(visit, form, effect, inbound)
            case Finish(document_id):
                visit.uow.documents.close(document_id)
            case Discard(document_id):
                visit.uow.documents.discard(document_id)
            case Place(document_id, need, kind, more):
                visit.uow.documents.place(document_id, need, kind, more=more)
                visit.uow.remarks.look_again(document_id, visit.now)
            case Split(document_id):
                _split(visit, document_id)
            case SendLetter(letter):
                assert form.case_id is not None
                samples.owe_letter(visit, letter, visit.uow.cases.get(form.case_id))
    return done


def _receive(visit: Visit, form: Form, received: Receive, inbound: Inbound) -> Done:
    file = inbound.file
    assert file is not None
    assert form.case_id is not None
    person_id, size = visit.caller.person_id, file.size or 0
    if too_much := day_limit.reached(visit.uow, visit.office, person_id, form.case_id, size, visit.now):
        return Done((_refused(too_much),))
    if file.size is not None and file.size > LIMIT_BYTES:
        return Done((say("papers.refused.too_big", limit_mb=LIMIT_BYTES >> 20),))
    documents = visit.uow.documents
    file = replace(file, album=_album(visit, form.case_id, inbound))
    document_id = visit.uow.arrivals.in_album(form.case_id, file.album) if file.album else None
    if document_id is not None:
        documents.reopen(document_id)
    document_id = document_id or received.document_id
    if document_id is None:
        if len(documents.of_case(form.case_id)) >= MOST_DOCUMENTS:
            return Done((say("papers.too_many"),))
        document_id = documents.begin(form.case_id, received.need, received.kind, more=received.more, now=visit.now)
    elif len(documents.page_ids(document_id)) >= (limit := visit.office.settings.most_pages):
        return Done((say("papers.refused.too_many_pages", limit=limit),))
    visit.uow.arrivals.owe_page(document_id, visit.address, file, visit.now)
    return Done(files=True)


def _album(visit: Visit, case_id: int, inbound: Inbound) -> str:
    """Which photos were sent together: the messenger says so, or they come before we have answered the first.

    Whoever was asked for the next document sends a new one; whoever sends on unasked is not done with the last.
    """
    assert inbound.file is not None
    if not inbound.file.loose:
        return inbound.file.album
    waiting = visit.uow.outbox.is_owed(f"papers:{case_id}")
    last = visit.uow.arrivals.unanswered_album(case_id, visit.now - SENT_TOGETHER, answered=not waiting)
    return last or f"{inbound.channel}:{inbound.key}"


def _split(visit: Visit, document_id: int) -> None:
    """Make every page a document of its own, to be sorted one by one."""
    documents = visit.uow.documents
    document = documents.find(document_id)
    assert document is not None
    for page_id in documents.page_ids(document_id):
        alone = documents.begin(document.case_id, "", "", more=False, now=visit.now)
        documents.move_page(page_id, alone)
    documents.discard(document_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is to be done with a file after it was kept: the virus scanner gave no answer, somebody can read it."""

    scan: bool = False
    read: bool = False


NOTHING_MORE = Wishes()


def keep(
    page: OwedPage,
    seen: Examined,
    stored: Stored,
    uow: UnitOfWork,
    office: Office,
    now: datetime,
    wishes: Wishes = NOTHING_MORE,
) -> bool:
    """A fetched file lies in the vault: it is a page now, and the sender is told how far they are.

    False when the page is not wanted any more; the file in the vault is then nobody's.
    """
    if (too_much := _too_much(page, seen, stored, uow, office, now)) is not None:
        refuse(page, too_much, uow, office, now)
        return False
    kept = uow.documents.keep_page(
        page.id,
        stored=stored.name,
        wrapped_key=stored.wrapped_key,
        key_id=stored.key_id,
        sha256=stored.sha256,
        size=stored.size,
        mime=seen.mime,
        suffix=seen.suffix,
    )
    if kept:
        uow.remarks.note(
            page.id,
            original=seen.sha256,
            sheets=seen.pages,
            advice=(*seen.advice, *_same(page, seen.sha256, uow)),
            unscanned=wishes.scan,
            unread=wishes.read and page.need not in talk_files.PASSED_ON,
            now=now,
        )
        if seen.suffix == ".pdf" and not page.album and uow.documents.page_ids(page.document_id) == [page.id]:
            # Under whatever name it came: a PDF has all its pages.
            uow.documents.close(page.document_id)
        _answer(page, (), uow, office, now)
    return kept


def _too_much(
    page: OwedPage, seen: Examined, stored: Stored, uow: UnitOfWork, office: Office, now: datetime
) -> Refused | None:
    """Why a file that was looked into is more than its sender, or its document, may have."""
    if a_day := day_limit.reached(uow, office, page.person_id, page.case_id, stored.size, now, itself=1):
        return a_day
    pages, limit = uow.remarks.sheets(page.document_id) + seen.pages, office.settings.most_pages
    return Refused("too_many_pages", pages=pages, limit=limit) if pages > limit else None


def _same(page: OwedPage, original: str, uow: UnitOfWork) -> tuple[Advice, ...]:
    """Whether the very same file was sent for something else, or came back from staff before."""
    twins = uow.remarks.twins(page.case_id, page.document_id, original)
    if other := next((one for one in twins if one.state != "replaced" and one.need), None):
        return (Advice("same", {"other": other.kind}),)
    if any(one.reason and (one.need, one.kind) == (page.need, page.kind) for one in twins):
        return (Advice("same_returned"),)
    return ()


def refuse(page: OwedPage, refusal: Refused, uow: UnitOfWork, office: Office, now: datetime) -> None:
    """A file could not be taken: say why and what to do, and ask for it again; of several, which one it was."""
    name = shown_name(page.name) if len(uow.documents.page_ids(page.document_id)) > 1 else ""
    why = _refused(refusal)
    if uow.documents.drop_page(page.id):
        _answer(page, (say("papers.one_of_several", name=name, why=why) if name else why,), uow, office, now)
        if refusal.reason == INFECTED:
            _tell_infected(page.case_id, refusal, uow, office, now)


def take_out(page: KeptPage, refusal: Refused, uow: UnitOfWork, office: Office, now: datetime) -> bool:
    """A kept file turns out to be one that may not stay: its document is asked for again, and everybody hears of it."""
    if not uow.documents.take_out(page.page.id):
        return False
    case = uow.cases.get(page.case_id)
    if case.state in (State.DRAFT, State.RETURNED):
        uow.documents.discard(page.document_id)
    else:
        uow.documents.judge(page.document_id, "returned", now, "lainnya", office.staff_say(say("staff.infected.note")))
    kinds = [kind for one in office.catalogue.service(case.service).requirements for kind in one.documents]
    names = {kind.id: kind.name for kind in kinds}
    what = names.get(page.kind) or page.name or say("papers.where.unnamed")
    language = uow.people.language(page.person_id)
    form = uow.forms.open_before(page.person_id)
    mine = form if form is not None and form.case_id == page.case_id else None
    ask, buttons = question(uow, office, mine, language, now) if mine else ((), [])
    lines = (say("papers.taken_out", what=what), *ask)
    owe(uow, office, page.address, language, lines, buttons, now=now, case_id=page.case_id)
    _tell_infected(page.case_id, refusal, uow, office, now)
    return True


def _refused(refusal: Refused) -> Say:
    facts = dict(refusal.facts)
    if "seems" in facts:
        facts["seems"] = say(f"papers.seems.{facts['seems']}")
    if isinstance(found := facts.get("found"), tuple):
        facts["found"] = comma([say(f"papers.active.{kind}") for kind in found])
    return say(f"papers.refused.{refusal.reason}", **facts)


def _tell_infected(case_id: int, refusal: Refused, uow: UnitOfWork, office: Office, now: datetime) -> None:
    """Staff hear of every file in which the virus scanner found something, though nobody of them can open it."""
    case = uow.cases.get(case_id)
    about = say("staff.infected.case", number=case.number) if case.number else say("staff.infected.draft")
    tell_group(uow, office, say("staff.infected.text", about=about, virus=refusal.facts["virus"]), now=now)


def _answer(page: OwedPage, refused: tuple[Say, ...], uow: UnitOfWork, office: Office, now: datetime) -> None:
    if page.need in talk_files.PASSED_ON:
        talk_files.file_came(page, refused, uow, office, now)
        return
    documents = uow.documents.of_case(page.case_id)
    language = uow.people.language(page.person_id)
    if any(document.arriving for document in documents):
        if refused:
            # What to do next is said when the last of them is there; how many pages there are is not known yet.
            owe(uow, office, page.address, language, refused, [], now=now, case_id=page.case_id)
        return
    form = uow.forms.open_before(page.person_id)
    document = next((one for one in documents if one.id == page.document_id), None)
    if form is None or form.case_id != page.case_id:
        _answer_later(page, refused, uow, office, language, now)
        return
    sentences, buttons = question(uow, office, form, language, now)
    key = f"papers:{page.case_id}"
    # What waits under the key is not told: this answer takes its place.
    since = now - SENT_TOGETHER if uow.outbox.is_owed(key) else None
    advised = () if refused else advice.untold(uow, page.case_id, since, documents, now)
    needs = FormDesk(uow, office, form, now).needs(form.answers)
    lines = refused or (*_received(document, form, uow, office, now), *advice.to_provider(advised, documents, needs))
    buttons += advice.replace_buttons(office, language, advised, documents, needs)
    gathering = bool(page.album) or (document is not None and document.open)
    owe(
        uow,
        office,
        page.address,
        language,
        (*lines, *sentences),
        buttons,
        now=now,
        case_id=page.case_id,
        latest="" if refused else key,
        delay=office.can(page.address.channel).gather if gathering and not refused else timedelta(0),
    )


def _received(document: Document | None, form: Form, uow: UnitOfWork, office: Office, now: datetime) -> tuple[Say, ...]:
    """What to say about a document that has just come."""
    desk = FormDesk(uow, office, form, now)
    step = engine.position(FLOWS[form.flow], form.answers, desk)
    asked = isinstance(step, Papers) or step is None or step.name == "review"
    if document is None or (not document.need and asked):
        return ()
    if not document.need:
        return (say("papers.kept_for_later"),)
    if document.open:
        return ()
    name = name_of(document, desk.needs(form.answers))
    return (say("papers.received", name=name, **progress(form.answers, desk)),)


def _answer_later(
    page: OwedPage, refused: tuple[Say, ...], uow: UnitOfWork, office: Office, language: str, now: datetime
) -> None:
    """The person turned to something else meanwhile."""
    case = uow.cases.get(page.case_id)
    if case.state is not State.DRAFT and case.state not in OPEN:
        return
    button = case_button(office, language, "continue", page.case_id, number=case.number)
    lines = refused or (say("papers.received_meanwhile"),)
    owe(uow, office, page.address, language, lines, [button], now=now, latest=f"papers:{page.case_id}")
