"""Carries messages to and from Telegram."""

import asyncio
import html
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final, Self

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
)
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    Conflict,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from channels.telegram_bot import RawBot
from channels.telegram_errors import in_our_words, is_a_file, is_too_old, seconds_of, unchanged_is_fine
from channels.telegram_http import TelegramHttp
from channels.telegram_in import ALLOWED_UPDATES, CHANNEL, glance, read
from channels.text import bold, pieces
from domain.messages import (
    Address,
    Attachment,
    Capabilities,
    Impossible,
    Inbound,
    NotSent,
    Outgoing,
    Rows,
    Sent,
    Toast,
)

log = logging.getLogger("loket.telegram")

TEXT_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024
ALBUM_LIMIT: Final = 10
TOAST_LIMIT: Final = 200
LONG_POLL: Final = 50
HURRY: Final = 0.1
"""Seconds in which a server that waits for updates does not answer that there are none."""
LONGEST_ERROR: Final = 300
BETWEEN_PARTS: Final = 1.05
"""Seconds between the parts of one message: a chat may have one a second, and what is refused begins anew."""

Receive = Callable[[Mapping[str, Any]], Awaitable[object]]


class Refusal(Exception):
    """Telegram does not accept the token."""


class Telegram:
    """One bot, seen from our side."""

    name = CHANNEL
    capabilities = Capabilities(title="Telegram")

    def __init__(self, token: str, api_url: str, connections: int) -> None:
        self._token = token
        self._requests = (TelegramHttp(1), TelegramHttp(connections))
        self._bot = RawBot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            get_updates_request=self._requests[0],
            request=self._requests[1],
        )
        self.polled_at: float | None = None

    @classmethod
    @asynccontextmanager
    async def opened(cls, token: str, api_url: str, connections: int = 32) -> AsyncIterator[Self]:
        telegram = cls(token, api_url, connections)
        try:
            for request in telegram._requests:
                await request.initialize()
            yield telegram
        finally:
            for request in telegram._requests:
                await request.shutdown()

    # What arrives

    def read(self, raw: Mapping[str, Any]) -> Inbound:
        return read(raw, self._bot)

    def glance(self, raw: Mapping[str, Any]) -> tuple[str, str, Address | None]:
        return glance(raw)

    def is_group(self, chat: str) -> bool:
        return chat.startswith("-")

    async def poll(self, receive: Receive) -> None:
        """Fetch what people did, for ever; what was fetched is confirmed once `receive` is done with all of it."""
        offset, failures, explained = 0, 0, False
        while True:
            try:
                # The first look does not wait, so that it is soon known whether looking works.
                patience = 0 if self.polled_at is None else LONG_POLL
                began = asyncio.get_running_loop().time()
                batch = await self._bot.raw_updates(offset, patience)
                await _in_order(batch, receive)
                if batch:
                    # Not the highest ever: after a week of silence Telegram may number anew, and lower.
                    offset = max(update["update_id"] for update in batch) + 1
                self.polled_at = asyncio.get_running_loop().time()
                failures, explained = 0, False
                if patience and not batch and self.polled_at - began < HURRY:
                    # A server that does not wait, as it was asked to, would be asked hundreds of times a second.
                    await asyncio.sleep(HURRY)
            except Conflict as error:
                failures += 1
                if not explained:
                    explained = True
                    log.error(
                        "Telegram gives the messages to somebody else: another process polls with the same token, "
                        "or a webhook is set. Stop the other process. (%s)",
                        self._clean(error),
                    )
                await self._drop_webhook()
                await asyncio.sleep(_backoff(failures))
            except RetryAfter as error:
                await asyncio.sleep(seconds_of(error))
            except Exception as error:
                failures += 1
                log.warning("receiving from Telegram failed, trying again: %s", self._clean(error))
                await asyncio.sleep(_backoff(failures))

    async def use_polling(self) -> None:
        """A webhook keeps updates from being fetched; what waits there is not dropped."""
        with self._mapped():
            await self._bot.delete_webhook(drop_pending_updates=False)

    async def use_webhook(self, url: str, secret: str) -> None:
        with self._mapped():
            await self._bot.set_webhook(
                url, secret_token=secret, allowed_updates=list(ALLOWED_UPDATES), drop_pending_updates=False
            )

    async def _drop_webhook(self) -> None:
        try:
            await self.use_polling()
        except NotSent as error:
            log.warning("the webhook could not be removed: %s", error)

    # What goes out

    async def send(self, message: Outgoing) -> Sent:
        arrived: list[str] = []
        try:
            with self._mapped():
                await (self._send_files if message.files else self._send_text)(message, arrived)
        except NotSent as error:
            error.arrived = tuple(arrived)
            raise
        return Sent(tuple(arrived))

    async def _send_text(self, message: Outgoing, arrived: list[str]) -> None:
        cut = pieces(message.text, TEXT_LIMIT)
        for number, piece in enumerate(cut, 1):
            if number > 1:
                await asyncio.sleep(BETWEEN_PARTS)
            one = await self._bot.send_message(
                message.address.chat,
                _html(piece),
                parse_mode=ParseMode.HTML,
                reply_markup=_keyboard(message.rows) if number == len(cut) else None,
                protect_content=message.protected or None,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
            arrived += _ids([one])

    async def _send_files(self, message: Outgoing, arrived: list[str]) -> None:
        captioned = len(pieces(message.text, CAPTION_LIMIT)) == 1
        if len(message.files) == 1:
            arrived += await self._send_document(message, message.files[0], captioned=captioned)
            if captioned:
                return
        elif captioned and not message.rows and len(message.files) <= ALBUM_LIMIT:
            # One call: a second one within a second is refused, and the retry would begin with the album again.
            arrived += await self._send_album(message, message.files, message.text)
            return
        else:
            await self._send_albums(message, arrived)
        if message.text:
            await asyncio.sleep(BETWEEN_PARTS)
            await self._send_text(message, arrived)

    async def _send_document(self, message: Outgoing, file: Attachment, *, captioned: bool) -> tuple[str, ...]:
        send = self._bot.send_photo if file.picture else self._bot.send_document
        sent = await send(
            message.address.chat,
            InputFile(file.content, filename=file.name),
            caption=_html(message.text) if captioned and message.text else None,
            parse_mode=ParseMode.HTML,
            reply_markup=_keyboard(message.rows) if captioned else None,
            protect_content=message.protected or None,
        )
        return _ids([sent])

    async def _send_albums(self, message: Outgoing, arrived: list[str]) -> None:
        for start in range(0, len(message.files), ALBUM_LIMIT):
            if start:
                await asyncio.sleep(BETWEEN_PARTS)
            files = message.files[start : start + ALBUM_LIMIT]
            if len(files) == 1:
                arrived += await self._send_document(message, files[0], captioned=False)
            else:
                arrived += await self._send_album(message, files, "")

    async def _send_album(self, message: Outgoing, files: Sequence[Attachment], caption: str) -> tuple[str, ...]:
        media = [
            (InputMediaPhoto if file.picture else InputMediaDocument)(
                InputFile(file.content, filename=file.name, attach=True),
                caption=_html(caption) if caption and number == len(files) else None,
                parse_mode=ParseMode.HTML,
            )
            for number, file in enumerate(files, 1)
        ]
        album = await self._bot.send_media_group(message.address.chat, media, protect_content=message.protected or None)
        return _ids(album)

    async def edit(self, message: Outgoing) -> None:
        with self._mapped(), unchanged_is_fine():
            chat, target = message.address.chat, int(message.edit)
            if message.only_buttons:
                await self._bot.edit_message_reply_markup(chat, target, reply_markup=_keyboard(message.rows))
                return
            try:
                await self._bot.edit_message_text(
                    _html(pieces(message.text, TEXT_LIMIT)[0]),
                    chat,
                    target,
                    parse_mode=ParseMode.HTML,
                    reply_markup=_keyboard(message.rows),
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                )
            except BadRequest as error:
                if not is_a_file(error):
                    raise
                await self._bot.edit_message_caption(
                    chat,
                    target,
                    caption=_html(pieces(message.text, CAPTION_LIMIT)[0]),
                    parse_mode=ParseMode.HTML,
                    reply_markup=_keyboard(message.rows),
                )

    async def delete(self, chat: str, message: str) -> None:
        with self._mapped(), unchanged_is_fine():
            try:
                await self._bot.delete_message(chat, int(message))
            except BadRequest as error:
                if not is_too_old(error):
                    raise
                # What cannot be taken back any more loses at least its buttons.
                await self._bot.edit_message_reply_markup(chat, int(message), reply_markup=None)

    async def answer(self, click: str, toast: Toast) -> None:
        with self._mapped():
            await self._bot.answer_callback_query(
                click, toast.text[:TOAST_LIMIT] or None, show_alert=toast.alert or None
            )

    async def fetch(self, ref: str) -> bytes:
        with self._mapped():
            return await self._bot.download(ref)

    async def knock(self, address: Address) -> Sent:
        raise Impossible("nobody has to write first on Telegram")

    async def forget(self, ref: str) -> None:
        raise Impossible("Telegram keeps its files as long as it likes")

    # What the operator wants to know and set

    async def me(self) -> tuple[str, str]:
        """The bot's number and username; Refusal when the token is not accepted."""
        with self._mapped():
            try:
                user = await self._bot.get_me()
            except InvalidToken:
                raise Refusal("Telegram does not know this token") from None
        return str(user.id), user.username or ""

    async def set_commands(self, commands: Sequence[tuple[str, str]], *, chat: str | None = None) -> None:
        """The menu of commands: of one chat, or of all private chats."""
        scope: BotCommandScope = BotCommandScopeChat(chat) if chat else BotCommandScopeAllPrivateChats()
        with self._mapped():
            await self._bot.set_my_commands([BotCommand(name, text) for name, text in commands], scope)

    async def standing(self, chat: str) -> str:
        """What the bot is in a group: administrator, member, left ..."""
        number, _ = await self.me()
        with self._mapped():
            return str((await self._bot.get_chat_member(chat, int(number))).status)

    async def webhook(self) -> tuple[str, int, str]:
        """Where updates are delivered (empty: they are fetched), how many wait, and the last trouble."""
        with self._mapped():
            info = await self._bot.get_webhook_info()
            return info.url, info.pending_update_count, info.last_error_message or ""

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        """The library's errors in our words."""
        try:
            yield
        except TelegramError as error:
            raise in_our_words(error, self._clean(error)) from None

    def _clean(self, error: BaseException) -> str:
        """What went wrong, without the token and the file: some errors quote the address, or all that was sent."""
        return f"{type(error).__name__}: {error}".replace(self._token, "<token>")[:LONGEST_ERROR]


async def _in_order(batch: Sequence[Mapping[str, Any]], receive: Receive) -> None:
    """Receive what different people did at once, and what one of them did in order."""
    by_person: defaultdict[object, list[Mapping[str, Any]]] = defaultdict(list)
    for update in batch:
        body = next((part for part in update.values() if isinstance(part, dict)), {})
        person = body.get("from") or body.get("chat")
        by_person[person.get("id") if isinstance(person, dict) else None].append(update)

    async def receive_each(updates: list[Mapping[str, Any]]) -> None:
        for update in updates:
            await receive(update)

    outcomes = await asyncio.gather(*map(receive_each, by_person.values()), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome


def _html(text: str) -> str:
    return bold(html.escape(text, quote=False), "<b>", "</b>")


def _keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(button.label, url=button.url)
                if button.url
                else InlineKeyboardButton(button.label, callback_data=button.data)
                for button in row
            ]
            for row in rows
        ]
    )


def _ids(messages: Sequence[Message]) -> tuple[str, ...]:
    return tuple(str(message.message_id) for message in messages)


def _backoff(failures: int) -> float:
    return float(min(30, 2 ** min(failures, 5) / 2))
