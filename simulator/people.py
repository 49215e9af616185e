"""The people of the simulator, and what they can do with their phones."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from simulator.messages import Button, Look, Message, Tap, Toast

if TYPE_CHECKING:
    from simulator.chats import Chat
    from simulator.messenger import Messenger
    from simulator.world import World


class Person:
    """Someone with a phone and one account on a messenger."""

    def __init__(
        self, messenger: Messenger, id: int, name: str, *, username: str | None = None, language: str | None = "id"
    ) -> None:
        self.messenger = messenger
        self.id = id
        self.name = name
        self.username = username
        self.language = language
        self.note = ""
        self.started = False
        self.blocked = False
        self.toasts: list[Toast] = []

    @property
    def channel(self) -> str:
        return self.messenger.channel

    @property
    def private(self) -> Phone:
        """Her private chat with the bot, on her own phone."""
        return Phone(self, self.messenger.private_chat(self))

    def at(self, chat: Chat, *, anonymous: bool = False) -> Phone:
        """Her phone with this group open; an anonymous administrator speaks in the group's name."""
        return Phone(self, chat, anonymous=anonymous)

    def block(self) -> None:
        """Block the bot: it can no longer write to her."""
        if not self.blocked:
            self.blocked = True
            self.messenger.block_changed(self)

    def unblock(self) -> None:
        if self.blocked:
            self.blocked = False
            self.messenger.block_changed(self)

    def __repr__(self) -> str:
        return f"<{self.name} {self.id}>"


class Phone:
    """One person's phone with one chat open: what she sees there and what she does."""

    def __init__(self, person: Person, chat: Chat, *, anonymous: bool = False) -> None:
        self.person = person
        self.chat = chat
        self.anonymous = anonymous

    # What she sees

    @property
    def messages(self) -> list[Message]:
        return self.chat.messages

    @property
    def newest(self) -> Message:
        return self.chat.newest

    @property
    def toasts(self) -> list[Toast]:
        return [toast for toast in self.person.toasts if toast.chat is self.chat]

    @property
    def keyboard(self) -> list[str]:
        """The labels of the reply keyboard, if the bot has shown one."""
        rows = (self.chat.keyboard or {}).get("keyboard", [])
        return [key if isinstance(key, str) else key["text"] for row in rows for key in row]

    @property
    def commands(self) -> list[dict[str, str]]:
        """The commands that the menu button offers to her in this chat."""
        return self.messenger.commands_for(self.person, self.chat)

    def showing(self, text: str) -> Message:
        return self.chat.showing(text)

    def screen(self) -> str:
        return self.chat.screen()

    # What she does

    def start(self, payload: str = "") -> Message:
        """Press the start button of the bot, perhaps by a link that carries a word."""
        return self.say(self.messenger.greeting(payload))

    def say(self, text: str, *, reply_to: Message | None = None, forwarded: bool = False) -> Message:
        """Write; a forwarded text is someone else's, passed on."""
        origin = {"type": "hidden_user", "sender_user_name": "Seseorang", "date": self.world.now()}
        extra = {"forward_origin": origin} if forwarded else {}
        return self._send(Look(text=text, entities=self.messenger.marks(text)), reply_to=reply_to, extra=extra)

    def reply(self, message: Message, text: str) -> Message:
        return self.say(text, reply_to=message)

    def tap(self, wanted: str, on: Message | None = None) -> Tap:
        """Tap the button with this label or data: on the newest message that shows it, or on the given message.

        On a given message the button may be one that an edit has removed since: her screen was a moment behind.
        Where the messenger has no buttons, the number of the line with this label is typed instead.
        """
        if on is not None:
            button = on.past_button(wanted)
            if button:
                return self._tap(on, button)
        else:
            for message in reversed(self.chat.history):
                button = message.button(wanted) if message.is_seen else None
                if button:
                    return self._tap(message, button)
        line = on.numbered(wanted) if on is not None else self._numbered(wanted)
        if line:
            said = self.say(str(line.data))
            return Tap(id="", person=self.person, message=said, data=said.text, made=said.date, answered=True)
        raise LookupError(f"{self.person.name} sees no button {wanted!r}; the screen shows:\n{self.screen()}")

    def forge_tap(self, data: str, on: Message) -> Tap:
        """Send button data of her own making, as a tampered client can."""
        return self._tap(on, Button("", data=data))

    def send_document(
        self, name: str, content: bytes, mime: str = "application/pdf", *, caption: str = "", album: str | None = None
    ) -> Message:
        look = self.world.document(name, mime, content, caption, entities=self.messenger.marks(caption))
        return self._send(look, album=album)

    def send_photo(self, content: bytes, *, caption: str = "", album: str | None = None) -> Message:
        look = self.world.photo(content, caption, entities=self.messenger.marks(caption))
        return self._send(look, album=album)

    def send_album(self, items: Sequence[bytes | tuple[str, bytes, str]], *, caption: str = "") -> list[Message]:
        """Send photos (bytes) or documents (name, content, type) together; the caption stands on the first."""
        album = str(13_000_000_000_000_000 + secrets.randbelow(10**15))
        sent = []
        for number, item in enumerate(items):
            words = caption if number == 0 else ""
            if isinstance(item, tuple):
                sent.append(self.send_document(*item, caption=words, album=album))
            else:
                sent.append(self.send_photo(item, caption=words, album=album))
        return sent

    def send_sticker(self, emoji: str = "👍") -> Message:
        file = self.world.files.keep("sticker.webp", "image/webp", b"RIFF", folder="stickers")
        shape = {
            "type": "regular",
            "emoji": emoji,
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "file_id": file.id,
            "file_unique_id": file.unique_id,
        }
        return self._send(Look(kind="sticker", text=""), extra={"sticker": shape})

    def send_voice(self, content: bytes = b"OggS", seconds: int = 3) -> Message:
        file = self.world.files.keep("voice.oga", "audio/ogg", content, folder="voice")
        shape = {
            "duration": seconds,
            "mime_type": file.mime,
            "file_id": file.id,
            "file_unique_id": file.unique_id,
            "file_size": file.size,
        }
        return self._send(Look(kind="voice", file=file), extra={"voice": shape})

    def send_location(self, latitude: float = -6.5950, longitude: float = 106.7942) -> Message:
        shape = {"latitude": latitude, "longitude": longitude}
        return self._send(Look(kind="location"), extra={"location": shape})

    def send_contact(self, phone_number: str = "+6281200000001", name: str | None = None) -> Message:
        shape = {"phone_number": phone_number, "first_name": name or self.person.name, "user_id": self.person.id}
        return self._send(Look(kind="contact"), extra={"contact": shape})

    def edit(self, message: Message, text: str) -> Message:
        """Correct one of her own messages."""
        if message.sender is not self.person:
            raise ValueError(f"this message is not by {self.person.name}")
        look = message.look
        changed = Look(text=text, entities=self.messenger.marks(text), file=look.file, sizes=look.sizes, kind=look.kind)
        self.world.rewrite(message, changed)
        self.messenger.corrected(message)
        return message

    @property
    def messenger(self) -> Messenger:
        return self.person.messenger

    @property
    def world(self) -> World:
        return self.person.messenger.world

    def _numbered(self, wanted: str) -> Button | None:
        """The numbered line with this label among what the bot has said since she last did something."""
        for message in reversed(self.messages):
            if not message.from_bot:
                return None
            line = message.numbered(wanted)
            if line:
                return line
        return None

    def _send(self, look: Look, **particulars: Any) -> Message:
        self._check_allowed()
        message = self.world.write(self.chat, self.person, look, sender_chat=self.anonymous, **particulars)
        self.messenger.arrived(message)
        return message

    def _tap(self, message: Message, button: Button) -> Tap:
        self._check_allowed()
        if button.data is None:
            raise LookupError(f"the button {button.label!r} opens {button.url or 'something else'}; it sends no data")
        return self.messenger.tapped(self.person, message, button.data)

    def _check_allowed(self) -> None:
        if self.chat.is_private:
            if self.person.blocked:
                raise PermissionError(f"{self.person.name} has blocked the bot")
            self.person.started = True
        elif not self.chat.member(self.person):
            raise PermissionError(f"{self.person.name} is not in {self.chat.title!r}")
