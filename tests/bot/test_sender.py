"""What is owed arrives: in order, once, and as soon as the messenger takes it."""

import io
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest

from bot.pace import UNLIMITED, Pace
from domain.messages import Address, Button, IncomingFile
from simulator import Simulator
from storage import migrate
from storage.database import open_database
from storage.owed import Owed
from storage.preflight.inspecting import inspect
from storage.unit_of_work import UnitOfWork
from storage.vault import Stored
from tests import papers
from tests.bot.conftest import MORNING, Office, at_work, settings_of
from tests.conftest import until

AMBIL = ((Button("Ambil", "s.take.1"),),)


async def test_each_chat_gets_its_messages_in_order(office: Office) -> None:
    for number in range(5):
        await office.owe(office.siti, f"Siti {number}")
        await office.owe(office.budi, f"Budi {number}")
    await office.settle()
    assert office.said_to(office.siti) == [f"Siti {number}" for number in range(5)]
    assert office.said_to(office.budi) == [f"Budi {number}" for number in range(5)]
    assert set(office.states().values()) == {"sent"}


async def test_a_chat_that_has_to_wait_keeps_its_order(office: Office) -> None:
    office.sim.faults.too_many(retry_after=1, chat=office.siti.id)
    began = time.monotonic()
    for number in range(3):
        await office.owe(office.siti, f"Siti {number}")
    await office.settle()
    assert time.monotonic() - began >= 1
    assert office.said_to(office.siti) == ["Siti 0", "Siti 1", "Siti 2"]


async def test_a_chat_that_has_to_wait_delays_nobody(office: Office) -> None:
    office.sim.faults.too_many(retry_after=600, chat=office.siti.id)
    await office.owe(office.siti, "Siti")
    await until(lambda: office.sim.faults.met)
    await office.owe(office.budi, "Budi")
    await office.sim.wait_for(lambda: office.budi.private.showing("Budi"))
    assert office.said_to(office.siti) == []


async def test_a_telegram_in_trouble_loses_nothing(office: Office) -> None:
    office.sim.faults.server_error(times=2, method="sendMessage")
    office.sim.faults.drop(times=1, method="sendMessage")
    for number in range(3):
        await office.owe(office.siti, f"Siti {number}")
    await office.settle()
    assert office.said_to(office.siti) == ["Siti 0", "Siti 1", "Siti 2"]


async def test_a_message_of_which_nobody_knows_whether_it_arrived_is_sent_again(office: Office) -> None:
    office.sim.faults.drop(times=1, method="sendMessage", after=True)
    await office.owe(office.siti, "satu")
    await office.owe(office.siti, "dua")
    await office.settle()
    assert office.said_to(office.siti) == ["satu", "satu", "dua"]


async def test_what_a_dead_process_had_claimed_is_sent_by_the_next(sim: Simulator, tmp_path: Path) -> None:
    settings = settings_of(sim, tmp_path)
    migrate.upgrade(settings.database_url)
    database = open_database(settings.database_url)
    address = Address("telegram", "5001")
    await database.run(lambda uow: uow.outbox.owe(Owed(address=address, text="halo"), MORNING))
    assert len(await database.run(lambda uow: uow.outbox.claim("telegram", MORNING))) == 1
    database.close()
    async with at_work(sim, settings, tmp_path, UNLIMITED) as office:
        await office.settle()
        assert office.said_to(office.siti) == ["halo"]


async def test_a_person_who_blocked_the_bot_is_marked_and_the_message_stays_visible(office: Office) -> None:
    office.siti.private.say("halo")
    await office.settle()
    office.siti.block()
    await office.settle()
    await office.owe(office.siti, "pemberitahuan")
    await office.settle()
    assert office.states()["pemberitahuan"] == "failed"
    [(since,)] = office.rows("select unreachable_at from identity where external_id = '5001'")
    assert since is not None
    office.siti.unblock()
    await office.settle()
    [(since,)] = office.rows("select unreachable_at from identity where external_id = '5001'")
    assert since is None


async def test_a_message_that_cannot_be_sent_holds_up_nothing(office: Office) -> None:
    await office.owe(office.siti, "rusak", rows=((Button("x", "d" * 65),),))
    await office.owe(office.siti, "halo")
    await office.settle()
    assert office.said_to(office.siti) == ["halo"]
    assert office.states() == {"rusak": "failed", "halo": "sent"}
    [(why,)] = office.rows("select error from outbox where text = 'rusak'")
    assert "button" in why.lower()


async def test_buttons_are_changed_and_messages_taken_back(office: Office) -> None:
    await office.owe(office.siti, "Pilih", rows=AMBIL)
    await office.settle()
    message = office.siti.private.newest
    await office.owe(office.siti, kind="mark", target=str(message.id))
    await office.settle()
    assert office.siti.private.newest.labels == []
    await office.owe(office.siti, kind="delete", target=str(message.id))
    await office.settle()
    assert office.siti.private.messages == []
    for kind in ("delete", "mark"):
        await office.owe(office.siti, kind=kind, target=str(message.id))
    await office.settle()
    assert {state for (state,) in office.rows("select state from outbox")} == {"sent"}


async def test_what_may_not_stay_is_taken_back_in_time(office: Office) -> None:
    await office.owe(office.siti, "rahasia", keep_for=3600)
    await office.settle()
    assert office.said_to(office.siti) == ["rahasia"]
    office.loket.clock.advance(timedelta(hours=1, seconds=1))
    office.loket.ring()
    await office.settle()
    assert office.said_to(office.siti) == []


async def test_a_message_waits_until_it_is_due(office: Office) -> None:
    later = office.loket.clock.now() + timedelta(hours=1)
    await office.loket.database.run(lambda uow: uow.outbox.owe(_to(office, "nanti"), later))
    office.loket.ring()
    await office.owe(office.siti, "sekarang")
    await office.settle()
    assert office.said_to(office.siti) == ["sekarang"]
    office.loket.clock.advance(timedelta(hours=1))
    office.loket.ring()
    await office.settle()
    assert office.said_to(office.siti) == ["sekarang", "nanti"]


async def test_nobody_has_to_ring_when_a_message_falls_due(office: Office) -> None:
    soon = office.loket.clock.now() + timedelta(seconds=0.5)
    await office.owe(office.siti, "sekarang")
    await office.loket.database.run(lambda uow: uow.outbox.owe(_to(office, "nanti"), soon))
    await office.sim.wait_for(lambda: office.siti.private.showing("nanti"))


def _to(office: Office, text: str) -> Owed:
    return Owed(address=Address("telegram", str(office.siti.id)), text=text)


# Documents


async def _kept(office: Office, count: int) -> tuple[int, list[bytes]]:
    """A document of some pages in the vault, and what its pages hold."""
    contents = [papers.a_photo(400, 300, f"halaman {number}") for number in range(count)]
    stored = [office.loket.fetcher._vault.put(content) for content in contents]
    address = Address("telegram", "5001")

    def work(uow: UnitOfWork) -> int:
        uow.people.welcome("telegram", "5001", chat="5001", name="Siti", username="", language="id", now=MORNING)
        caller = uow.people.meet("telegram", "5001")
        assert caller is not None
        case = uow.cases.begin(caller.person_id, "registrasi", MORNING, Address("telegram", caller.chat))
        document = uow.documents.begin(case.id, "ktp_direktur", "", more=False, now=MORNING)
        for content, where in zip(contents, stored, strict=True):
            page = uow.arrivals.owe_page(document, address, IncomingFile("ref"), MORNING)
            _keep(uow, page, content, where)
        return document

    return await office.loket.database.run(work), contents


def _keep(uow: UnitOfWork, page: int, content: bytes, where: Stored) -> None:
    kind = inspect(content)
    uow.documents.keep_page(
        page,
        stored=where.name,
        wrapped_key=where.wrapped_key,
        key_id=where.key_id,
        sha256=where.sha256,
        size=where.size,
        mime=kind.mime,
        suffix=kind.suffix,
    )


@pytest.mark.parametrize(
    ("pages", "names"),
    [
        (1, ["REG-2026-0007 KTP Direktur.jpg"]),
    ],
)
async def test_a_document_arrives_as_it_was_sent_with_a_name_that_says_what_it_is(
    office: Office, pages: int, names: list[str]
) -> None:
    document, contents = await _kept(office, pages)
    await office.owe(
        office.hendra, "KTP Direktur", document_id=document, file_name="REG-2026-0007 KTP Direktur", protected=True
    )
    await office.settle()
    files = [message for message in office.hendra.private.messages if message.file]
    assert [message.file.name for message in files if message.file] == names
    assert [message.file.content for message in files if message.file] == contents
    assert all(message.protected for message in files)


async def test_several_photos_of_a_document_arrive_as_one_pdf_without_loss(office: Office) -> None:
    document, contents = await _kept(office, 3)
    await office.owe(office.hendra, "Akta", document_id=document, file_name="REG-2026-0007 Akta", protected=True)
    await office.settle()
    [message] = office.hendra.private.messages
    assert message.file is not None
    assert (message.file.name, message.text, message.protected) == ("REG-2026-0007 Akta.pdf", "Akta", True)
    with pikepdf.open(io.BytesIO(message.file.content)) as pdf:
        assert [
            image.read_raw_bytes() for page in pdf.pages for image in page.get_images(recursive=False).values()
        ] == contents


async def test_the_pages_of_a_document_are_shown_as_one_album(office: Office) -> None:
    document, _ = await _kept(office, 3)
    await office.owe(office.hendra, "Akta", kind="preview", document_id=document, target="tidak bisa", protected=True)
    await office.settle()
    shown = office.hendra.private.messages
    assert [call.method for call in office.sim.calls if call.method.startswith("send")] == ["sendMediaGroup"]
    assert len(shown) == 3
    assert all(message.kind == "photo" and message.protected for message in shown)


async def test_of_a_document_that_cannot_be_drawn_that_is_said(office: Office) -> None:
    document, _ = await _kept(office, 1)

    def spoil(uow: UnitOfWork) -> None:
        uow._connection.exec_driver_sql("update page set mime = 'application/pdf'")

    await office.loket.database.run(spoil)
    await office.owe(office.hendra, "Akta", kind="preview", document_id=document, target="tidak bisa")
    await office.settle()
    assert office.said_to(office.hendra) == ["tidak bisa"]


async def test_the_part_that_arrived_before_a_failure_does_not_stay_twice(office: Office) -> None:
    document, _ = await _kept(office, 1)
    office.sim.faults.too_many(times=1, retry_after=1, method="sendMessage")
    await office.owe(office.hendra, "KTP Direktur " * 100, rows=AMBIL, document_id=document, protected=True)
    await office.settle()
    await until(lambda: len([one for one in office.hendra.private.messages if one.file]) == 1)
    paper, words = office.hendra.private.messages
    assert paper.file is not None
    assert words.labels == ["Ambil"]


async def test_a_document_that_cannot_be_opened_is_given_up_and_the_next_message_goes_out(office: Office) -> None:
    document, _ = await _kept(office, 1)
    [(name,)] = office.rows("select stored from page")
    office.loket.fetcher._vault.delete(name)
    await office.owe(office.hendra, "KTP", document_id=document)
    await office.owe(office.hendra, "halo")
    await office.settle()
    assert office.said_to(office.hendra) == ["halo"]
    assert office.states()["KTP"] == "failed"


# The group


async def test_a_card_is_kept_up_to_date_in_place_and_changes_are_gathered(office: Office) -> None:
    await office.show("card:1", "baru")
    await office.settle()
    for text in ("diambil", "diperiksa", "lengkap"):
        await office.show("card:1", text)
    await office.settle()
    [card] = [message for message in office.group.messages if message.from_bot]
    assert (card.text, card.edited) == ("lengkap", True)


async def test_a_card_that_somebody_deleted_is_written_anew(office: Office) -> None:
    await office.show("card:1", "baru")
    await office.settle()
    [(number,)] = office.rows("select message from post")
    await office.owe(office.group, kind="delete", target=number)
    await office.settle()
    await office.show("card:1", "diambil")
    await office.settle()
    assert office.said_to(office.group) == ["diambil"]


async def test_cards_come_after_the_messages_of_the_group(office: Office) -> None:
    office.sim.faults.too_many(retry_after=1, chat=office.group.id)
    await office.owe(office.group, "satu")
    await until(lambda: any(call.method.lower() == "sendmessage" for call in office.sim.calls))
    await office.owe(office.group, "dua")
    await office.show("card:1", "kartu")
    await office.settle()
    assert office.said_to(office.group) == ["satu", "dua", "kartu"]


async def test_a_card_is_shown_in_the_end_whatever_happens_on_the_way(office: Office) -> None:
    office.sim.faults.server_error(times=2, method="sendMessage")
    await office.show("card:1", "baru")
    await office.settle()
    office.sim.faults.too_many(times=1, retry_after=1, method="editMessageText")
    await office.show("card:1", "diambil")
    office.loket.clock.advance(timedelta(seconds=5))
    await office.sim.wait_for(lambda: office.said_to(office.group) == ["diambil"])


async def test_what_was_tapped_changes_before_anything_new_comes_to_that_chat(office: Office) -> None:
    address = Address("telegram", str(office.siti.id))
    run, now = office.loket.database.run, office.loket.clock.now
    await run(lambda uow: uow.posts.show("sheet:1", address, "lembar", AMBIL, now()))
    office.loket.ring()
    await office.settle()
    sheet, seen = office.siti.private.newest, office.sim.world.changes.listen()

    def answer(uow: UnitOfWork) -> None:
        for text in ("satu", "dua"):
            uow.outbox.owe(_to(office, text), now())
        uow.posts.show("sheet:1", address, "lembar, ditandai", AMBIL, now())

    await run(answer)
    office.loket.ring()
    await office.settle()
    assert office.said_to(office.siti) == ["lembar, ditandai", "satu", "dua"]
    first = seen.get_nowait()
    assert first is not None
    assert first.thing is sheet


async def test_a_file_that_is_owed_as_a_post_is_changed_in_place_and_taken_back_with_its_buttons(
    office: Office,
) -> None:
    address = Address("telegram", str(office.siti.id))
    run, now = office.loket.database.run, office.loket.clock.now
    document = Owed(address=address, text="KTP", rows=AMBIL)
    for _ in range(2):
        await run(lambda uow: uow.posts.send("verdict:1", document, now()))
    office.loket.ring()
    await office.settle()
    assert office.said_to(office.siti) == ["KTP"]
    await run(lambda uow: uow.posts.show("verdict:1", address, "KTP: sesuai", AMBIL, now()))
    await run(lambda uow: uow.posts.disarm(["verdict:1", "verdict:2"], now()))
    office.loket.ring()
    await office.settle()
    assert office.said_to(office.siti) == ["KTP: sesuai"]
    assert office.siti.private.newest.labels == []


async def test_what_has_left_a_private_chat_does_not_come_back_without_buttons(office: Office) -> None:
    address = Address("telegram", str(office.siti.id))
    run, now = office.loket.database.run, office.loket.clock.now
    await run(lambda uow: uow.posts.show("verdict:1", address, "KTP", AMBIL, now()))
    office.loket.ring()
    await office.settle()
    await office.owe(office.siti, kind="delete", target=str(office.siti.private.newest.id))
    await office.settle()
    await run(lambda uow: uow.posts.disarm(["verdict:1"], now()))
    office.loket.ring()
    await office.settle()
    assert office.said_to(office.siti) == []


async def test_a_post_to_somebody_who_left_is_given_up_and_holds_up_nobody(office: Office) -> None:
    office.siti.block()
    address = Address("telegram", str(office.siti.id))
    await office.loket.database.run(
        lambda uow: uow.posts.show("sheet:1", address, "lembar", AMBIL, office.loket.clock.now())
    )
    office.loket.ring()
    await office.settle()
    [(error,)] = office.rows("select error from post where name = 'sheet:1'")
    assert "blocked" in error.lower()


async def test_a_group_with_a_new_address_is_followed(office: Office) -> None:
    await office.show("card:1", "kartu")
    await office.settle()
    plain = office.sim.group("Petugas lama", [office.hendra], supergroup=False)
    old = str(plain.id)
    office.sim.updates.hold()  # the bot learns of it from a refusal first
    new = plain.migrate()
    message = replace(_to(office, "halo"), address=Address("telegram", old))
    await office.loket.database.run(lambda uow: uow.outbox.owe(message, office.loket.clock.now()))
    office.loket.ring()
    await office.sim.wait_for(lambda: office.sim.world.chat(int(new)).showing("halo"))
    office.sim.updates.release()
    await office.settle()
    assert office.rows(f"select value from setting where name = 'moved:{old}'") == [(str(new),)]


async def test_what_is_owed_to_the_group_waits_until_the_bot_is_let_in_again(office: Office) -> None:
    office.group.kick_bot()
    await office.owe(office.group, "halo")
    await office.show("card:1", "kartu")
    await until(lambda: any(call.method.lower() == "sendmessage" for call in office.sim.calls))
    await office.owe(office.siti, "Siti")
    await office.sim.wait_for(lambda: office.siti.private.showing("Siti"))
    await until(lambda: office.loket.senders["telegram"].is_idle)
    assert office.states() == {"halo": "owed", "Siti": "sent"}


# The pace


@pytest.fixture
def pace(request: pytest.FixtureRequest) -> Pace:
    return getattr(request, "param", Pace(chat_gap=0, group_window=0.01, overall_window=0.01, margin=0))


@pytest.mark.parametrize("pace", [Pace(group_count=20, group_window=3.0)], indirect=True)
async def test_a_strict_telegram_never_refuses_and_nobody_waits_for_the_group(office: Office) -> None:
    office.sim.pace.strict = True
    office.sim.pace.minute = 3.0
    people = [office.sim.person(f"Penyedia {number}", started=True) for number in range(30)]
    for number in range(8):
        await office.owe(office.group, f"kartu {number}")
    for person in people:
        await office.owe(person, "halo")
    await office.show("card:1", "kartu")
    await office.sim.wait_for(lambda: all(person.private.showing("halo") for person in people))
    # The group has one a second.
    assert len(office.said_to(office.group)) < 9
    await office.settle(60)
    assert office.said_to(office.group) == [*(f"kartu {number}" for number in range(8)), "kartu"]
    assert office.sim.pace.refused == 0


async def test_a_paper_that_cannot_be_printed_holds_up_nothing(office: Office) -> None:
    await office.owe(office.siti, "tanpa kertas", printed="nothing:1")
    await office.owe(office.siti, "tanpa permohonan", printed="receipt:404")
    await office.owe(office.siti, "halo")
    await office.settle()
    assert office.said_to(office.siti) == ["halo"]
    assert office.states() == {"tanpa kertas": "failed", "tanpa permohonan": "failed", "halo": "sent"}


async def test_a_paper_that_was_owed_before_a_restart_is_printed_after_it(sim: Simulator, tmp_path: Path) -> None:
    settings = settings_of(sim, tmp_path)
    migrate.upgrade(settings.database_url)
    database = open_database(settings.database_url)
    message = Owed(address=Address("telegram", "5001"), text="Contoh", printed="letter:surat-kuasa:")
    await database.run(lambda uow: uow.outbox.owe(message, MORNING))
    assert len(await database.run(lambda uow: uow.outbox.claim("telegram", MORNING))) == 1
    database.close()
    async with at_work(sim, settings, tmp_path, UNLIMITED) as office:
        await office.settle()
        [letter] = [one for one in office.siti.private.messages if one.from_bot]
        assert letter.text == "Contoh"
        assert letter.file is not None
        assert letter.file.name == "Surat Kuasa.docx"
