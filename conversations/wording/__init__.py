"""Every sentence that a person reads, by key and language, filled with facts."""

import string
import tomllib
from collections.abc import Mapping, Sequence, Set
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from conversations.flow import Say
from domain.messages import BOLD, PLAIN, emphasised
from domain.office_file import Text

LANGUAGES = ("id", "en")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class UnknownWording(KeyError):
    """Code asked for a sentence that the wording does not have."""


class Wording:
    """The sentences of the office.

    Moments are spoken in the office's zone. In a template `{due}` is the full moment, `{due:date}`, `{due:time}` and
    `{due:short}` parts of it; `*...*` is emphasis, which each channel shows in its own way.
    """

    def __init__(
        self,
        sentences: Mapping[str, Mapping[str, str]],
        words: Mapping[str, str],
        plain_words: Set[str],
        zone: tzinfo,
        zone_name: str,
    ) -> None:
        self._sentences = sentences
        self._words = words
        self._plain_words = plain_words
        self._zone = zone
        self._zone_name = zone_name

    def has(self, language: str, key: str) -> bool:
        return key in self._sentences[language]

    def word(self, text: str) -> str | None:
        """The word of a menu that somebody typed, such as `status`, or None."""
        return self._words.get(text)

    def is_plain_word(self, text: str) -> bool:
        """Whether a typed text can only mean a word of the menu: its first spelling, or a command."""
        return text in self._plain_words

    def say(self, language: str, sentence: Say, channel: str = "") -> str:
        """The sentence in this language; UnknownWording or KeyError when a key or a fact is missing.

        Where the key has a variant for the channel, such as `menu.ask@telegram`, that one is said.
        """
        sentences = self._sentences[language]
        template = sentences.get(f"{sentence.key}@{channel}") if channel else None
        if template is None:
            template = sentences.get(sentence.key)
        if template is None:
            raise UnknownWording(sentence.key)
        return "".join(
            text if name is None else text + self.spell(language, sentence.facts[name], style)
            for text, name, style in pieces(template)
        )

    def text(self, language: str, fact: object) -> str:
        """A fact as people read it."""
        return self.spell(language, fact, "")

    def spell(self, language: str, fact: object, style: str) -> str:
        match fact:
            case Say():
                return self.say(language, fact)
            case str():
                return fact.replace(BOLD, "").replace(PLAIN, "")
            case Text():
                return fact.in_(language)
            case datetime():
                return self._moment(language, fact, style or "full")
            case timedelta():
                return self._duration(language, fact)
            case Decimal():
                return str(fact).replace(".", self._sentences[language]["number.point"])
            case Sequence():
                return "\n".join(self.spell(language, one, style) for one in fact)
            case _:
                return str(fact)

    def _moment(self, language: str, moment: datetime, style: str) -> str:
        local = moment.astimezone(self._zone)
        sentences = self._sentences[language]
        return sentences[f"moment.{style}"].format(
            weekday=sentences[f"weekday.{WEEKDAYS[local.weekday()]}"],
            weekday_short=sentences[f"weekday_short.{WEEKDAYS[local.weekday()]}"],
            day=local.day,
            month=sentences[f"month.{local.month}"],
            month_short=sentences[f"month_short.{local.month}"],
            year=local.year,
            time=local.strftime(sentences["moment.clock"]),
            zone=self._zone_name,
        )

    def _duration(self, language: str, duration: timedelta) -> str:
        minutes = max(0, round(duration.total_seconds() / 60))
        days, minutes = divmod(minutes, 24 * 60)
        hours, minutes = divmod(minutes, 60)
        counted = (("days", days), ("hours", hours), ("minutes", minutes))
        parts = [self._sentences[language][f"duration.{unit}"].format(count=count) for unit, count in counted if count][
            :2
        ]
        return " ".join(parts) or self._sentences[language]["duration.none"]


@cache
def pieces(template: str) -> tuple[tuple[str, str | None, str], ...]:
    """A template, taken apart: text, and the name and style of the fact that follows it."""
    return tuple((text, name, style or "") for text, name, style, _ in string.Formatter().parse(template))


def load_wording(zone: tzinfo, zone_name: str, overrides: Mapping[str, Mapping[str, Any]] | None = None) -> Wording:
    """The wording that comes with the program, with the office's own sentences in place of some."""
    sentences: dict[str, dict[str, str]] = {}
    words: dict[str, str] = {}
    plain: set[str] = set()
    for language in LANGUAGES:
        shipped = read(language)
        for word, spellings in shipped["words"].items():
            words |= dict.fromkeys(spellings, word)
            plain |= {spelling for spelling in spellings if spelling == spellings[0] or spelling.startswith("/")}
        own = flat((overrides or {}).get(language, {}))
        sentences[language] = {
            key: emphasised(template.strip("\n")) for key, template in {**flat({**shipped, "words": {}}), **own}.items()
        }
    return Wording(sentences, words, plain, zone, zone_name)


@cache
def read(language: str) -> Mapping[str, Any]:
    """The wording file of a language, as it is written."""
    return tomllib.loads(files(__name__).joinpath(f"{language}.toml").read_text("utf-8"))


def flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Nested tables as dotted keys."""
    found: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{prefix}{name}.")
        else:
            # `_` is the sentence of the table's own name, for keys that others continue.
            found[prefix.rstrip(".") if name == "_" else f"{prefix}{name}"] = value
    return found
