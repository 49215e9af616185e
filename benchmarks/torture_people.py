"""Providers and officers with phones: they look at the newest question, act on it, wait, and sometimes tap twice."""

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Final

from benchmarks.torture_papers import Paper
from simulator.messages import Message
from simulator.people import Phone

GLANCE: Final = 0.2
PATIENCE: Final = 12.0
"""Seconds without news after which somebody does again what they did, or asks."""
TWICE: Final = 0.15
"""How often a finger taps twice."""
CURIOUS: Final = 0.01
"""How often, at one glance, a provider who waits for the office asks how things stand."""

QUESTIONS: Final = tuple(
    (name, re.compile(says, re.MULTILINE))
    for name, says in (
        ("booked", r"^Jadwal (REG-[\d-]*\d):"),
        ("submitted", r"tercatat dengan nomor (REG-[\d-]*\d)"),
        ("draft", r"yang belum dikirim, sejak"),
        ("menu", r"Silakan pilih layanan"),
        ("about", r"Yang perlu disiapkan"),
        ("ready", r"Sebelum mulai, pastikan"),
        ("privacy", r"Pemberitahuan data pribadi"),
        ("form", r"Apa bentuk usaha"),
        ("company", r"Apa nama perusahaan"),
        ("npwp", r"Berapa NPWP perusahaan"),
        ("user_id", r"Apa user ID SPSE"),
        ("email", r"Apa alamat email"),
        ("director", r"Siapa nama Direktur"),
        ("mobile", r"Berapa nomor HP Direktur"),
        ("bearer", r"Siapa yang mengajukan"),
        ("licence", r"Mana yang akan dikirim"),
        ("paper", r"^Berkas \d+ dari \d+: ([^(\n]+)"),
        ("lacking", r"^Bila ada: ([^(\n]+)"),
        ("more", r"^(.+): (\d+) halaman diterima"),
        ("review", r"Mohon periksa sebelum dikirim"),
        ("day", r"Silakan pilih hari"),
        ("time", r"Pukul berapa"),
    )
)
TAPS: Final = {
    "draft": "Lanjutkan permohonan",
    "menu": "1. Registrasi & Verifikasi",
    "about": "Lanjut",
    "ready": "Sudah",
    "privacy": "Saya memahami dan setuju",
    "form": "CV",
    "bearer": "Direktur",
    "licence": "NIB",
    "lacking": "Tidak punya",
    "more": "Selesai",
    "review": "Kirim permohonan",
}
REFUSED: Final = re.compile(r"Mohon kirim (ulang|sebagai)")
OTHER_DAY: Final = "Hari lain"


class Wronged(Exception):
    """The bot did something to a person that it must not do."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a message of the bot asks, and the details by which one such question is told from another."""

    name: str
    details: tuple[str, ...]


def recognised(message: Message) -> Question | None:
    for name, says in QUESTIONS:
        if found := says.search(message.text):
            # Another choice of days or times is another question.
            choice = message.labels if name in ("day", "time") else ()
            return Question(name, (*(detail.strip() for detail in found.groups()), *choice))
    return None


@dataclass
class Person:
    """Somebody with a phone, whose finger sometimes slips."""

    phone: Phone
    chance: Random
    _looked_at: tuple[int, int] = (0, 0)
    _news_at: float = 0.0

    def tap(self, button: str, on: Message, phone: Phone | None = None) -> None:
        for _ in range(2 if self.chance.random() < TWICE else 1):
            (phone or self.phone).tap(button, on=on)

    async def glance(self) -> None:
        await asyncio.sleep(self.chance.uniform(0.5, 1.5) * GLANCE)

    def waited_too_long(self) -> bool:
        """Whether nothing at all has happened on the screen for a while."""
        history = self.phone.chat.history
        look = (len(history), sum(message.version for message in history))
        now = asyncio.get_running_loop().time()
        if look != self._looked_at:
            self._looked_at, self._news_at = look, now
        return now - self._news_at > PATIENCE

    async def until(self, happened: Callable[[], object], act: Callable[[], object]) -> None:
        """Act, and act again whenever nothing comes of it for a while."""
        while not happened():
            act()
            self._news_at = asyncio.get_running_loop().time()
            while not happened() and not self.waited_too_long():
                await self.glance()

    def from_bot(self) -> Iterator[Message]:
        """What the bot said, newest first."""
        return (message for message in reversed(self.phone.messages) if message.from_bot)


@dataclass
class Provider(Person):
    """A company that registers: it keeps in mind what it answered, sent and chose, to be compared in the end."""

    answers: Mapping[str, str] = field(default_factory=dict)
    papers: Mapping[str, Paper] = field(default_factory=dict)
    sent: dict[str, list[bytes]] = field(default_factory=dict)
    chosen: list[str] = field(default_factory=list)
    number: str = ""
    confirmation: str = ""
    nudges: int = 0
    _seen: int = 0
    _answered: set[Question] = field(default_factory=set)
    _last: tuple[str, Message] | None = None

    async def live(self) -> None:
        """From the first message to the booked call."""
        self.phone.say("/start")
        while not self.confirmation:
            await self.glance()
            newest = self._newest()
            if newest is not None:
                self._seen = newest[0].key
                self._answered.add(newest[1])
                self._react(*newest)
            elif self._waits_for_the_office():
                if self.chance.random() < CURIOUS:
                    self.phone.say("status")
            elif self.waited_too_long():
                self._nudge()

    def times(self) -> list[datetime]:
        """The times for a call on which they tapped: more than one, when somebody else was faster."""
        return [datetime.fromisoformat(chosen) for chosen in self.chosen if "T" in chosen]

    def _newest(self) -> tuple[Message, Question] | None:
        """The newest question that was never answered. Nobody answers twice: what was said once has to suffice."""
        for message in self.from_bot():
            if message.key <= self._seen:
                return None
            if REFUSED.search(message.text):
                raise Wronged(f"a document of {self.phone.person.name} was not taken: {message}")
            question = recognised(message)
            if question is not None and question not in self._answered:
                return message, question
        return None

    def _waits_for_the_office(self) -> bool:
        return bool(self.number) and not self._has_answered("day")

    def _has_answered(self, name: str) -> bool:
        return any(question.name == name for question in self._answered)

    def _nudge(self) -> None:
        """Nothing comes: tap once more, or ask where we were."""
        self.nudges += 1
        self._news_at = asyncio.get_running_loop().time()
        if not self._has_answered("about"):
            self._answered.clear()
            self.phone.say("/start")
        elif self._last is not None and self.chance.random() < 0.5:
            self.phone.tap(self._last[0], on=self._last[1])
        else:
            self.phone.say("status" if self._has_answered("review") else "lanjut")

    def _react(self, message: Message, question: Question) -> None:
        self._last = None
        match question:
            case Question("booked"):
                self.confirmation = message.text
            case Question("submitted", (number,)):
                self.number = number
            case Question("paper", (name,)):
                self._send(name)
            case Question("more", (name, count)) if int(count) < len(self.papers[name].pages):
                pass  # the others are on their way
            case Question("day" | "time"):
                self._choose(message)
            case Question(name) if name in self.answers and name not in TAPS:
                self.phone.say(self.answers[name])
            case Question("review"):
                self._read(message)
                self._tap(message, TAPS["review"])
            case Question(name):
                self._tap(message, TAPS[name])

    def _tap(self, message: Message, label: str) -> None:
        """Tap, or type what the button says."""
        button = message.button(label)
        if button is None or button.data is None:
            raise Wronged(f"{self.phone.person.name}: no button [{label}] under {message}")
        if self.chance.random() < 0.2:
            self.phone.say(label)
        else:
            self._last = (button.data, message)
            self.tap(button.data, message)

    def _choose(self, message: Message) -> None:
        """One of the first days or times, so that several want the same; another day, where all are gone."""
        labels = [label for label in message.labels if re.fullmatch(r"\w+, \d+ \w+|\d\d\.\d\d", label)][:3]
        button = message.button(self.chance.choice(labels or [OTHER_DAY]))
        if button is not None and button.data is not None:
            self.chosen.append(button.data.split(".", 2)[2])
            self._last = (button.data, message)
            self.tap(button.data, message)

    def _send(self, name: str) -> None:
        """Send the document that is asked for: once, whatever happens."""
        kept = self.papers[name].send(self.phone)
        self.sent[name] = [one.file.content for one in kept if one.file is not None]

    def _read(self, message: Message) -> None:
        """Everything that was answered must stand there."""
        for name in ("company", "user_id", "email", "director"):
            if self.answers[name] not in message.text:
                raise Wronged(f"{self.phone.person.name} answered {self.answers[name]!r}, but reads: {message}")


@dataclass(kw_only=True)
class Officer(Person):
    """A member of TUS: takes a case, opens its documents, accepts them, sends the outcome, takes the next."""

    group: Phone
    wanted: int
    done: set[str]
    """The cases whose outcome was sent, by whichever officer."""
    checks_asked: list[str] = field(default_factory=list)
    _not_free: set[str] = field(default_factory=set)

    async def arrive(self) -> None:
        """Open the own chat with the bot."""
        await self.until(lambda: any(self.from_bot()), lambda: self.phone.say("/start"))

    async def work(self) -> None:
        while len(self.done) < self.wanted:
            await self.glance()
            for number, card in self._cards().items():
                if number not in self._not_free and "Belum ada pemegang" in card.text:
                    if await self._take(number, card):
                        await self._check(number, _case_of(card))
                        self.done.add(number)
                    self._not_free.add(number)
                    break

    def _cards(self) -> dict[str, Message]:
        """The newest card of each case in the group."""
        found = ((re.match(r"REG-[\d-]*\d(?= ·)", message.text), message) for message in self.group.messages)
        return {number[0]: message for number, message in found if number}

    async def _take(self, number: str, card: Message) -> bool:
        """Tap [Ambil]; somebody else may have been faster."""
        mine, theirs = f"Pemegang: {self.phone.person.name}", "Pemegang: "
        said: list[str] = []

        def answered() -> bool:
            said[:] = [one.text for one in self.group.toasts if number in one.text and "pegang" in one.text]
            return bool(said) or theirs in self._cards()[number].text

        await self.until(answered, lambda: self.tap(f"s.take.{_case_of(card)}", card, self.group))
        return any("Anda pegang" in text for text in said) or mine in self._cards()[number].text

    async def _check(self, number: str, case: str) -> None:
        tapped: set[str] = set()
        self._ask_for_documents(number)
        while not self._says(number, "hasil dikirim"):
            await self.glance()
            buttons = self._buttons(case)
            for data, message in buttons.items():
                if data not in tapped:
                    tapped.add(data)
                    self.tap(data, message)
            if self.waited_too_long():
                tapped.clear()
                self._news_at = asyncio.get_running_loop().time()
                if not buttons:
                    self._ask_for_documents(number)

    def _ask_for_documents(self, number: str) -> None:
        self.checks_asked.append(number)
        self.phone.say(f"/periksa {number}")

    def _buttons(self, case: str) -> dict[str, Message]:
        """The buttons [Sesuai] and [Kirim hasil] that the screen shows for a case."""
        wanted = (f"s.accept.{case}.", f"s.send.{case}")
        return {
            button.data: message
            for message in reversed(list(self.from_bot()))
            for row in message.buttons
            for button in row
            if button.data is not None and button.data.startswith(wanted)
        }

    def _says(self, number: str, words: str) -> bool:
        return any(number in message.text and words in message.text for message in self.from_bot())


def _case_of(card: Message) -> str:
    """The number in the database, which the buttons carry: a card without a holder has [Ambil]."""
    look = next(look for look in (card.look, *reversed(card.earlier)) if look.buttons)
    data = look.buttons[0][0].data
    assert data is not None
    return data.split(".")[2]
