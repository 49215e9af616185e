"""Tells by its words what a page is: a KTP, an NPWP, a NIB, a deed or a letter, and which numbers and names it has."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import mean, median
from typing import Final

from domain.identifiers import Nib, Nik, Npwp, clean
from domain.refusal import Refused


@dataclass(frozen=True, slots=True)
class Line:
    """Words that stand together, and where."""

    text: str
    left: float
    top: float
    width: float
    height: float
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that is written on a page."""

    lines: tuple[Line, ...]
    read: bool = False
    """Off a picture: then it may stand on its head, and letters may be wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a page seems to be; `kind` is empty where nobody can tell."""

    kind: str
    numbers: Mapping[str, str] = field(default_factory=dict)
    """The digits of nik, npwp and nib."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Of the person and of the company."""
    confidence: float = 0.0


_WORDS: Final[Mapping[str, Mapping[str, float]]] = {
    "ktp": {
        "NIK": 1,
        "PROVINSI": 1,
        "TEMPATTGLLAHIR": 2,
        "JENISKELAMIN": 1,
        "GOLDARAH": 2,
        "STATUSPERKAWINAN": 2,
        "KEWARGANEGARAAN": 1,
        "BERLAKUHINGGA": 2,
        "SEUMURHIDUP": 2,
        "KELDESA": 2,
        "RTRW": 1,
    },
    "npwp": {
        "KEMENTERIANKEUANGAN": 1,
        "DIREKTORATJENDERALPAJAK": 3,
        "NPWP": 1,
        "KPPPRATAMA": 2,
        "KPPMADYA": 2,
        "TANGGALTERDAFTAR": 2,
        "SURATKETERANGANTERDAFTAR": 3,
    },
    "nib": {
        "PERIZINANBERUSAHABERBASISRISIKO": 4,
        "NOMORINDUKBERUSAHA": 3,
        "NAMAPELAKUUSAHA": 2,
        "STATUSPENANAMANMODAL": 2,
        "LAPANGANUSAHA": 1,
        "KBLI": 1,
        "LEMBAGAOSS": 1,
    },
    "akta": {
        "NOTARIS": 2,
        "PADAHARIINI": 1,
        "BERHADAPANDENGANSAYA": 2,
        "MENGHADAP": 1,
        "SAKSISAKSI": 1,
        "PERSEROANTERBATAS": 1,
        "PERSEROANKOMANDITER": 1,
        "SALINAN": 1,
    },
    "sk_kemenkumham": {"KEPUTUSANMENTERIHUKUM": 4, "PENGESAHAN": 1, "BADANHUKUM": 1, "AHU": 1, "MEMUTUSKAN": 1},
    "surat_kuasa": {"PEMBERIKUASA": 2, "PENERIMAKUASA": 2, "MEMBERIKANKUASA": 2},
    "surat_penunjukan_admin": {"MENUNJUK": 2, "SEBAGAIADMIN": 2},
    "surat_permohonan": {"KEPADAYTH": 1, "DENGANHORMAT": 1, "MENGAJUKANPERMOHONAN": 2},
    "formulir_keikutsertaan": {"KEIKUTSERTAAN": 1},
    "formulir_pendaftaran": {},
}
"""Without spaces, which a reader of pictures likes to lose."""

_TITLES: Final[Mapping[str, Sequence[str]]] = {
    "ktp": ("KARTUTANDAPENDUDUK", "PROVINSI"),
    "npwp": ("KEMENTERIANKEUANGAN", "DIREKTORATJENDERALPAJAK"),
    "nib": ("NOMORINDUKBERUSAHA",),
    "akta": ("AKTAPENDIRIAN", "AKTAPERUBAHAN", "PERNYATAANKEPUTUSANRAPAT", "PERNYATAANKEPUTUSANPEMEGANGSAHAM"),
    "sk_kemenkumham": ("KEPUTUSANMENTERIHUKUM",),
    "surat_kuasa": ("SURATKUASA",),
    "surat_penunjukan_admin": ("SURATPENUNJUKAN",),
    "surat_permohonan": ("SURATPERMOHONAN", "PERIHALPERMOHONAN", "HALPERMOHONAN"),
    "formulir_keikutsertaan": ("FORMULIRKEIKUTSERTAAN",),
    "formulir_pendaftaran": ("FORMULIRPENDAFTARAN",),
}
_TITLE: Final = 5.0
_TITLE_STANDS_ABOVE: Final = 0.55
_TITLE_GOES_ON: Final = 45
"""Letters: "Surat Kuasa" with a subject is a title, a sentence that mentions one is not."""
_ENOUGH: Final = 4.0
_SURE: Final = 7.0

_LIKE_DIGITS: Final = str.maketrans("OoQDIl|iZzSsBbG", "000011112255886")
_DIGITISH: Final = r"[\dOoQDIl|iZzSsBbG]"
_NUMBER_AFTER: Final = r"\W{0,6}(" + _DIGITISH + r"(?:[ .\-]{0,3}" + _DIGITISH + r"){11,17})(?![\w])"
_SPACED_NPWP: Final = re.compile(r"\b\d{2}[. ]{1,2}\d{3}[. ]{1,2}\d{3}[. ]{1,2}\d\s?[-. ]\s?\d{3}[. ]{1,2}\d{3}\b")
_SIXTEEN: Final = re.compile(r"\b\d{4} ?\d{4} ?\d{4} ?\d{4}\b")
_THIRTEEN: Final = re.compile(r"\b\d{13}\b")
_COMPANY: Final = re.compile(r"(?:PT|CV|UD|FIRMA|KOPERASI|YAYASAN|PERSEKUTUAN)\b\.?\s*\w", re.IGNORECASE)

_OFFICE: Final = re.compile(r"DIREKTORAT|KEMENTERIAN|KPP\b|KANTOR", re.IGNORECASE)


def tell(page: Page) -> Reading:
    """What makes most sense: as it lies, or turned upside down."""
    as_it_lies = _told(_rows(page.lines), page)
    if not page.read:
        return as_it_lies[1]
    head_over = [replace(line, left=-line.left - line.width, top=-line.top - line.height) for line in page.lines]
    # Its title stands above, and its names beside their labels, only the right way up.
    return max(as_it_lies, _told(_rows(head_over), page), key=lambda one: (one[0], len(one[1].names)))[1]


def _rows(lines: Sequence[Line]) -> list[str]:
    """As a person reads: from above, and what stands beside each other together."""
    if not lines:
        return []
    usual = median(line.height for line in lines)
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: one.top + one.height / 2):
        middle = line.top + line.height / 2
        last = rows[-1][-1] if rows else None
        if last is not None and middle - (last.top + last.height / 2) < usual * 0.5:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [clean(" ".join(one.text for one in sorted(row, key=lambda one: one.left))) for row in rows]


def _told(rows: Sequence[str], page: Page) -> tuple[float, Reading]:
    """How much speaks for it, and what it is."""
    points = {kind: _points(kind, rows) for kind in _WORDS}
    kind, second = sorted(points, key=lambda one: points[one], reverse=True)[:2]
    best = points[kind]
    numbers = {name: digits for name, find in _NUMBERS.items() if (digits := find(rows, kind))}
    if best < _ENOUGH:
        return best, Reading(kind="", numbers=numbers)
    seen = mean(line.score for line in page.lines)
    confidence = min(1.0, best / _SURE) * (1 - points[second] / best / 2) * seen
    return best, Reading(kind=kind, numbers=numbers, names=_names(rows, kind), confidence=round(confidence, 2))


def _points(kind: str, rows: Sequence[str]) -> float:
    squeezed = [_squeezed(row) for row in rows]
    text = "\n".join(squeezed)
    above = squeezed[: max(3, round(len(squeezed) * _TITLE_STANDS_ABOVE))]
    titled = any(
        row.startswith(title) and len(row) <= len(title) + _TITLE_GOES_ON
        for row in above
        for title in _TITLES.get(kind, ())
    )
    return titled * _TITLE + sum(worth for word, worth in _WORDS[kind].items() if word in text)


def _squeezed(text: str) -> str:
    return "".join(letter for letter in text.upper() if letter.isalnum())


# ---------------------------------------------------------------- numbers


def _nik(rows: Sequence[str], kind: str) -> str:
    found = _after(rows, r"\bN[I1l]K", Nik.parse)
    if found or kind != "ktp":
        return found
    return _first(rows, _SIXTEEN, Nik.parse)


def _npwp(rows: Sequence[str], kind: str) -> str:
    found = _first(rows, _SPACED_NPWP, Npwp.parse)
    found = found or _after(rows, r"NPWP(?:\s*1?[56])?(?:\s*\w{0,12})?", Npwp.parse)
    if found or kind != "npwp":
        return found
    return _first(rows, _SIXTEEN, Npwp.parse)


def _nib(rows: Sequence[str], kind: str) -> str:
    found = _after(rows, r"NOMOR\s*INDUK\s*BERUSAHA(?:\s*\(NIB\))?|\bNIB\b", Nib.parse)
    if found or kind != "nib":
        return found
    return _first(rows, _THIRTEEN, Nib.parse)


_NUMBERS: Final[Mapping[str, Callable[[Sequence[str], str], str]]] = {"nik": _nik, "npwp": _npwp, "nib": _nib}


def _after(rows: Sequence[str], label: str, parse: Callable[[str], object]) -> str:
    """The number behind its label, be it on the next line; a letter that looks like a digit is one."""
    for match in re.finditer(rf"(?:{label}){_NUMBER_AFTER}", "\n".join(rows), re.IGNORECASE):
        digits = re.sub(r"\D", "", match[1].translate(_LIKE_DIGITS))
        if _is_one(digits, parse):
            return digits
    return ""


def _first(rows: Sequence[str], pattern: re.Pattern[str], parse: Callable[[str], object]) -> str:
    for row in rows:
        for match in pattern.finditer(row):
            digits = re.sub(r"\D", "", match[0])
            if _is_one(digits, parse):
                return digits
    return ""


def _is_one(digits: str, parse: Callable[[str], object]) -> bool:
    try:
        parse(digits)
    except Refused:
        return False
    return True


# ---------------------------------------------------------------- names


def _names(rows: Sequence[str], kind: str) -> dict[str, str]:
    match kind:
        case "ktp":
            found = {"person": _beside(rows, r"Nama")}
        case "npwp":
            name = _beside(rows, r"Nama") or _under_number(rows)
            found = {"company" if _COMPANY.match(name) else "person": name}
        case "nib":
            found = {"company": _beside(rows, r"Nama\s*(?:Pelaku\s*Usaha|Perusahaan)")}
        case "akta" | "sk_kemenkumham":
            found = {}
        case _:
            found = {"person": _beside(rows, r"Nama"), "company": _beside(rows, r"Nama\s*(?:perusahaan|badan\s*usaha)")}
    return {whose: name for whose, name in found.items() if name}


def _beside(rows: Sequence[str], label: str) -> str:
    """What stands behind a label and its colon."""
    for row in rows:
        if match := re.match(rf"\W*(?:\d{{1,2}}[.)]\s*)?{label}\s*[:：;]\s*(.*)", row, re.IGNORECASE):
            return _as_name(match[1])
    return ""


def _under_number(rows: Sequence[str]) -> str:
    """On a tax card the name stands alone under the number."""
    for number, row in enumerate(rows[:-1]):
        if _SPACED_NPWP.search(row) or _SIXTEEN.search(row):
            for below in rows[number + 1 : number + 3]:
                if (name := _as_name(below)) and not _OFFICE.match(name):
                    return name
    return ""


def _as_name(text: str) -> str:
    name = text.strip(" .:;-_·")
    letters = sum(letter.isalpha() for letter in name)
    digits = sum(letter.isdigit() for letter in name)
    return name if letters >= 3 and digits <= letters // 2 and len(name) <= 100 else ""
