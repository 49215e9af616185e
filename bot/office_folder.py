"""Reads the folder that an office edits, and tells all its mistakes by file and line."""

import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeVar

from conversations.wording import LANGUAGES, load_wording
from conversations.wording.overrides import parse_overrides
from domain.calendar_file import parse_calendar
from domain.catalogue import Catalogue
from domain.catalogue_file import parse_catalogue
from domain.faq import FAQ_FACTS, Answer, faq_facts, parse_faq
from domain.holidays_id import indonesian_holidays
from domain.office_file import LINE, OfficeMistakes, Text, in_file
from domain.office_settings import OfficeSettings, parse_office_settings
from domain.toml_lines import Lines, lines_of
from handlers.office import Office

T = TypeVar("T")

FILES: Final = ("catalogue.toml", "calendar.toml", "office.toml")
FOLDERS: Final = ("faq", "letters", "wording")
Parse = Callable[[Mapping[str, Any], Lines], T]


class OfficeFolderMistakes(Exception):
    """Everything that is wrong in an office's folder, a line each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def read_office(folder: Path, staff_chat: str, bot_name: str = "") -> Office:
    """The office as its folder describes it; OfficeFolderMistakes when something is not right."""
    mistakes: list[str] = []
    office = _read_office(folder, staff_chat, bot_name, mistakes)
    if mistakes or office is None:
        raise OfficeFolderMistakes(mistakes)
    return office


def check_office(folder: Path) -> list[str]:
    """Everything that is wrong in the folder, its letters too; looking into those takes 25 MB that are kept."""
    mistakes: list[str] = []
    office = _read_office(folder, "", "", mistakes)
    mistakes += _read_by_nobody(folder, [template.id for template in office.catalogue.templates] if office else None)
    for path in sorted(folder.glob("letters/*.docx")):
        mistakes += [f"{path}: {mistake}" for mistake in _wrong_in_letter(path)]
    return mistakes


def _read_office(folder: Path, staff_chat: str, bot_name: str, mistakes: list[str]) -> Office | None:
    def calendar_of(table: Mapping[str, Any], lines: Lines) -> Any:
        return parse_calendar(table, indonesian_holidays, lines)

    catalogue = _read(folder / "catalogue.toml", parse_catalogue, mistakes)
    calendar = _read(folder / "calendar.toml", calendar_of, mistakes)
    settings = _read(folder / "office.toml", parse_office_settings, mistakes)
    overrides = {language: _read_overrides(folder, language, mistakes) for language in LANGUAGES}
    faq = _read_faq(folder / "faq", catalogue, settings, mistakes)
    if catalogue is None or calendar is None or settings is None:
        return None
    return Office(
        catalogue=catalogue,
        calendar=calendar,
        settings=settings,
        wording=load_wording(calendar.zone, calendar.zone_label, overrides),
        staff_chat=staff_chat,
        bot_name=bot_name,
        faq={answer.slug: answer for answer in faq},
        letters=_read_letters(folder / "letters", catalogue),
    )


def _read_by_nobody(folder: Path, letters: Collection[str] | None) -> list[str]:
    """Files whose name has a slip in it: they would be looked for in vain, and nobody would say so."""
    wanted = {
        ".": {*FILES, *FOLDERS},
        "faq": {path.name for path in folder.glob("faq/*.md")},
        "wording": {f"{language}.toml" for language in LANGUAGES},
        "letters": None if letters is None else {f"{name}.docx" for name in letters},
    }
    mistakes = []
    for place, names in wanted.items():
        for path in sorted(folder.glob(f"{place}/*")):
            if names is None or path.name in names or path.name.startswith((".", "README")):
                continue
            near = get_close_matches(path.name.casefold(), names, 1)
            if place == "." and not near and path.suffix != ".toml":  # an office may keep its notes here
                continue
            guess = f'; mungkin maksudnya "{near[0]}"?' if near else ""
            mistakes.append(f"{path}: tidak dibaca, karena namanya tidak dikenal{guess}")
    return mistakes


def _read_overrides(folder: Path, language: str, mistakes: list[str]) -> Mapping[str, Any]:
    """The office's own sentences; it need not have any."""
    path = folder / "wording" / f"{language}.toml"
    if not path.exists():
        return {}
    return _read(path, lambda table, lines: parse_overrides(table, language, lines), mistakes) or {}


def _read_faq(
    folder: Path, catalogue: Catalogue | None, settings: OfficeSettings | None, mistakes: list[str]
) -> tuple[Answer, ...]:
    """The ready answers; an office may have none."""
    files: dict[str, str] = {}
    for path in sorted(folder.glob("*.md")):
        try:
            files[path.stem] = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            mistakes.append(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})")
    # Where the other files cannot be read, what they would say is still known by name.
    facts = faq_facts(catalogue, settings) if catalogue and settings else dict.fromkeys(FAQ_FACTS, Text("-"))
    services = [service.id for service in catalogue.services] if catalogue else None
    try:
        return parse_faq(files, facts, services)
    except OfficeMistakes as error:
        mistakes += [f"{folder.parent}/{mistake}" for mistake in error.mistakes]
        return ()


def _read_letters(folder: Path, catalogue: Catalogue) -> dict[str, bytes]:
    """The sample letters that the office has; a file that the catalogue does not name is nobody's."""
    paths = {template.id: folder / f"{template.id}.docx" for template in catalogue.templates}
    return {name: path.read_bytes() for name, path in paths.items() if path.is_file()}


def _read(path: Path, parse: Parse[T], mistakes: list[str]) -> T | None:
    try:
        text = path.read_text("utf-8")
        return parse(tomllib.loads(text), lines_of(text))
    except OfficeMistakes as error:
        mistakes += [in_file(path, mistake) for mistake in error.mistakes]
    except tomllib.TOMLDecodeError as error:
        mistakes.append(_not_toml(path, str(error)))
    except (OSError, UnicodeDecodeError) as error:
        mistakes.append(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})")
    return None


def _not_toml(path: Path, why: str) -> str:
    """The library tells the line at the end; here it stands where every other line stands."""
    found = re.search(r" \(at line (\d+), column \d+\)$", why)
    place, told = (f"{path}, {LINE} {found[1]}", why[: found.start()]) if found else (f"{path}", why)
    return f"{place}: penulisannya keliru; periksa tanda kutip, kurung, dan kunci yang ditulis dua kali ({told})"


def _wrong_in_letter(path: Path) -> list[str]:
    # Only who looks through the folder needs it, and it takes a while.
    from storage.printing.letters import wrong_in_letter

    try:
        return wrong_in_letter(path.read_bytes())
    except OSError as error:
        return [f"cannot be read ({error.strerror or error})"]
