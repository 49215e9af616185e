"""Letters, receipts and minutes: what is told is printed, what is not is left to the pen, and nothing breaks them."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from docx import Document
from jinja2.exceptions import SecurityError, TemplateError

from storage.printing import minutes, receipt
from storage.printing.letters import DOTTED_LINE, LETTER_FACTS, fill_letter, placeholders
from storage.printing.minutes import Attendee, ComparedDocument, Minutes, print_minutes
from storage.printing.receipt import Receipt, ReceivedDocument, print_receipt
from tests.domain.offices import bogor_catalogue
from tests.reading import letter_of, pages_of

LETTERS = sorted((Path(__file__).parents[2] / "office" / "letters").glob("*.docx"))
SAMPLES = pytest.mark.parametrize("letter", LETTERS, ids=lambda path: path.stem)

STRANGE = [
    "PT 🚀 Roket",
    "شركة النور",
    "日本商事",
    "<b>CV</b> & {{ director }} {% raw %}",
    "Łódź \u200f\x00\ud800",
    "X" * 300,
    "",
]
"""Names that a company may have, or that somebody types to see what happens."""

FACTS: Mapping[str, object] = {
    "company": "PT Maju Bersama",
    "form": "PT",
    "npwp": "01.312.166.0-091.000",
    "address": "Jalan Pajajaran Nomor 1,\nKota Bogor",
    "director": "Siti Rahmawati",
    "mobile": "+6281234567890",
    "email": "admin@majubersama.co.id",
    "user_id": "MAJUBERSAMA",
    "proxy": "Budi Santoso",
    "admin": "Rina Wulandari",
    "admin_mobile": "+6281234567891",
    "service": "Registrasi Offline dan Verifikasi Berkas",
    "office": "LPSE Kota Bogor",
    "unit": "Bagian Pengadaan Barang/Jasa",
    "meterai": "Rp10.000",
    "place": "Bogor",
    "date": "20 Juli 2026",
    "changes": [{"name": "Alamat email", "old": "lama@maju.co.id", "new": "baru@maju.co.id"}],
}


def dotted(text: str) -> int:
    """How many dotted lines stand for something unknown; what a letter always leaves open has more dots."""
    return len(re.findall(rf"(?<!\.)\.{{{len(DOTTED_LINE)}}}(?!\.)", text))


def letter_asking(text: str) -> bytes:
    document, file = Document(), BytesIO()
    document.add_paragraph(text)
    document.save(file)
    return file.getvalue()


class TestLetters:
    def test_there_is_one_for_each_letter_that_providers_write_themselves(self) -> None:
        wanted = {template.id for template in bogor_catalogue().templates if not template.official}
        assert {path.stem for path in LETTERS} == wanted

    @SAMPLES
    def test_it_asks_for_nothing_that_nobody_can_fill_in(self, letter: Path) -> None:
        assert placeholders(letter.read_bytes()) <= LETTER_FACTS

    @SAMPLES
    def test_it_is_filled_with_what_is_known(self, letter: Path) -> None:
        template = letter.read_bytes()
        text = letter_of(fill_letter(template, FACTS))
        for name in placeholders(template) - {"address", "changes"}:
            assert str(FACTS[name]) in text, name
        assert "Jalan Pajajaran Nomor 1," in text
        assert "{" not in text
        assert dotted(text) == 0

    @SAMPLES
    def test_what_is_not_known_is_left_to_the_pen(self, letter: Path) -> None:
        template = letter.read_bytes()
        empty = dict.fromkeys(FACTS, None) | {"company": "  ", "changes": []}
        for facts in ({}, empty):
            text = letter_of(fill_letter(template, facts))
            assert dotted(text) >= len(placeholders(template))
            assert "None" not in text
            assert "{" not in text

    @SAMPLES
    def test_the_stamp_box_is_where_the_standard_asks_for_a_stamp(self, letter: Path) -> None:
        stamped = {
            requirement.template.id: requirement.stamped
            for service in bogor_catalogue().services
            for requirement in service.requirements
            if requirement.template
        }
        assert ("meterai" in placeholders(letter.read_bytes())) == stamped[letter.stem]

    def test_every_change_has_its_row(self) -> None:
        (letter,) = (path for path in LETTERS if path.stem == "surat-permohonan-perubahan-data")
        changes = [{"name": f"Data {n}", "old": f"lama {n}", "new": f"baru {n}"} for n in range(4)]
        text = letter_of(fill_letter(letter.read_bytes(), {**FACTS, "changes": changes}))
        assert [line for line in text.split("\n") if line.startswith("baru")] == [f"baru {n}" for n in range(4)]

    @SAMPLES
    @pytest.mark.parametrize("name", STRANGE)
    def test_a_strange_name_breaks_nothing(self, letter: Path, name: str) -> None:
        filled = fill_letter(letter.read_bytes(), {**FACTS, "company": name, "changes": [{"name": name}]})
        kept = name.replace("\x00", "").replace("\ud800", "")
        assert (kept or DOTTED_LINE) in letter_of(filled)

    def test_a_letter_whose_braces_make_no_sense_is_noticed(self) -> None:
        for wrong in ("{{ company", "{% if company %}", "{{ company director }}"):
            with pytest.raises(TemplateError):
                placeholders(letter_asking(wrong))

    def test_a_letter_can_only_fill_in_facts(self) -> None:
        spying = letter_asking("{{ company.__class__.__mro__ }}")
        with pytest.raises(SecurityError):
            fill_letter(spying, FACTS)


DOCUMENTS = [
    ReceivedDocument(name=name, fingerprints=[hashlib.sha256(name.encode()).hexdigest()])
    for name in ("Formulir Keikutsertaan", "KTP Direktur", "Keputusan Menteri Hukum dan HAM (pengesahan)")
]
RECEIPT = Receipt(
    number="REG-2026-0007",
    office="LPSE Kota Bogor",
    unit="Bagian Pengadaan Barang/Jasa",
    service="Registrasi Offline dan Verifikasi Berkas",
    company="PT Maju Bersama",
    at="Senin, 20 Juli 2026 pukul 10.00 WIB",
    documents=DOCUMENTS,
    next="Petugas memeriksa berkas pada jam kerja.",
    as_of="Senin, 20 Juli 2026 pukul 10.05 WIB",
    promise="Maksimal 1x24 jam (hari kerja)",
    fee="Tidak dikenakan biaya",
)
MINUTES = Minutes(
    number="REG-2026-0007",
    office="LPSE Kota Bogor",
    unit="Bagian Pengadaan Barang/Jasa",
    service="Registrasi Offline dan Verifikasi Berkas",
    company="PT Maju Bersama",
    started="Selasa, 21 Juli 2026 pukul 09.30 WIB",
    ended="Selasa, 21 Juli 2026 pukul 09.48 WIB",
    attendees=[Attendee(name="Siti Rahmawati", role="Direktur"), Attendee(name="Bu Rini", role="TUS")],
    documents=[
        ComparedDocument(name="KTP Direktur", original="matches"),
        ComparedDocument(name="NIB", original="differs", remark="Nomor berbeda"),
        ComparedDocument(name="Akta Pendirian", original=""),
    ],
    result="failed",
    officer="Bu Rini (TUS)",
)
LABELS = {key: f"[{key}]" for key in receipt.LABELS | minutes.LABELS} | {"page": "Halaman {page} dari {pages}"}


class TestReceipt:
    def test_it_says_who_brought_what_and_when(self) -> None:
        (page,) = pages_of(print_receipt(RECEIPT, LABELS))
        for fact in (RECEIPT.number, RECEIPT.office, RECEIPT.unit, RECEIPT.service, RECEIPT.company, RECEIPT.at):
            assert fact in page
        for fact in (RECEIPT.next, RECEIPT.as_of, RECEIPT.promise, RECEIPT.fee):
            assert fact in page
        for document in DOCUMENTS:
            (sha256,) = document.fingerprints
            assert f"{sha256[:12]}\r\n{sha256}" in page
        assert "KTP Direktur" in page
        assert "Halaman 1 dari 1" in page

    def test_it_uses_every_label_and_no_word_of_its_own(self) -> None:
        page = "".join(pages_of(print_receipt(replace(RECEIPT, corrected="besok"), LABELS))).replace("\r\n", "")
        for key in receipt.LABELS - {"page"}:
            assert f"[{key}]" in page

    def test_the_same_receipt_has_the_same_bytes(self) -> None:
        assert print_receipt(RECEIPT, LABELS) == print_receipt(RECEIPT, LABELS)
        assert print_receipt(RECEIPT, LABELS) != print_receipt(replace(RECEIPT, number="REG-2026-0008"), LABELS)

    def test_a_long_list_goes_on_with_its_head_repeated_and_the_pages_counted(self) -> None:
        pages = pages_of(print_receipt(replace(RECEIPT, documents=DOCUMENTS * 15), LABELS))
        assert len(pages) == 3
        for number, page in enumerate(pages, 1):
            assert "[receipt.fingerprint]" in page
            assert f"Halaman {number} dari 3" in page
            assert RECEIPT.number in page

    def test_a_document_of_several_photos_has_a_fingerprint_for_each(self) -> None:
        photos = [hashlib.sha256(bytes([n])).hexdigest() for n in range(3)]
        album = ReceivedDocument(name="Akta", pages="3 halaman", fingerprints=photos)
        (page,) = pages_of(print_receipt(replace(RECEIPT, documents=[album]), LABELS))
        assert "3 halaman" in page
        assert all(sha256 in page for sha256 in photos)

    @pytest.mark.parametrize("name", STRANGE)
    def test_a_strange_name_breaks_nothing(self, name: str) -> None:
        strange = ReceivedDocument(name=name, fingerprints=["0" * 64])
        paper = print_receipt(replace(RECEIPT, company=name, documents=[strange]), LABELS)
        assert RECEIPT.number in pages_of(paper)[0]

    def test_a_receipt_without_documents_is_still_a_paper(self) -> None:
        assert len(pages_of(print_receipt(replace(RECEIPT, documents=[]), LABELS))) == 1

    def test_it_carries_its_fonts_and_nothing_that_runs(self) -> None:
        with pikepdf.open(BytesIO(print_receipt(RECEIPT, LABELS))) as paper:
            assert {"/OpenAction", "/AA", "/Names"}.isdisjoint(paper.Root.keys())
            fonts = paper.pages[0].Resources.Font
            used = [font for font in fonts.values() if font.Subtype == "/TrueType"]
            assert used
            assert all("/FontFile2" in font.FontDescriptor for font in used)


class TestMinutes:
    def test_they_say_who_attended_what_was_shown_and_how_it_ended(self) -> None:
        (page,) = pages_of(print_minutes(MINUTES, LABELS))
        for fact in (MINUTES.number, MINUTES.company, MINUTES.started, MINUTES.ended, MINUTES.officer):
            assert fact in page
        assert "Siti Rahmawati" in page
        lines = page.split("\r\n")
        assert any("KTP Direktur" in line and "[minutes.matches]" in line for line in lines)
        assert any("NIB" in line and "[minutes.differs]" in line for line in lines)
        assert any("Akta Pendirian" in line and "[minutes.unseen]" in line for line in lines)
        assert "Nomor berbeda" in page
        assert "[minutes.failed]" in page
        assert "[minutes.remark]" not in page

    def test_they_use_every_label_and_no_word_of_their_own(self) -> None:
        failed = pages_of(print_minutes(replace(MINUTES, remark="Sinyal buruk"), LABELS))[0]
        passed = pages_of(print_minutes(replace(MINUTES, result="passed"), LABELS))[0]
        missed = pages_of(print_minutes(replace(MINUTES, result="missed", documents=[]), LABELS))[0]
        assert "[minutes.originals]" not in missed
        for key in minutes.LABELS - {"page"}:
            assert f"[{key}]" in (failed + passed + missed).replace("\r\n", "")

    def test_the_same_minutes_have_the_same_bytes(self) -> None:
        assert print_minutes(MINUTES, LABELS) == print_minutes(MINUTES, LABELS)

    @pytest.mark.parametrize("name", STRANGE)
    def test_a_strange_name_breaks_nothing(self, name: str) -> None:
        attendees = [Attendee(name=name, role=name)]
        paper = print_minutes(replace(MINUTES, company=name, attendees=attendees, remark=name), LABELS)
        assert MINUTES.number in pages_of(paper)[0]

    def test_a_long_remark_goes_on_to_the_next_page(self) -> None:
        pages = pages_of(print_minutes(replace(MINUTES, remark="Catatan yang panjang. " * 300), LABELS))
        assert len(pages) == 3
