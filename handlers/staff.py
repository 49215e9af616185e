"""What staff say and press, in their group and in their own chats: who they are decides what happens."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Final

from conversations.flow import Say, say
from domain.cases import STAFF_CHANNEL, Case, Role, StaffMember
from domain.identifiers import CASE_NUMBER, CaseNumber
from domain.messages import Address, Button, Inbound, Toast
from domain.refusal import Refused
from handlers import (
    answering,
    astray,
    call,
    changes,
    completeness,
    desk,
    drafts,
    folder,
    letters,
    minutes,
    overview,
    reasons,
    report,
    roles,
    spse,
)
from handlers.act import ID, Act
from handlers.cards import correction_post, repost_card, show_card, staff_button
from handlers.office import STAFF_LANGUAGE, Office
from handlers.reply import layout, tell_group
from storage.forms import Form
from storage.unit_of_work import UnitOfWork


class NotStaff:
    """Not a matter of staff: the person is here as a provider."""


NOT_STAFF: Final = NotStaff()

OnCase = Callable[[Act, Case, str], Say | None]
OnOffice = Callable[[Act, str], Say | None]
OnReason = Callable[[Act, Case, Form, str], Say | None]

TAPS: Mapping[str, OnCase] = {
    "take": answering.take,
    "release": desk.release,
    "resend": desk.resend,
    "check": completeness.check,
    "accept": completeness.accept,
    "return": completeness.ask_why,
    "other_reason": completeness.ask_why,
    "because": completeness.because,
    "keep": completeness.keep,
    "send": completeness.send_outcome,
    "papers": folder.look,
    "preview": folder.preview,
    "sheet": call.open_sheet,
    "original": call.compare,
    "attended_direktur": call.attended_by_director,
    "attended_lainnya": call.attended_by_other,
    "pass": call.pass_call,
    "fail": call.ask_fail,
    "miss": call.miss,
    "resolve": spse.resolve,
    "send_back": spse.ask_send_back,
    "pick": spse.pick,
    "changed": changes.tick,
    "changed_all": changes.tick_all,
    "changed_part": spse.record_changes,
    "changed_done": spse.record_changes,
    "answer": answering.ask_answer,
    "settle": answering.settle,
    "offer_call": answering.offer_call,
    "confirm": answering.ask_confirmation,
    "decline": answering.decline,
    "astray": astray.pass_on,
}

CASE_COMMANDS: Mapping[str, OnCase] = {
    "kasus": overview.show_case,
    "ambil": answering.take,
    "lepas": desk.release,
    "periksa": completeness.look,
    "lulus": call.pass_call,
    "gagal": call.fail,
    "absen": call.miss,
    "selesai": spse.resolve,
    "kembalikan": spse.ask_send_back,
    "tolak": desk.reject,
    "balas": answering.reply,
    "faq": drafts.make_draft,
    "catatan": desk.write_note,
    "beritaacara": minutes.send_to_staff,
}

OFFICE_COMMANDS: Mapping[str, OnOffice] = {
    "antrian": overview.show_queue,
    "jadwal": overview.show_calls,
    "cari": overview.search,
    "rekap": overview.show_counts,
    "laporan": report.order,
    "ikm": report.show_ikm,
    "libur": roles.close_day,
    "peran": roles.appoint,
    "bantuan": lambda _act, _words: say("staff.help"),
}

REASONS: Mapping[str, OnReason] = {
    "document": completeness.return_because,
    "fail": call.fail_because,
    "send_back": spse.send_back_because,
    "product": spse.hand_over,
    "part": spse.record_part,
    "reject": desk.reject_because,
    "reply": letters.reply_because,
    "answer": answering.answer_because,
    "confirm": answering.confirm_because,
}

COMMAND = re.compile(r"/([a-z_]+)(?:@(\w+))?(?:(?:\s+|(?=\d))(.*))?", re.DOTALL | re.IGNORECASE)
CASE = re.compile(r"(?:([a-z]{2,8})[\s.–-]*(\d{4})[\s.–-]+)?0*(\d{1,6})(?!\w)\s*(.*)", re.DOTALL | re.IGNORECASE)
GREETED_BY = ("start", "help")
"""What people of any bot's group type first, where it is addressed to ours."""
LONGEST_TOAST = 200
EXPLAINED_FOR = timedelta(minutes=10)
"""The group takes 20 messages a minute; they are not for telling one stranger the same again and again."""
ALIKE = 0.75
"""How much of a mistyped command must be as it should."""


def hear_group(
    inbound: Inbound, member: StaffMember | None, uow: UnitOfWork, office: Office, now: datetime
) -> Toast | None:
    """Taps and commands in the staff group; ordinary talk is nobody's business here."""
    if inbound.kind == "tap":
        return _hear_tap(inbound, member, uow, office, now)
    command = _command(inbound, office)
    if command is None:
        if member is not None and inbound.kind == "text" and not inbound.secret:
            astray.in_group(_act(inbound, member, uow, office, now), inbound)
        return None
    if member is None:
        _explain(inbound, uow, office, now)
        return None
    if inbound.secret:
        tell_group(uow, office, say("secret.staff"), now=now)
        return None
    _obey(_act(inbound, member, uow, office, now), *command, inbound)
    return None


def hear_private(
    inbound: Inbound, member: StaffMember, uow: UnitOfWork, office: Office, now: datetime
) -> Toast | NotStaff | None:
    """The same in a member's own chat; whatever else is said there is said as a provider."""
    # Whoever was asked in the group to come here has come.
    uow.posts.take_back(_way_post(member), now)
    if inbound.kind == "tap" and inbound.data.startswith("s."):
        return _hear_tap(inbound, member, uow, office, now)
    found = COMMAND.fullmatch(inbound.text.strip()) if inbound.kind == "text" else None
    if found is not None and found[1].lower() == "start":
        welcome_member(inbound, member, uow, office, now)
        return None
    command = _command(inbound, office)
    if inbound.secret and (command is not None or inbound.quotes_us or inbound.kind == "file"):
        _act(inbound, member, uow, office, now).answer(say("secret.staff"))
        return None
    if command is None:
        return _hear_answer(inbound, member, uow, office, now)
    if command == ("faq", ""):
        command = ("faq", drafts.of_quoted(uow, member.user_id, inbound.quoted))
    _obey(_act(inbound, member, uow, office, now), *command, inbound)
    return None


def _hear_answer(
    inbound: Inbound, member: StaffMember, uow: UnitOfWork, office: Office, now: datetime
) -> NotStaff | None:
    """An answer to a question may be a reply to it, or a file; what is wrong with it is said where it was written."""
    if inbound.kind != "file" and not (inbound.kind == "text" and inbound.quotes_us):
        return NOT_STAFF
    act = _act(inbound, member, uow, office, now)
    try:
        with uow.attempt():
            return None if answering.by_reply(act, inbound) else NOT_STAFF
    except Refused as refusal:
        act.answer(_no(refusal))
        return None


def welcome_member(inbound: Inbound, member: StaffMember, uow: UnitOfWork, office: Office, now: datetime) -> None:
    """Greet somebody of the office in their own chat, and show the way to the counter as well."""
    if member.name == str(office.settings.roles[Role.ADMIN].in_(STAFF_LANGUAGE)) and inbound.name:
        # Appointed by the settings, before anybody knew what they are called.
        member = StaffMember(member.user_id, inbound.name, member.roles)
        uow.staff.appoint(member, member.user_id, now)
    act = _act(inbound, member, uow, office, now)
    menu = Button(office.staff_say(say("staff.button.provider_menu")), "w.menu")
    act.answer(say("staff.welcome", name=member.name), say("staff.help"), buttons=[menu])


def give_reason(form: Form, member: StaffMember, text: str, uow: UnitOfWork, office: Office, now: datetime) -> None:
    """What a member of staff was asked to write is there: carry on with what it was for."""
    own = Inbound(channel=STAFF_CHANNEL, key="", sender=member.user_id, chat=member.user_id, kind="text", text=text)
    act = _act(own, member, uow, office, now)

    def carry_on() -> Say | None:
        purpose = form.answers["for"]
        if form.case_id is None:
            return letters.reply_because(act, None, form, text)
        return REASONS[purpose](act, uow.cases.get(form.case_id), form, text)

    if reasons.ask_anew(act, form):
        return
    _answer(act, carry_on)
    reasons.go_on(uow, office, uow.people.meet(STAFF_CHANNEL, member.user_id), form, now)


def announce_correction(uow: UnitOfWork, office: Office, case: Case, now: datetime) -> None:
    """A provider sent what was asked for again: whoever holds the case hears it; else its card tells the group."""
    if case.holder_id is None:
        repost_card(uow, office, case.id, now)
        return
    text = office.staff_say(say("staff.corrected", number=case.number, company=case.company))
    chat = Address(STAFF_CHANNEL, case.holder_id)
    uow.posts.take_back(correction_post(case), now)
    uow.posts.show(correction_post(case), chat, text, layout([staff_button(office, "check", case.id)]), now)


def _act(inbound: Inbound, member: StaffMember, uow: UnitOfWork, office: Office, now: datetime) -> Act:
    return Act(
        uow=uow,
        office=office,
        member=member,
        chat=inbound.address,
        private=inbound.private,
        tapped=inbound.message if inbound.kind == "tap" else "",
        written="" if inbound.kind == "tap" else inbound.message,
        now=now,
    )


def _hear_tap(inbound: Inbound, member: StaffMember | None, uow: UnitOfWork, office: Office, now: datetime) -> Toast:
    if member is None:
        return Toast(office.staff_say(say("staff.stranger", id=inbound.sender)), alert=True)
    act = _act(inbound, member, uow, office, now)
    _, action, number, more = (*inbound.data.split(".", 3), "", "", "")[:4]
    case = uow.cases.find(int(number)) if ID.fullmatch(number) else None
    try:
        with uow.attempt():
            done = _do(act, action, case, more)
    except Refused as refusal:
        _after_refusal(act, refusal)
        if case is not None:
            # The button was still there: what the card shows may be out of date.
            show_card(uow, office, case.id, now)
        return Toast(_said(office, _no(refusal))[:LONGEST_TOAST], alert=True)
    return Toast(_said(office, done)[:LONGEST_TOAST] if done else "")


def _do(act: Act, action: str, case: Case | None, more: str) -> Say | None:
    if action == "reply":
        return letters.answer(act, case, more)
    if case is None or action not in TAPS:
        raise Refused("no_such_case")
    return TAPS[action](act, case, more)


def _obey(act: Act, name: str, words: str, inbound: Inbound) -> None:
    """Carry out a command; what is wrong with it is said where it was written."""
    quoted = inbound.quoted if inbound.quotes_us else ""

    def carry_out() -> Say | None:
        if name in OFFICE_COMMANDS:
            return OFFICE_COMMANDS[name](act, words)
        if name not in CASE_COMMANDS:
            near = _near(name)
            raise Refused("no_such_command" if near else "unknown_command", name=name, near=near)
        case, rest = _case(act, name, words, quoted)
        return CASE_COMMANDS[name](act, case, rest)

    _answer(act, carry_out)


def _answer(act: Act, carry_out: Callable[[], Say | None]) -> None:
    try:
        with act.uow.attempt():
            done = carry_out()
    except Refused as refusal:
        if not _after_refusal(act, refusal):
            act.answer(_no(refusal))
        return
    if done is not None:
        act.answer(done)


def _no(refusal: Refused) -> Say:
    return say(f"staff.no.{refusal.reason}", **refusal.facts)


def _said(office: Office, sentence: Say) -> str:
    return office.wording.say(STAFF_LANGUAGE, sentence)


def _after_refusal(act: Act, refusal: Refused) -> bool:
    """Somebody who never opened a private chat with the bot gets the way there, in the group, until they take it."""
    if refusal.reason != "write_first":
        return False
    link = Button(
        act.office.staff_say(say("staff.button.open_chat")), url=f"https://t.me/{act.office.bot_name}?start=petugas"
    )
    text = act.office.staff_say(_no(refusal))
    return act.uow.posts.show(_way_post(act.member), act.office.group(act.uow), text, layout([link]), act.now)


def _way_post(member: StaffMember) -> str:
    return f"write_first:{member.user_id}"


def _command(inbound: Inbound, office: Office) -> tuple[str, str] | None:
    """The staff command that a message is, or means with a slip, and what follows it; None when it is something else.

    What is like none of ours may be another bot's, or what providers type.
    """
    found = COMMAND.fullmatch(inbound.text.strip()) if inbound.kind == "text" else None
    if found is None:
        plain = inbound.kind == "text" and inbound.private and CASE_NUMBER.fullmatch(inbound.text.strip().upper())
        return ("kasus", inbound.text.strip()) if plain else None
    name, addressed = found[1].lower(), found[2]
    if addressed and office.bot_name and addressed.lower() != office.bot_name.lower():
        return None
    meant = name in OFFICE_COMMANDS or name in CASE_COMMANDS
    if not meant and not (inbound.private and office.wording.word(f"/{name}")):
        meant = bool(_near(name)) or bool(addressed and office.bot_name and not inbound.private)
    if meant and name in GREETED_BY:
        return ("bantuan", "")
    return (name, (found[3] or "").strip()) if meant else None


def _near(name: str) -> str:
    """The command that is spelt nearly so."""
    return next(iter(get_close_matches(name, [*OFFICE_COMMANDS, *CASE_COMMANDS], 1, ALIKE)), "")


def _case(act: Act, name: str, words: str, quoted: str = "") -> tuple[Case, str]:
    """The case that a command is about, and the rest of it; the serial alone will do where one case has it this year,
    and none at all in a reply to a message about the case.

    Refused: usage, no_such_number, several.
    """
    found = CASE.fullmatch(words)
    number = CASE_NUMBER.search(quoted)
    about = act.uow.cases.by_number(number[0]) if number else None
    if found is None and about is not None:
        return about, words
    if found is None:
        raise Refused("usage", usage=say(f"staff.usage.{name}"))
    year = int(found[2] or act.office.calendar.today(act.now).year)
    codes = [found[1].upper()] if found[1] else [service.code for service in act.office.catalogue.services]
    numbers = [str(CaseNumber(code, year, int(found[3]))) for code in codes]
    cases = [case for number in numbers if (case := act.uow.cases.by_number(number)) is not None]
    if not cases:
        raise Refused("no_such_number", number=numbers[0] if found[1] else found[3])
    if about is not None and not found[1] and about not in cases:
        # "/balas 7 hari lagi" in reply to a message about another case: which of them is meant?
        cases.append(about)
    if len(cases) > 1:
        raise Refused("several", numbers=tuple(case.number for case in cases))
    return cases[0], found[4].strip()


def _explain(inbound: Inbound, uow: UnitOfWork, office: Office, now: datetime) -> None:
    """Somebody in the group who is not known as staff; being in it is not enough, and once in a while is."""
    sentence = say("staff.anonymous") if inbound.anonymous else say("staff.stranger", id=inbound.sender)
    lately = int(now.timestamp() // EXPLAINED_FOR.total_seconds())
    tell_group(uow, office, sentence, now=now, once=f"stranger:{inbound.sender}:{lately}")
