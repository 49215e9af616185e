"""The same registration on WhatsApp: the same words, the same numbers, the same staff."""

from bot.demo import Stage
from bot.plays import registration

CLOCK = registration.CLOCK


async def play(stage: Stage) -> None:
    await registration.perform(stage, stage.joko)
