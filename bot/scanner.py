"""Asks the virus scanner about every file that comes in, and remembers whether it answers."""

import logging

from domain.refusal import Refused
from handlers.papers import INFECTED
from storage.preflight.clamd import Clamd, Unreachable

log = logging.getLogger("loket.scanner")


class Scanner:
    """The scanner that LOKET_CLAMD names."""

    def __init__(self, clamd: Clamd) -> None:
        self._clamd = clamd
        self.trouble = ""
        """Why the last question had no answer; empty when all is well."""

    async def scan(self, content: bytes) -> None:
        """Refused: infected, with what was found. Unreachable where nobody can tell: then it is asked again later."""
        try:
            virus = await self._clamd.scan(content)
        except Unreachable as error:
            if not self.trouble:
                log.warning("files are kept and scanned later: %s", error)
            self.trouble = str(error)
            raise
        if self.trouble:
            log.info("the virus scanner answers again")
            self.trouble = ""
        if virus is not None:
            log.warning("a file was infected: %s", virus)
            raise Refused(INFECTED, virus=virus)
