"""Plays a conversation that is written like a chat: `>` is what a person does, `<` what the screen then shows."""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass

from simulator.messages import Message
from simulator.people import Phone

Settle = Callable[[], Awaitable[None]]
Files = Mapping[str, Callable[[int], bytes]]
"""Makers of files by kind; the number tells pieces of an album apart."""

FILE = re.compile(r"\((\w+)(?: x(\d+))?(?: ([\w.\- ]+))?\)")


class Mismatch(AssertionError):
    """The screen does not show what the transcript says."""


@dataclass(frozen=True, slots=True)
class Beat:
    """One thing that a person does (nothing, where a transcript begins by looking) and what is expected then."""

    act: str
    messages: tuple[str, ...]
    notices: tuple[str, ...]


def beats(transcript: str) -> Iterator[Beat]:
    """The transcript, act by act; a line without a mark goes on with the line above it."""
    lines: list[tuple[str, str]] = []
    for line in map(str.strip, transcript.splitlines()):
        if not line or line.startswith("#"):
            continue
        if re.match(r"[<>!](?: |$)", line):
            lines.append((line[0], line[2:].strip()))
        else:
            mark, before = lines.pop()
            lines.append((mark, f"{before} … {line}"))
    act, expected = "", list[tuple[str, str]]()
    for mark, text in lines:
        if mark == ">":
            if act or expected:
                yield _beat(act, expected)
            act, expected = text, []
        else:
            expected.append((mark, text))
    if act or expected:
        yield _beat(act, expected)


def _beat(act: str, expected: list[tuple[str, str]]) -> Beat:
    messages = tuple(text for mark, text in expected if mark == "<")
    return Beat(act, messages, tuple(text for mark, text in expected if mark == "!"))


class Reader:
    """Somebody who reads on one phone and does what the transcript says.

    Each `<` line is met by the next new message of the bot: it contains the pieces, parted by `…`, in order, and has
    the buttons that stand in brackets. Where no `<` line follows, whatever the bot says is passed over. A `!` line is
    a notice over the screen. `> [X]` taps a button, `> [X] di Y` that of the message with Y in it; `> (foto)`,
    `> (album x3)` or `> (pdf akta.pdf)` sends a file.
    """

    def __init__(self, phone: Phone, settle: Settle, files: Files) -> None:
        self.phone = phone
        self._settle = settle
        self._files = files
        self._seen: set[int] = set()
        self._toasts = 0

    async def __call__(self, transcript: str) -> None:
        for beat in beats(transcript):
            await self.play(beat)

    async def play(self, beat: Beat) -> list[Message]:
        """Do one thing, wait until the bot is quiet, compare; returns what is new on the screen."""
        if beat.act:
            self.look_away()
            self._do(beat.act)
        await self._settle()
        news = self.news
        if beat.messages:
            self._compare(beat, news)
        toasts = [toast.text for toast in self.phone.toasts[self._toasts :]]
        for notice in beat.notices:
            if not any(notice in toast for toast in toasts):
                raise Mismatch(f"after {beat.act!r}: no notice {notice!r} in {toasts}")
        self.look_away()
        return news

    def look_away(self) -> None:
        """From now on only what is new counts."""
        self._seen |= {message.key for message in self.phone.messages}
        self._toasts = len(self.phone.toasts)

    @property
    def news(self) -> list[Message]:
        """What the bot said since."""
        return [message for message in self.phone.messages if message.from_bot and message.key not in self._seen]

    def _compare(self, beat: Beat, news: list[Message]) -> None:
        if len(news) != len(beat.messages):
            shown = "\n".join(map(str, news)) or "(nothing)"
            raise Mismatch(f"after {beat.act!r}: {len(beat.messages)} messages wanted, there are {len(news)}\n{shown}")
        for wanted, message in zip(beat.messages, news, strict=True):
            _match(beat.act, wanted, message)

    def _do(self, act: str) -> None:
        if match := re.fullmatch(r"\[(.+)\] (?:di|on) (.+)", act):
            self.phone.tap(match[1], on=self.phone.showing(match[2]))
        elif match := re.fullmatch(r"\[(.+)\]", act):
            self.phone.tap(match[1])
        elif match := FILE.fullmatch(act):
            self._send(match[1], int(match[2] or 1), match[3] or "")
        else:
            self.phone.say(act)

    def _send(self, kind: str, count: int, name: str) -> None:
        others: dict[str, Callable[[], object]] = {
            "stiker": self.phone.send_sticker,
            "suara": self.phone.send_voice,
            "lokasi": self.phone.send_location,
            "kontak": self.phone.send_contact,
        }
        if kind in others:
            others[kind]()
        elif kind == "album":
            self.phone.send_album([self._files["foto"](number) for number in range(count)])
        elif kind == "foto" and not name:
            for number in range(count):
                self.phone.send_photo(self._files["foto"](number))
        else:
            self.phone.send_document(name or f"{kind}.pdf", self._files[kind](0))


def _match(act: str, wanted: str, message: Message) -> None:
    buttons = re.findall(r"\[([^\]]+)\]", wanted)
    pieces = [" ".join(piece.split()) for piece in re.sub(r"\[[^\]]+\]", "…", wanted).split("…")]
    text, at = " ".join(message.text.split()), 0
    for piece in pieces:
        found = text.find(piece, at)
        if found < 0:
            raise Mismatch(f"after {act!r}: {piece!r} is not in\n{message}")
        at = found + len(piece)
    for button in buttons:
        if not message.offers(button):
            raise Mismatch(f"after {act!r}: no button [{button}] in {message.labels}\n{message}")
