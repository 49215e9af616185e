"""Papers drawn here are read by the real reader of pictures: what they are, whose they are, and what does not fit."""

import io
import os
from collections.abc import AsyncIterator

import pikepdf
import pytest
import pytest_asyncio
from PIL import Image

from storage.preflight.comparing import between, compare
from storage.preflight.examiner import Limits
from storage.preflight.pages import bind
from storage.preflight.reading import Reader, can_read_pictures
from storage.preflight.rules import Advice
from storage.preflight.telling import Line, Page, Reading, tell
from tests import papers
from tests.cards import NIB, NIK, NPWP, a_ktp, a_nib, an_akta, an_npwp, as_photographed, copied_on_a4, letters


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader() -> AsyncIterator[Reader]:
    if not can_read_pictures():
        missing = "the extra loket[ocr] is not installed: uv pip install rapidocr onnxruntime"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    async with Reader.opened() as opened:
        yield opened


async def read(reader: Reader, content: bytes, kind: str = "jpeg", page: int = 0) -> Reading:
    reading = await reader.read(content, kind, page)
    assert reading is not None
    return reading


def a_crowded_pdf(first: str, lines: int) -> bytes:
    """A page on which very much is written, very small; what is on top is read first."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    small = "".join(f"({number} {'NPWP 0' * 150}) Tj T*\n" for number in range(lines))
    page.Contents = pdf.make_stream(f"BT /F1 1 Tf 1 TL 5 830 Td ({first}) Tj T*\n{small}ET".encode())
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


@pytest.mark.asyncio(loop_scope="module")
class TestRead:
    @pytest.mark.parametrize("angle", [0, 90, 180, 270])
    async def test_a_ktp_whichever_way_it_lies(self, reader: Reader, angle: int) -> None:
        reading = await read(reader, papers.as_jpeg(a_ktp().rotate(angle, expand=True)))
        assert (reading.kind, reading.numbers, reading.names) == ("ktp", {"nik": NIK}, {"person": "SITI RAHMAWATI"})
        assert reading.confidence > 0.8

    async def test_a_page_with_a_whole_book_on_it(self, reader: Reader) -> None:
        reading = await read(reader, a_crowded_pdf(f"NIK {NIK}", 800), "pdf")
        assert reading.numbers == {"nik": NIK}

    async def test_a_ktp_photographed_in_poor_light(self, reader: Reader) -> None:
        reading = await read(reader, as_photographed(a_ktp(), 94))
        assert (reading.kind, reading.numbers) == ("ktp", {"nik": NIK})

    async def test_a_ktp_copied_on_a_sheet_of_a4(self, reader: Reader) -> None:
        reading = await read(reader, copied_on_a4(a_ktp()))
        assert (reading.kind, reading.numbers) == ("ktp", {"nik": NIK})

    @pytest.mark.parametrize("angle", [0, 183])
    async def test_an_npwp_of_a_company(self, reader: Reader, angle: int) -> None:
        reading = await read(reader, as_photographed(an_npwp(), angle))
        assert (reading.kind, reading.numbers, reading.names) == (
            "npwp",
            {"npwp": NPWP},
            {"company": "PT MAJU BERSAMA"},
        )

    async def test_a_nib(self, reader: Reader) -> None:
        reading = await read(reader, as_photographed(a_nib()))
        assert (reading.kind, reading.numbers) == ("nib", {"nib": NIB, "npwp": NPWP})
        assert reading.names == {"company": "PT MAJU BERSAMA"}

    async def test_a_deed(self, reader: Reader) -> None:
        assert (await read(reader, papers.as_jpeg(an_akta()))).kind == "akta"

    @pytest.mark.parametrize("kind", sorted(letters()))
    async def test_a_letter(self, reader: Reader, kind: str) -> None:
        reading = await read(reader, papers.as_jpeg(letters()[kind]))
        assert (reading.kind, reading.numbers) == (kind, {"npwp": NPWP})
        assert reading.names == {"person": "Siti Rahmawati", "company": "PT Maju Bersama"}

    async def test_a_scan_in_a_pdf(self, reader: Reader) -> None:
        scan = bind([papers.as_jpeg(a_ktp()), papers.as_jpeg(an_npwp())])
        assert (await read(reader, scan, "pdf", 1)).numbers == {"npwp": NPWP}

    @pytest.mark.parametrize("picture", [Image.new("RGB", (900, 600), "white"), Image.effect_noise((900, 600), 90)])
    async def test_nothing_where_nothing_is_written(self, reader: Reader, picture: Image.Image) -> None:
        assert await read(reader, papers.as_jpeg(picture)) == Reading(kind="")

    async def test_nothing_of_what_cannot_be_opened(self, reader: Reader) -> None:
        assert await reader.read(b"%PDF-1.7 rusak", "pdf") is None
        assert await reader.read(papers.a_pdf(), "pdf", page=5) is None


async def test_a_pdf_that_carries_its_words_is_read_without_eyes() -> None:
    lines = (
        "PERIZINAN BERUSAHA BERBASIS RISIKO",
        f"NOMOR INDUK BERUSAHA: {NIB}",
        "1. Nama Pelaku Usaha : PT MAJU JAYA",
    )
    with pikepdf.open(io.BytesIO(papers.a_pdf())) as pdf:
        text = b"".join(b"(%s) Tj 0 -30 Td " % line.encode() for line in lines)
        pdf.pages[0].obj.Contents = pdf.make_stream(b"BT /F1 14 Tf 60 780 Td " + text + b"ET")
        out = io.BytesIO()
        pdf.save(out)
    async with Reader.opened() as opened:
        reading = await read(opened, out.getvalue(), "pdf")
    assert (reading.kind, reading.numbers) == ("nib", {"nib": NIB})
    assert reading.names == {"company": "PT MAJU JAYA"}


async def test_a_page_that_takes_too_long_to_read_gets_no_advice() -> None:
    async with Reader.opened(Limits(seconds=0.05, memory_mb=2560)) as opened:
        assert await opened.read(papers.as_jpeg(a_ktp()), "jpeg") is None


def told(*rows: str) -> Reading:
    return tell(Page(tuple(Line(row, 0, 20 * number, 300, 12) for number, row in enumerate(rows))))


class TestTell:
    def test_a_word_in_a_sentence_is_no_title(self) -> None:
        assert told("PT MAJU", "Surat kuasa yang kami kirim minggu lalu mohon dianggap tidak berlaku lagi.").kind == ""

    def test_a_letter_that_looks_like_a_digit_is_one_behind_a_label(self) -> None:
        assert told("NlK : 327lO46504930OO2").numbers == {"nik": NIK}

    def test_a_number_that_cannot_be_is_none(self) -> None:
        assert told("NIK : 3271049904930002", "NIB: 000", "NPWP: 12").numbers == {}

    @pytest.mark.parametrize("written", ["01.312.166.0-091.000", "01 312 166 0 091 000", "0131216600 91000"])
    def test_an_npwp_however_it_is_spaced(self, written: str) -> None:
        assert told(f"NPWP : {written}").numbers == {"npwp": NPWP}

    def test_an_npwp_of_sixteen_digits(self) -> None:
        assert told(f"NPWP16 : {NIK}", "DIREKTORAT JENDERAL PAJAK", "KPP PRATAMA").numbers == {"npwp": NIK}

    def test_an_empty_page(self) -> None:
        assert told() == Reading(kind="")


def ktp(**changes: str) -> Reading:
    return Reading(
        kind="ktp",
        numbers={"nik": changes.get("nik", NIK)},
        names={"person": changes.get("name", "SITI RAHMAWATI")},
        confidence=0.9,
    )


def npwp(number: str = NPWP, company: str = "PT MAJU BERSAMA") -> Reading:
    return Reading(kind="npwp", numbers={"npwp": number}, names={"company": company}, confidence=0.9)


FACTS = {"director": "Siti Rahmawati, S.E.", "company": "Maju Bersama", "npwp": "0" + NPWP}


class TestCompare:
    def test_nothing_to_say_when_it_fits(self) -> None:
        assert compare(ktp(), "ktp_direktur", FACTS) == ()
        assert compare(npwp(), "npwp_perusahaan", FACTS) == ()
        assert compare(Reading(kind="akta", confidence=0.9), "akta_perubahan", FACTS) == ()

    def test_another_paper_than_was_asked_for(self) -> None:
        assert compare(npwp(), "ktp_direktur", FACTS) == (Advice("seems_other", {"seems": "npwp"}),)
        assert compare(ktp(), "izin_lain", FACTS) == (Advice("seems_other", {"seems": "ktp"}),)

    def test_a_licence_may_look_like_a_nib(self) -> None:
        assert compare(Reading(kind="nib", confidence=0.9), "siup", FACTS) == ()

    def test_nothing_is_said_of_what_is_not_sure(self) -> None:
        assert compare(Reading(kind="npwp", confidence=0.4), "ktp_direktur", FACTS) == ()
        assert compare(Reading(kind=""), "ktp_direktur", FACTS) == ()

    def test_another_number_is_told_masked(self) -> None:
        (advice,) = compare(npwp("999999990091000"), "npwp_perusahaan", FACTS)
        assert advice.key == "number_differs"
        assert advice.facts == {"field": "npwp", "read": "99*********1000", "told": "00**********1000"}

    def test_another_name(self) -> None:
        assert compare(ktp(name="BUDI SANTOSO"), "ktp_direktur", FACTS) == (
            Advice("name_differs", {"field": "director", "read": "BUDI SANTOSO", "told": "Siti Rahmawati, S.E."}),
        )

    @pytest.mark.parametrize("name", ["SITI RAHMAWATI", "SITl RAHMAWATl", "Hj. Siti Rahmawati", "SITI RAHMAWATI S.E"])
    def test_the_same_name_with_titles_or_a_letter_misread(self, name: str) -> None:
        assert compare(ktp(name=name), "ktp_direktur", FACTS) == ()

    def test_the_directors_own_npwp_is_not_the_companys(self) -> None:
        own = Reading(kind="npwp", numbers={"npwp": NIK}, names={"person": "SITI RAHMAWATI"}, confidence=0.9)
        assert compare(own, "npwp_direktur", FACTS) == ()


class TestBetween:
    def test_papers_that_agree(self) -> None:
        assert between({"ktp_direktur": ktp(), "npwp_perusahaan": npwp()}) == ()

    def test_papers_that_contradict_each_other(self) -> None:
        nib = Reading(kind="nib", numbers={"npwp": "999999990091000"}, names={"company": "PT LAIN"}, confidence=0.9)
        found = between({"npwp_perusahaan": npwp(), "nib": nib})
        assert [(one.key, one.facts["field"]) for one in found] == [
            ("papers_differ", "npwp"),
            ("papers_differ", "company"),
        ]
        assert found[0].facts["of_other"] == "99*********1000"
