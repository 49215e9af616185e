"""Messages and their media as Twilio keeps them and tells of them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from simulator.twilio.refusals import FAILURES

if TYPE_CHECKING:
    from simulator.messages import File, Message

VERSION = "2010-04-01"


def new_sid(prefix: str) -> str:
    return prefix + secrets.token_hex(16)


def gmt(seconds: float) -> str:
    """A date as the older parts of Twilio write it."""
    return format_datetime(datetime.fromtimestamp(int(seconds), UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A file that hangs on a message."""

    sid: str
    file: File
    created: int


@dataclass(eq=False, kw_only=True)
class Record:
    """One message, in or out."""

    sid: str
    account: str
    direction: str
    sender: str
    to: str
    body: str
    created: int
    status: str
    service: str | None = None
    callback: str | None = None
    media: list[Media] = field(default_factory=list)
    error: int | None = None
    updated: int = 0
    message: Message | None = None

    @property
    def uri(self) -> str:
        return f"/{VERSION}/Accounts/{self.account}/Messages/{self.sid}.json"

    def media_uri(self, media: Media) -> str:
        return f"/{VERSION}/Accounts/{self.account}/Messages/{self.sid}/Media/{media.sid}"

    @property
    def error_message(self) -> str | None:
        return None if self.error is None else FAILURES.get(self.error, "Unknown error")

    def as_json(self) -> dict[str, Any]:
        return {
            "account_sid": self.account,
            "api_version": VERSION,
            "body": self.body,
            "date_created": gmt(self.created),
            "date_sent": None if self.status in ("accepted", "queued") else gmt(self.created),
            "date_updated": gmt(self.updated or self.created),
            "direction": self.direction,
            "error_code": self.error,
            "error_message": self.error_message,
            "from": self.sender,
            "messaging_service_sid": self.service,
            "num_media": str(len(self.media)),
            "num_segments": "1",
            "price": None,
            "price_unit": None,
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": self.uri.removesuffix(".json") + "/Media.json"},
            "to": self.to,
            "uri": self.uri,
        }

    def media_json(self, media: Media) -> dict[str, Any]:
        return {
            "account_sid": self.account,
            "content_type": media.file.mime,
            "date_created": gmt(media.created),
            "date_updated": gmt(media.created),
            "parent_sid": self.sid,
            "sid": media.sid,
            "uri": self.media_uri(media) + ".json",
        }
