"""What the verifikator changes in SPSE: each datum as it is there and as it shall be, and which of them are changed."""

from collections.abc import Sequence

from conversations.application import spoken
from conversations.flow import Say, say
from conversations.services import OLD_AND_NEW
from domain.cases import Case, Event
from domain.catalogue import Named
from domain.messages import Button
from domain.refusal import Refused
from handlers.act import Act, hold, own_chat_open, require
from handlers.cards import changes_post, show_card, staff_button
from handlers.reply import layout

CHANGED = "changed"
"""Which data are changed in SPSE, among what is known of a case."""


def open_sheet(act: Act, case: Case) -> Say:
    """Lay the sheet of changes before the holder; it has personal data, so it stands in their own chat only."""
    own_chat_open(act)
    hold(act, case)
    act.uow.posts.take_back(changes_post(case), act.now)
    _show(act, case)
    show_card(act.uow, act.office, case.id, act.now)
    return say("staff.changes.sent", number=case.number)


def tick(act: Act, case: Case, more: str = "") -> Say:
    """One datum is changed in SPSE; tapped again, it is not. Refused: not_now, role, held, not_held, no_such_change."""
    require(act, case, Event.RESOLVE)
    hold(act, case, take=False)
    datum = next((one for one in wanted(act, case) if one.id == more), None)
    if datum is None:
        raise Refused("no_such_change")
    _keep(act, case, {*_ticked(case)} ^ {datum.id})
    return say("staff.changes.ticked" if datum.id not in _ticked(case) else "staff.changes.unticked", name=datum.name)


def tick_all(act: Act, case: Case, _more: str = "") -> Say:
    """Everything that was asked for is changed in SPSE."""
    require(act, case, Event.RESOLVE)
    hold(act, case, take=False)
    _keep(act, case, {datum.id for datum in wanted(act, case)})
    return say("staff.changes.ticked_all")


def finish_sheet(act: Act, case: Case) -> None:
    """The sheet keeps what was changed, without the data themselves."""
    made = tuple(say("staff.changes.made", name=datum.name) for datum in changed(act, case))
    text = act.office.staff_say(say("staff.changes.done", number=case.number, company=case.company, made=made))
    act.uow.posts.show(changes_post(case), act.own_chat, text, (), act.now)


def wanted(act: Act, case: Case) -> list[Named]:
    """What the provider asked to have changed, in the order of the catalogue."""
    asked = case.particulars["changes"]
    return [datum for datum in act.office.catalogue.service(case.service).changes if datum.id in asked]


def changed(act: Act, case: Case) -> list[Named]:
    return [datum for datum in wanted(act, case) if datum.id in _ticked(case)]


def unchanged(act: Act, case: Case) -> list[Named]:
    return [datum for datum in wanted(act, case) if datum.id not in _ticked(case)]


def now_reads(act: Act, case: Case, datum: Named) -> object:
    """What stands in SPSE from now on, as people read it."""
    _, new = OLD_AND_NEW[datum.id]
    return spoken(new, case.particulars[new], act.office.catalogue)


def _ticked(case: Case) -> Sequence[str]:
    ticked: Sequence[str] = case.particulars.get(CHANGED, ())
    return ticked


def _keep(act: Act, case: Case, ticked: set[str]) -> None:
    """In the order in which they were asked for, so that the history always reads alike."""
    chosen = [datum.id for datum in wanted(act, case) if datum.id in ticked]
    act.uow.cases.describe(case.id, case.company, {**case.particulars, CHANGED: chosen})
    _show(act, act.uow.cases.get(case.id))


def _show(act: Act, case: Case) -> None:
    lines = tuple(_line(act, case, datum) for datum in wanted(act, case))
    facts = {"number": case.number, "company": case.company, "user_id": case.particulars["user_id"]}
    text = act.office.staff_say(say("staff.changes.sheet", lines=lines, **facts))
    act.uow.posts.show(changes_post(case), act.own_chat, text, layout(_buttons(act, case)), act.now)


def _line(act: Act, case: Case, datum: Named) -> Say:
    old, _ = OLD_AND_NEW[datum.id]
    before = spoken(old, case.particulars[old], act.office.catalogue)
    return say("staff.changes.line", name=_marked(case, datum), old=before, new=now_reads(act, case, datum))


def _marked(case: Case, datum: Named) -> Say:
    return say("several.on" if datum.id in _ticked(case) else "several.off", label=datum.name)


def _buttons(act: Act, case: Case) -> list[Button]:
    data = wanted(act, case)
    buttons = [Button(act.office.staff_say(_marked(case, one)), f"s.changed.{case.id}.{one.id}") for one in data]
    left = len(unchanged(act, case))
    if left and len(data) > 1:
        buttons.append(staff_button(act.office, "changed_all", case.id))
    if left < len(data):
        buttons.append(staff_button(act.office, "changed_part" if left else "changed_done", case.id))
    return buttons
