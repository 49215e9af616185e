"""Links to documents: for one file each, for a while, and only those that we made."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from bot.clock import Clock
from bot.file_links import LASTS, FileLinks
from bot.printer import KEPT, Printer
from domain.messages import Address, IncomingFile
from handlers.office import Office
from storage import migrate
from storage.database import Database, open_database
from storage.owed import Owed
from storage.preflight.inspecting import inspect
from storage.printing.sheet import Sheet
from storage.unit_of_work import UnitOfWork
from storage.vault import Vault, load_or_make_key
from tests import papers
from tests.bot.conftest import MORNING
from tests.offices import bogor

PUBLIC = "https://loket.example.go.id"
JOKO = Address("whatsapp", "+6281298765432")


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    keys, _ = load_or_make_key(tmp_path / "documents.key", None)
    return Vault.open(f"file:{tmp_path}/documents", keys)


@pytest.fixture
def clock() -> Clock:
    return Clock(MORNING)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/loket.db"
    migrate.upgrade(url)
    opened = open_database(url)
    yield opened
    opened.close()


@pytest.fixture
def printer(database: Database, clock: Clock) -> Printer:
    """A printer that knows one paper: a line of text, which grows each time it is printed."""
    times = iter(range(1, 100))

    def note(_uow: UnitOfWork, _office: Office, about: str, _now: datetime) -> Sheet | None:
        return Sheet("Catatan.txt", "text/plain", lambda: f"{about} {'x' * next(times)}".encode()) if about else None

    return Printer(database, bogor, clock.now, {"note": note})


@pytest.fixture
def links(database: Database, vault: Vault, printer: Printer, clock: Clock) -> FileLinks:
    return FileLinks(PUBLIC, "secret", database, vault, printer, clock.now)


@pytest.fixture
async def message(database: Database, vault: Vault) -> int:
    """An owed message with a document of one page."""
    content = papers.a_pdf()
    stored, kind = vault.put(content), inspect(content)

    def work(uow: UnitOfWork) -> int:
        uow.people.welcome("whatsapp", "1", chat="1", name="Joko", username="", language="id", now=MORNING)
        case = uow.cases.begin(1, "registrasi", MORNING, Address("telegram", "1"))
        document = uow.documents.begin(case.id, "ktp", "ktp", more=False, now=MORNING)
        page = uow.arrivals.owe_page(document, JOKO, IncomingFile("x"), MORNING)
        uow.documents.keep_page(
            page,
            stored=stored.name,
            wrapped_key=stored.wrapped_key,
            key_id=stored.key_id,
            sha256=stored.sha256,
            size=stored.size,
            mime=kind.mime,
            suffix=kind.suffix,
        )
        uow.outbox.owe(Owed(address=JOKO, document_id=document, file_name="Tanda “terima” é"), MORNING)
        return uow.outbox.claim("whatsapp", MORNING)[0].id

    return await database.run(work)


async def asked(links: FileLinks, method: str, url: str) -> tuple[int, dict[str, str], bytes]:
    transport = httpx.ASGITransport(Starlette(routes=[links.route()]))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC) as client:
        answer = await client.request(method, url)
    return answer.status_code, dict(answer.headers), answer.content


async def test_twilio_asks_about_it_and_fetches_it(links: FileLinks, message: int) -> None:
    url = links.make(message, 1)
    status, about, nothing = await asked(links, "HEAD", url)
    assert (status, nothing) == (200, b"")
    status, headers, content = await asked(links, "GET", url)
    assert (status, content) == (200, papers.a_pdf())
    assert about["content-type"] == headers["content-type"] == "application/pdf"
    assert about["content-length"] == headers["content-length"] == str(len(content))
    assert headers["content-disposition"] == "inline; filename*=UTF-8''Tanda%20%E2%80%9Cterima%E2%80%9D%20%C3%A9.pdf"


async def test_a_link_expires(links: FileLinks, message: int, clock: Clock) -> None:
    url = links.make(message, 1)
    clock.advance(LASTS - timedelta(minutes=1))
    assert (await asked(links, "GET", url))[0] == 200
    clock.advance(timedelta(minutes=1))
    assert (await asked(links, "GET", url))[0] == 404


async def test_a_link_of_ones_own_making_leads_nowhere(
    links: FileLinks, message: int, database: Database, vault: Vault, printer: Printer, clock: Clock
) -> None:
    good = links.make(message, 1)
    told, _, mark = good.rpartition("/files/")[2].rpartition(".")
    forged = [
        f"{message}.2.{told.split('.', 2)[2]}.{mark}",
        f"{told}.{mark[:-1]}",
        f"{told}.",
        told,
        "x",
        FileLinks(PUBLIC, "another", database, vault, printer, clock.now).make(message, 1).rpartition("/")[2],
    ]
    assert [(await asked(links, "GET", f"/files/{token}"))[0] for token in forged] == [404] * len(forged)
    assert links.make(message, 1) != good


async def test_what_is_not_there_leads_nowhere(links: FileLinks, message: int) -> None:
    assert (await asked(links, "GET", links.make(message, 2)))[0] == 404
    assert (await asked(links, "GET", links.make(message, 0)))[0] == 404
    assert (await asked(links, "GET", links.make(message + 1, 1)))[0] == 404


async def owe_printed(database: Database, *printed: str) -> list[int]:
    """Messages with a paper each, as they wait to be sent."""

    def work(uow: UnitOfWork) -> list[int]:
        for number, paper in enumerate(printed):
            uow.outbox.owe(Owed(address=Address("whatsapp", f"chat {number}"), printed=paper), MORNING)
        return [owed.id for owed in uow.outbox.claim("whatsapp", MORNING)]

    return await database.run(work)


async def test_a_paper_that_is_printed_is_the_same_however_often_it_is_asked_for(
    links: FileLinks, database: Database
) -> None:
    (letter,) = await owe_printed(database, "note:halo")
    status, about, _ = await asked(links, "HEAD", links.make(letter, 1))
    _, headers, content = await asked(links, "GET", links.make(letter, 1))
    assert (status, content) == (200, b"halo x")
    assert about["content-length"] == headers["content-length"] == "6"
    assert headers["content-disposition"] == "inline; filename*=UTF-8''Catatan.txt"
    assert (await asked(links, "GET", links.make(letter, 2)))[0] == 404


async def test_only_the_last_papers_are_remembered_and_the_others_are_printed_anew(
    links: FileLinks, database: Database
) -> None:
    letters = await owe_printed(database, *(["note:halo"] * (KEPT + 1)))
    printed = [(await asked(links, "GET", links.make(letter, 1)))[2] for letter in letters]
    assert (await asked(links, "GET", links.make(letters[-1], 1)))[2] == printed[-1]
    assert (await asked(links, "GET", links.make(letters[0], 1)))[2] not in printed


async def test_what_cannot_be_printed_leads_nowhere(links: FileLinks, database: Database) -> None:
    for letter in await owe_printed(database, "note:", "nothing:1"):
        assert (await asked(links, "GET", links.make(letter, 1)))[0] == 404
