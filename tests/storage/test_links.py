"""Two accounts of one person become one, and part again; news of messages go forward only."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.messages import RANKS, Address, Fate, Receipt
from storage.owed import Owed
from storage.unit_of_work import UnitOfWork

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
TELEGRAM, WHATSAPP = Address("telegram", "5001"), Address("whatsapp", "+6281")
DAY = timedelta(days=1)


def met(uow: UnitOfWork, address: Address, *, sender: str = "", phone: str = "") -> int:
    uow.people.welcome(
        address.channel,
        sender or address.chat,
        chat=address.chat,
        name="Pak Joko",
        username="",
        language="id",
        now=NOW,
        phone=phone,
    )
    caller = uow.people.meet(address.channel, sender or address.chat)
    assert caller is not None
    return caller.person_id


def test_cases_and_forms_follow(uow: UnitOfWork) -> None:
    kept, other = met(uow, TELEGRAM), met(uow, WHATSAPP)
    case = uow.cases.begin(other, "registrasi", NOW, WHATSAPP)
    form = uow.forms.begin(other, "registration", case.id, NOW)
    mine = uow.forms.begin(kept, "letter", None, NOW)
    uow.people.acknowledge_notice(other, "2026", NOW)
    uow.links.join(kept, other)
    assert uow.cases.get(case.id).person_id == kept
    assert uow.forms.open_before(kept) == mine
    assert uow.forms.find(form.id) is not None
    caller = uow.people.meet("whatsapp", "+6281")
    assert caller is not None
    assert (caller.person_id, caller.notice_version) == (kept, "2026")
    assert uow.links.channels(kept) == {"telegram", "whatsapp"}


def test_an_open_form_stays_open_where_there_is_no_other(uow: UnitOfWork) -> None:
    kept, other = met(uow, TELEGRAM), met(uow, WHATSAPP)
    form = uow.forms.begin(other, "letter", None, NOW)
    uow.links.join(kept, other)
    assert uow.forms.open_before(kept) == form


@pytest.mark.parametrize("parting", [TELEGRAM, WHATSAPP])
def test_an_account_that_parts_takes_with_it_what_was_begun_there(uow: UnitOfWork, parting: Address) -> None:
    kept, other = met(uow, TELEGRAM), met(uow, WHATSAPP)
    uow.people.acknowledge_notice(other, "2026", NOW)
    first = uow.cases.begin(other, "registrasi", NOW, WHATSAPP)
    form = uow.forms.begin(other, "registration", first.id, NOW)
    second = uow.cases.begin(kept, "registrasi", NOW, TELEGRAM)
    uow.links.join(kept, other)
    alone = uow.links.part(parting, NOW)
    on_whatsapp, on_telegram = (alone, kept) if parting == WHATSAPP else (kept, alone)
    assert uow.cases.get(first.id).person_id == on_whatsapp != on_telegram
    assert uow.cases.get(second.id).person_id == on_telegram
    assert uow.forms.open_before(on_whatsapp) == form
    assert uow.forms.open_before(on_telegram) is None
    caller = uow.people.meet(parting.channel, parting.chat)
    assert caller is not None
    assert (caller.person_id, caller.notice_version) == (alone, "2026")


def test_an_account_that_parts_is_reached_by_itself(uow: UnitOfWork) -> None:
    kept, other = met(uow, TELEGRAM), met(uow, WHATSAPP)
    uow.links.join(kept, other)
    alone = uow.links.part(WHATSAPP, NOW)
    assert uow.people.addresses(alone, NOW) == [WHATSAPP]
    assert uow.people.addresses(kept, NOW) == [TELEGRAM]


def test_a_code_is_good_until_it_expires_or_another_one_is_given(uow: UnitOfWork) -> None:
    person = met(uow, TELEGRAM)
    uow.links.offer(person, "AAAABBBB", NOW + DAY)
    uow.links.offer(person, "CCCCDDDD", NOW + DAY)
    assert uow.links.owner("AAAABBBB", NOW) is None
    assert uow.links.owner("CCCCDDDD", NOW) == person
    assert uow.links.owner("CCCCDDDD", NOW + DAY) is None


def test_a_code_is_used_once_by_whoever_is_first(uow: UnitOfWork) -> None:
    uow.links.offer(met(uow, TELEGRAM), "AAAABBBB", NOW + DAY)
    assert not uow.links.use("AAAABBBB", NOW + DAY)
    assert uow.links.use("AAAABBBB", NOW)
    assert not uow.links.use("AAAABBBB", NOW)


def test_who_joins_and_parts_has_no_new_tries(uow: UnitOfWork) -> None:
    kept, other = met(uow, TELEGRAM), met(uow, WHATSAPP)
    for tried in range(4):
        uow.links.note_wrong_code(other, tried, NOW)
    uow.links.join(kept, other)
    alone = uow.links.part(WHATSAPP, NOW)
    assert [uow.links.wrong_codes(person, NOW - DAY) for person in (kept, alone)] == [4, 4]


def test_wrong_codes_are_counted_from_the_first(uow: UnitOfWork) -> None:
    person = met(uow, TELEGRAM)
    for tried in range(3):
        uow.links.note_wrong_code(person, tried, NOW + tried * timedelta(minutes=1))
    assert uow.links.wrong_codes(person, NOW - DAY) == 3
    assert uow.links.wrong_codes(person, NOW) == 0


def test_the_best_address_is_the_last_used_of_those_that_take_messages(uow: UnitOfWork) -> None:
    kept, other = met(uow, TELEGRAM), met(uow, WHATSAPP)
    uow.links.join(kept, other)
    uow.people.heard(TELEGRAM, NOW, None)
    uow.people.heard(WHATSAPP, NOW + timedelta(hours=1), NOW + timedelta(hours=25))
    assert uow.people.addresses(kept, NOW + timedelta(hours=2)) == [WHATSAPP, TELEGRAM]
    assert uow.people.addresses(kept, NOW + 2 * DAY) == [TELEGRAM, WHATSAPP]
    uow.people.mark_unreachable(TELEGRAM, NOW)
    assert uow.people.addresses(kept, NOW + 2 * DAY) == [WHATSAPP, TELEGRAM]
    uow.people.mark_unreachable(TELEGRAM, None)
    uow.people.stop(TELEGRAM, NOW)
    assert uow.people.addresses(kept, NOW)[0] == WHATSAPP
    assert not uow.people.is_quiet(kept)


def test_two_ids_of_one_chat_are_one_address(uow: UnitOfWork) -> None:
    hidden = Address("whatsapp", "ID.4566")
    person = met(uow, hidden)
    uow.people.also_known_as("whatsapp", "ID.4566", "+6281", "+6281", "+6281")
    assert uow.people.addresses(person, NOW) == [WHATSAPP]
    uow.people.heard(WHATSAPP, NOW, NOW + DAY)
    for sender in ("ID.4566", "+6281"):
        caller = uow.people.meet("whatsapp", sender)
        assert caller is not None
        assert (caller.person_id, caller.chat, caller.heard_at) == (person, "+6281", NOW)


def test_an_older_sign_of_life_changes_nothing(uow: UnitOfWork) -> None:
    met(uow, WHATSAPP)
    uow.people.heard(WHATSAPP, NOW, NOW + DAY)
    assert uow.people.knock(WHATSAPP, NOW)
    assert not uow.people.knock(WHATSAPP, NOW)
    uow.people.heard(WHATSAPP, NOW - DAY, NOW)
    door = uow.people.door(WHATSAPP)
    assert door is not None
    assert (door.heard_at, door.open_until) == (NOW, NOW + DAY)
    assert not uow.people.knock(WHATSAPP, NOW)


def test_the_buttons_that_somebody_sees_are_known(uow: UnitOfWork) -> None:
    met(uow, WHATSAPP)
    assert uow.people.shown(WHATSAPP) == []
    uow.people.remember_shown(WHATSAPP, [(1, "PT", "f1.form.PT")])
    assert uow.people.shown(WHATSAPP) == [(1, "PT", "f1.form.PT")]


def news(rank: str, fate: Fate | None = None) -> Receipt:
    return Receipt("whatsapp", "SM1", RANKS.index(rank), fate, "63016" if fate else "")


def sent(uow: UnitOfWork) -> int:
    uow.outbox.owe(Owed(address=WHATSAPP, text="halo"), NOW)
    [owed] = uow.outbox.claim("whatsapp", NOW)
    return owed.id


def test_a_failure_is_told_once(uow: UnitOfWork) -> None:
    message = sent(uow)
    assert uow.receipts.expect("whatsapp", "SM1", message) is None
    assert uow.receipts.note(news("sent")) is None
    assert uow.receipts.note(news("failed", "closed")) == message
    assert uow.receipts.note(news("failed", "closed")) is None
    assert uow.receipts.note(news("delivered")) is None


def test_what_was_read_cannot_fail_any_more(uow: UnitOfWork) -> None:
    uow.receipts.expect("whatsapp", "SM1", sent(uow))
    assert uow.receipts.note(news("read")) is None
    assert uow.receipts.note(news("failed", "closed")) is None


def test_a_failure_that_is_known_before_the_message_is_found_with_it(uow: UnitOfWork) -> None:
    message = sent(uow)
    assert uow.receipts.note(news("failed", "closed")) is None
    assert uow.receipts.expect("whatsapp", "SM1", message) == news("failed", "closed")


def test_what_is_held_keeps_its_place(uow: UnitOfWork) -> None:
    for number, unasked in enumerate((True, False, True)):
        uow.outbox.owe(Owed(address=WHATSAPP, text=str(number), unasked=unasked), NOW)
        [owed] = uow.outbox.claim("whatsapp", NOW)
        uow.outbox.hold(owed.id, "window")
    uow.outbox.owe(Owed(address=WHATSAPP, text="jawaban"), NOW + timedelta(minutes=1))
    assert uow.outbox.let_go(WHATSAPP, unasked=False) == 1
    assert uow.outbox.let_go(WHATSAPP, unasked=True) == 2
    said = []
    while owed_now := uow.outbox.claim("whatsapp", NOW + timedelta(minutes=2)):
        said.append(owed_now[0].text)
        uow.outbox.record_sent(owed_now[0], ["SM"], NOW)
    assert said == ["0", "1", "2", "jawaban"]


def test_a_case_stays_opened_in_a_chat_that_got_another_address(uow: UnitOfWork) -> None:
    person = met(uow, WHATSAPP)
    case = uow.cases.begin(person, "registrasi", NOW, WHATSAPP)
    uow.people.also_known_as("whatsapp", WHATSAPP.chat, "ID.1", "ID.1", "")
    after = uow.cases.get(case.id)
    assert Address(after.opened_channel, after.opened_chat) == Address("whatsapp", "ID.1")


def test_a_secret_is_forgotten_once_it_is_there(uow: UnitOfWork) -> None:
    case = uow.cases.begin(met(uow, WHATSAPP), "informasi_user_id", NOW, WHATSAPP)
    for text in ("first", "second"):
        uow.outbox.owe(Owed(address=WHATSAPP, text=text, case_id=case.id, secret=True), NOW)
    uow.outbox.owe(Owed(address=WHATSAPP, text="no secret", case_id=case.id), NOW)
    for number in (1, 2, 3):
        [owed] = uow.outbox.claim("whatsapp", NOW)
        uow.outbox.record_sent(owed, [f"SM{number}"], NOW)
        uow.receipts.expect("whatsapp", f"SM{number}", owed.id)
    uow.outbox.forget_secret_of("whatsapp", "SM1")
    uow.outbox.forget_secret_of("whatsapp", "SM3")
    assert texts(uow) == ["", "second", "no secret"]
    uow.outbox.forget_old_secrets(NOW)
    assert texts(uow) == ["", "second", "no secret"]
    uow.outbox.forget_old_secrets(NOW + DAY)
    assert texts(uow) == ["", "", "no secret"]
    for number in (1, 3):
        uow.outbox.give_up(number, "lost")
    assert [owed.text for owed in uow.outbox.failed(case.id)] == ["no secret"]


def texts(uow: UnitOfWork) -> list[str]:
    return [owed.text for number in (1, 2, 3) if (owed := uow.outbox.find(number)) is not None]
