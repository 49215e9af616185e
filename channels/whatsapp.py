"""Carries messages to and from WhatsApp, by way of Twilio."""

import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence, Set
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Final, Self
from urllib.parse import urlsplit

from twilio.request_validator import RequestValidator
from twilio.rest import Client

from channels.twilio_http import TwilioHttp
from channels.whatsapp_errors import mapped
from channels.whatsapp_in import CHANNEL, PREFIX, glance, missed, read, read_status
from channels.whatsapp_out import KNOCK, Part, parts
from domain.files import LIMIT_BYTES
from domain.messages import (
    Address,
    Capabilities,
    Gone,
    Impossible,
    Inbound,
    NeedsOperator,
    Outgoing,
    Receipt,
    Sent,
    Toast,
    TryLater,
)

log = logging.getLogger("loket.whatsapp")

WINDOW: Final = timedelta(hours=24)
CDN: Final = ".twiliocdn.com"
PAGE: Final = 100
LARGEST_FILE, LARGEST_PICTURE = 16 << 20, 5 << 20
"""Bytes that WhatsApp hands over to a person."""
MOST_MISSED: Final = 10_000

Heard = Callable[[Sequence[str]], Awaitable[Set[str]]]
"""Tells which of these messages are known already."""


class WhatsApp:
    """One sender of one Twilio account."""

    name = CHANNEL

    def __init__(
        self,
        http: TwilioHttp,
        *,
        account_sid: str,
        auth_token: str,
        sender: str,
        api_url: str,
        public_url: str,
        templates: Mapping[str, str],
    ) -> None:
        self._http = http
        self._auth = (account_sid, auth_token)
        self._sender = sender
        self._api = urlsplit(api_url)
        self._public_url = public_url
        self._templates = templates
        self._validator = RequestValidator(auth_token)
        self.client = Client(account_sid, auth_token, http_client=http)
        media = rf"/2010-04-01/Accounts/{re.escape(account_sid)}/Messages/[A-Z]{{2}}\w{{32}}/Media/ME\w{{32}}"
        self._media = re.compile(media)
        self.capabilities = Capabilities(
            title="WhatsApp",
            window=WINDOW,
            knocks=KNOCK in templates,
            edits=False,
            toasts=False,
            numbers=True,
            links=True,
            keeps_files=True,
            largest_file=LARGEST_FILE,
            largest_picture=LARGEST_PICTURE,
            menus=False,
            gather=timedelta(seconds=2.5),
        )

    @classmethod
    @asynccontextmanager
    async def opened(cls, *, api_url: str, content_url: str, **account: Any) -> AsyncIterator[Self]:
        async with TwilioHttp.opened(api_url, content_url) as http:
            yield cls(http, api_url=api_url, **account)

    # What arrives

    def read(self, raw: Mapping[str, Any]) -> Inbound:
        return read(raw)

    def glance(self, raw: Mapping[str, Any]) -> tuple[str, str, Address | None]:
        return glance(raw)

    def read_status(self, form: Mapping[str, str]) -> Receipt | None:
        return read_status(form)

    def is_group(self, chat: str) -> bool:
        return False

    def is_signed(self, path_and_query: str, form: Mapping[str, str], signature: str) -> bool:
        """Whether Twilio sent this to our public address; a proxy in between does not matter."""
        try:
            return bool(self._validator.validate(self._public_url + path_and_query, form, signature))
        except ValueError:  # a host or port that is none
            return False

    async def missed(self, since: datetime, heard: Heard) -> list[dict[str, str]]:
        """What people wrote since then and was never heard, as Twilio lists it, oldest first."""
        found = []
        with mapped():
            async for record in await self.client.messages.stream_async(
                to=self._sender, date_sent_after=since, page_size=PAGE, limit=MOST_MISSED
            ):
                if str(record.direction) == "inbound":
                    found.append(record)
            # Twilio lists the newest first; its moments are whole seconds, so its order decides within one.
            found.reverse()
            found.sort(key=lambda record: record.date_sent or record.date_created or since)
            known = await heard([record.sid for record in found])
            return [missed(record, await self._media_of(record)) for record in found if record.sid not in known]

    async def _media_of(self, record: Any) -> list[tuple[str, str]]:
        if not int(record.num_media or 0):
            return []
        here = f"{self._api.geturl()}/2010-04-01/Accounts/{self._auth[0]}/Messages/{record.sid}/Media"
        try:
            with mapped():
                listed = await self.client.messages(record.sid).media.list_async()
        except Gone:  # taken back since: that must not keep the others away
            return []
        return [(f"{here}/{media.sid}", media.content_type) for media in listed]

    # What goes out

    async def send(self, message: Outgoing) -> Sent:
        """Files first, each a message of its own; then the text, the next piece after the former was accepted."""
        sent = []
        with mapped():
            for file in message.files:
                sent.append(await self._create(message.address, media_url=[file.url]))
            if message.text or message.rows:
                for part in parts(message.text, message.rows, self._templates):
                    sent.append(await self._create(message.address, **_fields(part)))
        return Sent(tuple(sent))

    async def set_commands(self, commands: Sequence[tuple[str, str]], *, chat: str) -> None:
        raise Impossible("there is no menu of commands here")

    async def knock(self, address: Address) -> Sent:
        """Ask somebody to write, by the template that WhatsApp has approved."""
        with mapped():
            return Sent((await self._create(address, content_sid=self._templates[KNOCK]),))

    async def _create(self, to: Address, **what: Any) -> str:
        created = await self.client.messages.create_async(
            to=PREFIX + to.chat,
            from_=self._sender,
            status_callback=f"{self._public_url}/whatsapp/status",
            **what,
        )
        return str(created.sid)

    async def edit(self, message: Outgoing) -> None:
        raise Impossible("a message on WhatsApp stays as it is")

    async def delete(self, chat: str, message: str) -> None:
        raise Impossible("a message on WhatsApp stays where it is")

    async def answer(self, click: str, toast: Toast) -> None:
        """A tap is a message here: nothing waits for an answer."""

    # Files that people sent

    async def fetch(self, ref: str) -> bytes:
        """Show the password only to Twilio itself, and follow the way to the file without it."""
        self._check_own(ref)
        status, there = await self._http.look(ref, self._auth)
        if status == 404:
            raise Gone("Twilio has this file no longer")
        if status in (401, 403):
            raise NeedsOperator(f"Twilio does not let us fetch files: {status}", "20003")
        if status == 429 or status >= 500:
            raise TryLater(2, f"Twilio answers {status}")
        if status == 200:  # no way, but the file itself
            return await self._http.download(ref, LIMIT_BYTES, self._auth)
        if status in (301, 302, 303, 307, 308) and self._is_allowed(there):
            return await self._http.download(there, LIMIT_BYTES)
        raise Impossible(f"the way to the file leads elsewhere: {status} {there[:80]!r}")

    async def forget(self, ref: str) -> None:
        """Let Twilio delete a file that we have."""
        self._check_own(ref)
        message, _, media = ref.rpartition("/Media/")
        with mapped():
            await self.client.messages(message.rpartition("/")[2]).media(media).delete_async()

    def _check_own(self, ref: str) -> None:
        parts = urlsplit(ref)
        own = (parts.scheme, parts.netloc) == (self._api.scheme, self._api.netloc)
        if not own or not self._media.fullmatch(parts.path) or parts.query or parts.fragment:
            raise Impossible("not a file of this account")

    def _is_allowed(self, url: str) -> bool:
        """Twilio's own machines; those of a simulator on this machine, where that is Twilio."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:  # a host or port that is none
            return False
        if "@" in parts.netloc or "\\" in url:
            return False
        if _is_local(self._api.hostname or ""):
            return parts.scheme in ("http", "https") and _is_local(host)
        return parts.scheme == "https" and host.endswith(CDN) and port in (None, 443)

    # What the operator wants to know

    async def check(self) -> None:
        """Whether Twilio lets us in; NeedsOperator where it does not know the account or the password."""
        with mapped():
            await self.client.messages.list_async(to=self._sender, limit=1)

    @property
    def templates(self) -> Mapping[str, str]:
        return self._templates


def _fields(part: Part) -> dict[str, str]:
    if not part.template:
        return {"body": part.text}
    return {"content_sid": part.template, "content_variables": part.values}


def _is_local(host: str) -> bool:
    return host in ("localhost", "127.0.0.1", "::1")
