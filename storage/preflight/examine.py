"""The whole look at one file: refused, or taken with advice and the bytes to keep. Made to run in a worker process."""

import hashlib
from io import BytesIO

import pikepdf

from domain.refusal import Refused
from storage.preflight.active import active_parts
from storage.preflight.clean import cleaned
from storage.preflight.inspecting import Inspected, inspect
from storage.preflight.looks import LOOKED_AT, looks, size_of
from storage.preflight.pages import drawn, upright
from storage.preflight.rules import Advice, Examined, Rules

_SHEETS_LOOKED_AT = 3


def examine(content: bytes, rules: Rules) -> Examined:
    """Refused with the reasons of `inspect`, and too_many_pages, pdf_active, too_heavy."""
    try:
        seen = inspect(content)
        return _pdf(content, seen, rules) if seen.kind == "pdf" else _picture(content, seen, rules)
    except MemoryError as error:
        raise Refused("too_heavy") from error
    except Refused as refused:
        if isinstance(refused.__cause__, MemoryError):
            raise Refused("too_heavy") from refused
        raise


def _pdf(content: bytes, seen: Inspected, rules: Rules) -> Examined:
    """Kept as it is: a changed PDF loses the signatures on it."""
    if seen.pages > rules.pages_at_most:
        raise Refused("too_many_pages", pages=seen.pages, limit=rules.pages_at_most)
    with pikepdf.open(BytesIO(content), attempt_recovery=False) as pdf:
        if found := active_parts(pdf):
            raise Refused("pdf_active", found=found)
    advice, notes = _looks_of_sheets(content, min(seen.pages, _SHEETS_LOOKED_AT), rules)
    return _examined(seen, content, content, advice, notes)


def _looks_of_sheets(content: bytes, sheets: int, rules: Rules) -> tuple[tuple[Advice, ...], tuple[str, ...]]:
    """Of the first sheet with something on it; the back of the first one is often scanned before it is seen."""
    advice: tuple[Advice, ...] = ()
    for number in range(sheets):
        try:
            advice = looks(drawn(content, number, LOOKED_AT), rules)
        except Refused:
            return (), ("not_drawn",)
        if advice != (Advice("blank"),):
            break
    return advice, ()


def _picture(content: bytes, seen: Inspected, rules: Rules) -> Examined:
    kept = cleaned(content, seen.kind)
    assert seen.width is not None
    assert seen.height is not None
    width, height = (seen.height, seen.width) if kept.on_its_side else (seen.width, seen.height)
    advice = (*size_of(width, height, rules), *looks(upright(kept.content, kept.kind, LOOKED_AT), rules))
    if kept.kind != seen.kind:
        seen = Inspected(kind="jpeg", mime="image/jpeg", suffix=".jpg", pages=1)
    return _examined(seen, content, kept.content, advice, kept.notes, (width, height))


def _examined(
    seen: Inspected,
    original: bytes,
    kept: bytes,
    advice: tuple[Advice, ...],
    notes: tuple[str, ...],
    size: tuple[int | None, int | None] = (None, None),
) -> Examined:
    return Examined(
        kind=seen.kind,
        mime=seen.mime,
        suffix=seen.suffix,
        pages=seen.pages,
        width=size[0],
        height=size[1],
        content=kept,
        sha256=hashlib.sha256(original).hexdigest(),
        advice=advice,
        notes=notes,
    )
