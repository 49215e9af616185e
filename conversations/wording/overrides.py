"""Looks through the sentences that an office wrote in place of ours, and names every mistake in them."""

import string
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from conversations.wording import flat, read
from domain.office_file import LINE, OfficeMistakes
from domain.toml_lines import NO_LINES, Lines, line_at

STYLES = frozenset({"", "full", "date", "short", "day", "time", "brief"})
CARRIED = frozenset({"answer", "body", "code", "text", "user_id", "where"})
"""What a sentence is there to bring; everything else it may leave out."""


def parse_overrides(table: Mapping[str, Any], language: str, lines: Lines = NO_LINES) -> Mapping[str, Any]:
    """The sentences, when nothing is wrong with them; OfficeMistakes names everything that is."""
    shipped = flat({**read(language), "words": {}})
    mistakes = []
    for path, sentence in _sentences(table):
        key = ".".join(path).removesuffix("._")
        line = line_at(lines, path)
        for mistake in _mistakes(key, sentence, shipped):
            mistakes.append(f"{f'{LINE} {line}: ' if line else ''}{key}: {mistake}")
    if mistakes:
        raise OfficeMistakes(mistakes)
    return table


def _sentences(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _sentences(value, (*path, name))
        else:
            yield (*path, name), value


def _mistakes(key: str, sentence: object, shipped: Mapping[str, str]) -> Iterator[str]:
    plain, _, messenger = key.partition("@")
    ours = shipped.get(plain) if not messenger or messenger in _messengers(shipped) else None
    if ours is None:
        near = get_close_matches(key, shipped, n=1)
        yield "kalimat itu tidak dikenal" + (f'; mungkin maksudnya "{near[0]}"?' if near else "")
        return
    if not isinstance(sentence, str):
        yield "harus berupa teks"
        return
    if not sentence.strip():
        yield "tidak boleh kosong"
    try:
        wanted = _facts(sentence)
    except ValueError:
        yield "kurung kurawal tidak berpasangan; untuk menulis { tulislah {{"
        return
    known = {name for name, _ in _facts(ours)}
    for name in sorted((known & CARRIED).difference(name for name, _ in wanted)):
        yield f"{{{name}}} wajib ada; tanpa itu isi pesannya hilang"
    for name, style in wanted:
        if name not in known:
            allowed = ", ".join(f"{{{one}}}" for one in sorted(known))
            yield f"{{{name}}} tidak dapat diisi; yang ada: {allowed or 'tidak ada'}"
        elif style not in STYLES:
            yield f"{{{name}:{style}}}: bentuk waktu tidak dikenal; pilih: {', '.join(sorted(STYLES - {''}))}"


def _messengers(shipped: Mapping[str, str]) -> set[str]:
    """The messengers for which some sentence has a variant."""
    return {key.partition("@")[2] for key in shipped if "@" in key}


def _facts(template: str) -> list[tuple[str, str]]:
    """The names in braces and what follows their colon. ValueError where the braces do not match."""
    return [(name, style or "") for _, name, style, _ in string.Formatter().parse(template) if name is not None]
