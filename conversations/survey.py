"""The satisfaction survey in the chat: nine questions with a button each, and why, where something was bad."""

from collections.abc import Callable, Mapping

from conversations.flow import Answers, Desk, choice, entry, flow
from domain.identifiers import own_words
from domain.survey import ELEMENTS, LOW, SCORES

LONGEST_WHY = 1000
DASHES = "-–—"
"""What a phone may make of the dash with which somebody leaves the question open."""


def scores(answers: Answers) -> dict[str, int]:
    """The score of each element that has been answered so far."""
    return {element: int(answers[element]) for element in ELEMENTS if element in answers}


def dissatisfied(answers: Answers) -> bool:
    """Whether something was scored 1 or 2, which is worth the question why."""
    return any(score <= LOW for score in scores(answers).values())


def why(text: str) -> str:
    """What was bad, in the person's own words; a dash alone leaves it open, as the button does.

    Refused: empty, too_long (limit).
    """
    written = own_words(text, LONGEST_WHY)
    return written if written.strip(DASHES) else ""


def place(number: int) -> Callable[[Answers, Desk], Mapping[str, object]]:
    """Which question of how many this is."""
    return lambda _answers, _desk: {"number": number, "count": len(ELEMENTS)}


# The options go from 1 to 4 as on the paper form (Permenpan RB 14/2017): whoever types a number types the score.
survey = flow(
    "survey",
    *(
        choice(element, *(str(score) for score in SCORES), facts=place(number))
        for number, element in enumerate(ELEMENTS, start=1)
    ),
    entry("why", why, when=dissatisfied, own_words=True, skips=True),
    then="answer_survey",
    anonymous=True,
)
