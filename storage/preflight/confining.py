"""Locks a worker in: whoever takes it over by a hostile file reads none of our files and calls nobody.

A limit that the process sets itself, for good, by Linux's Landlock (since 5.13; the network since 6.7).
"""

import ctypes
import os
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

_CREATE, _ADD, _RESTRICT = 444, 445, 446
"""The system calls, which have the same numbers on every processor."""
_ASK_VERSION: Final = 1
_NO_NEW_PRIVILEGES: Final = 38
_BENEATH: Final = 1

_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_ALL_OF_FILES: Final = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many kinds of access to files each version knows; from 5 on there are 16."""
_NETWORK_SINCE, _ALL_OF_NETWORK = 4, 0b11
_SCOPE_SINCE, _SCOPE = 6, 0b11
"""Neither may it send signals to others, nor speak to their abstract sockets."""

_ROOT: Final = Path(__file__).parents[2]
_OURS: Final = ("storage", "domain")
_SYSTEM: Final = (
    *("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/fonts"),
    *("/sys/devices/system/cpu", "/proc/cpuinfo", "/proc/meminfo", "/dev/null", "/dev/urandom"),
)
"""What libraries look at: themselves, letters to draw with, and how many processors there are."""


def confine() -> bool:
    """From now on this thread, and what it begins, reads programs and nothing else; False where it cannot be done."""
    if not sys.platform.startswith("linux"):
        return False
    system = ctypes.CDLL(None, use_errno=True)
    version = system.syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))
    if version < 1:
        return False
    everything = (1 << _ALL_OF_FILES.get(version, 16)) - 1
    rules = struct.pack(
        "=QQQ",
        everything,
        _ALL_OF_NETWORK if version >= _NETWORK_SINCE else 0,
        _SCOPE if version >= _SCOPE_SINCE else 0,
    )
    known = rules[: 24 if version >= _SCOPE_SINCE else 16 if version >= _NETWORK_SINCE else 8]
    ruleset = system.syscall(_CREATE, known, ctypes.c_size_t(len(known)), ctypes.c_uint32(0))
    if ruleset < 0:
        return False
    try:
        for path, allowed in _readable():
            _allow(system, ruleset, path, allowed)
        if system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
            return False
        return bool(system.syscall(_RESTRICT, ruleset, ctypes.c_uint32(0)) == 0)
    finally:
        os.close(ruleset)


def _readable() -> Iterator[tuple[Path, int]]:
    """Python looks for modules by listing folders, ours too; in ours lie the settings, and often the documents."""
    yield _ROOT, _READ_FOLDER
    own = os.environ.get("LD_LIBRARY_PATH", "").split(":")
    programs = (sys.prefix, sys.base_prefix, *(str(_ROOT / name) for name in _OURS), *_SYSTEM, *filter(None, own))
    for path in map(Path, programs):
        yield path, _READ_FILE | _READ_FOLDER if path.is_dir() else _READ_FILE


def _allow(system: ctypes.CDLL, ruleset: int, path: Path, allowed: int) -> None:
    with suppress(OSError):  # what is not there need not be read
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            rule = struct.pack("=Qi", allowed, handle)
            system.syscall(_ADD, ruleset, _BENEATH, rule, ctypes.c_uint32(0))
        finally:
            os.close(handle)
