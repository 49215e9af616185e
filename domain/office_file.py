"""Reads one file of the office folder and gathers everything that is wrong in it, so that a clerk repairs it once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, Final, TypeVar

from domain.toml_lines import NO_LINES, Lines, Path, line_at

T = TypeVar("T")

LINE: Final = "baris"

NOTES: Final = frozenset({"catatan", "catatan_kini", "tafsir"})
"""Keys that any table may carry for its readers; no rule looks at them."""

_NO_FACTS: Final[Mapping[str, "Text"]] = {}


@dataclass(frozen=True, slots=True)
class Text:
    """Something people read, in Indonesian and, where the office wrote it, in English."""

    id: str
    en: str = ""

    def in_(self, language: str) -> str:
        """In the language asked for; Indonesian where there is no translation."""
        return self.en if language == "en" and self.en else self.id

    def __bool__(self) -> bool:
        return bool(self.id)


def in_file(file: object, mistake: str) -> str:
    """A mistake with the file in front, and the line after it where it is known."""
    return f"{file}{',' if mistake.startswith(f'{LINE} ') else ':'} {mistake}"


class OfficeMistakes(Exception):
    """Everything that is wrong in one office file, each line naming its place."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


class Table:
    """One table of an office file: it hands out values of the right kind and writes down what is wrong, with the place.

    A missing or bad value is noted and replaced by a blank one, so that reading goes on to the next mistake.
    """

    def __init__(
        self,
        values: Mapping[str, Any],
        mistakes: list[str],
        place: str = "",
        facts: Mapping[str, Text] = _NO_FACTS,
        lines: Lines = NO_LINES,
        path: Path = (),
    ) -> None:
        """`place` is how people call the table, `path` where it stands; `lines` knows the line of each value."""
        self._values = values
        self._mistakes = mistakes
        self._place = place
        self._facts = facts
        self._lines = lines
        self._path = path
        self._known: set[str] = set()

    def wrong(self, key: str, sentence: str) -> None:
        """Write down a mistake at this key."""
        line = line_at(self._lines, (*self._path, key))
        self._mistakes.append(f"{f'{LINE} {line}: ' if line else ''}{self.place(key)}: {sentence}")

    def place(self, key: str) -> str:
        """Where this key stands in the file, as a clerk would look for it."""
        return f"{self._place}.{key}" if self._place else key

    def has(self, key: str) -> bool:
        """Whether the office wrote this key at all."""
        self._known.add(key)
        return key in self._values

    def names(self) -> tuple[str, ...]:
        """The keys of a table whose keys the office chooses itself."""
        return tuple(self._values)

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without a default it must be there and say something."""
        value = self._value(key, str, "teks", "", default)
        if default is None and key in self._values and type(self._values[key]) is str and not value.strip():
            self.wrong(key, "tidak boleh kosong")
        return value.strip()

    def words(self, key: str, default: str | None = None) -> Text:
        """A text for people, with its translation under the same key and "_en"; facts in braces are filled in."""
        return Text(self._filled(key, "id", default), self._filled(f"{key}_en", "en", ""))

    def number(self, key: str, default: int | None = None, *, least: int = 0, most: int = 1_000_000) -> int:
        """A whole number, between the least and the most that make sense."""
        value = self._value(key, int, "bilangan bulat", least, default)
        if value < least:
            self.wrong(key, f"paling sedikit {least}, tertulis {value}")
        if value > most:
            self.wrong(key, f"paling banyak {most}, tertulis {value}")
        return value

    def address(self, key: str, default: str | None = None) -> str:
        """The address of a page that people are sent to."""
        value = self.text(key, default)
        if value and not re.fullmatch(r"https?://[\w-]+(\.[\w-]+)+(:\d+)?(/\S*)?", value):
            self.wrong(key, f'"{value}" bukan alamat; tulis seperti "https://lpse.contoh.go.id"')
        return value

    def flag(self, key: str) -> bool:
        """Yes or no; no when it is not written."""
        return self._value(key, bool, "true atau false", False, False)

    def day(self, key: str) -> date:
        """A calendar day, such as 2026-02-19."""
        return self._value(key, date, "tanggal seperti 2026-02-19", date.min, None)

    def one_of(self, key: str, choices: Sequence[str], default: str | None = None) -> str:
        """One of the words that the rules know."""
        value = self.text(key, default)
        if value and value not in choices:
            self.wrong(key, f'"{value}" tidak dikenal; pilih salah satu: {", ".join(choices)}')
            return choices[0]
        return value or choices[0]

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when it is not written."""
        values = self._value(key, list, "daftar teks", [], [])
        if not all(type(value) is str for value in values):
            self.wrong(key, "harus berupa daftar teks")
            return ()
        return tuple(values)

    def numbers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers."""
        values = self._value(key, list, "daftar bilangan bulat", [], None)
        if not all(type(value) is int for value in values):
            self.wrong(key, "harus berupa daftar bilangan bulat")
            return ()
        return tuple(values)

    def table(self, key: str, *, optional: bool = False) -> "Table":
        """The table under this key."""
        values = self._value(key, dict, "tabel", {}, {} if optional else None)
        return self._inner(values, self.place(key), (key,))

    def tables(self, key: str, label: str = "") -> tuple["Table", ...]:
        """The list of tables under this key, each called by its label (an id or a number) or by its position."""
        values = self._value(key, list, "daftar", [], [])
        found = []
        for position, value in enumerate(values):
            if type(value) is not dict:
                self.wrong(f"{key}[{position}]", "harus berupa tabel")
                continue
            place = f"{self.place(key)}[{value.get(label, position)}]"
            found.append(self._inner(value, place, (key, position)))
        return tuple(found)

    def finish(self, *for_readers: str) -> None:
        """Name every key that nobody asked for: most often it is a misspelt one."""
        known = self._known | NOTES | set(for_readers)
        for key in self._values:
            if key not in known:
                near = get_close_matches(key, known, n=1)
                self.wrong(key, "tidak dikenal" + (f'; mungkin maksudnya "{near[0]}"?' if near else ""))

    def _inner(self, values: Mapping[str, Any], place: str, below: Path) -> "Table":
        return Table(values, self._mistakes, place, self._facts, self._lines, (*self._path, *below))

    def _value(self, key: str, kind: type[T], called: str, blank: T, default: T | None) -> T:
        self._known.add(key)
        value = self._values.get(key)
        if value is None:
            if default is None:
                self.wrong(key, "wajib diisi")
            return blank if default is None else default
        # An exact match: to Python, true is also a number and a time of day is also a date.
        if type(value) is not kind:
            self.wrong(key, f"harus berupa {called}")
            return blank
        return value

    def _filled(self, key: str, language: str, default: str | None) -> str:
        def fact(found: re.Match[str]) -> str:
            if found[1] in self._facts:
                return self._facts[found[1]].in_(language)
            self.wrong(key, f"{found[0]} tidak dikenal")
            return found[0]

        return re.sub(r"\{(\w*)\}", fact, self.text(key, default))
