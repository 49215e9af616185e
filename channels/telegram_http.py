"""HTTP for python-telegram-bot, over aiohttp: sending is the dearest step of a turn, and this halves it."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from channels.trust import authorities

PATIENCE: Final = 20.0
"""Seconds for an ordinary call; a call that takes longer may have succeeded, nobody knows."""
UPLOADING: Final = 60.0
"""Seconds more for a call that carries files."""


class TelegramHttp(BaseRequest):
    """So many connections to Telegram at the most, kept open while they are used."""

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return PATIENCE

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, ssl=authorities()),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                trust_env=True,
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The status and the body of the answer; TimedOut or NetworkError when there is none."""
        if self._session is None:
            raise RuntimeError("not initialized")
        patience = _seconds(read_timeout)
        files = request_data.multipart_data if request_data else {}
        timeout = aiohttp.ClientTimeout(
            total=patience + PATIENCE + (UPLOADING if files else 0.0),
            connect=_seconds(pool_timeout),
            sock_connect=_seconds(connect_timeout),
            sock_read=patience + (UPLOADING if files else 0.0),
        )
        parameters = request_data.json_parameters if request_data else {}
        try:
            async with self._session.request(
                method, url, data=_form(parameters, files) if files else parameters or None, timeout=timeout
            ) as response:
                return response.status, await response.read()
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(f"{type(error).__name__}: {error}") from error


def _seconds(given: Any) -> float:
    return PATIENCE if given is BaseRequest.DEFAULT_NONE or given is None else float(given)


def _form(parameters: Mapping[str, str], files: Mapping[str, Any]) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)
    for name, value in parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, kind) in files.items():
        # In pieces: aiohttp warns of a megabyte that is written in one go, since it holds up everybody else's.
        form.add_field(name, BytesIO(content), filename=file_name, content_type=kind)
    return form
