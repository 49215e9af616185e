"""Finds what in a PDF could do something by itself: scripts, programs it starts, files hidden in it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

KINDS: Final = ("script", "launch", "opens", "attachment", "media", "form")
"""The worst first. `opens` goes somewhere as soon as the file is opened; `form` is one that a script draws."""

_WORTH_A_LOOK: Final = re.compile(
    rb"/(?:JS|JavaScript|Launch|ImportData|AA|OpenAction|EF|EmbeddedFiles?|FileAttachment|Collection"
    rb"|Rendition|RichMedia\w*|Movie|Sound|3D|XFA)\b"
)
"""Most objects of a PDF are none of these, and are passed over a hundred times faster than they are walked."""

_ALWAYS: Final = {
    "/JavaScript": "script",
    "/Launch": "launch",
    "/ImportData": "launch",
    "/Rendition": "media",
    "/RichMediaExecute": "media",
    "/Movie": "media",
    "/Sound": "media",
}
_BY_ITSELF: Final = frozenset({"/URI", "/SubmitForm", "/GoToR", "/GoToE"})
"""Fine behind a link that a person presses."""
_SUBTYPES: Final = {
    "/FileAttachment": "attachment",
    "/RichMedia": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/3D": "media",
}
_KEYS: Final = {"/JS": "script", "/XFA": "form", "/Collection": "attachment"}


def active_parts(pdf: pikepdf.Pdf) -> tuple[str, ...]:
    """Which of KINDS are anywhere in the file, reachable or not: readers differ in what they reach."""
    found: set[str] = set()
    for thing in pdf.objects:
        for dictionary in _dictionaries(_worth_a_look(thing)):
            found.update(_in(dictionary))
    return tuple(kind for kind in KINDS if kind in found)


def _worth_a_look(thing: pikepdf.Object) -> Iterable[pikepdf.Object]:
    if isinstance(thing, Stream):
        thing = thing.stream_dict
    if isinstance(thing, Dictionary | Array) and _WORTH_A_LOOK.search(thing.unparse(resolved=True)):
        return (thing,)
    return ()


def _dictionaries(things: Iterable[pikepdf.Object]) -> Iterator[Dictionary]:
    """Every dictionary in these; what they only point to comes by itself."""
    for thing in things:
        if isinstance(thing, Stream):
            thing = thing.stream_dict
        if isinstance(thing, Dictionary):
            yield thing
            inside = list(thing.values())
        elif isinstance(thing, Array):
            inside = list(thing)
        else:
            continue
        yield from _dictionaries(one for one in inside if isinstance(one, pikepdf.Object) and not one.is_indirect)


def _in(dictionary: Dictionary) -> Iterator[str]:
    for key, kind in _KEYS.items():
        if key in dictionary:
            yield kind
    yield from _known(_ALWAYS, _name(dictionary, "/S"))
    yield from _known(_SUBTYPES, _name(dictionary, "/Subtype"))
    if _name(dictionary, "/Type") == "/EmbeddedFile" or _holds_something(dictionary.get("/EF")):
        yield "attachment"
    own = dictionary.get("/AA")
    triggers = [dictionary.get("/OpenAction"), *(own.values() if isinstance(own, Dictionary) else ())]
    if any(_name(action, "/S") in _BY_ITSELF for action in _one_after_the_other(triggers)):
        yield "opens"


def _one_after_the_other(triggers: Iterable[object]) -> Iterator[Dictionary]:
    """Each action, and what is to happen after it; a chain may lead back to where it began."""
    waiting, known = list(triggers), set[tuple[int, int]]()
    while waiting:
        action = waiting.pop()
        if isinstance(action, Array):
            waiting.extend(action)
        elif isinstance(action, Dictionary) and action.objgen not in known:
            if action.is_indirect:
                known.add(action.objgen)
            yield action
            waiting.append(action.get("/Next"))


def _known(kinds: Mapping[str, str], name: str) -> Iterator[str]:
    if name in kinds:
        yield kinds[name]


def _name(dictionary: Dictionary, key: str) -> str:
    value = dictionary.get(key)
    return str(value) if isinstance(value, Name) else ""


def _holds_something(value: object) -> bool:
    return isinstance(value, Dictionary) and len(value) > 0
