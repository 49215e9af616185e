"""Links to files that are on their way to a person: a messenger fetches them there, for a short while."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.binder import file_name
from bot.printer import Printer
from domain.cases import Page
from domain.messages import Attachment, Impossible
from storage.database import Database
from storage.owed import Owed
from storage.unit_of_work import UnitOfWork
from storage.vault import Damaged, Missing, UnknownKey, Vault

LASTS: Final = timedelta(hours=1)


class FileLinks:
    """Makes the links and serves what they lead to; each is good for one file of one owed message."""

    def __init__(
        self,
        public_url: str,
        secret: str,
        database: Database,
        vault: Vault,
        printer: Printer,
        now: Callable[[], datetime],
    ) -> None:
        self._public_url = public_url
        self._key = hashlib.sha256(b"loket file links\0" + secret.encode()).digest()
        self._database = database
        self._vault = vault
        self._printer = printer
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
            file = await self._find(*wanted) if wanted is not None else None
            if file is None:
                return Response(status_code=404)
            headers = {
                "Content-Disposition": f"inline; filename*=UTF-8''{quote(file.name)}",
                "Content-Length": str(len(file.content)),
                "Cache-Control": "private, no-store",
                "X-Content-Type-Options": "nosniff",
            }
            content = b"" if request.method == "HEAD" else file.content
            return Response(content, media_type=file.mime, headers=headers)

        return Route("/files/{token}", files, methods=["GET", "HEAD"])

    async def _find(self, message: int, file: int) -> Attachment | None:
        """One file of an owed message: a paper that is printed for it, or a page of its document."""
        owed, pages = await self._database.run(lambda uow: _look_up(uow, message))
        if owed is None or not 1 <= file <= (1 if owed.printed else len(pages)):
            return None
        try:
            if owed.printed:
                return await self._printer.print(owed)
            page = pages[file - 1]
            content = await run_in_threadpool(self._vault.get, page.stored, page.wrapped_key, page.key_id)
        except (Damaged, Missing, UnknownKey, Impossible):
            return None
        return Attachment(file_name(owed, pages, file), page.mime, content)


def _look_up(uow: UnitOfWork, message: int) -> tuple[Owed | None, Sequence[Page]]:
    owed = uow.outbox.find(message)
    if owed is None or owed.document_id is None:
        return owed, ()
    return owed, uow.documents.pages_of(owed.document_id)
