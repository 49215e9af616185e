"""What the head of the unit asks for: the month as a picture and a workbook, and the index of satisfaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from conversations.flow import Say, say
from domain.cases import REASONS, Role
from domain.catalogue import ServiceStatus
from domain.refusal import Refused
from domain.report import Contentment, Month, MonthlyReport, Period, contentment, monthly_report
from domain.survey import ELEMENTS, half_up, satisfaction, satisfaction_by
from handlers.act import Act, own_chat_open, require_role
from handlers.office import STAFF_LANGUAGE, Office
from storage.owed import Owed
from storage.printing.sheet import PNG, XLSX, Sheet
from storage.unit_of_work import UnitOfWork

# ---------------------------------------------------------------- the month


def order(act: Act, words: str) -> Say | None:
    """`/laporan 2026-11`: the picture and the workbook of a month, of the last one when none is named.

    Refused: role, usage_laporan, not_begun, write_first.
    """
    require_role(act, {Role.ADMIN})
    month = _month(act, words)
    own_chat_open(act)
    made = report_of(act.uow, act.office, month, act.now)
    if not _has_anything(made):
        return _in_private(act, say("staff.report.empty", month=_named(act.office, month)))
    _in_private(act, _summary(act.office, made), f"chart:{month}")
    return _in_private(act, say("staff.report.workbook", month=_named(act.office, month)), f"report:{month}")


def _month(act: Act, words: str) -> Month:
    today = Month.of(act.calendar.today(act.now))
    try:
        month = Month.parse(words) if words else today.before
    except Refused as refusal:
        raise Refused("usage_laporan") from refusal
    if month > today:
        raise Refused("not_begun", month=_named(act.office, month))
    return month


def report_of(uow: UnitOfWork, office: Office, month: Month, now: datetime) -> MonthlyReport:
    """The month as the tables have it."""
    office = office.today(uow)
    span, rows = month.interval(office.calendar), uow.report_rows
    return monthly_report(
        month,
        services=[one.id for one in office.catalogue.services if one.status is ServiceStatus.ACTIVE],
        passages=rows.passages(span.start, span.end),
        returns=rows.returns(span.start, span.end),
        no_shows=rows.no_shows(span.start, span.end),
        responses=uow.surveys.between(str(month), str(month)),
        calendar=office.calendar,
        now=now,
    )


def _has_anything(made: MonthlyReport) -> bool:
    total = made.total
    happened = (total.submitted, total.resolved, total.rejected, total.cancelled, total.returned, total.no_shows)
    return any((*happened, total.promise.due, made.contentment.outcome.respondents))


def _summary(office: Office, made: MonthlyReport) -> Say:
    """The month in a few lines, under its picture."""
    total, outcome = made.total, made.contentment.outcome
    promise = say("staff.report.no_promise")
    if total.promise.due:
        facts = {"percent": total.promise.percent, "kept": total.promise.kept, "due": total.promise.due}
        promise = say("staff.report.promise", **facts)
    rated = say("staff.report.not_rated")
    if outcome.ikm is not None:
        rated = say("staff.report.rated", rating=_rating(made.contentment), count=outcome.respondents)
    over = Month.of(office.calendar.today(made.made_at)) > made.month
    return say(
        "staff.report.summary",
        month=_named(office, made.month),
        until=say("staff.report.over") if over else say("staff.report.until", at=made.made_at),
        submitted=total.submitted,
        resolved=total.resolved,
        returned=total.returned,
        promise=promise,
        rated=rated,
    )


def _in_private(act: Act, sentence: Say, printed: str = "") -> Say | None:
    """Owe something that is for the admin's own chat, and say so where it was asked for."""
    text = act.office.staff_say(sentence)
    act.uow.outbox.owe(Owed(address=act.own_chat, text=text, printed=printed), act.now)
    return None if act.private else say("staff.in_private")


def _named(office: Office, month: Month) -> datetime:
    """A month as a moment that the wording can name."""
    return office.calendar.whole_day(month.first).start


# ---------------------------------------------------------------- its papers, printed when they are sent


def workbook(uow: UnitOfWork, office: Office, about: str, now: datetime) -> Sheet:
    """The month as a workbook that the office can sort, print and file."""
    # It takes a while to load, and is wanted once a month.
    from storage.printing.workbook import LABELS, report_workbook

    month = Month.parse(about)
    made = report_of(uow, office, month, now)
    words = labels(office, LABELS, month, now)
    services = {one.id: office.wording.text(STAFF_LANGUAGE, one.title) for one in office.catalogue.services}
    reasons = {reason: office.staff_say(say(f"reason.{reason}.label")) for reason in REASONS}
    name = f"{words['title']}.xlsx"
    return Sheet(name, XLSX, lambda: report_workbook(made, labels=words, services=services, reasons=reasons))


def chart(uow: UnitOfWork, office: Office, about: str, now: datetime) -> Sheet:
    """The month as a picture in the chat."""
    from storage.printing.chart import LABELS, draw_apart

    month = Month.parse(about)
    made = report_of(uow, office, month, now)
    words = labels(office, LABELS, month, now)
    return Sheet(f"{words['chart.title']}.png", PNG, lambda: draw_apart(made, words), picture=True)


def labels(office: Office, keys: Iterable[str], month: Month, now: datetime) -> Mapping[str, str]:
    """The words of a paper, in the language of the office."""
    facts = {"office": office.settings.name, "month": _named(office, month), "at": now}

    def label(key: str) -> Say:
        return say(key, **facts) if key.startswith("element.") else say(f"report.{key}", **facts)

    return {key: office.plain(STAFF_LANGUAGE, label(key)) for key in keys}


# ---------------------------------------------------------------- the index


def show_ikm(act: Act, words: str) -> Say | None:
    """`/ikm 2026-11` or `/ikm 2026`: the index of a month or a year, of this year when none is named.

    Refused: role, usage_ikm, write_first.
    """
    require_role(act, {Role.ADMIN})
    try:
        period = Period.parse(words) if words else Period.year(act.calendar.today(act.now).year)
    except Refused as refusal:
        raise Refused("usage_ikm") from refusal
    own_chat_open(act)
    return _in_private(act, _ikm(act, period))


def _ikm(act: Act, period: Period) -> Say:
    responses = act.uow.surveys.between(str(period.first), str(period.last))
    span = period.interval(act.calendar)
    served = act.uow.report_rows.served(span.start, span.end)
    everybody = contentment(satisfaction(responses), sum(served.values()))
    outcomes = satisfaction_by(responses, lambda one: one.service)
    order = [one.id for one in act.office.catalogue.services]
    names = sorted({*served, *outcomes}, key=lambda name: (order.index(name) if name in order else len(order), name))
    each = {name: contentment(outcomes.get(name, satisfaction(())), served.get(name, 0)) for name in names}
    about: object = say("staff.ikm.month", month=_named(act.office, period.first))
    if period.first != period.last:
        about = str(period.first.year)
    if everybody.outcome.ikm is None:
        return say("staff.ikm.nothing", period=about, served=everybody.served)
    return say(
        "staff.ikm.text",
        period=about,
        rating=_rating(everybody),
        sample=_sample(everybody),
        services=tuple(_of_service(act.office, name, one) for name, one in each.items()),
        elements=tuple(
            say("staff.ikm.element", element=say(f"element.{one}"), average=half_up(everybody.outcome.averages[one]))
            for one in ELEMENTS
        ),
    )


def _rating(content: Contentment) -> Say:
    grade = content.outcome.grade
    assert grade is not None
    return say("staff.ikm.rating", ikm=content.outcome.ikm, letter=grade.letter, grade=grade.title)


def _sample(content: Contentment) -> Say:
    """How many answered, how many were served, and how many should answer."""
    key = "staff.ikm.enough" if content.enough else "staff.ikm.few"
    return say(key, count=content.outcome.respondents, served=content.served, advised=content.advised)


def _of_service(office: Office, name: str, content: Contentment) -> Say:
    title = office.called(name)
    if content.outcome.ikm is None:
        return say("staff.ikm.service_nothing", title=title, served=content.served)
    return say(
        "staff.ikm.service",
        title=title,
        rating=_rating(content),
        count=content.outcome.respondents,
        served=content.served,
        advised=content.advised,
    )
