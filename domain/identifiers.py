"""The numbers and names that identify companies and people: what is typed goes in, one accepted spelling comes out."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Self

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from domain.refusal import Refused

EMAIL_LENGTH: Final = 254  # RFC 5321, section 4.5.3.1.3
NAME_LENGTH: Final = 150
PHONE_LENGTH: Final = 40
USER_ID_LENGTH: Final = 64

_DASHES: Final = r"\-\u2010\u2011\u2012\u2013\u2014\u2212"
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs"})  # control characters, bidi and zero-width marks, broken surrogates
_EMAIL: Final = re.compile(r"[^\s@,;:<>()\[\]\"\\]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z0-9]")
_PHONE: Final = re.compile(rf"\+?[0-9 ()./{_DASHES}]+")
_CASE_NUMBER: Final = re.compile(rf"#?([A-Z]{{2,5}})[\s{_DASHES}]*([0-9]{{4}})[\s{_DASHES}]*([0-9]{{1,9}})")

CASE_NUMBER: Final = re.compile(r"\b[A-Z]{2,5}-\d{4}-\d{1,6}\b")
"""A case number somewhere in a text, as we write it."""
LIKE_A_CASE_NUMBER: Final = re.compile(r"[a-z]{2,8}-\d{4}-\d{1,6}", re.IGNORECASE)
"""What people write for one, be it of no service of ours."""


def clean(text: str) -> str:
    """The text as it looks: one Unicode spelling (NFC), nothing invisible, single spaces, none at the ends."""
    if text.isascii() and text.isprintable():
        # Most of what people type: nothing in it could be invisible.
        return " ".join(text.split())
    visible = "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character) not in _INVISIBLE
    )
    return " ".join(unicodedata.normalize("NFC", visible).split())


@dataclass(frozen=True, slots=True)
class Npwp:
    """A taxpayer number, 15 digits in its old form or 16 in the new one (PMK 112/2022).

    Refused: empty, digits (something else stands between the digits), length (found), invalid (all zeros).
    """

    digits: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take the number with or without its points, dashes and spaces."""
        return cls(_digits(text, 15, 16))

    def __str__(self) -> str:
        return self.digits

    @property
    def plausible(self) -> bool:
        """Whether the check digit fits, where the number has one; a misfit is worth a question, never a refusal.

        The ninth digit checks the eight before it. A number of the new kind that does not start with 0 is
        a person's NIK or was issued to a company after the change (PMK 112/2022); neither has a check digit.
        """
        if len(self.digits) == 16 and not self.digits.startswith("0"):
            return True
        return _passes_luhn(self.sixteen[1:10])

    @property
    def sixteen(self) -> str:
        """The 16-digit form of a company's number: an old one gains a 0 in front (PMK 112/2022)."""
        return self.digits.zfill(16)

    @property
    def shown(self) -> str:
        """As printed on the card: 01.312.166.0-091.000, or the 16 digits in groups of four."""
        number = self.digits
        if len(number) == 16:
            return " ".join(number[start : start + 4] for start in range(0, 16, 4))
        return f"{number[:2]}.{number[2:5]}.{number[5:8]}.{number[8]}-{number[9:12]}.{number[12:]}"


@dataclass(frozen=True, slots=True)
class Nik:
    """A citizen's number: region, birth date (a woman's day plus 40), serial; it has no check digit.

    Refused: empty, digits, length (found), invalid (the day, the month or the serial cannot be).
    """

    digits: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take the number if its shape is possible; region and age are nobody's business here."""
        number = _digits(text, 16)
        day, month, serial = int(number[6:8]), int(number[8:10]), int(number[12:])
        if not (1 <= (day - 40 if day > 40 else day) <= 31 and 1 <= month <= 12 and serial):
            raise Refused("invalid")
        return cls(number)

    def __str__(self) -> str:
        return self.digits


@dataclass(frozen=True, slots=True)
class Nib:
    """A business registration number: 13 digits without a published pattern (PP 24/2018).

    Refused: empty, digits, length (found), invalid (all zeros).
    """

    digits: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take the number with or without spaces."""
        return cls(_digits(text, 13))

    def __str__(self) -> str:
        return self.digits


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail address, in small letters.

    Refused: empty, too_long (limit), invalid.
    """

    address: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take anything that could be delivered: one @, a dot in the domain, no spaces."""
        address = own_words(text, EMAIL_LENGTH).lower()
        if not _EMAIL.fullmatch(address):
            raise Refused("invalid")
        return cls(address)

    def __str__(self) -> str:
        return self.address


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number as the whole world dials it, such as +6281234567890.

    Refused: empty, too_long (limit), invalid.
    """

    number: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take 0812..., 62812..., +62 812... and 0062 812...; a number without a country is Indonesian."""
        typed = own_words(text, PHONE_LENGTH)
        # phonenumbers would read letters as keys of a telephone, and does not know 00 before a country.
        if not _PHONE.fullmatch(typed):
            raise Refused("invalid")
        typed = re.sub(r"^00", "+", typed)
        try:
            number = phonenumbers.parse(typed, "ID")
        except phonenumbers.NumberParseException:
            raise Refused("invalid") from None
        if not phonenumbers.is_valid_number(number):
            raise Refused("invalid")
        return cls(phonenumbers.format_number(number, PhoneNumberFormat.E164))

    def __str__(self) -> str:
        return self.number

    @property
    def mobile(self) -> bool:
        """Whether it can be a mobile number; a land line cannot join a video call."""
        kind = phonenumbers.number_type(phonenumbers.parse(self.number))
        return kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


@dataclass(frozen=True, slots=True)
class SpseUserId:
    """The name with which a provider logs in to SPSE; it can never be changed there, so it is kept as typed.

    Refused: empty, too_long (limit), spaces, letters.
    """

    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take any word."""
        name = own_words(text, USER_ID_LENGTH)
        if " " in name:
            raise Refused("spaces")
        if not any(character.isalnum() for character in name):
            raise Refused("letters")
        return cls(name)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class CompanyName:
    """A company's name as its deed has it.

    Refused: empty, too_long (limit), too_short (limit), letters (there is none in it), question (it asks something).
    """

    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take a name that has letters; companies also use digits and signs."""
        return cls(_name(text, shortest=3))

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name with its titles, as the KTP has it.

    Refused: empty, too_long (limit), too_short (limit), letters (there is none in it), question (it asks something),
    has_digits.
    """

    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take a name without digits: they are not allowed in one (Permendagri 73/2022 art. 5); nor is an address."""
        name = _name(text, shortest=2)
        if any(character.isdigit() or character == "@" for character in name):
            raise Refused("has_digits")
        return cls(name)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, order=True)
class CaseNumber:
    """What a case is called: the service's code, the year, and its place in that year, such as REG-2026-0007.

    Refused: empty, invalid.
    """

    code: str
    year: int
    serial: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take it in small letters, with spaces instead of dashes, or without leading zeros."""
        found = _CASE_NUMBER.fullmatch(_something(text).upper())
        if not found or not int(found[3]):
            raise Refused("invalid")
        return cls(found[1], int(found[2]), int(found[3]))

    def __str__(self) -> str:
        return f"{self.code}-{self.year:04}-{self.serial:04}"


def _something(text: str) -> str:
    cleaned = clean(text)
    if not cleaned:
        raise Refused("empty")
    return cleaned


def own_words(text: str, limit: int) -> str:
    """What somebody wrote, in at most so many characters. Refused: empty, too_long (limit)."""
    cleaned = _something(text)
    if len(cleaned) > limit:
        raise Refused("too_long", limit=limit)
    return cleaned


def _name(text: str, *, shortest: int) -> str:
    name = own_words(text, NAME_LENGTH)
    if len(name) < shortest:
        raise Refused("too_short", limit=shortest)
    if not any(character.isalpha() for character in name):
        raise Refused("letters")
    if name.endswith("?"):
        raise Refused("question")
    return name


def _digits(text: str, *lengths: int) -> str:
    number = re.sub(rf"[ .{_DASHES}]", "", _something(text))
    if not (number.isascii() and number.isdigit()):
        raise Refused("digits")
    if len(number) not in lengths:
        raise Refused("length", found=len(number))
    if not int(number):
        raise Refused("invalid")
    return number


def _passes_luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[::-2])) % 10 == 0
