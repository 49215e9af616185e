"""Reads the HTML that a bot writes into plain text with marked passages, and writes it back."""

import html
import re
from dataclasses import dataclass
from typing import Any

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "blockquote": "blockquote",
}
WRITTEN = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "spoiler": ("<tg-spoiler>", "</tg-spoiler>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote expandable>", "</blockquote>"),
}
OUTERMOST = {
    kind: place
    for place, kind in enumerate(
        (
            "blockquote",
            "expandable_blockquote",
            "text_link",
            "bold",
            "italic",
            "underline",
            "strikethrough",
            "spoiler",
            "pre",
            "code",
        )
    )
}
FOUND = (
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("url", re.compile(r"\bhttps?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
)
_MARK = re.compile(r"<(/?)([a-zA-Z][\w-]*)((?:\s+[\w-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>\"']+))?)*)\s*>")
_ATTRIBUTE = re.compile(r"([\w-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?")
_NAMED = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"'}
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(?:lt|gt|amp|quot));")


class BadMarkup(ValueError):
    """The text cannot be read as Telegram's HTML."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A marked passage; offset and length count UTF-16 units, as Telegram does."""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None

    def as_json(self) -> dict[str, Any]:
        shape: dict[str, Any] = {"type": self.type, "offset": self.offset, "length": self.length}
        if self.url is not None:
            shape["url"] = self.url
        if self.language is not None:
            shape["language"] = self.language
        return shape


@dataclass(slots=True)
class _Open:
    """A tag that has been opened and not yet closed."""

    tag: str
    attributes: dict[str, str]
    offset: int


def units(text: str) -> int:
    """The length of a text as Telegram counts offsets."""
    return len(text) + sum(1 for letter in text if ord(letter) > 0xFFFF)


def read_html(source: str) -> tuple[str, tuple[Entity, ...]]:
    """The text without its tags, and what the tags marked."""
    text: list[str] = []
    offset = 0
    opened: list[_Open] = []
    entities: list[Entity] = []
    position = 0
    while position < len(source):
        if source[position] == "<":
            mark = _read_mark(source, position)
            if mark[1]:
                _close(opened, entities, mark, offset, _bytes_before(source, position))
            else:
                opened.append(_open(mark, offset, _bytes_before(source, position)))
            position = mark.end()
            continue
        letter, position = _read_letter(source, position)
        text.append(letter)
        offset += units(letter)
    if opened:
        raise BadMarkup(f'Can\'t find end tag corresponding to start tag "{opened[-1].tag}"')
    return "".join(text), _in_order(entities)


def trimmed(text: str, entities: tuple[Entity, ...]) -> tuple[str, tuple[Entity, ...]]:
    """The text without blank space around it, its marks moved along."""
    bare = text.strip()
    cut = units(text[: len(text) - len(text.lstrip())])
    size = units(bare)
    kept = []
    for entity in entities:
        start = max(entity.offset - cut, 0)
        end = min(entity.offset - cut + entity.length, size)
        if end > start:
            kept.append(
                Entity(type=entity.type, offset=start, length=end - start, url=entity.url, language=entity.language)
            )
    return bare, tuple(kept)


def noticed(text: str, entities: tuple[Entity, ...] = ()) -> tuple[Entity, ...]:
    """The given marks, and the commands and addresses that Telegram notices by itself."""
    found = list(entities)
    closed = [(e.offset, e.offset + e.length) for e in entities if e.type in ("code", "pre", "text_link")]
    for kind, pattern in FOUND:
        for match in pattern.finditer(text):
            start = units(text[: match.start()])
            end = start + units(match[0])
            if all(end <= first or start >= last for first, last in closed):
                found.append(Entity(type=kind, offset=start, length=end - start))
                closed.append((start, end))
    return _in_order(found)


def entities_from_json(shapes: list[dict[str, Any]]) -> tuple[Entity, ...]:
    return tuple(
        Entity(
            type=str(shape["type"]),
            offset=int(shape["offset"]),
            length=int(shape["length"]),
            url=shape.get("url"),
            language=shape.get("language"),
        )
        for shape in shapes
    )


def write_html(text: str, entities: tuple[Entity, ...]) -> str:
    """The text with its marks as tags, to be read in a test."""
    starts: dict[int, str] = {}
    ends: dict[int, str] = {}
    for entity in entities:
        if entity.type == "text_link":
            tags = (f'<a href="{html.escape(entity.url or "")}">', "</a>")
        elif entity.type in WRITTEN:
            tags = WRITTEN[entity.type]
        else:
            continue
        end = entity.offset + entity.length
        starts[entity.offset] = starts.get(entity.offset, "") + tags[0]
        ends[end] = tags[1] + ends.get(end, "")
    written = []
    offset = 0
    for letter in text:
        written.append(ends.get(offset, "") + starts.get(offset, "") + html.escape(letter, quote=False))
        offset += units(letter)
    return "".join(written) + ends.get(offset, "")


def _read_mark(source: str, position: int) -> re.Match[str]:
    mark = _MARK.match(source, position)
    if mark:
        return mark
    at = _bytes_before(source, position)
    tag = re.match(r"<(/?[a-zA-Z][\w-]*|/?)", source[position:])
    if tag and ">" in source[position:] and tag[1].strip("/"):
        raise BadMarkup(f"Unclosed start tag at byte offset {at}")
    raise BadMarkup(f'Unsupported start tag "{tag[1] if tag else ""}" at byte offset {at}')


def _open(mark: re.Match[str], offset: int, at: int) -> _Open:
    tag = mark[2].lower()
    attributes = {
        found[1].lower(): html.unescape(found[2] or found[3] or found[4] or "")
        for found in _ATTRIBUTE.finditer(mark[3] or "")
    }
    if tag not in TAGS or (tag == "span" and attributes.get("class") != "tg-spoiler"):
        raise BadMarkup(f'Unsupported start tag "{tag}" at byte offset {at}')
    return _Open(tag, attributes, offset)


def _close(opened: list[_Open], entities: list[Entity], mark: re.Match[str], offset: int, at: int) -> None:
    tag = mark[2].lower()
    if not opened:
        raise BadMarkup(f"Unexpected end tag at byte offset {at}")
    start = opened.pop()
    if start.tag != tag:
        raise BadMarkup(f'Unmatched end tag at byte offset {at}, expected "</{start.tag}>", found "</{tag}>"')
    length = offset - start.offset
    kind = TAGS[tag]
    url = language = None
    if tag == "a":
        url = start.attributes.get("href")
        if not url:
            return
    if tag == "blockquote" and "expandable" in start.attributes:
        kind = "expandable_blockquote"
    if tag == "code" and start.attributes.get("class", "").startswith("language-"):
        language = start.attributes["class"].removeprefix("language-")
    if length > 0:
        entities.append(Entity(type=kind, offset=start.offset, length=length, url=url, language=language))


def _read_letter(source: str, position: int) -> tuple[str, int]:
    if source[position] == "&":
        found = _REFERENCE.match(source, position)
        if found:
            if found[0] in _NAMED:
                return _NAMED[found[0]], found.end()
            code = int(found[1]) if found[1] else int(found[2], 16)
            if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000:
                return chr(code), found.end()
    return source[position], position + 1


def _bytes_before(source: str, position: int) -> int:
    return len(source[:position].encode(errors="replace"))


def _in_order(entities: list[Entity]) -> tuple[Entity, ...]:
    """Outer marks first; marks of the same passage in Telegram's own order."""
    return tuple(sorted(entities, key=lambda each: (each.offset, -each.length, OUTERMOST.get(each.type, 0))))
