"""Files that people sent end up in the vault, or are refused with a reason, whatever happens on the way."""

import os
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text as sql

from bot.fetcher import MOST_TRIES
from domain.files import LIMIT_BYTES
from domain.messages import Address, IncomingFile
from simulator import Person
from storage.unit_of_work import UnitOfWork
from tests import papers
from tests.bot.conftest import MORNING, Office
from tests.conftest import until


async def owe_page(office: Office, name: str, content: bytes, sender: Person | None = None) -> None:
    """Bu Siti, or somebody else, sent a file for a case; nobody has fetched it yet."""
    office.sim.updates.hold()
    sender = sender or office.siti
    message = sender.private.send_document(name, content)
    assert message.file is not None
    await owe_ref(office, IncomingFile(message.file.id, name=name), str(sender.id))


async def owe_ref(office: Office, file: IncomingFile, chat: str = "5001") -> None:
    def work(uow: UnitOfWork) -> None:
        if uow.people.meet("telegram", chat) is None:
            uow.people.welcome("telegram", chat, chat=chat, name="Siti", username="", language="id", now=MORNING)
        caller = uow.people.meet("telegram", chat)
        assert caller is not None
        case = uow.cases.begin(caller.person_id, "registrasi", MORNING, Address("telegram", caller.chat))
        document = uow.documents.begin(case.id, "ktp_direktur", "", more=False, now=MORNING)
        uow.arrivals.owe_page(document, Address("telegram", chat), file, MORNING)

    await office.loket.database.run(work)
    office.loket.fetcher.ring()


async def settled(office: Office) -> None:
    await office.loket.settled(30)


def pages(office: Office) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in office.rows("select state, mime from page where state <> 'gone'")]


async def test_a_file_is_fetched_looked_into_and_locked_away(office: Office) -> None:
    content = papers.a_pdf()
    await owe_page(office, "ktp.pdf", content)
    await settled(office)
    assert pages(office) == [("kept", "application/pdf")]
    [(name, wrapped_key, key_id)] = office.rows("select stored, wrapped_key, key_id from page")
    assert office.loket.fetcher._vault.get(name, wrapped_key, key_id) == content
    assert len(office.said_to(office.siti)) == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "kosong"), (papers.a_docx(), "Word"), (papers.truncated(papers.a_pdf()), "terpotong")],
)
async def test_what_is_no_document_is_refused_with_what_to_do(office: Office, content: bytes, says: str) -> None:
    await owe_page(office, "ktp.pdf", content)
    await settled(office)
    assert pages(office) == []
    [text] = office.said_to(office.siti)
    assert says in text


async def test_a_file_that_is_too_big_is_refused_without_being_fetched(office: Office) -> None:
    await owe_page(office, "besar.pdf", papers.a_pdf() + bytes(LIMIT_BYTES))
    await settled(office)
    assert pages(office) == []
    [text] = office.said_to(office.siti)
    assert "20" in text


async def test_a_file_that_telegram_no_longer_has_is_asked_for_again_in_the_end(office: Office) -> None:
    await owe_ref(office, IncomingFile("no such file", name="ktp.pdf"))
    for _ in range(10):
        await until(lambda: office.loket.fetcher.is_idle)
        office.loket.clock.advance(timedelta(minutes=1))
        office.loket.fetcher.ring()
        await settled(office)
    assert pages(office) == []
    [text] = office.said_to(office.siti)
    assert "kirim ulang" in text


async def test_troubles_of_telegram_only_delay_a_file(office: Office) -> None:
    office.sim.faults.server_error(method="getFile", status=502)
    office.sim.faults.drop(2, method="file")  # once it is asked for anew at once
    await owe_page(office, "ktp.pdf", papers.a_pdf())
    await settled(office)
    for _ in range(2):
        await until(lambda: office.loket.fetcher.is_idle)
        office.loket.clock.advance(timedelta(minutes=10))
        office.loket.fetcher.ring()
        await settled(office)
    assert pages(office) == [("kept", "application/pdf")]
    assert office.rows("select attempts from page") == [(2,)]


async def test_after_a_trouble_of_a_second_a_file_waits_no_longer_than_that(office: Office) -> None:
    office.sim.faults.server_error(method="getFile", status=502)
    await owe_page(office, "ktp.pdf", papers.a_pdf())
    await until(lambda: pages(office) == [("kept", "application/pdf")], 4)


async def test_a_file_that_does_not_come_for_a_day_is_asked_for_again(office: Office) -> None:
    office.sim.faults.server_error(method="getFile", times=2)
    await owe_page(office, "ktp.pdf", papers.a_pdf())
    await settled(office)
    await until(lambda: office.rows("select attempts from page") == [(1,)])
    many = sql(f"update page set attempts = {MOST_TRIES - 1}")
    await office.loket.database.run(lambda uow: uow._connection.execute(many))
    office.loket.clock.advance(timedelta(minutes=10))
    office.loket.fetcher.ring()
    await until(lambda: pages(office) == [])
    assert any("kirim ulang" in said for (said,) in office.rows("select text from outbox"))


async def test_many_files_come_in_at_once_and_in_order(office: Office) -> None:
    office.sim.updates.hold()
    files = []
    for number in range(12):
        message = office.siti.private.send_document(f"{number}.pdf", papers.a_pdf(text=f"{number}"))
        assert message.file is not None
        files.append(IncomingFile(message.file.id, name=f"{number}.pdf"))

    def more(file: IncomingFile, uow: UnitOfWork) -> None:
        uow.arrivals.owe_page(1, Address("telegram", "5001"), file, MORNING)

    await owe_ref(office, files[0])
    for file in files[1:]:
        await office.loket.database.run(partial(more, file))
    office.loket.fetcher.ring()
    await settled(office)
    assert office.rows("select claimed_name from page where state = 'kept' order by id") == [
        (f"{number}.pdf",) for number in range(12)
    ]


async def test_whoever_sends_many_files_does_not_keep_the_others_waiting(office: Office) -> None:
    office.sim.faults.hang(times=2, seconds=1, method="getFile")
    for number in range(12):
        await owe_page(office, f"{number}.pdf", papers.a_pdf())
    await owe_page(office, "ktp.pdf", papers.a_pdf(), office.budi)
    await until(lambda: office.rows("select chat from page where state = 'kept'"))
    assert office.rows("select chat from page where state = 'kept'") == [(str(office.budi.id),)]
    await settled(office)
    assert len(pages(office)) == 13


async def test_a_file_that_nobody_wants_any_more_is_not_kept(office: Office) -> None:
    office.sim.faults.hang(times=1, seconds=0.5, method="getFile")
    await owe_page(office, "ktp.pdf", papers.a_pdf())
    await until(lambda: not office.loket.fetcher.is_idle)
    await office.loket.database.run(lambda uow: uow.documents.drop_page(1))
    await settled(office)
    assert pages(office) == []
    assert list(office.loket.fetcher._vault._files()) == []


async def test_what_no_page_knows_is_swept_out_once_it_is_old_day_by_day(office: Office) -> None:
    vault = office.loket.fetcher._vault
    await owe_page(office, "ktp.pdf", papers.a_pdf())
    await settled(office)
    [known] = vault._files()
    for name in (vault.put(b"left behind").name, known.name):
        os.utime(next(path for path in vault._files() if path.name == name), (1, 1))
    young = vault.put(b"on its way").name
    office.loket.clock.advance(timedelta(hours=23))
    office.loket.ring()
    await settled(office)
    assert len(list(vault._files())) == 3
    office.loket.clock.advance(timedelta(hours=2))
    office.loket.ring()
    await until(lambda: {path.name for path in vault._files()} == {known.name, young})
