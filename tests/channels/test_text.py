"""Long messages are cut where a reader would cut them, and lose neither words nor emphasis."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.text import bold, length, pieces
from domain.messages import BOLD, PLAIN


def strong(text: str) -> str:
    return f"{BOLD}{text}{PLAIN}"


def test_a_short_text_stays_whole() -> None:
    assert pieces("Selamat pagi", 20) == ["Selamat pagi"]


def test_a_text_is_cut_between_paragraphs_rather_than_within() -> None:
    assert pieces("satu dua tiga\n\nempat lima", 18) == ["satu dua tiga", "empat lima"]


def test_a_paragraph_is_cut_between_lines_and_a_line_between_words() -> None:
    assert pieces("satu dua\ntiga empat", 12) == ["satu dua", "tiga empat"]
    assert pieces("satu dua tiga", 9) == ["satu dua", "tiga"]


def test_a_word_without_end_is_cut_somewhere() -> None:
    assert pieces("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]


def test_emphasis_over_a_cut_goes_on_after_it() -> None:
    assert pieces(strong("satu dua tiga empat"), 10) == [strong("satu dua"), strong("tiga empat")]


def test_marks_do_not_count_and_characters_of_two_units_count_double() -> None:
    assert length(strong("abc")) == 3
    assert length("👍") == 2


def test_emphasis_is_written_with_a_messengers_own_marks() -> None:
    assert bold(f"Semua {strong('gratis')}, {strong('selalu')}", "<b>", "</b>") == "Semua <b>gratis</b>, <b>selalu</b>"


@pytest.mark.parametrize("text", [f"{PLAIN}a", f"{BOLD}a", f"{BOLD}{PLAIN}a", f"{BOLD}{BOLD}a{PLAIN}{PLAIN}"])
def test_marks_that_do_not_match_never_break_the_message(text: str) -> None:
    written = bold(text, "<b>", "</b>")
    assert written.count("<b>") == written.count("</b>")
    assert BOLD not in written.replace("<b>", "").replace("</b>", "") or text.count(BOLD) > 1


WORDS = st.lists(
    st.sampled_from(["kata ", "👍", "baris\n", "alinea\n\n", "akhir. ", BOLD + "tebal " + PLAIN, "x" * 15])
)


@given(WORDS.map("".join), st.integers(8, 40))
def test_nothing_is_lost_and_no_piece_is_too_long(text: str, limit: int) -> None:
    cut = pieces(text, limit)
    assert all(length(piece) <= limit for piece in cut)
    assert all(piece.count(BOLD) == piece.count(PLAIN) for piece in cut)

    def bare(words: str) -> str:
        return "".join(words.replace(BOLD, "").replace(PLAIN, "").split())

    assert bare("".join(cut)) == bare(text)
