"""How much one provider may send in a day, so that nobody fills the disk for all the others."""

from datetime import datetime

from domain.refusal import Refused
from handlers.office import Office
from handlers.visit import actor
from storage.unit_of_work import UnitOfWork

REACHED = "too_much_today"


def reached(
    uow: UnitOfWork, office: Office, person_id: int, case_id: int, size: int, now: datetime, *, itself: int = 0
) -> Refused | None:
    """Why another file of this size is not taken from a person today; `itself` when it is counted already.

    Staff can read in the history that somebody reached the limit, once for each day.
    """
    settings = office.settings
    midnight = office.calendar.whole_day(office.calendar.today(now)).start
    files, came = uow.arrivals.received(person_id, midnight)
    if files - itself < settings.files_a_day and came + size <= settings.bytes_a_day:
        return None
    if not any(one.what == REACHED and one.at >= midnight for one in uow.cases.story(case_id)):
        uow.cases.tell(case_id, now, actor(person_id), REACHED)
    return Refused("a_day", files=files - itself, mb=came >> 20)
