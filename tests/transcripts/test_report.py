"""The monthly report in the admin's own chat: a picture, a workbook, and neither lost on the way."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from PIL import Image

from bot.clock import Clock
from simulator import Simulator
from tests.chat import Read
from tests.conftest import MORNING, Counter, appoint_staff, at_work, only
from tests.reading import files_of
from tests.scenes import submit

DECEMBER = datetime(2026, 12, 1, 2, tzinfo=UTC)


def looks_right(hendra: Read) -> None:
    """The picture is one to look at, the workbook one to open."""
    picture, book = files_of(hendra)[-2:]
    assert Image.open(BytesIO(picture.content)).size == (1200, 900)
    assert book.name == "Laporan LPSE Kota Bogor, November 2026.xlsx"
    words = ZipFile(BytesIO(book.content)).read("xl/sharedStrings.xml").decode()
    assert "Registrasi Offline dan Verifikasi Berkas" in words
    assert "Dibuat Selasa, 1 Desember 2026" in words


@only("telegram")
async def test_an_admin_asks_in_the_group_and_reads_it_alone(
    counter: Counter, siti: Read, hendra: Read, hendra_in_group: Read
) -> None:
    await submit(siti)
    await counter.move_to(DECEMBER)
    hendra.look_away()
    await hendra_in_group("> /laporan\n< ada di percakapan pribadi Anda")
    await hendra(
        """
        < Laporan November 2026 … 1 masuk, 0 selesai … Belum ada janji layanan … Belum ada jawaban survei
        < Rincian November 2026
        """
    )
    looks_right(hendra)
    await hendra("> /ikm\n< IKM 2026: belum ada jawaban survei; 0 permohonan selesai.")


async def test_a_report_survives_a_restart_between_asking_and_sending(simulator: Simulator, tmp_path: Path) -> None:
    async with at_work(simulator, tmp_path, Clock(MORNING)) as before:
        await appoint_staff(before)
        await submit(before.reader(before.person("Bu Siti").private))
        await before.move_to(DECEMBER)
        simulator.faults.too_many(times=1000, retry_after=1, method="sendPhoto")
        before.person("Pak Hendra").private.say("/laporan 2026-11")
        await simulator.idle()
        assert not files_of(before.reader(before.person("Pak Hendra").private))
    simulator.faults.clear()
    async with at_work(simulator, tmp_path, Clock(DECEMBER)) as after:
        await after.settle()
        looks_right(after.reader(after.person("Pak Hendra").private))
