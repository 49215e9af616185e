"""What the operator can count."""

import re
import sys

import pytest

from bot.metrics import Metrics


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells what a process takes")
def test_what_the_process_takes_of_the_machine_is_told() -> None:
    told = Metrics().written().decode()
    taken = re.search(r"^process_resident_memory_bytes (\S+)$", told, re.MULTILINE)
    assert taken is not None
    assert float(taken[1]) > 1 << 20
