"""The minutes of the call: kept as staff recorded it, for their own chat and for the provider, never for the group."""

from datetime import UTC, datetime

import pytest

from tests.chat import Read
from tests.conftest import Counter, only
from tests.reading import files_of, one_line, pages_of
from tests.scenes import accept_everything, book_first_slot, pass_the_call, submit

CALL = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
TITLE = "Berita Acara Verifikasi Berkas REG-2026-0001.pdf"


@pytest.fixture
async def called(counter: Counter, siti: Read, rini: Read, rini_in_group: Read) -> None:
    """Bu Siti's call is due, and Bu Rini has its sheet before her."""
    await submit(siti)
    await accept_everything(rini_in_group, rini)
    await book_first_slot(siti)
    await counter.move_to(CALL)
    await rini_in_group("> [Lembar panggilan]")


def words_of(reader: Read) -> str:
    """The last paper that somebody was sent."""
    return one_line(" ".join(pages_of(files_of(reader)[-1].content)))


@pytest.mark.usefixtures("called")
async def test_a_call_that_was_passed_has_minutes(siti: Read, rini: Read, rini_in_group: Read) -> None:
    await pass_the_call(rini)
    assert files_of(rini)[-1].name == TITLE
    words = words_of(rini)
    for fact in (
        "REG-2026-0001",
        "CV Maju Bersama",
        "Siti Aminah Direktur",
        "Bu Rini (TUS)",
        "KTP Direktur Ditunjukkan, sesuai",
        "Akta Pendirian Ditunjukkan, sesuai",
        "Jadwal panggilan video Selasa, 24 November 2026 pukul 13.30",
        "Lulus",
    ):
        assert fact in words
    assert not [file for file in files_of(rini_in_group) if file.name == TITLE]


@pytest.mark.usefixtures("called")
async def test_the_provider_gets_the_same_when_they_ask(siti: Read, rini: Read) -> None:
    await pass_the_call(rini)
    await siti("> [Berita acara] di sudah diverifikasi")
    assert files_of(siti)[-1].name == TITLE
    assert words_of(siti) == words_of(rini)
    await siti("> status\n< Terverifikasi [Berita acara] [Tanda terima]")
    before = len(files_of(siti))
    await siti("> berita acara")
    assert len(files_of(siti)) == before + 1


@pytest.mark.usefixtures("called")
async def test_a_call_that_was_not_passed_says_why_and_what_was_seen(siti: Read, rini: Read) -> None:
    await rini("> [▫️ KTP Direktur]\n> [▫️ NIB]\n> [✅ NIB]\n> [▫️ Hadir: Direktur]\n> [Tidak lulus]")
    await rini("> Nomor NIB tidak sama dengan berkas yang dikirim")
    words = words_of(rini)
    for fact in (
        "KTP Direktur Ditunjukkan, sesuai",
        "NIB Tidak sesuai",
        "NPWP Perusahaan Tidak ditunjukkan",
        "Tidak lulus",
        "Nomor NIB tidak sama dengan berkas yang dikirim",
    ):
        assert fact in words
    await siti("> berita acara")
    assert words_of(siti) == words


@pytest.mark.usefixtures("called")
async def test_a_call_to_which_nobody_came_has_minutes_without_originals(counter: Counter, rini: Read) -> None:
    await counter.wait(minutes=30)
    await rini("> [Tidak hadir]")
    words = words_of(rini)
    assert "Tidak terlaksana: Direktur tidak hadir" in words
    assert "Bu Rini TUS" in words
    for absent in ("Siti Aminah", "KTP Direktur"):
        assert absent not in words


@only("telegram")
@pytest.mark.usefixtures("called")
async def test_staff_ask_for_them_by_command_and_get_them_in_private(
    rini: Read, rini_in_group: Read, dedi: Read, dedi_in_group: Read
) -> None:
    await dedi_in_group("> /beritaacara 1\n< Belum ada berita acara untuk REG-2026-0001")
    await pass_the_call(rini)
    await dedi_in_group("> /beritaacara REG-2026-0001\n< dikirim ke percakapan pribadi Anda")
    assert files_of(dedi)[-1].name == TITLE
    assert words_of(dedi) == words_of(rini)
    assert [file.name for file in files_of(rini_in_group)] == []
    await dedi("> /beritaacara\n< Cara: /beritaacara REG-2026-0007")


@only("telegram")
@pytest.mark.usefixtures("called")
async def test_minutes_leave_the_chat_of_staff_after_a_while(counter: Counter, rini: Read) -> None:
    await pass_the_call(rini)
    assert TITLE in [file.name for file in files_of(rini)]
    await counter.wait(hours=25)
    assert TITLE not in [file.name for file in files_of(rini)]


@only("telegram")
@pytest.mark.usefixtures("called")
async def test_nobody_gets_the_minutes_of_another(siti: Read, budi: Read, rini: Read) -> None:
    await siti("> berita acara\n< belum ada berita acara")
    await pass_the_call(rini)
    await budi("> berita acara\n< belum ada berita acara")
    budi.phone.forge_tap("c.minutes.1", budi.phone.newest)
    await budi("! Tombol itu sudah tidak berlaku")
    assert files_of(budi) == []
