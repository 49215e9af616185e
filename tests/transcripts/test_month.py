"""A month at the counter, played as people play it, and its report checked by hand against the clock on the wall."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.chat import Read
from tests.conftest import Counter, only
from tests.reading import files_of
from tests.scenes import pass_the_call, submit
from tests.storage.test_workbook import Opened

ANSWERS = (
    "> [Isi survei]\n> [{}]\n> [Mudah]\n> [Cepat]\n> [{}]\n> [Sesuai]\n> [Kompeten]\n> [Sopan dan ramah]\n> [Baik]\n"
)


def wib(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Jakarta")).astimezone(UTC)


async def workbook_of(hendra: Read, month: str) -> Opened:
    await hendra(f"> /laporan {month}")
    return Opened(files_of(hendra)[-1].content)


@only("telegram")
async def test_a_month_is_reported_as_it_was(
    counter: Counter, siti: Read, budi: Read, rini: Read, rini_in_group: Read, dedi_in_group: Read, hendra: Read
) -> None:
    # Bu Siti: in on Tuesday at 9, looked at from 11 with one document returned, complete at 15, the call the next
    # morning at 9, passed at 9.30, done at 11.30: in time.
    await submit(siti)
    await counter.move_to(wib("2026-11-24 11:00"))
    await rini_in_group("> [Ambil]\n> [Periksa berkas]")
    await rini("> [Sesuai]\n" * 7 + "> [Perlu perbaikan] di Formulir Keikutsertaan\n> [Buram]\n> [Kirim hasil]")
    await counter.move_to(wib("2026-11-24 14:00"))
    await siti("> (pdf jelas.pdf)\n> [Kirim perbaikan]")
    await counter.move_to(wib("2026-11-24 15:00"))
    await rini("> [Periksa berkas]\n> [Sesuai]\n> [Kirim hasil]")
    await siti("> [Rab, 25 Nov]\n> [09.00]\n< Jadwal REG-2026-0001: Rabu, 25 November 2026 pukul 09.00")
    await counter.move_to(wib("2026-11-25 09:00"))
    await counter.move_to(wib("2026-11-25 09:30"))
    await pass_the_call(rini)
    await counter.move_to(wib("2026-11-25 11:30"))
    await dedi_in_group("> [Ambil]\n> [Selesai di SPSE]")
    await siti(ANSWERS.format("Sesuai", "Gratis") + "> [Dikelola dengan baik]\n< simpan tanpa nama")
    # Pak Budi: in on Friday at 15, looked at on Monday at 8.30 (1.5 + 1 hours of office), nobody at the call at 13.30,
    # again on Tuesday at 9.30, passed at 10, due on Wednesday at 10 and done an hour late: nothing of it in November.
    await counter.move_to(wib("2026-11-27 15:00"))
    await submit(budi)
    await counter.move_to(wib("2026-11-30 08:30"))
    await rini_in_group("> [Ambil] di REG-2026-0002\n> [Periksa berkas] di REG-2026-0002")
    await rini("> [Sesuai]\n" * 8 + "> [Kirim hasil]")
    await budi("> [Sen, 30 Nov]\n> [13.30]\n< Jadwal REG-2026-0002")
    await counter.move_to(wib("2026-11-30 13:30"))
    await counter.move_to(wib("2026-11-30 13:45"))
    await rini("> [Tidak hadir]")
    await budi("> [Sel, 1 Des]\n> [09.30]\n< Jadwal REG-2026-0002: Selasa, 1 Desember")
    await counter.move_to(wib("2026-12-01 09:30"))
    await counter.move_to(wib("2026-12-01 10:00"))
    hendra.look_away()
    november = await workbook_of(hendra, "2026-11")
    await pass_the_call(rini)
    await counter.move_to(wib("2026-12-02 11:00"))
    half = await workbook_of(hendra, "2026-12")
    await dedi_in_group("> [Ambil] di REG-2026-0002\n> [Selesai di SPSE] di REG-2026-0002")
    await budi(ANSWERS.format("Tidak sesuai", "Murah") + "> [Tidak ada]\n> Dimintai uang.\n< simpan tanpa nama")
    december = await workbook_of(hendra, "2026-12")
    assert figures(november) == {"Masuk": 2, "Selesai": 1, "Berkas dikembalikan": 1, "Tidak hadir": 1} | promised(1, 1)
    assert november.rows("Alasan pengembalian")[3:] == [["Buram", 1, 1], ["Seluruhnya", 1, 1]]
    assert waits(november, "Pengajuan sampai pemeriksaan pertama") == hours(2, 2.25, 2.5, 33.75, 65.5)
    assert waits(november, "Berkas lengkap sampai jadwal dipilih") == hours(2, 0, 0, 0, 0)
    assert waits(november, "Jadwal dipilih sampai panggilan video") == hours(1, 2.5, 2.5, 18, 18)
    assert waits(november, "Terverifikasi sampai selesai di SPSE") == hours(1, 2, 2, 2, 2)
    assert figures(half) == {"Masuk": 0, "Selesai": 0, "Berkas dikembalikan": 0, "Tidak hadir": 0} | promised(1, 0)
    assert figures(december) == {"Masuk": 0, "Selesai": 1, "Berkas dikembalikan": 0, "Tidak hadir": 0} | promised(1, 0)
    # His call was missed once: he has waited since he first chose a time.
    assert waits(december, "Jadwal dipilih sampai panggilan video") == hours(1, 8.5, 8.5, 25, 25)
    assert waits(december, "Terverifikasi sampai selesai di SPSE") == hours(1, 8.5, 8.5, 25, 25)
    for book, scores, ikm in ((november, (3, 3, 3, 4, 3, 3, 3, 3, 4), 80.56), (december, (1, *[3] * 7, 1), 63.89)):
        assert [row[2] for row in book.rows("Survei")[3:12]] == list(scores)
        assert book.line("Survei", "IKM")[1:] == [ikm, ikm], "the month and its one service"
    assert december.rows("Masukan")[3:] == [["Dimintai uang."]]


def figures(book: Opened) -> dict[str, object]:
    told = ("Masuk", "Selesai", "Berkas dikembalikan", "Tidak hadir", "Janji jatuh tempo", "Ditepati", "Tepat waktu")
    return {name: book.line("Ringkasan", name)[0] for name in told}


def promised(due: int, kept: int) -> dict[str, object]:
    return {"Janji jatuh tempo": due, "Ditepati": kept, "Tepat waktu": kept / due}


def waits(book: Opened, step: str) -> list[str | float]:
    """How many waited, then the hours of the office and of the clock, median and nine of ten."""
    return book.line("Waktu tunggu", step)


def hours(*expected: float) -> object:
    """Near enough: time goes on while people type."""
    return pytest.approx(list(expected), abs=0.1)
