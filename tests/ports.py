"""Ports for programs that have to be told one."""

import random
import socket
from contextlib import closing
from typing import Final

NOT_GIVEN_AWAY: Final = range(20_000, 30_000)
"""Below those that the system gives to whoever asks for any: another test would take such a one meanwhile."""


def a_free_port() -> int:
    """A port of this machine where nobody listens yet."""
    for port in random.sample(NOT_GIVEN_AWAY, 100):
        with closing(socket.socket()) as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("a hundred ports are taken")
