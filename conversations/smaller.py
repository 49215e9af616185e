"""The short conversations around a case: repairing documents, booking a call, writing to staff, withdrawing."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from conversations.flow import Answers, Desk, Option, choice, entry, flow, papers, pick, say
from domain.identifiers import own_words
from domain.slots import Slot

MOST_DAYS, MOST_TIMES = 8, 24
LONGEST_LETTER = 3000


def days(_answers: Answers, desk: Desk) -> Sequence[Option]:
    """The days that still have a free slot."""
    options = [
        Option(day.isoformat(), say("booking.day.option", starts=slots[0].starts_at))
        for day, slots in desk.free_slots().items()
    ]
    return options[:MOST_DAYS]


def times(answers: Answers, desk: Desk) -> Sequence[Option]:
    """The free slots of the chosen day."""
    options = [
        Option(slot.starts_at.isoformat(), say("booking.time.option", starts=slot.starts_at))
        for slot in _of_day(answers, desk)
    ]
    return [*options[:MOST_TIMES], Option("other", forgets=("day", "time"))]


def _of_day(answers: Answers, desk: Desk) -> Sequence[Slot]:
    return desk.free_slots().get(date.fromisoformat(answers["day"]), ())


def chosen_day(answers: Answers, desk: Desk) -> Mapping[str, object]:
    """The chosen day, as a moment in it that the wording can name."""
    slots = _of_day(answers, desk)
    return {"starts": slots[0].starts_at if slots else datetime.fromisoformat(f"{answers['day']}T05:00:00+00:00")}


def letter(text: str) -> str:
    """What somebody writes to the office. Refused: empty, too_long (limit)."""
    return own_words(text, LONGEST_LETTER)


def own_cases(answers: Answers, _desk: Desk) -> Sequence[Option]:
    return [Option(str(case_id), number or say("draft.name")) for case_id, number in answers.get("cases", ())]


def several(answers: Answers) -> bool:
    return len(answers.get("cases", ())) > 1


def office(_answers: Answers, desk: Desk) -> Mapping[str, object]:
    return desk.facts()


def withdrawn(answers: Answers, _desk: Desk) -> Mapping[str, object]:
    """Which case is to be withdrawn, by its number."""
    numbers = dict(answers["cases"])
    number = numbers[int(answers["case"])] if "case" in answers else answers["cases"][0][1]
    return {"which": say("withdrawal.case.numbered", number=number) if number else say("withdrawal.case.draft")}


correction = flow("correction", papers("documents"), choice("review", "send"), then="resubmit")

booking = flow(
    "booking",
    pick("day", days, facts=office),
    pick("time", times, facts=chosen_day),
    then="book",
)

letter_to_staff = flow(
    "letter",
    pick("case", own_cases, when=several),
    entry("text", letter, facts=office, own_words=True),
    then="deliver_letter",
)

withdrawal = flow(
    "withdrawal",
    pick("case", own_cases, when=several),
    choice("sure", "yes", "no", facts=withdrawn),
    then="withdraw",
)

reason = flow("reason", entry("text", letter, facts=office, own_words=True), then="give_reason")
"""A member of staff says in their own words why."""
