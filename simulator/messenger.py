"""What a phone needs of the messenger that runs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from simulator.chats import Chat
    from simulator.markup import Entity
    from simulator.messages import Message, Tap
    from simulator.people import Person
    from simulator.world import World


class Messenger(Protocol):
    """Telegram or WhatsApp, as the people who use it see it."""

    channel: str
    world: World

    def private_chat(self, person: Person) -> Chat:
        """Her own chat with the office."""

    def commands_for(self, person: Person, chat: Chat) -> list[dict[str, str]]:
        """The commands that the menu button offers."""

    def greeting(self, payload: str) -> str:
        """What is said for her when she opens the chat by a link."""

    def marks(self, text: str) -> tuple[Entity, ...]:
        """What the app marks in a text that she types: addresses, commands."""

    def arrived(self, message: Message) -> None:
        """She wrote."""

    def corrected(self, message: Message) -> None:
        """She changed what she wrote."""

    def tapped(self, person: Person, message: Message, data: str) -> Tap:
        """She tapped a button that carries this data."""

    def block_changed(self, person: Person) -> None:
        """She blocked the office, or no longer does."""
