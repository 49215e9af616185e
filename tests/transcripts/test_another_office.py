"""Another office with a folder of its own: other services, hours, papers and words, and nothing of anybody else's."""

import ast
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.office_folder import check_office
from simulator import Simulator
from tests.chat import Read
from tests.conftest import MORNING, Counter, appoint_staff, at_work

ROOT = Path(__file__).parents[2]
MANGGARAI = ROOT / "tests" / "office_manggarai"
OURS = re.compile(
    r"bogor|ktbgr|eproc|helpdesklpse|pajajaran|\bwib\b|rp ?10[.,]?000\b|meterai.{0,20}10[.,]?000|jit\.si", re.IGNORECASE
)
"""What belongs to one office alone."""
LAYERS = ("bot", "channels", "handlers", "conversations", "storage", "domain")
SHOWS_BOGOR = {"bot/demo.py", "bot/plays/registration.py"}
"""The demonstration plays in one office."""


@pytest.fixture
async def counter(simulator: Simulator, tmp_path: Path) -> AsyncIterator[Counter]:
    async with at_work(simulator, tmp_path, Clock(MORNING), office=MANGGARAI) as counter:
        await appoint_staff(counter)
        yield counter


def test_its_folder_is_right() -> None:
    assert check_office(MANGGARAI) == []


async def test_a_registration_from_the_first_word_to_the_booked_call(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await siti(
        """
        > /start
        < Selamat pagi, Kraeng. Di sini LPSE Kabupaten Manggarai … Silakan pilih layanan
          [1. Pendaftaran] [2. Konsultasi]
        > 2
        < Konsultasi Pengadaan kini dilayani di tempat lain … Mal Pelayanan Publik di Ruteng [Menu]
        > menu
        > 1
        < Pendaftaran Penyedia … Akun SPSE aktif … Biaya: Gratis … Dua hari kerja … • Surat Tugas Admin (bermeterai)
          • KTP Pemilik [Lanjut]
        > [Lanjut]
        < Sudah mendaftar di portal
        > [Sudah]
        < selama lima tahun … Bagian Layanan Pengadaan
        > [Saya memahami dan setuju]
        < bentuk usaha [Usaha Dagang] [PT]
        > [Usaha Dagang]
        > UD Wae Rebo
        > 01.312.166.0-091.000
        > wae_rebo
        > siti@waerebo.id
        > Siti Aminah
        > 0812-3456-7890
        > [Direktur]
        < Berkas 1 dari 2: Surat Tugas Admin (bermeterai Rp12.000)
        > (pdf surat-tugas.pdf)
        > (foto)
        < Mohon periksa
        > [Kirim permohonan]
        < DAF-2026-0001
        < …
        """
    )
    assert "DAF-2026-0001" in rini_in_group.phone.screen()
    await rini_in_group("> [Ambil]")
    await rini_in_group("> [Periksa berkas]")
    await rini("> [Sesuai]\n" * 2 + "> [Kirim hasil]")
    await siti("< Semua berkas DAF-2026-0001 sudah sesuai … Silakan pilih hari [Rab, 25 Nov]")
    await siti(
        """
        > 1
        < Rabu, 25 November 2026. Pukul berapa?
        > 10.00
        < Jadwal DAF-2026-0001: Rabu, 25 November 2026 pukul 10.00 WITA … Petugas akan menelepon Direktur
          … KTP Pemilik
        > english
        > status
        < Video call booked … Wednesday, 25 November 2026 at 10:00 WITA
        """
    )
    for reader in (siti, rini, rini_in_group):
        assert OURS.search(reader.phone.screen()) is None


def spoken(path: Path) -> Iterator[tuple[int, str]]:
    """The texts of a module that the program uses: not what it tells its own readers."""
    tree = ast.parse(path.read_text("utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.lineno, node.value


def test_nothing_of_one_office_is_in_the_code() -> None:
    files = [path for layer in LAYERS for path in (ROOT / layer).rglob("*.py")]
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in files
        if str(path.relative_to(ROOT)) not in SHOWS_BOGOR
        for line, text in spoken(path)
        if OURS.search(text)
    ]
    assert found == []


def test_nothing_of_one_office_is_in_the_wording() -> None:
    found = [
        f"{path.name}:{number}: {line}"
        for path in (ROOT / "conversations" / "wording").glob("*.toml")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if OURS.search(line)
    ]
    assert found == []
