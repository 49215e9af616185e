"""How the bot and its worker process pass questions and answers: a line of JSON and the files that belong to it.

Not pickle: a worker that a hostile file has taken over must not be able to make the bot do anything.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from typing import IO, Any, Final, TypeAlias

Header: TypeAlias = Mapping[str, Any]
Parcel: TypeAlias = tuple[Header, Sequence[bytes]]

LONGEST_HEADER: Final = 4 << 20
LONGEST_FILES: Final = 1 << 30

_LENGTH: Final = struct.Struct(">I")


class Garbled(Exception):
    """What came is not what the other side would send."""


def write(stream: IO[bytes], header: Header, files: Sequence[bytes] = ()) -> None:
    line = json.dumps({**header, "files": [len(content) for content in files]}).encode()
    stream.write(_LENGTH.pack(len(line)) + line)
    for content in files:
        stream.write(content)
    stream.flush()


def read(stream: IO[bytes]) -> Parcel | None:
    """The next question or answer; None when the other side has closed."""
    start = stream.read(_LENGTH.size)
    if not start:
        return None
    if len(start) < _LENGTH.size:
        raise Garbled("cut short")
    header = _header(_exactly(stream, _LENGTH.unpack(start)[0], LONGEST_HEADER))
    lengths = header.pop("files", None)
    if not isinstance(lengths, list) or not all(type(length) is int and length >= 0 for length in lengths):
        raise Garbled("no lengths of files")
    if sum(lengths) > LONGEST_FILES:
        raise Garbled("too long")
    return header, [_exactly(stream, length, LONGEST_FILES) for length in lengths]


def _header(line: bytes) -> dict[str, Any]:
    try:
        header = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Garbled("not JSON") from error
    if not isinstance(header, dict):
        raise Garbled("not an object")
    return header


def _exactly(stream: IO[bytes], length: int, most: int) -> bytes:
    if length > most:
        raise Garbled("too long")
    content = stream.read(length)
    if len(content) < length:
        raise Garbled("cut short")
    return content
