"""Reads the folder that an office edits, and tells all its mistakes by file."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from conversations.wording import LANGUAGES, load_wording
from domain.calendar_file import parse_calendar
from domain.catalogue import Catalogue
from domain.catalogue_file import parse_catalogue
from domain.faq import Answer, faq_facts, parse_faq
from domain.holidays_id import indonesian_holidays
from domain.office_file import OfficeMistakes
from domain.office_settings import OfficeSettings, parse_office_settings
from handlers.office import Office

T = TypeVar("T")


class OfficeFolderMistakes(Exception):
    """Everything that is wrong in an office's folder, a line each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def read_office(folder: Path, staff_chat: str, bot_name: str = "") -> Office:
    """The office as its folder describes it; OfficeFolderMistakes when something is not right."""
    mistakes: list[str] = []
    catalogue = _read(folder / "catalogue.toml", parse_catalogue, mistakes)
    calendar = _read(folder / "calendar.toml", lambda table: parse_calendar(table, indonesian_holidays), mistakes)
    settings = _read(folder / "office.toml", parse_office_settings, mistakes)
    overrides = {
        language: _read(path, dict, mistakes) or {}
        for language in LANGUAGES
        if (path := folder / "wording" / f"{language}.toml").exists()
    }
    faq = _read_faq(folder / "faq", catalogue, settings, mistakes) if catalogue and settings else ()
    if mistakes or catalogue is None or calendar is None or settings is None:
        raise OfficeFolderMistakes(mistakes)
    return Office(
        catalogue=catalogue,
        calendar=calendar,
        settings=settings,
        wording=load_wording(calendar.zone, calendar.zone_label, overrides),
        staff_chat=staff_chat,
        bot_name=bot_name,
        faq={answer.slug: answer for answer in faq},
    )


def _read_faq(folder: Path, catalogue: Catalogue, settings: OfficeSettings, mistakes: list[str]) -> tuple[Answer, ...]:
    """The ready answers; an office may have none."""
    files: dict[str, str] = {}
    for path in sorted(folder.glob("*.md")):
        try:
            files[path.stem] = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            mistakes.append(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})")
    try:
        return parse_faq(files, faq_facts(catalogue, settings), [service.id for service in catalogue.services])
    except OfficeMistakes as error:
        mistakes += [f"{folder.parent}/{mistake}" for mistake in error.mistakes]
        return ()


def _read(path: Path, parse: Callable[[Mapping[str, Any]], T], mistakes: list[str]) -> T | None:
    try:
        return parse(tomllib.loads(path.read_text("utf-8")))
    except OfficeMistakes as error:
        mistakes += [f"{path}: {mistake}" for mistake in error.mistakes]
    except tomllib.TOMLDecodeError as error:
        mistakes.append(f"{path}: {error}")
    except (OSError, UnicodeDecodeError) as error:
        mistakes.append(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})")
    return None
