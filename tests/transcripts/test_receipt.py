"""The receipt: what the office has, on paper, for whoever sent it and for nobody else."""

import hashlib

from tests.chat import Read
from tests.conftest import only
from tests.reading import files_of, one_line, pages_of
from tests.scenes import CV_ANSWERS, submit


async def test_a_receipt_is_there_for_the_asking(siti: Read, channel: str) -> None:
    await submit(siti)
    await siti("> tanda terima")
    receipt = files_of(siti)[-1]
    assert (receipt.name, receipt.mime) == ("Tanda Terima Berkas REG-2026-0001.pdf", "application/pdf")
    (page,) = pages_of(receipt.content)
    words = one_line(page)
    for fact in (
        "LPSE Kota Bogor",
        "Tanda Terima Berkas",
        "REG-2026-0001",
        "Registrasi Offline dan Verifikasi Berkas",
        "CV Maju Bersama",
        "Selasa, 24 November 2026 pukul 09.0",
        "Antrean pemeriksaan ke-1",
        "Maksimal 1x24 jam (hari kerja)",
        "Tidak dikenakan biaya",
        "KTP Direktur 1 halaman",
    ):
        assert fact in words
    sent = [message.file for message in siti.phone.messages if message.file and not message.from_bot]
    pdfs = [file for file in sent if file.mime == "application/pdf"]
    assert len(pdfs) == 7
    unbroken = words.replace(" ", "")  # a fingerprint with many wide figures goes on in the next line
    assert all(hashlib.sha256(file.content).hexdigest() in unbroken for file in pdfs)


async def test_a_receipt_can_be_had_again_and_the_question_stays_open(siti: Read) -> None:
    await submit(siti)
    await siti("> status\n< REG-2026-0001 [Tanda terima]")
    for _ in range(2):
        await siti("> [Tanda terima] di Menunggu pemeriksaan")
    first, second = files_of(siti)[-2:]
    assert first.name == second.name
    await siti("> [Menu] di Menunggu pemeriksaan\n< Selamat pagi")


async def test_without_a_request_there_is_no_receipt(siti: Read) -> None:
    await siti(CV_ANSWERS)
    await siti("> /tandaterima\n< belum ada tanda terima")
    assert files_of(siti) == []


async def test_for_a_question_there_is_no_receipt(siti: Read) -> None:
    await siti(
        """
        > /start
        > 4
        > [Setuju]
        > Berapa ukuran kapal nelayan?
        < tercatat dengan nomor KON-2026-0001
        > tanda terima
        < belum ada tanda terima
        """
    )


async def test_whoever_has_several_requests_says_which_one(siti: Read) -> None:
    await submit(siti)
    await submit(siti)
    await siti(
        """
        > tanda terima
        < permohonan yang mana [Tanda terima REG-2026-0001] [Tanda terima REG-2026-0002]
        > [Tanda terima REG-2026-0001]
        """
    )
    assert files_of(siti)[-1].name == "Tanda Terima Berkas REG-2026-0001.pdf"


@only("telegram")
async def test_nobody_gets_the_receipt_of_another(siti: Read, budi: Read) -> None:
    await submit(siti)
    await budi("> status")
    budi.phone.forge_tap("c.receipt.1", budi.phone.newest)
    await budi("> status\n< belum punya permohonan")
    assert files_of(budi) == []


async def test_it_comes_by_itself_after_the_number(siti: Read) -> None:
    await submit(siti)
    (receipt,) = files_of(siti)
    assert receipt.name == "Tanda Terima Berkas REG-2026-0001.pdf"
    await siti("> [Status] di tercatat dengan nomor\n< Menunggu pemeriksaan berkas")


async def test_it_speaks_the_language_of_its_provider(siti: Read) -> None:
    await submit(siti)
    await siti("> english\n> receipt")
    receipt = files_of(siti)[-1]
    assert receipt.name == "Receipt of Documents REG-2026-0001.pdf"
    words = one_line(pages_of(receipt.content)[0])
    for fact in ("Free of charge", "KTP of the Director Pages: 1", "Tuesday, 24 November 2026", "Next step"):
        assert fact in words
