"""What every messenger can do for us, whatever it calls it."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from domain.messages import Address, Capabilities, Inbound, Outgoing, Sent, Toast


class Channel(Protocol):
    """A way to people: reads what arrives, sends what is owed.

    What goes out raises one of the `NotSent` of domain.messages when it did not get there.
    """

    name: str
    capabilities: Capabilities

    def read(self, raw: Mapping[str, Any]) -> Inbound:
        """An event as the messenger wrote it, in our words; any exception means that it cannot be understood."""
        ...

    def glance(self, raw: Mapping[str, Any]) -> tuple[str, str, Address | None]:
        """The key, the sender and the chat of an event that perhaps cannot be read, as far as they can be told."""
        ...

    def is_group(self, chat: str) -> bool:
        """Whether several people read there, so that less may be sent."""
        ...

    async def send(self, message: Outgoing) -> Sent:
        """A new message; several when it is long or has files."""
        ...

    async def edit(self, message: Outgoing) -> None:
        """Let the message `message.edit` say this, or change only its buttons; Gone when it is not there any more."""
        ...

    async def delete(self, chat: str, message: str) -> None:
        """Take a message back; Gone when it is not there any more, or too old."""
        ...

    async def set_commands(self, commands: Sequence[tuple[str, str]], *, chat: str) -> None:
        """Let a chat offer these commands, each with what it does, in a menu; only where `capabilities.menus`."""
        ...

    async def knock(self, address: Address) -> Sent:
        """Ask somebody to write, whose window is closed; only where `capabilities.knocks`."""
        ...

    async def answer(self, click: str, toast: Toast) -> None:
        """Answer a tap, so that the button stops waiting."""
        ...

    async def fetch(self, ref: str) -> bytes:
        """A file that a person sent; Gone when the messenger has it no longer, TooBig when we take no such one."""
        ...

    async def forget(self, ref: str) -> None:
        """Let the messenger delete a file that a person sent; only where `capabilities.keeps_files`."""
        ...
