"""Every value of a TOML file has its line, however it is written."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from domain import toml_lines
from domain.toml_lines import line_at, lines_of

FILE = '''\
# a comment = "no key"
title = "a # no comment" # a comment
"quoted key" = 'it''s'
a.b."c.d" = 1
day = 2026-02-19
moment = 2026-02-19 07:30:00

text = """
[[not.a.table]]
x = 1 \\""" ""y""
"""
raw = \'\'\'
[nor this]
'quotes' ''\'\'\'
list = [
  "one", # first
  { id = "two", more = { deep = true } },

  [ 3, 4 ],
]

[table]
key = "]"
inline = { x = [1, 2], "y z" = "}" }

[table.inner]
key = 5

[[people]]
name = "Siti"

  [[people.phones]]
  number = 1
  [[people.phones]]
  number = 2
  [people.address]
  street = "x"

[[people]]
name = "Budi"
  [[people.phones]]
  number = 3
'''


def paths_of(values: Any, path: toml_lines.Path = ()) -> list[toml_lines.Path]:
    if isinstance(values, dict):
        return [path, *(one for key, value in values.items() for one in paths_of(value, (*path, key)))]
    if isinstance(values, list):
        return [path, *(one for at, value in enumerate(values) for one in paths_of(value, (*path, at)))]
    return [path]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("quoted key",), 3),
        (("a", "b", "c.d"), 4),
        (("day",), 5),
        (("moment",), 6),
        (("text",), 8),
        (("raw",), 12),
        (("list",), 15),
        (("list", 0), 16),
        (("list", 1), 17),
        (("list", 1, "more", "deep"), 17),
        (("list", 2, 1), 19),
        (("table",), 22),
        (("table", "key"), 23),
        (("table", "inline", "x", 1), 24),
        (("table", "inline", "y z"), 24),
        (("table", "inner", "key"), 27),
        (("people",), 29),
        (("people", 0, "name"), 30),
        (("people", 0, "phones", 1, "number"), 35),
        (("people", 0, "address", "street"), 37),
        (("people", 1), 39),
        (("people", 1, "phones", 0, "number"), 42),
        (("people", 1, "missing"), 39),
        (("table", "inner", "missing", "too"), 26),
        (("missing",), 0),
    ],
)
def test_where_each_value_stands(path: toml_lines.Path, line: int) -> None:
    text = FILE.replace("'it''s'", "'its'")
    tomllib.loads(text)
    assert line_at(lines_of(text), path) == line


ROOT = Path(__file__).parents[2]
FILES = [*ROOT.glob("office/*.toml"), *ROOT.glob("conversations/wording/*.toml"), ROOT / "pyproject.toml"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_files_of_the_repository_have_a_line_for_every_value(file: Path) -> None:
    text = file.read_text("utf-8")
    lines = lines_of(text)
    assert {path for path in paths_of(tomllib.loads(text)) if path} == set(lines)
    for path, line in lines.items():
        if isinstance(path[-1], str):
            assert path[-1] in text.splitlines()[line - 1]
