"""Finds the line on which each value of a TOML file stands, so that a mistake can be told with its place."""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from typing import Final

Path = tuple[str | int, ...]
"""The keys that lead to a value, and the positions in lists."""
Lines = Mapping[Path, int]

NO_LINES: Final[Lines] = {}

_SPACE: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY: Final = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""")
_DOT: Final = re.compile(r"[ \t]*\.[ \t]*")
_PLAIN: Final = re.compile(
    r'"""(?:\\.|[^"\\]|"{1,2}(?!"))*"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]*"
    r"|[^\s,\]}#]+",
    re.DOTALL,
)
"""Whatever holds no other value: texts, numbers, days, true and false."""


def lines_of(text: str) -> Lines:
    """The line of each value, by its path; the text must be TOML that can be read."""
    return _Scan(text).lines


def line_at(lines: Lines, path: Path) -> int:
    """The line of a value, or where it is missing, of the table in which it should stand; 0 when nothing is known."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 0


class _Scan:
    """One walk through a file that is known to be right: only keys, brackets and the ends of values matter."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._lengths: dict[Path, int] = {}
        """How many tables each list of tables has so far."""
        self.lines: dict[Path, int] = {}
        self._file()

    def _file(self) -> None:
        table: Path = ()
        self._skip()
        while self._place < len(self._text):
            if self._take("[["):
                table = self._header(many=True)
                self._take("]]")
            elif self._take("["):
                table = self._header(many=False)
                self._take("]")
            else:
                self._entry(table)
            self._skip()

    def _header(self, *, many: bool) -> Path:
        start = self._place
        *before, last = self._keys()
        path: Path = ()
        for key in before:
            path = (*path, key)
            self._note(path, start)
            if path in self._lengths:
                path = (*path, self._lengths[path] - 1)
        path = (*path, last)
        self._note(path, start)
        if many:
            self._lengths[path] = self._lengths.get(path, 0) + 1
            path = (*path, self._lengths[path] - 1)
            self._note(path, start)
        return path

    def _entry(self, table: Path) -> None:
        start, path = self._place, table
        for key in self._keys():
            path = (*path, key)
            self._note(path, start)
        self._skip()
        self._take("=")
        self._skip()
        self._value(path)

    def _value(self, path: Path) -> None:
        if self._take("["):
            position = 0
            self._skip()
            while not self._take("]"):
                self._note((*path, position), self._place)
                self._value((*path, position))
                position += 1
                self._skip()
                self._take(",")
                self._skip()
        elif self._take("{"):
            self._skip()
            while not self._take("}"):
                self._entry(path)
                self._skip()
                self._take(",")
                self._skip()
        else:
            self._match(_PLAIN)

    def _keys(self) -> list[str]:
        self._skip()
        keys = [self._key()]
        while _DOT.match(self._text, self._place):
            self._match(_DOT)
            keys.append(self._key())
        self._skip()
        return keys

    def _key(self) -> str:
        written = self._match(_KEY)
        return str(tomllib.loads(f"key = {written}")["key"]) if written[:1] in "\"'" else written

    def _note(self, path: Path, place: int) -> None:
        self.lines.setdefault(path, bisect_right(self._starts, place))

    def _skip(self) -> None:
        self._match(_SPACE)

    def _take(self, sign: str) -> bool:
        if not self._text.startswith(sign, self._place):
            return False
        self._place += len(sign)
        return True

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._place)
        if found is None:
            raise ValueError(f"not TOML at character {self._place}")
        self._place = found.end()
        return found[0]
