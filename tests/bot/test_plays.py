"""The conversations that `make demo PLAY=...` shows go as they are written."""

import pytest

from bot.commands import in_loop
from bot.demo import play


@pytest.mark.parametrize("name", ["registration", "registration-whatsapp"])
def test_a_play_goes_as_it_is_written(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert in_loop(play(name, None)) == 0
    assert capsys.readouterr().out.endswith("Played to the end.\n")
