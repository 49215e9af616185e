"""Compares what a page says with what was asked for, with the answers, and with the other pages: advice, never a no."""

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from itertools import combinations
from typing import Final

from storage.preflight.rules import Advice
from storage.preflight.telling import Reading

SURE_ENOUGH: Final = 0.5
ALIKE: Final = 0.82
"""Of the letters of two names: a reader of pictures takes one letter in ten for another."""

_FAMILIES: Final = (
    ("ktp", "ktp"),
    ("npwp", "npwp"),
    ("nib", "nib"),
    ("akta", "akta"),
    ("sk_kemenkumham", "sk_kemenkumham"),
    ("surat_kuasa", "surat_kuasa"),
    ("surat_penunjukan", "surat_penunjukan_admin"),
    ("surat_permohonan", "surat_permohonan"),
    ("formulir_keikutsertaan", "formulir_keikutsertaan"),
    ("formulir_pendaftaran", "formulir_pendaftaran"),
)
_OTHER_LICENCES: Final = frozenset({"nib", "sk_kemenkumham", "akta", ""})
"""What a licence of another kind may look like: many are printed by the same portal as the NIB."""

_SOUNDS_LIKE_A_TITLE: Final = re.compile(
    r"\b(?:PT|CV|UD|TBK|PERSERO|PERSEROAN|TERBATAS|DRS?|DRA|IR|HJ?|PROF)\b\.?|,\s*[A-Z][A-Za-z. ]{0,8}(?=,|$)"
)


def compare(reading: Reading, expected: str, facts: Mapping[str, str]) -> tuple[Advice, ...]:
    """`expected` is the id of a file in the catalogue; the facts may hold company, director, npwp, nik and nib.

    seems_other (seems), or else number_differs (field, read, told) and name_differs (field, read, told).
    """
    if reading.confidence < SURE_ENOUGH:
        return ()
    if not _fits(reading.kind, expected):
        return (Advice("seems_other", {"seems": reading.kind}),)
    return (*_numbers(reading, expected, facts), *_names(reading, expected, facts))


def between(readings: Mapping[str, Reading]) -> tuple[Advice, ...]:
    """Where two documents of a case contradict each other: papers_differ (field, one, other, of_one, of_other)."""
    sure = {file: reading for file, reading in readings.items() if reading.confidence >= SURE_ENOUGH}
    found: list[Advice] = []
    for one, other in combinations(sure, 2):
        for field, (of_one, of_other) in _contradictions(one, sure[one], other, sure[other]).items():
            facts = {"field": field, "one": one, "other": other, "of_one": of_one, "of_other": of_other}
            found.append(Advice("papers_differ", facts))
    return tuple(found)


def _fits(kind: str, expected: str) -> bool:
    family = next((known for start, known in _FAMILIES if expected.startswith(start)), "")
    return kind == family if family else kind in _OTHER_LICENCES


def _numbers(reading: Reading, expected: str, facts: Mapping[str, str]) -> tuple[Advice, ...]:
    found = []
    for field, read in reading.numbers.items():
        told = facts.get(field, "")
        if field == "npwp" and expected == "npwp_direktur":  # the answer is the company's
            continue
        if told and not _same_number(field, read, told):
            found.append(
                Advice("number_differs", {"field": field, "read": masked(read), "told": masked(_digits(told))})
            )
    return tuple(found)


def _names(reading: Reading, expected: str, facts: Mapping[str, str]) -> tuple[Advice, ...]:
    found = []
    for whose, field in (("person", "director"), ("company", "company")):
        read, told = reading.names.get(whose, ""), facts.get(field, "")
        if expected == "npwp_perusahaan" and whose == "person":  # an individual's firm has its owner's card
            continue
        if read and told and not same_name(read, told):
            found.append(Advice("name_differs", {"field": field, "read": read, "told": told}))
    return tuple(found)


def _contradictions(one: str, first: Reading, other: str, second: Reading) -> dict[str, tuple[str, str]]:
    found = {}
    for field in ("npwp", "nib", "nik"):
        read, also = first.numbers.get(field, ""), second.numbers.get(field, "")
        if field == "npwp" and "npwp_direktur" in {one, other}:
            continue
        if read and also and not _same_number(field, read, also):
            found[field] = masked(read), masked(also)
    for whose, field in (("person", "director"), ("company", "company")):
        read, also = first.names.get(whose, ""), second.names.get(whose, "")
        if read and also and not same_name(read, also):
            found[field] = read, also
    return found


def _same_number(field: str, one: str, other: str) -> bool:
    one, other = _digits(one), _digits(other)
    return one.zfill(16) == other.zfill(16) if field == "npwp" else one == other


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def same_name(one: str, other: str) -> bool:
    """Whether it can be the same name, with or without titles, and with a letter misread."""
    first, second = _bare(one), _bare(other)
    if not first or not second:
        return True
    if min(len(first), len(second)) >= 5 and (first in second or second in first):
        return True
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE


def _bare(name: str) -> str:
    return re.sub(r"[^A-Z]", "", _SOUNDS_LIKE_A_TITLE.sub(" ", name.upper()))


def masked(digits: str) -> str:
    """Enough to recognise it, too little to use it."""
    return f"{digits[:2]}{'*' * max(0, len(digits) - 6)}{digits[-4:]}"
