"""HTTP for Twilio's client, over httpx: with a limit on every wait, and with addresses that can lead elsewhere.

The client's own asynchronous transport ignores its timeout and cannot send JSON; this one is for that.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, Self
from urllib.parse import urlsplit, urlunsplit

import httpx
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from channels.trust import authorities
from domain.messages import Gone, Impossible, TooBig, TryLater

CONNECTING: Final = 10.0
PATIENCE: Final = 30.0
"""Seconds for the answer to one call. A call that takes longer may have succeeded, nobody knows: asked again, a Twilio
that is merely slow would send the same message again and again."""
FILE_PATIENCE: Final = 120.0
"""Seconds for a whole file, however it drips."""
API, CONTENT = "api.twilio.com", "content.twilio.com"


class TwilioHttp(AsyncHttpClient):  # type: ignore[misc]
    """The transport of one account."""

    def __init__(self, api_url: str, content_url: str) -> None:
        super().__init__(logging.getLogger("twilio"), True, PATIENCE)
        self._places = {API: urlsplit(api_url), CONTENT: urlsplit(content_url)}
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(PATIENCE, connect=CONNECTING),
            follow_redirects=False,
            trust_env=False,
            verify=authorities(),
        )
        self.file_patience = FILE_PATIENCE

    @classmethod
    @asynccontextmanager
    async def opened(cls, api_url: str, content_url: str) -> AsyncIterator[Self]:
        http = cls(api_url, content_url)
        async with http._client:
            yield http

    async def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, Any] | None = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """One call of the library; TryLater when nobody answers."""
        is_json = (headers or {}).get("Content-Type") == "application/json"
        body = {"json": data} if is_json else {"data": _form(data)} if method == "POST" else {}
        try:
            answer = await self._client.request(
                method, self._there(uri), params=_form(params) or None, headers=dict(headers or {}), auth=auth, **body
            )
        except httpx.HTTPError as error:
            raise TryLater(1, f"Twilio: {type(error).__name__}", whole_channel=True) from None
        return Response(answer.status_code, answer.text, answer.headers)

    def _there(self, uri: str) -> str:
        """Where an address of Twilio's leads, by the settings."""
        parts = urlsplit(uri)
        place = self._places.get(parts.netloc, parts)
        return urlunsplit((place.scheme, place.netloc, place.path.rstrip("/") + parts.path, parts.query, ""))

    async def look(self, url: str, auth: tuple[str, str]) -> tuple[int, str]:
        """Ask for a file, with the password: the status, and where the file really is."""
        try:
            async with self._client.stream("GET", url, auth=auth) as answer:
                return answer.status_code, answer.headers.get("location", "")
        except httpx.HTTPError as error:
            raise TryLater(1, f"Twilio: {type(error).__name__}") from None

    async def download(self, url: str, limit: int, auth: tuple[str, str] | None = None) -> bytes:
        """A file, without the password unless it is told, counted and timed while it comes."""
        try:
            async with (
                asyncio.timeout(self.file_patience),
                self._client.stream("GET", url, auth=auth, headers={"Accept-Encoding": "identity"}) as answer,
            ):
                if answer.status_code in (403, 404, 410):
                    raise Gone(f"the file is not there any more: {answer.status_code}")
                if answer.is_redirect:
                    raise Impossible("the way to the file goes on and on")
                if answer.status_code != 200:
                    raise TryLater(2, f"the file cannot be fetched: {answer.status_code}")
                content = bytearray()
                async for piece in answer.aiter_bytes():
                    content += piece
                    if len(content) > limit:
                        raise TooBig("file is too big")
                return bytes(content)
        except (httpx.HTTPError, TimeoutError) as error:
            raise TryLater(1, f"the file cannot be fetched: {type(error).__name__}") from None


def _form(data: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: _plain(value) for name, value in (data or {}).items()}


def _plain(value: Any) -> Any:
    return [str(one) for one in value] if isinstance(value, list) else str(value)
