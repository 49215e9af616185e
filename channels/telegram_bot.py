"""The library's bot, where what it makes of Telegram's answers is not what we need."""

from typing import Any

from telegram import Bot
from telegram.error import BadRequest, InvalidToken

from channels.telegram_in import ALLOWED_UPDATES
from domain.files import LIMIT_BYTES


class RawBot(Bot):
    """With updates and files as Telegram gives them."""

    __slots__ = ()

    async def raw_updates(self, offset: int, seconds: int) -> list[dict[str, Any]]:
        """Updates as they were written: the library refuses a whole batch for one strange update."""
        found: list[dict[str, Any]] = await self._post(
            "getUpdates",
            {"offset": offset or None, "timeout": seconds, "allowed_updates": list(ALLOWED_UPDATES)},
            read_timeout=seconds + 10,
        )
        return found

    async def download(self, ref: str) -> bytes:
        """A file that a person sent; the library's way to it would read a path that exists here from our own disk."""
        file = await self._post("getFile", {"file_id": ref})
        if file.get("file_size", 0) > LIMIT_BYTES:
            raise BadRequest("file is too big")
        try:
            return await self.request.retrieve(f"{self.base_file_url}/{file['file_path']}", read_timeout=60)
        except InvalidToken:
            raise BadRequest("wrong file_id") from None  # 404: the path has expired
