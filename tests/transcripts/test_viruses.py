"""A real virus scanner is asked about every file; while it is away nothing is lost, and nothing passes unmarked."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from bot.clock import Clock
from simulator import Simulator
from storage.preflight.clamd import Clamd
from tests import clamd, papers
from tests.chat import Read
from tests.conftest import MORNING, Counter, appoint_staff, at_work
from tests.ports import a_free_port
from tests.scenes import CV_ANSWERS, CV_DOCUMENTS, fill_in


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    with clamd.at_work(tmp_path_factory.mktemp("clamd")) as (_, by_port):
        yield by_port


@pytest.fixture
async def counter(simulator: Simulator, tmp_path: Path, scanner: Clamd) -> AsyncIterator[Counter]:
    async with at_work(simulator, tmp_path, Clock(MORNING), clamd=str(scanner)) as counter:
        await appoint_staff(counter)
        yield counter


def infected() -> bytes:
    return papers.a_photo(1200, 800, "KTP") + clamd.EICAR


def kept_files(counter: Counter) -> list[str]:
    return [path.name for path in (counter.folder / "documents").rglob("*") if path.is_file()]


async def test_an_infected_file_is_not_kept_and_staff_hear_of_it(
    counter: Counter, siti: Read, rini_in_group: Read
) -> None:
    await fill_in(siti)
    siti.phone.send_document("formulir.jpg", infected(), "image/jpeg")
    await siti("< Berkas itu mengandung virus atau program berbahaya, jadi tidak kami simpan … Berkas 1 dari 8")
    await rini_in_group("< Antivirus menemukan Loket.Eicar … untuk permohonan yang belum dikirim … tidak disimpan")
    assert kept_files(counter) == []
    await siti("> (pdf formulir.pdf)\n< Formulir Keikutsertaan sudah kami terima")


async def test_while_the_scanner_is_away_files_are_kept_and_marked(
    simulator: Simulator, tmp_path: Path, channel: str
) -> None:
    port, folder = a_free_port(), tmp_path / "clamd"
    folder.mkdir()
    async with at_work(simulator, tmp_path, Clock(MORNING), clamd=f"tcp://127.0.0.1:{port}") as counter:
        await appoint_staff(counter)
        siti = counter.reader(counter.person("Bu Siti", channel=channel).private)
        rini = counter.reader(counter.person("Bu Rini").private)
        group = counter.reader(counter.person("Bu Rini").at(counter.simulator.world.chat(-1001234567890)))
        await siti(CV_ANSWERS)
        siti.phone.send_document("formulir.pdf", papers.a_pdf(text="Formulir") + clamd.EICAR, "application/pdf")
        await siti("< Formulir Keikutsertaan sudah kami terima")
        await siti(CV_DOCUMENTS.replace("    > (pdf formulir-keikutsertaan.pdf)\n", ""))
        await siti("> [Kirim permohonan]\n< REG-2026-0001\n< …")
        async with httpx.AsyncClient(base_url=counter.loket.url) as web:
            told = (await web.get("/readyz")).json()
            assert "gives no answer" in told["clamd"]
            assert "loket_files_unscanned 8.0" in (await web.get("/metrics")).text
        await group("> [Ambil]\n> [Periksa berkas]")
        assert all("Belum diperiksa antivirus" in message.text for message in rini.news if message.file)
        with clamd.at_work(folder, port):
            await counter.wait(minutes=20)
            await siti("< Berkas untuk Formulir Keikutsertaan ternyata mengandung virus … perlu dikirim ulang")
            await group("< Antivirus menemukan Loket.Eicar … untuk REG-2026-0001 …")
            async with httpx.AsyncClient(base_url=counter.loket.url) as web:
                assert (await web.get("/readyz")).json()["clamd"] == "ok"
                assert "loket_files_unscanned 0.0" in (await web.get("/metrics")).text
        assert len(kept_files(counter)) == 7
