"""Every sentence that code asks for exists in every language, is used, and can be filled."""

import ast
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from conversations.flow import Choice, Entry, Flow, Papers
from conversations.wording import LANGUAGES, flat, read
from domain.cases import REASONS, State
from domain.files import NOT_TAKEN
from handlers.forms import FLOWS
from storage.preflight.active import KINDS
from storage.preflight.telling import _WORDS

ROOT = Path(__file__).parents[2]
CODE = [path for folder in ("conversations", "handlers") for path in sorted((ROOT / folder).rglob("*.py"))]
SPEAKERS = {"say", "toast", "refuse", "_usage"}
REFUSED_FILES = (
    *("empty", "too_big", "wrong_type", "locked", "damaged", "too_large_image"),
    *("too_many_pages", "pdf_active", "too_heavy", "infected", "gone", "a_day"),
)
ADVICE = (
    *("too_small", "blurred", "dark", "blank", "same", "same_returned"),
    *("seems_other", "number_differs", "name_differs", "papers_differ"),
)
ANSWERED_BY_FORMAT = ("weekday.", "weekday_short.", "month.", "month_short.", "moment.", "duration.", "number.")
REFUSALS = {
    "company": ("empty", "too_long", "too_short", "letters", "question"),
    "npwp": ("empty", "digits", "length", "invalid"),
    "user_id": ("empty", "too_long", "spaces", "letters"),
    "email": ("empty", "too_long", "invalid"),
    "director": ("empty", "too_long", "too_short", "letters", "question", "has_digits"),
    "mobile": ("empty", "too_long", "invalid"),
    "text": ("empty", "too_long"),
    "company_new": ("empty", "too_long", "too_short", "letters", "question", "same"),
    "npwp_new": ("empty", "digits", "length", "invalid", "same"),
    "email_new": ("empty", "too_long", "invalid", "same"),
    "why": ("empty", "too_long"),
    "question": ("empty", "too_long"),
    "participants": ("empty", "no_number", "too_many", "too_long"),
    "wish": ("empty", "too_long"),
    "topic": ("empty", "too_long"),
    "address": ("empty", "too_short", "too_long"),
    "address_new": ("empty", "too_short", "too_long", "same"),
}


@dataclass(frozen=True)
class Asked:
    """A place in the code that asks for a sentence; `pattern` matches the keys that it can mean."""

    place: str
    pattern: str
    constant: bool
    facts: frozenset[str] | None


def asked() -> Iterator[Asked]:
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or _name(node.func) not in SPEAKERS:
                continue
            pattern = _pattern(node.args[0])
            if pattern is None:
                continue
            splat = any(keyword.arg is None for keyword in node.keywords)
            facts = None if splat else frozenset(keyword.arg or "" for keyword in node.keywords)
            constant = isinstance(node.args[0], ast.Constant)
            yield Asked(f"{path.relative_to(ROOT)}:{node.lineno}", pattern, constant, facts)


def _name(function: ast.expr) -> str:
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )


def _pattern(argument: ast.expr) -> str | None:
    match argument:
        case ast.Constant(value=str(value)):
            return re.escape(value)
        case ast.JoinedStr(values=parts):
            return "".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"[a-z0-9_.]+" for p in parts)
        case ast.IfExp(body=body, orelse=orelse):
            return f"(?:{_pattern(body)}|{_pattern(orelse)})"
    return None


def constants() -> set[str]:
    """Every text constant in the code: a key that is chosen from a table is found here."""
    return {
        node.value
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def built() -> Iterator[str]:
    """Every key that is put together somewhere in the code, to be asked for elsewhere."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr) and isinstance(first := node.values[0], ast.Constant):
                pattern = _pattern(node)
                if pattern is not None and re.fullmatch(r"[a-z_]+\..*", str(first.value)):
                    yield pattern


def keys_of(flow: Flow) -> Iterator[str]:
    """The sentences that a flow needs: its questions, its fixed options, and a no for everything that is refused."""
    for step in flow.steps:
        if isinstance(step, Papers):
            continue
        yield f"{flow.words}.{step.name}.ask"
        if isinstance(step, Entry):
            yield from (f"{flow.words}.{step.name}.{reason}" for reason in REFUSALS[step.name])
        if isinstance(step, Choice):
            try:
                options = step.options({}, None)  # type: ignore[arg-type]
            except (AttributeError, KeyError):
                continue
            for option in options:
                if option.label is None:
                    yield f"{flow.words}.{step.name}.{option.id}"
                if option.leaves:
                    yield f"{flow.words}.{step.name}.{option.id}_said"


def sentences(language: str) -> dict[str, str]:
    return flat({**read(language), "words": {}})


def placeholders(template: str) -> set[str]:
    return {name.partition(":")[0] for _, name, _, _ in string.Formatter().parse(template) if name is not None}


NEEDED = [
    *(key for flow in FLOWS.values() for key in keys_of(flow)),
    *(f"state.{state}" for state in State),
    *(f"papers.seems.{kind}" for kind in NOT_TAKEN),
    *(f"reason.{reason}.advice" for reason in REASONS),
    *(f"papers.refused.{reason}" for reason in REFUSED_FILES),
    *(f"{who}.advice.{key}" for who in ("papers", "staff") for key in ADVICE),
    *(f"papers.active.{kind}" for kind in KINDS),
    *(f"papers.looks.{kind}" for kind in _WORDS),
    *(f"papers.field.{field}" for field in ("npwp", "nik", "nib", "director", "company")),
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_that_code_asks_for_exists(language: str) -> None:
    known = sentences(language)

    missing = [key for key in NEEDED if key not in known]
    missing += [
        f"{one.place} {one.pattern}" for one in asked() if not any(re.fullmatch(one.pattern, key) for key in known)
    ]

    assert missing == []


def test_no_sentence_lies_about_unused() -> None:
    patterns = re.compile("|".join({f"(?:{pattern})" for pattern in (*built(), *(one.pattern for one in asked()))}))
    used = {*NEEDED, *constants()}

    unused = [
        key
        for key in {key.partition("@")[0] for key in sentences("id")}
        if key not in used and not patterns.fullmatch(key) and not key.startswith(ANSWERED_BY_FORMAT)
    ]

    assert unused == []


def test_every_fact_that_a_sentence_needs_is_supplied() -> None:
    known = sentences("id")

    lacking = [
        f"{one.place} {key}: {sorted(placeholders(known[key]) - one.facts)}"
        for one in asked()
        if one.facts is not None and one.constant
        for key in [re.sub(r"\\(.)", r"\1", one.pattern)]
        if placeholders(known[key]) - one.facts
    ]

    assert lacking == []


def test_both_languages_say_the_same_things_with_the_same_facts() -> None:
    indonesian, english = sentences("id"), sentences("en")

    assert sorted(indonesian) == sorted(english)
    assert [
        key
        for key in indonesian
        if placeholders(indonesian[key]) != placeholders(english[key]) and key[:7] != "moment."
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_emphasis_opens_and_closes(language: str) -> None:
    assert [key for key, template in sentences(language).items() if template.count("*") % 2] == []
