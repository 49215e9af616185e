"""Connects to Telegram, however long it takes, and receives what people do there."""

import asyncio
import logging
from typing import Final

from bot.reception import Reception
from bot.settings import Settings
from channels.telegram import LONG_POLL, Telegram
from domain.messages import NotSent
from handlers import commands
from handlers.office import Office

log = logging.getLogger("loket")

CONNECTING: Final = "connecting"


class Hearing:
    """Our ear at Telegram: by long polling, or as the address where it delivers."""

    def __init__(self, telegram: Telegram, settings: Settings) -> None:
        self._telegram = telegram
        self._settings = settings
        self._state = CONNECTING

    async def connect(self) -> str:
        """Let Telegram know how we hear, and learn the bot's username; as long as that takes."""
        failures = 0
        while True:
            try:
                _, username = await self._telegram.me()
                await self._choose_way()
            except NotSent as error:
                failures += 1
                self._state = f"{CONNECTING}: {error}"
                log.warning("Telegram cannot be reached yet: %s", error)
                await asyncio.sleep(min(30.0, 2.0 ** min(failures, 5) / 2))
            else:
                self._state = "ok"
                log.info("connected to Telegram as @%s", username)
                return username

    async def _choose_way(self) -> None:
        secret = self._settings.telegram_webhook_secret
        if self._settings.telegram_mode == "polling":
            await self._telegram.use_polling()
        else:
            assert secret is not None
            await self._telegram.use_webhook(f"{self._settings.public_url}/telegram", secret.get_secret_value())

    async def show_commands(self, office: Office) -> None:
        """Let people see what they can type; without it everything works all the same."""
        try:
            await self._telegram.set_commands(commands.for_providers(office))
            await self._telegram.set_commands(commands.for_staff(office), chat=self._settings.staff_chat_id)
        except NotSent as error:
            log.warning("the menu of commands could not be set: %s", error)

    async def listen(self, reception: Reception) -> None:
        """Fetch what people do, where Telegram does not deliver it."""
        if self._settings.telegram_mode == "polling":
            await self._telegram.poll(lambda raw: reception.receive(self._telegram, raw))

    @property
    def state(self) -> str:
        """How well we hear: "ok", or what is wrong."""
        if self._state != "ok" or self._settings.telegram_mode == "webhook":
            return self._state
        at = self._telegram.polled_at
        silent = None if at is None else asyncio.get_running_loop().time() - at
        if silent is None or silent > 2 * LONG_POLL:
            return "no updates could be fetched" + ("" if silent is None else f" for {silent:.0f} s")
        return "ok"
