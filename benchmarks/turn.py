"""One turn of the real conversation, durable, over HTTP, beside python-telegram-bot doing nothing at all.

Sixteen providers at once type their way from /start to the first document, each a new person; every answer is
committed before it is acknowledged. Replies go out at Telegram's pace meanwhile, to a local stand-in for Telegram.
"""

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks.load import Measured, ready, send

ROOT = Path(__file__).parents[1]
PEOPLE, WARM_UP, ROUNDS, PERSONS_EACH = 16, 2, 7, 6
SECRET = "bench-secret"
TYPED = (
    "/start",
    "1",
    "lanjut",
    "sudah",
    "1",
    "cv",
    "CV Maju Bersama",
    "01.312.166.0-091.000",
    "maju_bersama",
    "siti@majubersama.co.id",
    "Siti Aminah",
    "0812-3456-7890",
    "direktur",
)


def bodies(round_number: int, lane: int, typed: tuple[str, ...] = TYPED) -> Iterator[bytes]:
    """The updates of one lane: one new person after the other."""
    for turn in range(PERSONS_EACH):
        person = 1_000_000 * (round_number + 1) + 1000 * lane + turn
        for number, text in enumerate(typed):
            yield json.dumps(
                {
                    "update_id": person * 100 + number,
                    "message": {
                        "message_id": number + 1,
                        "date": 1_790_000_000,
                        "chat": {"id": person, "type": "private", "first_name": "Siti"},
                        "from": {"id": person, "is_bot": False, "first_name": "Siti", "language_code": "id"},
                        "text": text,
                    },
                }
            ).encode()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def start(stack: ExitStack, *command: str, **environment: str) -> None:
    process = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL
    )
    stack.callback(process.wait)
    stack.callback(process.terminate)


async def measure(database_url: str = "") -> tuple[list[Measured], list[Measured]]:
    """Rounds of the reference and of Loket in turn, after a warm-up of each."""
    reference, loket, telegram = free_port(), free_port(), free_port()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        start(stack, "-m", "benchmarks.stand_in", str(telegram))
        start(stack, "-m", "benchmarks.no_op", str(reference))
        await ready(telegram)
        start(
            stack,
            "-m",
            "bot",
            "run",
            LOKET_TELEGRAM_TOKEN="1:bench",
            LOKET_TELEGRAM_API_URL=f"http://127.0.0.1:{telegram}",
            LOKET_TELEGRAM_MODE="webhook",
            LOKET_TELEGRAM_WEBHOOK_SECRET=SECRET,
            LOKET_PUBLIC_URL=f"http://127.0.0.1:{loket}",
            LOKET_STAFF_CHAT_ID="-1001",
            LOKET_ADMIN_IDS="1",
            LOKET_PORT=str(loket),
            LOKET_DATABASE_URL=database_url or f"sqlite:///{folder}/loket.db",
            LOKET_DOCUMENTS_URL=f"file:{folder}/documents",
        )
        await ready(reference)
        await ready(loket, "/readyz")
        runs: tuple[list[Measured], list[Measured]] = ([], [])
        for number in range(WARM_UP + ROUNDS):
            for kept, port in zip(runs, (reference, loket), strict=True):
                chats = [list(bodies(number, lane)) for lane in range(PEOPLE)]
                measured = await send(port, "/telegram", SECRET, chats)
                if number >= WARM_UP:
                    kept.append(measured)
    return runs


def show(reference: list[Measured], loket: list[Measured]) -> float:
    """Print both sides and the ratio pair by pair; the median ratio is the figure to quote."""
    for name, runs in (("python-telegram-bot, no-op", reference), ("Loket, whole turn", loket)):
        rate = statistics.median(run.per_second for run in runs)
        p99 = statistics.median(run.p99 for run in runs)
        print(f"{name:<28} {rate:8.0f} a second   p99 {p99:6.1f} ms")
    ratios = [ours.per_second / theirs.per_second for ours, theirs in zip(loket, reference, strict=True)]
    median = statistics.median(ratios)
    spread = f"from {min(ratios):.2f} to {max(ratios):.2f}, {len(ratios)} pairs, {PEOPLE} people at once"
    print(f"ratio {median:.2f} ({spread})")
    return median


if __name__ == "__main__":
    show(*asyncio.run(measure(*sys.argv[1:2])))
