"""The messengers are told apart in channels/ alone; who talks with people does not know which one it is."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAMES = re.compile(r"telegram|whatsapp|twilio", re.IGNORECASE)
VARIANT = re.compile(r"^\"?\w+@(telegram|whatsapp)\"? = ")
"""A sentence that is said on one messenger only."""
TALKING = [*ROOT.glob("handlers/*.py"), *ROOT.glob("conversations/*.py")]
SENTENCES = [*ROOT.glob("conversations/wording/*.toml")]
BELOW = [*TALKING, *ROOT.glob("storage/**/*.py"), *ROOT.glob("domain/*.py")]


@pytest.mark.parametrize("path", TALKING, ids=lambda path: path.name)
def test_no_flow_and_no_handler_names_a_messenger(path: Path) -> None:
    assert [line for line in path.read_text("utf-8").splitlines() if NAMES.search(line)] == []


@pytest.mark.parametrize("path", SENTENCES, ids=lambda path: path.name)
def test_no_sentence_names_a_messenger(path: Path) -> None:
    named = [line for line in path.read_text("utf-8").splitlines() if NAMES.search(VARIANT.sub("", line))]
    assert named == []


def test_only_one_line_below_the_channels_says_where_staff_work() -> None:
    named = [
        line
        for path in BELOW
        if "migrations" not in path.parts
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"""["'](telegram|whatsapp)["']""", line)
    ]
    assert named == ['STAFF_CHANNEL: Final = "telegram"']
