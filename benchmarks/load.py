"""Sends updates over HTTP as Telegram would: one in flight per chat, several chats at once."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

CONNECT_TRIES = 200


@dataclass(frozen=True, slots=True)
class Measured:
    """How one run went: turns a second, and the time of single turns in milliseconds."""

    per_second: float
    p50: float
    p99: float


async def send(port: int, path: str, secret: str, chats: Sequence[Iterable[bytes]]) -> Measured:
    """Send the bodies of every chat, in order, each chat over a connection of its own; refuse any answer but 200."""
    times: list[float] = []
    started = time.perf_counter()
    await asyncio.gather(*(_chat(port, path, secret, bodies, times) for bodies in chats))
    took = time.perf_counter() - started
    times.sort()
    return Measured(len(times) / took, 1000 * times[len(times) // 2], 1000 * times[int(len(times) * 0.99)])


async def _chat(port: int, path: str, secret: str, bodies: Iterable[bytes], times: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\nContent-Length: "
    ).encode()
    for body in bodies:
        began = time.perf_counter()
        writer.write(head + str(len(body)).encode() + b"\r\n\r\n" + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in answer.split(b"\r\n", 1)[0]:
            raise RuntimeError(answer.decode())
        length = next(
            (int(line.split(b":")[1]) for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length")),
            0,
        )
        await reader.readexactly(length)
        times.append(time.perf_counter() - began)
    writer.close()
    await writer.wait_closed()


async def ready(port: int, path: str = "") -> None:
    """Wait until somebody listens and, where a path is given, answers it with 200."""
    for _ in range(CONNECT_TRIES):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        writer.write(f"GET {path or '/'} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        if not path or b" 200 " in answer.split(b"\r\n", 1)[0]:
            return
        await asyncio.sleep(0.1)
    raise RuntimeError(f"nobody is ready on port {port}")
