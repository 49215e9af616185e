"""People on WhatsApp: known by a phone number, or only by the id that stands for them at one business."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.people import Person, Phone

if TYPE_CHECKING:
    from simulator.twilio.account import Twilio

WINDOW = 24 * 3600
RECEIPTS = ("sent", "delivered", "read")


class WhatsAppPerson(Person):
    """Someone with WhatsApp on a phone."""

    def __init__(self, twilio: Twilio, id: int, name: str, *, number: str | None, external_id: str | None) -> None:
        super().__init__(twilio, id, name)
        self.twilio = twilio
        self.number = number
        self.external_id = external_id
        self.hides_number = False
        self.receipts = "read"
        """How far a message gets on this phone: "sent" when it is off, "delivered" while nobody looks at it."""
        self.wrote_at: int | None = None

    @property
    def phone(self) -> Phone:
        return self.private

    @property
    def whatsapp(self) -> Phone:
        return self.private

    @property
    def business_id(self) -> str | None:
        """The address that stands for this person at one business."""
        return f"whatsapp:{self.external_id}" if self.external_id else None

    @property
    def address(self) -> str:
        """Where a message comes from: the number, unless there is none or it is hidden."""
        if self.number and not (self.hides_number and self.external_id):
            return f"whatsapp:{self.number}"
        return f"whatsapp:{self.external_id}"

    def answers_to(self, address: str) -> bool:
        return address in (f"whatsapp:{self.number}", self.business_id)

    def window_ends(self) -> int | None:
        """Until when the business may write freely."""
        return None if self.wrote_at is None else self.wrote_at + WINDOW

    def looks(self) -> None:
        """Switch the phone on and read everything."""
        self.receipts = "read"
        self.twilio.deliveries.receipts_until(self, "read")
