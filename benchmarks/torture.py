"""Ten providers register while the process is killed again and again; afterwards nothing may be lost or doubled."""

import argparse
import asyncio
import logging
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.torture_check import Aftermath, Findings, owed
from benchmarks.torture_papers import answers_of, papers_of
from benchmarks.torture_people import Officer, Person, Provider
from benchmarks.torture_process import ADMIN, OFFICE_GROUP, Process
from simulator import Simulator

OFFICERS: Final = ("Bu Rini", "Pak Joko", "Bu Wati", "Pak Asep", "Bu Lina")
"""A chat may have one message a second, and ten cases have more than three hundred for TUS: one could not do it."""
QUIET_FOR: Final = 3.0
"""Seconds without anything owed after which nothing more is to be expected."""
SETTLES_WITHIN: Final = 60.0
MOST_TOLD: Final = 30


@dataclass
class Torture:
    """One run."""

    folder: Path
    simulator: Simulator
    chance: Random
    asked: argparse.Namespace
    providers: list[Provider] = field(default_factory=list)
    officers: list[Officer] = field(default_factory=list)

    async def run(self) -> tuple[Findings, Process]:
        self.simulator.pace.strict = self.asked.strict
        first = next(self.simulator.updates.ids) + 1
        self._gather_people()
        process = Process(self.simulator, self.folder, self.chance)
        await process.start()
        findings = Findings()
        try:
            async with asyncio.timeout(self.asked.seconds):
                await self._live_under(process)
                await self._settle(process)
            await process.stop()
        except* Exception as troubles:
            findings.wrong += [_told(trouble) for trouble in _single(troubles)]
        finally:
            await process.abandon()
        findings.wrong += [_stuck(provider) for provider in self.providers if not provider.confirmation]
        updates = range(first, next(self.simulator.updates.ids))
        Aftermath(self.folder, self.simulator, self.providers, self.officers, updates, findings).examine()
        return findings, process

    def _gather_people(self) -> None:
        admin = self.simulator.person("Pak Hendra", id=ADMIN)
        officers = [self.simulator.person(name, id=ADMIN + 1 + number) for number, name in enumerate(OFFICERS)]
        group = self.simulator.group("Petugas LPSE", [admin, *officers], id=OFFICE_GROUP, supergroup=True)
        done: set[str] = set()
        for officer in officers:
            self.officers.append(
                Officer(
                    phone=officer.private,
                    chance=self._chance(),
                    group=officer.at(group),
                    wanted=self.asked.people,
                    done=done,
                )
            )
        for number in range(1, self.asked.people + 1):
            person = self.simulator.person(f"Penyedia {number}")
            papers = papers_of(person.name, self.chance)
            self.providers.append(Provider(person.private, self._chance(), answers=answers_of(number), papers=papers))

    def _chance(self) -> Random:
        """Everybody has dice of their own: who comes first must not change what others do."""
        return Random(self.chance.getrandbits(64))

    async def _live_under(self, process: Process) -> None:
        """Everybody does what they came for, and the process dies as often as was asked."""
        async with asyncio.TaskGroup() as watching:
            torment = watching.create_task(process.torment(self.asked.kills))
            async with asyncio.TaskGroup() as people:
                people.create_task(self._office())
                for provider in self.providers:
                    people.create_task(provider.live())
            await process.tormented.wait()
            torment.cancel()

    async def _office(self) -> None:
        """The admin appoints the officers, and they begin to work."""
        admin = Person(self.simulator.person("Pak Hendra").private, self._chance())
        for officer in self.officers:
            await officer.arrive()
            await self._appoint(admin, officer)
        async with asyncio.TaskGroup() as working:
            for officer in self.officers:
                working.create_task(officer.work())

    async def _appoint(self, admin: Person, officer: Officer) -> None:
        person = officer.phone.person
        await admin.until(
            lambda: any(person.name in message.text and "TUS" in message.text for message in admin.from_bot()),
            lambda: admin.phone.say(f"/peran {person.id} tus"),
        )

    async def _settle(self, process: Process) -> None:
        """Wait until nothing is owed any more."""
        quiet_since = None
        async with asyncio.timeout(SETTLES_WITHIN):
            while quiet_since is None or time.monotonic() - quiet_since < QUIET_FOR:
                quiet = not self.simulator.pending_updates and not owed(self.folder, process.now())
                quiet_since = (quiet_since or time.monotonic()) if quiet else None
                await asyncio.sleep(0.2)


def _single(troubles: BaseExceptionGroup[Exception]) -> list[BaseException]:
    return [
        one
        for trouble in troubles.exceptions
        for one in (_single(trouble) if isinstance(trouble, BaseExceptionGroup) else [trouble])
    ]


def _stuck(provider: Provider) -> str:
    screen = provider.phone.screen().splitlines()
    return f"{provider.phone.person.name} is not done; the screen ends with: {' | '.join(screen[-6:])}"


def _told(trouble: BaseException) -> str:
    return "the time was over" if isinstance(trouble, TimeoutError) else f"{type(trouble).__name__}: {trouble}"


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=20, help="how often the process is killed (20)")
    parser.add_argument("--people", type=int, default=10, help="how many providers register (10)")
    parser.add_argument(
        "--seed", type=int, default=secrets.randbelow(10_000), help="what people choose and when it dies"
    )
    parser.add_argument("--seconds", type=float, default=420, help="the time that all of it may take (300)")
    parser.add_argument("--strict", action="store_true", help="refuse (429) what is faster than Telegram allows")
    parser.add_argument("--keep", action="store_true", help="keep the folder even when all is well")
    return parser.parse_args(given)


def show(findings: Findings, process: Process, people: int, nudges: int, seconds: float) -> None:
    """The counts, and then what is wrong."""
    errors = sum(" ERROR " in line for line in process.log.read_text(errors="replace").splitlines())
    counts = {
        "kills": process.kills,
        "providers": people,
        **findings.counts,
        "times that a provider had to ask again": nudges,
        "messages refused as too fast": process.simulator.pace.refused,
        "errors in the log": errors,
        "seconds": round(seconds),
    }
    for name, count in counts.items():
        print(f"{count:7} {name}")
    for line in findings.wrong[:MOST_TOLD]:
        print(f"WRONG: {line}")
    if len(findings.wrong) > MOST_TOLD:
        print(f"... and {len(findings.wrong) - MOST_TOLD} more")


async def torture(asked: argparse.Namespace, folder: Path) -> bool:
    """Do one run and print what came of it; whether all is well."""
    began = time.monotonic()
    async with Simulator().serving() as simulator:
        run = Torture(folder, simulator, Random(asked.seed), asked)
        findings, process = await run.run()
        nudges = sum(provider.nudges for provider in run.providers)
        show(findings, process, asked.people, nudges, time.monotonic() - began)
        if findings.wrong:
            _keep_screens(run)
    return not findings.wrong


def _keep_screens(run: Torture) -> None:
    """What every phone showed in the end, for whoever looks for the cause."""
    for chat in run.simulator.world.chats.values():
        (run.folder / f"screen-{chat.title}.txt").write_text(chat.screen())


def main(given: Sequence[str] | None = None) -> int:
    asked = arguments(given)
    folder = Path(tempfile.mkdtemp(prefix="loket-torture-"))
    # Connections that break off are what this is about; the simulator's complaints would drown the report.
    logging.basicConfig(filename=folder / "simulator.log", level=logging.WARNING)
    print(f"seed {asked.seed}, {asked.people} providers, {asked.kills} kills", flush=True)
    well = False
    with suppress(KeyboardInterrupt):
        well = asyncio.run(torture(asked, folder))
    if well and not asked.keep:
        shutil.rmtree(folder)
    else:
        print(f"the database, the documents and the log are in {folder}")
    print("nothing was lost and nothing was doubled" if well else "it did NOT survive")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
