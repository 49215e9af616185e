"""The answers that an office keeps ready for common questions, and the words by which a question finds its answer."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, Protocol

import snowballstemmer  # type: ignore[import-untyped]

from domain.catalogue import Catalogue
from domain.messages import emphasised
from domain.office_file import LINE, OfficeMistakes, Table, Text, in_file
from domain.office_settings import OfficeSettings
from domain.toml_lines import Path

MOST_WORDS: Final = 24  # of one question; what comes after is a story, not a question
LONGEST_WORD: Final = 30

_EMPTY_WORDS: Final = """
    a about ada adalah agar aja akan aku am an and anda any apa apaan apakah are as assalamualaikum at atau ato
    bagaimana bagi bahwa baik bang bantu bapa bapak be beberapa been before belum berapa berapakah besok bgmn
    bila bisa bisakah blm boleh bolehkah bro brp bu buat bukan but by can cara caranya could cuma dalam dan
    dapat dari deh dengan dgn di did dimana dipake dmn do doang doank does dong dpt dulu for from ga gak gan
    gimana gk gmn gpp had halo hari harus haruskah harusnya has have hello help hendak hi how hrs i ia ialah ibu
    if in ingin ini into is it its itu iya jadi jd jika juga just kah kak kalau kalo kami kan karena kasih ke
    kemana kemarin kepada kita klo kmrn knp kok ku lagi lah lg mah maka makasih malam mana many mas masih mau
    may mba mbak me mengapa menurut mesti min minta misalnya mksh mohon much must my nah namun nanti nanya need
    needed ngapain ngga nggak nih no not nya nyatanya of ok okay oke oleh on or our pa pada pagi pak pake para
    perlu perlukah permisi pernah please punya saat saja sama saya sdh sebagai sebelum secara sedang sekarang
    selamat seperti sesudah setelah shall should si siang siap siapa sih silakan sist skrg so some sore sudah
    supaya sy tadi tak tanya tapi tau tdk tentang terima tersebut terus tetapi thank thanks that the their them
    then there these they this tidak tlg to tolong too tp trims trus tuh ud udah untuk us utk wajib wajibkah was
    we were what when where which who whose why will with would ya yaa yah yaitu yang yaudah yg you your
"""
STOP_WORDS: Final = frozenset(_EMPTY_WORDS.split())
"""Words that say nothing of what a question is about; of both languages, because people mix them."""

_STEMMERS: Final = {"id": "indonesian", "en": "english"}
_WORD: Final = re.compile(r"[a-z0-9]+")
_ENGLISH: Final = "\n## en\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer that is ready to be given."""

    slug: str
    title: Text
    keywords: tuple[str, ...]
    """What people call it, in either language, with the usual misspellings."""
    services: tuple[str, ...]
    """The ids of the services it belongs to; none where it belongs to all."""
    body: Text


FAQ_FACTS: Final = ("meterai", "kantor", "portal", "helpdesk", "kontak", "pengaduan", "penyimpanan")
"""What an answer may name in braces."""


class FaqMistakes(OfficeMistakes):
    """Everything that is wrong in the answers."""


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...


def parse_faq(
    files: Mapping[str, str], facts: Mapping[str, Text], services: Collection[str] | None
) -> tuple[Answer, ...]:
    """All answers, from the text of each file under its slug; FaqMistakes names everything that is wrong with them."""
    answers: list[Answer] = []
    mistakes: list[str] = []
    for slug, text in sorted(files.items()):
        try:
            answers.append(parse_answer(slug, text, facts, services))
        except FaqMistakes as found:
            mistakes.extend(found.mistakes)
    if mistakes:
        raise FaqMistakes(mistakes)
    return tuple(answers)


def parse_answer(
    slug: str, text: str, facts: Mapping[str, Text] | None = None, services: Collection[str] | None = None
) -> Answer:
    """One answer from its file; FaqMistakes names everything that is wrong with it.

    Facts in braces are filled in; a service that is not among `services` is a mistake.
    """
    mistakes: list[str] = []
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        mistakes.append("nama berkas hanya boleh huruf kecil, angka, dan tanda hubung")
    values, lines = _read(text, mistakes)
    table = Table(values, mistakes, facts=facts or {}, lines=lines)
    answer = Answer(
        slug=slug,
        title=table.words("title"),
        keywords=table.texts("keywords"),
        services=table.texts("services"),
        body=table.words("body"),
    )
    for service in answer.services:
        if services is not None and service not in services:
            table.wrong("services", f'layanan "{service}" tidak ada dalam katalog')
    table.finish("title_en", "body_en")
    if mistakes:
        raise FaqMistakes([in_file(f"faq/{slug}.md", mistake) for mistake in mistakes])
    return answer


def _read(text: str, mistakes: list[str]) -> tuple[dict[str, object], dict[Path, int]]:
    """The head between two lines of dashes, one `key: value` a line, and the body below it, in one or two languages.

    With the line of each; what is missing should stand in the head.
    """
    head, closed, body = text.lstrip("\ufeff").replace("\r\n", "\n").removeprefix("---\n").partition("\n---\n")
    if not closed or not text.lstrip("\ufeff").startswith("---"):
        mistakes.append(f"{LINE} 1: bagian awal harus diapit dua baris ---")
        return {}, {}
    values: dict[str, object] = {}
    lines: dict[Path, int] = {}
    for number, line in enumerate(head.split("\n"), 2):
        key, colon, value = (part.strip() for part in line.partition(":"))
        if line.strip() and not colon:
            mistakes.append(f"{LINE} {number}: harus berbentuk kunci: nilai")
        elif key in values:
            mistakes.append(f"{LINE} {number}: {key} sudah ditulis di atas")
        elif line.strip():
            values[key] = _listed(value) if key in ("keywords", "services") else value
            lines[key,] = number
    indonesian, _, english = emphasised(body).partition(_ENGLISH)
    for number, line in enumerate(body.split("\n"), head.count("\n") + 4):
        if line != _ENGLISH.strip() and re.fullmatch(r"#+ *(en|english|inggris):?", line.strip(), re.IGNORECASE):
            mistakes.append(f'{LINE} {number}: terjemahan Inggris harus dimulai dengan baris "{_ENGLISH.strip()}"')
    lines["body",] = head.count("\n") + 4
    lines["body_en",] = lines["body",] + indonesian.count("\n") + 2
    return {**values, "body": indonesian.strip(), "body_en": english.strip()}, lines


def _listed(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def faq_facts(catalogue: Catalogue, office: OfficeSettings) -> dict[str, Text]:
    """What an answer may name in braces, so that a figure or an address is written in one place only."""
    return {
        "meterai": catalogue.stamp_duty_text,
        "kantor": Text(office.name),
        "portal": Text(catalogue.portal_spse),
        "helpdesk": Text(catalogue.portal_helpdesk),
        "kontak": office.contact,
        "pengaduan": office.complaint,
        "penyimpanan": office.retention_text,
    }


def stems(text: str, language: str) -> tuple[str, ...]:
    """The words of a text that say what it is about, each cut back to its stem, in their order."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    words = _WORD.findall("".join(character for character in plain if not unicodedata.combining(character)))
    return tuple(_stem(word[:LONGEST_WORD], language) for word in words if word not in STOP_WORDS and len(word) > 1)


def question(text: str, language: str) -> tuple[str, ...]:
    """What to look up for a question: its stems, each once."""
    return tuple(dict.fromkeys(stems(text, language)))[:MOST_WORDS]


@lru_cache(maxsize=5000)
def _stem(word: str, language: str) -> str:
    return _stemmer(language).stemWord(word)


@cache
def _stemmer(language: str) -> _Stemmer:
    stemmer: _Stemmer = snowballstemmer.stemmer(_STEMMERS[language])
    return stemmer
