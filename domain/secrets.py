"""Passwords and one-time codes that people write although nobody asked: how they are made out, and hidden.

Nobody at the office may know them, so they are hidden before anything is kept. What is only *about* a password ("saya
lupa password", "kata sandi salah terus") stays as it was written.
"""

import re
from collections.abc import Iterator
from typing import Final

from domain.identifiers import LIKE_A_CASE_NUMBER

HIDDEN: Final = "•••"

_PASSWORD: Final = r"kata[ -]?sandi|sandi|pass? ?w(?:or|ro|o|r)?[dt]|passcode|passphrase|pass|pwd|pw"
_CODE: Final = (
    r"(?:kode|nomor|angka)[ -](?:otp|verifikasi|rahasia|keamanan|aktivasi|konfirmasi|akses|masuk|login|pin|token)"
    r"|otp|pin|token"
    r"|(?:verification|security|activation|confirmation|access|one[ -]time|otp|pin)[ -](?:code|password|pin)"
)
NAME: Final = re.compile(
    rf"(?<![^\W_])(?<!@)(?:(?P<password>{_PASSWORD})|(?P<code>{_CODE}))(?P<owned>-?nya|ku|mu)?s?\d{{0,2}}(?![^\W_]|@)",
    re.IGNORECASE,
)
WEAK: Final = re.compile(r"sandi|pass|pwd|pw", re.IGNORECASE)
"""Also the name of somebody, or half a word: taken for a password only where a value plainly follows."""
TELLING: Final = re.compile(r"[^\W_]*[a-z]{3,}[^\W_]*\d{2,}\S*", re.IGNORECASE)
"""Such as merdeka45: letters, and figures after them."""

_OWNER: Final = "saya|sy|sya|kami|kita|aku|gue|gua|gw|my|our|anda|your"
_ABOUT: Final = "untuk|akun|user|userid|id|email|e-mail|for|account"
_SAYS: Final = "adalah|yaitu|ialah|yakni|berikut|sbb|is|was|are"
_BESIDE: Final = (
    "spse|lpse|inaproc|portal|aplikasi|sistem|login|penyedia|perusahaan|direktur|admin|bapak|ibu|pak|bu"
    "|lama|baru|sementara|pertama|kedua|ini|itu|nya|yang|yg|dan|atau|kode|the|new|old|and|or"
)
LEADING: Final = re.compile(
    r"(?:[*_`\"'”’)]+(?=[ \t]*[:=\n]))?"
    rf"(?:[ \t]*(?:[:=>→]+|->|[-–—](?=\s))\s*|[ \t_]+(?:(?:{_OWNER}|{_ABOUT}|{_SAYS}|{_BESIDE})(?:-?nya)?)(?=[\s:=_]|$)"
    r"|[ \t]*\n\s*(?=\S+[ \t]*(?:\n|$)))*"  # on a line of its own
    r"[ \t\"'“‘(*`]*",
    re.IGNORECASE,
)
"""What may stand between the name and the secret."""
SIGN: Final = re.compile(rf"[:=>→]|(?<!\w)(?:{_SAYS})(?!\w)", re.IGNORECASE)
OWNED: Final = re.compile(rf"(?<!\w)(?:{_OWNER})(?!\w)", re.IGNORECASE)
ABOUT: Final = re.compile(rf"(?<!\w)(?:{_ABOUT})(?!\w)", re.IGNORECASE)

_REMARKS: Final = """
    tidak tak tdk gak ga nggak enggak bukan belum blm sudah sdh udah udh bisa dapat boleh harus perlu wajib mau
    ingin akan masih sedang lagi juga saja aja selalu terus kok kenapa mengapa apa apakah bagaimana gimana kapan
    siapa dimana mana yang yg dengan dgn pada di ke dari dalam oleh karena krn sejak saat ketika kalau jika bila
    agar supaya tapi tetapi namun padahal setelah sebelum salah lupa hilang gagal benar betul cocok sama beda
    berbeda kosong error eror expired invalid valid aktif mati habis kadaluarsa kedaluwarsa kadaluwarsa terkunci
    diblokir dikunci ditolak direset reset diganti ganti ubah diubah dibuat buat dikirim kirim masuk keluar
    muncul diterima terima diminta minta tolong mohon silakan silahkan klik tekan pilih buka lihat baca ikuti
    gunakan pakai isi ketik masukkan hubungi jangan minimal maksimal paling terdiri berisi huruf angka karakter
    digit panjang kuat lemah aman sulit susah mudah diingat penting bermasalah dua tiga semua ada tanpa hanya
    kurang lebih tersebut nya dong ya iya ok oke not no never wrong incorrect correct forgotten forgot lost does
    did do can cannot can't doesn't didn't isn't has have had will would should must needs need required please
    how what why when where who which to too in on at of by from with that this still always again not-working
    locked blocked rejected changed change sent received arrived missing empty different secret strong weak
"""
REMARKS: Final = frozenset(_REMARKS.split())
"""What people say about a password or a code, and what is none."""

ASKED: Final = re.compile(
    r"\b(?:lupa|reset|(?:meng)?ganti|(?:meng)?ubah|(?:me)?minta|forgot|forget|change|bagaimana|cara)\W+$", re.IGNORECASE
)
"""Before the name: the person wants something done about a password, and names the account next."""
AFFIXED: Final = re.compile(r"(?:ber|ter|di|me|ke|pe)[a-z]{4,}|[a-z]+(?:kan|ing|ed)", re.IGNORECASE)
EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.\w+")
WORD: Final = re.compile(r"\S+")
JOINED: Final = re.compile(
    r"(?P<by>[ \t]*+(?:[,/|&]|(?:(?:dan|atau|and|or|terus|yang|yg|lama|baru)(?:nya)?[ \t]++)*+)[ \t]*+)(\S+)",
    re.IGNORECASE,
)
LATER: Final = re.compile(r"(?:[:=]|(?<!\w)(?:yaitu|ialah|yakni)(?!\w))[ \t]*(\S+)", re.IGNORECASE)
CODE: Final = re.compile(
    r"(?<![\w./-])(?<!\d[ .-])(?:[A-Z]-)?(\d{3}[ -]\d{3}|\d\d(?:[ -]\d\d){2}|\d(?: \d){3,7}|\d{4,8})(?![\w]|[ ./-]?\d)"
)
YEAR: Final = re.compile(r"(?:19|20)\d\d")
SENTENCE_END: Final = re.compile(r"[.!?](?=\s|$)|\n")
BEFORE: Final = re.compile(
    rf"(?<!\S)(?P<value>(?:[A-Z]-)?\d{{3}}[ -]\d{{3}}|\S{{4,40}})[ \t]+(?P<says>(?:adalah|itu|ini|is|merupakan)[ \t]+)?"
    rf"(?:(?:your|the|my|anda|saya|google|spse)[ \t]+){{0,3}}(?:(?P<code>{_CODE})|(?:{_PASSWORD}))(?!\w)",
    re.IGNORECASE,
)
"""The value first, as in "482913 adalah kode OTP Anda"."""

FAR: Final = 90
"""Characters in which a value follows its name."""
SHORTEST: Final = 3
EDGE: Final = "\"'“”‘’()[],;.:*`"

Place = tuple[int, int]


def without_secrets(text: str) -> str:
    """The text as the office may keep it: what looks like a password or a one-time code is hidden."""
    if NAME.search(text) is None:
        return text
    parts, done = [], 0
    for start, end in sorted({*_named(text), *_named_afterwards(text)}):
        if start >= done:
            parts += [text[done:start], HIDDEN]
            done = end
    return "".join((*parts, text[done:])) if parts else text


def _named(text: str) -> Iterator[Place]:
    for name in NAME.finditer(text):
        yield from _codes(text, name) if name["code"] else _passwords(text, name)


def _codes(text: str, name: re.Match[str]) -> Iterator[Place]:
    """The digits that follow in the same sentence, a year apart; or, after a sign, whatever has digits."""
    lead = _lead(text, name)
    word = WORD.match(text, lead.end())
    if word and SIGN.search(lead[0]) and _is_mixed(_bare(word[0])):
        yield _place(word)
    for found in CODE.finditer(text, name.end(), _end_of_sentence(text, lead.end())):
        if found.start() <= lead.end() or not YEAR.fullmatch(found[1]):
            yield found.span()


def _passwords(text: str, name: re.Match[str]) -> Iterator[Place]:
    """The word after the name, if it can be the secret, and what is joined to it."""
    lead = _lead(text, name)
    word = WORD.match(text, lead.end())
    if word is None:
        return
    if _bare(word[0]).casefold() in REMARKS:
        yield from _later(text, name)
    elif _is_password(_bare(word[0]), text, name, lead[0], word.end()):
        yield _place(word)
        yield from _joined(text, word.end())


def _end_of_sentence(text: str, start: int) -> int:
    far = min(len(text), start + FAR)
    end = SENTENCE_END.search(text, start, far)
    return end.start() if end else far


def _lead(text: str, name: re.Match[str]) -> re.Match[str]:
    lead = LEADING.match(text, name.end())
    assert lead is not None  # it may be empty
    return lead


def _is_password(word: str, text: str, name: re.Match[str], lead: str, end: int) -> bool:
    if len(word) < SHORTEST or HIDDEN in word or NAME.fullmatch(word) or LIKE_A_CASE_NUMBER.fullmatch(word):
        return False
    if SIGN.search(lead):
        return True
    owned = bool(name["owned"] or OWNED.search(lead))
    if EMAIL.fullmatch(word) or ABOUT.search(lead):
        return False
    if WEAK.fullmatch(name["password"]) and not owned and not TELLING.fullmatch(word):
        return False
    if ASKED.search(text, max(0, name.start() - FAR), name.start()):
        return False
    if _is_mixed(word) or (word.isdecimal() and 4 <= len(word) <= 8):
        return True
    # A plain word, and nothing more in the sentence.
    return owned and bool(re.compile(r"\s*(?:[.!?;,)]|$)").match(text, end)) and not AFFIXED.fullmatch(word)


def _is_mixed(word: str) -> bool:
    """Whether it has what passwords have and words have not: digits or signs among letters."""
    letters, digits = any(map(str.isalpha, word)), any(map(str.isdecimal, word))
    signs = any(sign in word for sign in "@#$%^&*!_+?")
    return len(word) >= 5 and letters + digits + signs >= 2


def _joined(text: str, place: int) -> Iterator[Place]:
    """More of them: "abc123 atau abc124", or a password with a gap in it."""
    while (found := JOINED.match(text, place)) is not None:
        word = _bare(found[2])
        near = not found["by"].strip() and any(map(str.isdecimal, word))
        if not (near or _is_mixed(word)) or EMAIL.fullmatch(word) or LIKE_A_CASE_NUMBER.fullmatch(word):
            return
        yield _place(found, 2)
        place = found.end()


def _later(text: str, name: re.Match[str]) -> Iterator[Place]:
    """After a remark only what plainly is one: "password salah: abc123"."""
    for found in LATER.finditer(text, name.end(), _end_of_sentence(text, name.end())):
        word = _bare(found[1])
        if _is_mixed(word) and not EMAIL.fullmatch(word) and not ABOUT.search(text[name.end() : found.start()]):
            yield _place(found, 1)


def _named_afterwards(text: str) -> Iterator[Place]:
    for found in BEFORE.finditer(text):
        value, told = _bare(found["value"]), bool(found["says"])
        code = found["code"] and CODE.fullmatch(value) and (told or not YEAR.fullmatch(value))
        if code or (told and _is_mixed(value) and re.search(r"\d", value) and not EMAIL.fullmatch(value)):
            yield _place(found, "value")


def _bare(word: str) -> str:
    return word.strip(EDGE)


def _place(found: re.Match[str], group: int | str = 0) -> Place:
    """Where the word stands, without the quotes and commas around it."""
    bare = _bare(found[group])
    start = found.start(group) + found[group].index(bare)
    return start, start + len(bare)
