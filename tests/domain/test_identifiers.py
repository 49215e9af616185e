"""What people type becomes one spelling, or a polite no with its reason."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifiers import (
    CaseNumber,
    CompanyName,
    Email,
    Nib,
    Nik,
    Npwp,
    PersonName,
    Phone,
    SpseUserId,
    clean,
)
from domain.refusal import Refused


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("  PT   Maju\n\tBersama ", "PT Maju Bersama"),
        ("PT\u200b Maju\u202e Bersama\ufeff", "PT Maju Bersama"),
        ("Jose\u0301", "José"),
        ("e\u200d\u0301", "é"),
        ("a\x00b\x7fc", "abc"),
        ("baris\u2028baru\u00a0ini", "baris baru ini"),
        ("rusak\ud83d", "rusak"),
        ("\u200b \u2060", ""),
    ],
)
def test_text_is_cleaned_of_what_cannot_be_seen(typed: str, seen: str) -> None:
    assert clean(typed) == seen


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert once.encode() == unicodedata.normalize("NFC", once).encode()


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (Npwp, "01.312.166.0-091.000", "013121660091000"),
        (Npwp, "01 312 166 0–091 000", "013121660091000"),
        (Npwp, "0013121660091000", "0013121660091000"),
        (Nik, "3271 0152 0190 0001", "3271015201900001"),
        (Nik, "3271013112900001", "3271013112900001"),
        (Nib, "9120 0001 2345 6", "9120000123456"),
        (Email, " Budi@MajuBersama.co.id ", "budi@majubersama.co.id"),
        (Email, "a@b.c", "a@b.c"),
        (Phone, "0812-3456-7890", "+6281234567890"),
        (Phone, "6281234567890", "+6281234567890"),
        (Phone, "+62 0812 3456 7890", "+6281234567890"),
        (Phone, "0062 812 3456 7890", "+6281234567890"),
        (Phone, "(0251) 832-1075", "+622518321075"),
        (Phone, "+65 8123 4567", "+6581234567"),
        (SpseUserId, " MAJU_bersama ", "MAJU_bersama"),
        (SpseUserId, "x" * 64, "x" * 64),
        (CompanyName, "PT  Maju Bersama", "PT Maju Bersama"),
        (CompanyName, "CV 3M", "CV 3M"),
        (PersonName, "Dr. Hj. Siti Aminah, S.T.", "Dr. Hj. Siti Aminah, S.T."),
        (PersonName, "Ng", "Ng"),
        (CaseNumber, "reg 2026 7", "REG-2026-0007"),
        (CaseNumber, "#REG–2026–0007", "REG-2026-0007"),
        (CaseNumber, "REG20260007", "REG-2026-0007"),
        (CaseNumber, "UBH-2026-123456", "UBH-2026-123456"),
    ],
)
def test_every_usual_spelling_is_taken(kind: Any, typed: str, kept: str) -> None:
    parsed = kind.parse(typed)
    assert str(parsed) == kept
    assert kind.parse(str(parsed)) == parsed


@pytest.mark.parametrize(
    ("kind", "typed", "reason", "facts"),
    [
        *((kind, " \u200b", "empty", {}) for kind in (Npwp, Nik, Nib, Email, Phone, SpseUserId)),
        *((kind, "", "empty", {}) for kind in (CompanyName, PersonName, CaseNumber)),
        (Npwp, "01.312.166.0-091.00A", "digits", {}),
        (Npwp, "٠١٣١٢١٦٦٠٠٩١٠٠٠", "digits", {}),
        (Npwp, "01.312.166.0-091.00", "length", {"found": 14}),
        (Npwp, "1" * 10_000, "length", {"found": 10_000}),
        (Npwp, "00.000.000.0-000.000", "invalid", {}),
        (Nik, "3271", "length", {"found": 4}),
        (Nik, "3271013213900001", "invalid", {}),
        (Nik, "3271010012900001", "invalid", {}),
        (Nik, "3271017212900001", "invalid", {}),
        (Nik, "3271014012900001", "invalid", {}),
        (Nik, "3271013100900001", "invalid", {}),
        (Nik, "3271013112900000", "invalid", {}),
        (Nib, "912000012345", "length", {"found": 12}),
        (Email, "budi", "invalid", {}),
        (Email, "budi@maju", "invalid", {}),
        (Email, "budi@@maju.id", "invalid", {}),
        (Email, "budi santoso@maju.id", "invalid", {}),
        (Email, "budi@maju..id", "invalid", {}),
        (Email, "budi@-maju.id", "invalid", {}),
        (Email, "Budi <budi@maju.id>", "invalid", {}),
        (Email, "a" * 250 + "@b.id", "too_long", {"limit": 254}),
        (Phone, "0800-MAJU", "invalid", {}),
        (Phone, "12", "invalid", {}),
        (Phone, "+", "invalid", {}),
        (Phone, "+99 999", "invalid", {}),
        (Phone, "0" * 41, "too_long", {"limit": 40}),
        (SpseUserId, "maju bersama", "spaces", {}),
        (SpseUserId, "🙂🙂", "letters", {}),
        (SpseUserId, "x" * 65, "too_long", {"limit": 64}),
        (CompanyName, "PT", "too_short", {"limit": 3}),
        (CompanyName, "12345", "letters", {}),
        (CompanyName, "😀😀😀", "letters", {}),
        (CompanyName, "x" * 151, "too_long", {"limit": 150}),
        (CompanyName, "apakah bisa CV?", "question", {}),
        (PersonName, "X", "too_short", {"limit": 2}),
        (PersonName, "08123", "letters", {}),
        (PersonName, "Budi 2", "has_digits", {}),
        (PersonName, "budi@contoh.co.id", "has_digits", {}),
        (CaseNumber, "REG", "invalid", {}),
        (CaseNumber, "REG-2026-0000", "invalid", {}),
        (CaseNumber, "REG-26-7", "invalid", {}),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    kind: Any, typed: str, reason: str, facts: dict[str, object]
) -> None:
    with pytest.raises(Refused) as refusal:
        kind.parse(typed)
    assert (refusal.value.reason, refusal.value.facts) == (reason, facts)


@given(st.text())
@pytest.mark.parametrize(
    "kind",
    [Npwp, Nik, Nib, Email, Phone, SpseUserId, CompanyName, PersonName, CaseNumber],
    ids=lambda kind: kind.__name__,
)
def test_no_text_does_anything_but_parse_or_be_refused(kind: Any, text: str) -> None:
    try:
        parsed = kind.parse(text)
    except Refused:
        return
    assert kind.parse(str(parsed)) == parsed


@pytest.mark.parametrize(
    ("digits", "plausible"),
    [
        ("013121660091000", True),
        ("013121661091000", False),
        ("653891127091000", True),
        ("0013121660091000", True),
        ("0013121661091000", False),
        ("3271015201900001", True),
        ("1000000000123456", True),
    ],
)
def test_only_a_check_digit_makes_an_npwp_implausible(digits: str, plausible: bool) -> None:
    assert Npwp.parse(digits).plausible is plausible


@given(st.text("0123456789", min_size=8, max_size=8).filter(lambda digits: int(digits) > 0))
def test_exactly_one_check_digit_fits_an_old_npwp(first_eight: str) -> None:
    fitting = [check for check in "0123456789" if Npwp(f"{first_eight}{check}091000").plausible]
    assert len(fitting) == 1
    assert Npwp(f"0{first_eight}{fitting[0]}091000").plausible


def test_an_npwp_is_shown_as_printed_and_known_in_sixteen_digits() -> None:
    old, new = Npwp.parse("013121660091000"), Npwp.parse("0013121660091000")
    assert (old.shown, new.shown) == ("01.312.166.0-091.000", "0013 1216 6009 1000")
    assert (old.sixteen, new.sixteen) == ("0013121660091000", "0013121660091000")


def test_a_land_line_is_a_telephone_but_not_a_mobile_one() -> None:
    assert Phone.parse("0812 3456 7890").mobile
    assert not Phone.parse("0251 8321075").mobile
    assert not Phone.parse("62812 3456").mobile


def test_case_numbers_are_in_the_order_of_their_serials() -> None:
    assert CaseNumber("REG", 2026, 9) < CaseNumber("REG", 2026, 10) < CaseNumber("REG", 2027, 1)
