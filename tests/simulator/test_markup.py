"""HTML becomes text with marks, or is refused with Telegram's own sentence."""

import pytest

from simulator.markup import BadMarkup, noticed, read_html, trimmed, write_html


@pytest.mark.parametrize(
    ("source", "text", "marks"),
    [
        ("<b>Selamat</b> pagi", "Selamat pagi", [("bold", 0, 7)]),
        ("<b><i>dua</i></b>", "dua", [("bold", 0, 3), ("italic", 0, 3)]),
        ("👍 <u>baik</u>", "👍 baik", [("underline", 3, 4)]),
        ("1 &lt; 2 &amp;&#33; &nbsp;", "1 < 2 &! &nbsp;", []),
        ("<tg-spoiler>x</tg-spoiler><s>y</s>", "xy", [("spoiler", 0, 1), ("strikethrough", 1, 1)]),
        ('<a href="https://lpse.id/?a=1&amp;b=2">LPSE</a>', "LPSE", [("text_link", 0, 4)]),
        (
            "<blockquote>kutip</blockquote><code>k</code><pre>p</pre>",
            "kutipkp",
            [("blockquote", 0, 5), ("code", 5, 1), ("pre", 6, 1)],
        ),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
        ("<b></b>kosong", "kosong", []),
    ],
)
def test_tags_become_marks(source: str, text: str, marks: list[tuple[str, int, int]]) -> None:
    found, entities = read_html(source)

    assert (found, [(entity.type, entity.offset, entity.length) for entity in entities]) == (text, marks)


def test_a_link_keeps_its_address() -> None:
    _, entities = read_html('<a href="https://lpse.id/?a=1&amp;b=2">LPSE</a>')

    assert entities[0].url == "https://lpse.id/?a=1&b=2"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>terbuka", 'Can\'t find end tag corresponding to start tag "b"'),
        ("tutup</b>", "Unexpected end tag at byte offset 5"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("a <blink>x</blink>", 'Unsupported start tag "blink" at byte offset 2'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<span>x</span>", 'Unsupported start tag "span" at byte offset 0'),
    ],
)
def test_bad_html_is_refused(source: str, reason: str) -> None:
    with pytest.raises(BadMarkup) as refused:
        read_html(source)

    assert str(refused.value) == reason


def test_html_survives_reading_and_writing() -> None:
    source = '<b>Nomor <code>REG-2026-0007</code></b> &amp; <a href="https://lpse.id">LPSE</a> 👍 <i>selesai</i>'

    assert write_html(*read_html(source)) == source


def test_blank_space_around_a_text_is_cut_and_marks_move_along() -> None:
    text, entities = trimmed(*read_html("\n <b>halo</b> \n"))

    assert (text, entities[0].offset, entities[0].length) == ("halo", 0, 4)


def test_commands_and_addresses_are_noticed() -> None:
    text = "/start 👍 https://lpse.id/a. surel siti@maju.co.id, /bantuan@contoh_bot dan/bukan"

    found = [
        (
            entity.type,
            text.encode("utf-16-le")[entity.offset * 2 : (entity.offset + entity.length) * 2].decode("utf-16-le"),
        )
        for entity in noticed(text)
    ]

    assert found == [
        ("bot_command", "/start"),
        ("url", "https://lpse.id/a"),
        ("email", "siti@maju.co.id"),
        ("bot_command", "/bantuan@contoh_bot"),
    ]
