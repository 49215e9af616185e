"""Links to documents that are on their way to a person: a messenger fetches them there, for a short while."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sender import file_name
from domain.cases import Page
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from storage.vault import Damaged, Missing, UnknownKey, Vault

LASTS: Final = timedelta(hours=1)


class FileLinks:
    """Makes the links and serves what they lead to; each is good for one file of one owed message."""

    def __init__(
        self, public_url: str, secret: str, database: Database, vault: Vault, now: Callable[[], datetime]
    ) -> None:
        self._public_url = public_url
        self._key = hashlib.sha256(b"loket file links\0" + secret.encode()).digest()
        self._database = database
        self._vault = vault
        self._now = now

    def make(self, message: int, file: int) -> str:
        """The address of one file of an owed message."""
        ends = int((self._now() + LASTS).timestamp())
        told = f"{message}.{file}.{ends}.{secrets.token_urlsafe(9)}"
        return f"{self._public_url}/files/{told}.{self._sign(told)}"

    def _sign(self, told: str) -> str:
        signed = hmac.new(self._key, told.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(signed).decode().rstrip("=")

    def read(self, token: str) -> tuple[int, int] | None:
        """The message and the file that a link was made for; None when it is not ours, or too old."""
        told, _, signature = token.rpartition(".")
        if not hmac.compare_digest(self._sign(told).encode(), signature.encode("utf-8", "replace")):
            return None
        message, file, ends, _ = told.split(".")
        return (int(message), int(file)) if self._now().timestamp() < int(ends) else None

    def route(self) -> Route:
        async def files(request: Request) -> Response:
            wanted = self.read(request.path_params["token"])
            found = await self._database.run(lambda uow: _look_up(uow, *wanted)) if wanted is not None else None
            if found is None:
                return Response(status_code=404)
            name, page = found
            try:
                content = await run_in_threadpool(self._vault.get, page.stored, page.wrapped_key, page.key_id)
            except (Damaged, Missing, UnknownKey):
                return Response(status_code=404)
            headers = {
                "Content-Disposition": f"inline; filename*=UTF-8''{quote(name)}",
                "Content-Length": str(len(content)),
                "Cache-Control": "private, no-store",
                "X-Content-Type-Options": "nosniff",
            }
            return Response(b"" if request.method == "HEAD" else content, media_type=page.mime, headers=headers)

        return Route("/files/{token}", files, methods=["GET", "HEAD"])


def _look_up(uow: UnitOfWork, message: int, file: int) -> tuple[str, Page] | None:
    owed = uow.outbox.find(message)
    pages = uow.documents.pages_of(owed.document_id) if owed is not None and owed.document_id is not None else []
    if owed is None or not 1 <= file <= len(pages):
        return None
    return file_name(owed, pages, file), pages[file - 1]
