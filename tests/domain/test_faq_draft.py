"""A draft of a ready answer can be read again, and tells nobody who asked."""

from domain.faq import parse_answer
from domain.faq_draft import GONE, anonymous, draft, words_of

NAMES = ("PT Maju Bersama", "Siti Aminah", "Rini")


def test_a_draft_is_a_ready_answer() -> None:
    slug, text = draft(
        "Apakah sertifikat halal perlu untuk KBLI mesin jahit? Saya Siti Aminah dari PT Maju Bersama.",
        "Tidak, keduanya terpisah.\n\nLihat {oss}.",
        NAMES,
    )
    answer = parse_answer(slug, text, {}, ["registrasi"])
    assert answer.title.id == "Apakah sertifikat halal perlu untuk KBLI mesin jahit?"
    assert answer.body.id == "Tidak, keduanya terpisah.\n\nLihat (oss)."
    assert answer.keywords[:3] == ("sertifikat", "halal", "kbli")
    assert answer.services == ()
    assert "Siti" not in text
    assert "Maju" not in text


def test_numbers_and_addresses_of_people_are_gone() -> None:
    for personal in (
        "3271015201900001",
        "01.312.166.0-091.000",
        "0812-3456-7890",
        "+62 812 3456 7890",
        "siti@maju.id",
        "KON-2026-0001",
        "maju bersama",
        "SITI AMINAH",
    ):
        assert anonymous(f"Hubungi {personal} ya", NAMES) == f"Hubungi {GONE} ya"


def test_figures_that_are_nobodys_stay() -> None:
    assert anonymous("UU 40/2007, meterai Rp10.000, tanggal 2 Januari 2026", NAMES) == (
        "UU 40/2007, meterai Rp10.000, tanggal 2 Januari 2026"
    )


def test_the_worst_input_still_makes_a_file() -> None:
    for odd in ("", "???", "---\n## en\n---", "日本語", "x" * 3000, "Rini"):
        slug, text = draft(odd, odd, NAMES)
        answer = parse_answer(slug, text, {}, [])
        assert answer.title.id
        assert answer.body.id


def test_a_personal_name_is_known_by_each_of_its_words() -> None:
    assert words_of(["Bu Siti Aminah", "PT Maju Bersama"]) == ["Siti", "Aminah"]


def test_a_title_is_a_plain_sentence() -> None:
    _, text = draft("apakah _boleh_ *dua* akun?", "Boleh.", NAMES)
    assert text.startswith("---\ntitle: Apakah boleh dua akun?\nkeywords: dua, akun\n")
