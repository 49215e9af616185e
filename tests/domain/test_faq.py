"""The ready answers: how a file is read, what is named when it is wrong, and which words a question is looked up by."""

import re

import pytest

from domain.faq import FaqMistakes, faq_facts, parse_answer, parse_faq, question, stems
from domain.office_file import Text
from domain.office_settings import parse_office_settings
from tests.domain.offices import OFFICE, bogor, bogor_catalogue

FACTS = {"meterai": Text("Rp10.000", "Rp10,000"), "portal": Text("https://spse.example.go.id")}

FEE = """---
title: Apakah ada biaya?
title_en: Is there a fee?
keywords: biaya, berapa biayanya , tarif
services: registrasi, perubahan-data
---
Tidak ada, selain meterai {meterai}: lihat {portal}.

Terima kasih.

## en
No, but for a {meterai} duty stamp.
"""


def shipped() -> dict[str, str]:
    return {path.stem: path.read_text("utf-8") for path in (OFFICE / "faq").glob("*.md")}


def shipped_facts() -> dict[str, Text]:
    return faq_facts(bogor_catalogue(), parse_office_settings(bogor("office.toml")))


class TestParse:
    def test_a_file_becomes_an_answer_in_both_languages(self) -> None:
        answer = parse_answer("biaya", FEE, FACTS)
        assert answer.slug == "biaya"
        assert answer.title == Text("Apakah ada biaya?", "Is there a fee?")
        assert answer.keywords == ("biaya", "berapa biayanya", "tarif")
        assert answer.services == ("registrasi", "perubahan-data")
        assert answer.body == Text(
            "Tidak ada, selain meterai Rp10.000: lihat https://spse.example.go.id.\n\nTerima kasih.",
            "No, but for a Rp10,000 duty stamp.",
        )

    def test_little_is_needed_and_windows_may_have_written_it(self) -> None:
        answer = parse_answer("biaya", "\ufeff---\r\ntitle: Biaya: berapa?\r\n---\r\nTidak ada.\r\n")
        assert answer.title == Text("Biaya: berapa?")
        assert answer.body == Text("Tidak ada.")
        assert answer.keywords == answer.services == ()

    @pytest.mark.parametrize(
        ("was", "is_now", "named"),
        [
            ("---\ntitle: A", "title: A", "faq/biaya.md, baris 1: bagian awal harus diapit dua baris ---"),
            ("\n---\nTidak", "\nTidak", "faq/biaya.md, baris 1: bagian awal harus diapit dua baris ---"),
            ("title: Apakah ada biaya?", "title:", "faq/biaya.md, baris 2: title: tidak boleh kosong"),
            ("title: Apakah ada biaya?\n", "", "faq/biaya.md: title: wajib diisi"),
            ("keywords:", "keyword:", 'faq/biaya.md, baris 4: keyword: tidak dikenal; mungkin maksudnya "keywords"?'),
            ("title_en: Is", "Is", "faq/biaya.md, baris 3: harus berbentuk kunci: nilai"),
            ("title_en:", "title:", "faq/biaya.md, baris 3: title sudah ditulis di atas"),
            ("{portal}", "{porta}", "faq/biaya.md, baris 7: body: {porta} tidak dikenal"),
            ("a {meterai}", "a {materai}", "faq/biaya.md, baris 12: body_en: {materai} tidak dikenal"),
            (", perubahan-data", ", ubah", 'faq/biaya.md, baris 5: services: layanan "ubah" tidak ada dalam katalog'),
            ("Tidak ada, selain meterai {meterai}: lihat {portal}.\n\nTerima kasih.\n", "", "tidak boleh kosong"),
        ],
    )
    def test_a_mistake_is_named_with_its_place(self, was: str, is_now: str, named: str) -> None:
        assert was in FEE
        with pytest.raises(FaqMistakes, match=re.escape(named)):
            parse_answer("biaya", FEE.replace(was, is_now, 1), FACTS, {"registrasi", "perubahan-data"})

    def test_the_name_of_a_file_is_short_and_plain(self) -> None:
        with pytest.raises(FaqMistakes, match="nama berkas hanya boleh huruf kecil"):
            parse_answer("Biaya layanan", FEE, FACTS)

    def test_all_files_are_read_before_anything_is_said(self) -> None:
        with pytest.raises(FaqMistakes) as wrong:
            parse_faq({"satu": "kosong", "dua": FEE.replace("title:", "judul:")}, FACTS, ["registrasi"])
        places = "\n".join(wrong.value.mistakes)
        assert "faq/satu.md" in places
        assert "faq/dua.md, baris 2: judul" in places
        assert "perubahan-data" in places


class TestStems:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("biayanya berapa", "biaya"),
            ("pendaftaran", "mendaftar"),
            ("perubahan", "diubah"),
            ("persyaratan", "syaratnya"),
            ("AKUN", "akunnya"),
            ("pembayaran", "membayar"),
            ("penjadwalan", "jadwal"),
        ],
    )
    def test_forms_of_one_word_meet(self, one: str, other: str) -> None:
        assert stems(one, "id") == stems(other, "id")

    def test_words_that_say_nothing_are_left_out_in_both_languages(self) -> None:
        assert stems("Selamat siang Pak, berapa ya biayanya? Please, how much is the fee", "id") == ("biaya", "fee")

    def test_english_is_cut_back_by_its_own_rules(self) -> None:
        assert stems("requirements for registering companies", "en") == stems("requirement register company", "en")

    @pytest.mark.parametrize("text", ["", "   ", "😀😀", "?!", "a", "شركة", "\x00\u200b"])
    def test_a_text_without_words_has_no_stems(self, text: str) -> None:
        assert stems(text, "id") == ()

    def test_accents_and_capitals_do_not_matter(self) -> None:
        assert stems("E-MAIL Andréa", "id") == stems("e-mail andrea", "id")

    def test_a_question_is_looked_up_by_each_word_once_and_not_by_a_thousand(self) -> None:
        assert question("biaya biaya tarif biayanya", "id") == ("biaya", "tarif")
        assert len(question(" ".join(f"kata{n}" for n in range(1000)), "id")) == 24
        assert max(len(word) for word in question("x" * 5000, "id")) <= 30


class TestShippedAnswers:
    def test_all_are_in_order(self) -> None:
        services = {service.id for service in bogor_catalogue().services}
        answers = parse_faq(shipped(), shipped_facts(), services)
        assert len(answers) >= 25
        assert all(answer.body.en and answer.title.en and answer.keywords for answer in answers)
        assert len({answer.title.id for answer in answers}) == len(answers)

    def test_each_fits_into_one_message_of_whatsapp(self) -> None:
        answers = parse_faq(shipped(), shipped_facts(), {service.id for service in bogor_catalogue().services})
        for answer in answers:
            for language in ("id", "en"):
                assert len(answer.title.in_(language)) + len(answer.body.in_(language)) < 1500, answer.slug

    def test_the_figure_of_the_duty_stamp_and_every_number_to_call_come_from_elsewhere(self) -> None:
        for slug, text in shipped().items():
            body = text.partition("\n---\n")[2]
            assert "10.000" not in body, slug
            assert "10,000" not in body, slug
            assert not re.search(r"\b0\d{3}[ -]?\d{3,}|\+62", body), slug

    def test_people_are_addressed_with_respect_and_the_abbreviation_stays_one(self) -> None:
        for slug, text in shipped().items():
            body = text.partition("\n---\n")[2]
            assert not re.search(r"\b(kamu|kalian|saudara|materai)\b", body, re.IGNORECASE), slug
            assert not re.search(r"TUS \(|\(TUS\)", body), slug
