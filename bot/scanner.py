"""Asks the virus scanner about every file that comes in, and remembers whether it answers."""

import logging
from typing import Final

from domain.refusal import Refused
from handlers.papers import INFECTED
from storage.preflight.clamd import PATIENCE, Clamd, Unreachable

log = logging.getLogger("loket.scanner")

HURRY: Final = 10.0
"""Seconds that somebody who sent a file is kept waiting by a scanner that is slow; it is asked again later."""


class Scanner:
    """The scanner that LOKET_CLAMD names."""

    def __init__(self, clamd: Clamd, hurry: float = HURRY) -> None:
        self._clamd = clamd
        self._hurry = hurry
        self.trouble = ""
        """Why the last question had no answer; empty when all is well."""

    async def scan(self, content: bytes, *, hurry: bool = False) -> None:
        """Refused: infected, with what was found. Unreachable where nobody can tell: then it is asked again later.

        In a hurry it is not waited for long, and hardly at all while it is known to give no answers.
        """
        patience = PATIENCE if not hurry else self._hurry / 10 if self.trouble else self._hurry
        try:
            virus = await self._clamd.scan(content, patience)
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
