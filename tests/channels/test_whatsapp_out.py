"""An answer on WhatsApp: numbered lines, stars, pieces of at most 1600 characters, real buttons where they fit."""

import json

import pytest

from channels.whatsapp_out import TEXT_LIMIT, Part, parts
from domain.messages import BOLD, PLAIN, Button, numbered

CHOICES = ((Button("PT", "f1.form.PT"), Button("CV", "f1.form.CV")), (Button("Kembali", "w.back"),))
MENU = (
    (Button("Lanjutkan permohonan", "c.continue.1"),),
    (Button("1. Registrasi", "m.registrasi"), Button("2. Perubahan", "m.perubahan")),
    (Button("Status", "w.status"),),
)
QUICK = {"quick_3": "HX" + "a" * 32, "list_4": "HX" + "b" * 32}


def test_choices_are_lines_with_numbers() -> None:
    [part] = parts("Apa bentuk usaha?", CHOICES, {})
    assert part == Part("Apa bentuk usaha?\n\n*1.* PT\n*2.* CV\n*0.* Kembali")


def test_a_label_keeps_the_number_that_it_has() -> None:
    assert [(number, label, button.data) for number, label, button in numbered(MENU)] == [
        (1, "Registrasi", "m.registrasi"),
        (2, "Perubahan", "m.perubahan"),
        (3, "Lanjutkan permohonan", "c.continue.1"),
        (4, "Status", "w.status"),
    ]


def test_a_link_stands_on_a_line_of_its_own() -> None:
    rows = ((Button("Masuk", url="https://meet.jit.si/x"), Button("Status", "w.status")),)
    assert parts("Sekarang.", rows, {})[0].text == "Sekarang.\n\n*1.* Status\nMasuk: https://meet.jit.si/x"


def test_emphasis_is_between_stars() -> None:
    assert parts(f"Nomor {BOLD}REG-2026-0001{PLAIN}.", (), {}) == [Part("Nomor *REG-2026-0001*.")]


def test_a_long_text_is_cut_where_a_reader_would_and_nothing_is_lost() -> None:
    paragraphs = [f"{BOLD}{number}{PLAIN} " + "kata " * 60 for number in range(12)]
    cut = parts("\n\n".join(paragraphs), CHOICES, {})
    assert all(len(part.text) <= TEXT_LIMIT for part in cut)
    assert len(cut) > 1
    joined = " ".join(part.text for part in cut)
    assert [joined.index(f"*{number}*") for number in range(12)] == sorted(
        joined.index(f"*{number}*") for number in range(12)
    )
    assert cut[-1].text.endswith("*0.* Kembali")


def test_stars_count_towards_the_limit() -> None:
    text = " ".join(f"{BOLD}a{PLAIN}" for _ in range(TEXT_LIMIT // 2))
    assert all(len(part.text) <= TEXT_LIMIT for part in parts(text, (), {}))


def test_three_short_choices_are_real_buttons_where_twilio_knows_the_template() -> None:
    before, asked = parts("KTP sudah kami terima.\n\nApa bentuk usaha?", CHOICES, QUICK)
    assert before == Part("KTP sudah kami terima.")
    assert asked.template == QUICK["quick_3"]
    assert json.loads(asked.values) == {
        "1": "Apa bentuk usaha?",
        "2": "PT",
        "3": "f1.form.PT",
        "4": "CV",
        "5": "f1.form.CV",
        "6": "Kembali",
        "7": "w.back",
    }


def test_more_choices_are_a_real_list() -> None:
    [asked] = parts("Silakan pilih:", MENU, QUICK)
    assert asked.template == QUICK["list_4"]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Apa?", ((Button("Pernyataan yang panjang sekali sampai tidak muat", "a"),) * 3,)),
        ("Baris satu\nBaris dua", CHOICES),
        ("x" * 256, CHOICES),
        ("Apa?", ((Button("a", "a"), Button("b", "b")),)),
        ("Apa?", ((Button("a", "a"), Button("b", "b"), Button("c", url="https://x.id")),)),
    ],
)
def test_what_does_not_fit_has_numbers(text: str, rows: tuple[tuple[Button, ...], ...]) -> None:
    assert all(not part.template for part in parts(text, rows, QUICK))
