"""What is owed goes out in the order of its chat, to one sender at a time, and is owed until it is recorded as sent."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from domain.messages import Address, Button
from storage.outbox import CLAIM_LASTS
from storage.owed import Owed
from storage.tables import outbox
from storage.unit_of_work import UnitOfWork

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
SITI, BUDI, GROUP = (Address("telegram", chat) for chat in ("5001", "5002", "-1001"))
SECOND = timedelta(seconds=1)
ROWS = ((Button("Ambil", "s.take.1"),),)


def claimed(uow: UnitOfWork, now: datetime = NOW, busy: tuple[str, ...] = ()) -> list[str]:
    return [owed.text for owed in uow.outbox.claim("telegram", now, busy)]


def states(connection: Connection) -> dict[str, str]:
    return {row.text: row.state for row in connection.execute(outbox.select())}


def test_a_message_comes_back_as_it_was_owed(uow: UnitOfWork) -> None:
    rows = ((Button("Ambil", "s.take.1"), Button("Buka", url="https://example.go.id")), (Button("Batal", "w.cancel"),))
    message = Owed(
        address=GROUP,
        text="Kasus baru",
        rows=rows,
        protected=True,
        keep_for=60,
        file_name="REG-2026-0007 KTP",
        urgent=True,
    )
    uow.outbox.owe(message, NOW)
    [owed] = uow.outbox.claim("telegram", NOW)
    assert owed == Owed(
        id=owed.id, address=GROUP, text="Kasus baru", rows=rows, protected=True, keep_for=60,
        file_name="REG-2026-0007 KTP", urgent=True,
    )  # fmt: skip


def test_a_message_is_not_sent_before_it_is_due(uow: UnitOfWork) -> None:
    uow.outbox.owe(Owed(address=SITI, text="nanti"), NOW + SECOND)
    assert claimed(uow) == []
    assert uow.outbox.next_due("telegram") == NOW + SECOND
    assert claimed(uow, NOW + SECOND) == ["nanti"]


def test_each_chat_gets_its_messages_one_after_the_other(uow: UnitOfWork) -> None:
    for text in ("satu", "dua"):
        uow.outbox.owe(Owed(address=SITI, text=f"Siti {text}"), NOW)
        uow.outbox.owe(Owed(address=BUDI, text=f"Budi {text}"), NOW)
    first = uow.outbox.claim("telegram", NOW)
    assert [owed.text for owed in first] == ["Siti satu", "Budi satu"]
    assert claimed(uow) == []
    uow.outbox.record_sent(first[0], ["11"], NOW)
    assert claimed(uow) == ["Siti dua"]


def test_a_message_that_was_refused_is_not_overtaken(uow: UnitOfWork) -> None:
    for text in ("satu", "dua"):
        uow.outbox.owe(Owed(address=SITI, text=text), NOW)
    [owed] = uow.outbox.claim("telegram", NOW)
    uow.outbox.release(owed.id, "too many requests")
    [again] = uow.outbox.claim("telegram", NOW + SECOND)
    assert (again.text, again.attempts) == ("satu", 1)


def test_an_urgent_message_comes_before_the_others_of_its_chat(uow: UnitOfWork) -> None:
    uow.outbox.owe(Owed(address=GROUP, text="kartu"), NOW)
    uow.outbox.owe(Owed(address=GROUP, text="lewat waktu", urgent=True), NOW)
    assert claimed(uow) == ["lewat waktu"]


def test_a_busy_chat_is_left_alone_and_the_messages_of_another_channel_too(uow: UnitOfWork) -> None:
    uow.outbox.owe(Owed(address=SITI, text="Siti"), NOW)
    uow.outbox.owe(Owed(address=BUDI, text="Budi"), NOW)
    uow.outbox.owe(Owed(address=Address("whatsapp", "+62"), text="WhatsApp"), NOW)
    assert claimed(uow, busy=(SITI.chat,)) == ["Budi"]
    assert [owed.text for owed in uow.outbox.claim("whatsapp", NOW)] == ["WhatsApp"]


def test_a_group_with_much_to_read_keeps_nobody_waiting(uow: UnitOfWork) -> None:
    for number in range(60):
        uow.outbox.owe(Owed(address=GROUP, text=f"kartu {number}"), NOW)
    uow.outbox.owe(Owed(address=SITI, text="Siti"), NOW)
    assert claimed(uow) == ["kartu 0", "Siti"]


def test_a_claim_of_a_process_that_died_lapses(uow: UnitOfWork) -> None:
    uow.outbox.owe(Owed(address=SITI, text="satu"), NOW)
    uow.outbox.owe(Owed(address=SITI, text="dua"), NOW)
    assert claimed(uow) == ["satu"]
    assert claimed(uow, NOW + CLAIM_LASTS) == []
    assert claimed(uow, NOW + CLAIM_LASTS + SECOND) == ["satu"]


def test_claims_can_be_given_back_at_a_start(uow: UnitOfWork) -> None:
    uow.outbox.owe(Owed(address=SITI, text="satu"), NOW)
    assert claimed(uow) == ["satu"]
    assert claimed(uow) == []
    uow.outbox.unclaim()
    assert claimed(uow) == ["satu"]


def test_what_may_not_stay_in_a_chat_is_owed_its_deletion(uow: UnitOfWork) -> None:
    uow.outbox.owe(Owed(address=SITI, text="KTP", keep_for=3600), NOW)
    [owed] = uow.outbox.claim("telegram", NOW)
    uow.outbox.record_sent(owed, ["11", "12"], NOW)
    later = NOW + timedelta(hours=1)
    [first] = uow.outbox.claim("telegram", later)
    assert (first.kind, first.target, first.address) == ("delete", "11", SITI)
    assert uow.outbox.next_due("telegram") == later


def test_a_key_is_owed_once(uow: UnitOfWork) -> None:
    assert uow.outbox.owe_once("remind:1", Owed(address=SITI, text="ingat"), NOW)
    assert not uow.outbox.owe_once("remind:1", Owed(address=SITI, text="ingat lagi"), NOW)
    assert claimed(uow) == ["ingat"]


def test_a_newer_answer_takes_the_place_of_one_that_waits(connection: Connection, uow: UnitOfWork) -> None:
    uow.outbox.owe_latest("papers:1", Owed(address=SITI, text="1 dari 8"), NOW)
    uow.outbox.owe_latest("papers:1", Owed(address=SITI, text="2 dari 8"), NOW)
    [owed] = uow.outbox.claim("telegram", NOW)
    assert owed.text == "2 dari 8"
    uow.outbox.record_sent(owed, ["11"], NOW)
    uow.outbox.owe_latest("papers:1", Owed(address=SITI, text="3 dari 8"), NOW)
    assert states(connection) == {"2 dari 8": "sent", "3 dari 8": "owed"}


def test_a_message_that_was_taken_back_on_its_way_is_not_taken_for_the_next(
    connection: Connection, uow: UnitOfWork
) -> None:
    uow.outbox.owe_latest("papers:1", Owed(address=SITI, text="1 dari 8"), NOW)
    [on_its_way] = uow.outbox.claim("telegram", NOW)
    uow.outbox.owe_latest("papers:1", Owed(address=SITI, text="2 dari 8"), NOW)
    uow.outbox.record_sent(on_its_way, ["11"], NOW)
    assert states(connection)["2 dari 8"] == "owed"


def test_a_message_that_will_never_go_out_stays_visible(connection: Connection, uow: UnitOfWork) -> None:
    uow.outbox.owe(Owed(address=SITI, text="halo"), NOW)
    [owed] = uow.outbox.claim("telegram", NOW)
    uow.outbox.give_up(owed.id, "blocked")
    assert uow.outbox.count_owed(NOW) == 0
    assert states(connection) == {"halo": "failed"}


def test_everything_that_is_owed_to_a_group_follows_it(uow: UnitOfWork) -> None:
    new = Address("telegram", "-100777")
    uow.outbox.owe(Owed(address=GROUP, text="kartu"), NOW)
    uow.posts.show("card:1", GROUP, "REG-2026-0001", (), NOW)
    [post] = uow.posts.owed("telegram", NOW)
    uow.posts.record_shown(post, "31")
    uow.outbox.move_chat(GROUP, new)
    uow.posts.move_chat(GROUP, new)
    assert [owed.address for owed in uow.outbox.claim("telegram", NOW)] == [new]
    [post] = uow.posts.owed("telegram", NOW)
    assert (post.address, post.message) == (new, "")


# Posts


def test_a_post_is_owed_until_it_shows_what_it_should(uow: UnitOfWork) -> None:
    uow.posts.show("card:1", GROUP, "baru", ((Button("Ambil", "s.take.1"),),), NOW)
    [post] = uow.posts.owed("telegram", NOW)
    assert (post.text, post.message, post.rows) == ("baru", "", ((Button("Ambil", "s.take.1"),),))
    uow.posts.record_shown(post, "31")
    assert uow.posts.owed("telegram", NOW) == []
    uow.posts.show("card:1", GROUP, "diambil", (), NOW)
    [post] = uow.posts.owed("telegram", NOW)
    assert (post.text, post.message) == ("diambil", "31")


def test_a_post_that_says_so_already_is_not_owed(uow: UnitOfWork) -> None:
    for _ in range(2):
        uow.posts.show("card:1", GROUP, "baru", (), NOW)
        for post in uow.posts.owed("telegram", NOW):
            uow.posts.record_shown(post, "31")
    uow.posts.show("card:1", GROUP, "baru", (), NOW)
    assert uow.posts.owed("telegram", NOW) == []
    assert uow.posts.next_due("telegram") is None


def test_a_change_that_comes_while_a_post_is_on_its_way_is_shown_too(uow: UnitOfWork) -> None:
    uow.posts.show("card:1", GROUP, "baru", (), NOW)
    [on_its_way] = uow.posts.owed("telegram", NOW)
    uow.posts.show("card:1", GROUP, "diambil", (), NOW)
    uow.posts.record_shown(on_its_way, "31")
    [post] = uow.posts.owed("telegram", NOW)
    assert (post.text, post.message) == ("diambil", "31")


def test_a_post_that_somebody_deleted_is_written_anew(uow: UnitOfWork) -> None:
    uow.posts.show("card:1", GROUP, "baru", (), NOW)
    [post] = uow.posts.owed("telegram", NOW)
    uow.posts.record_shown(post, "31")
    uow.posts.show("card:1", GROUP, "diambil", (), NOW)
    uow.posts.lost("card:1")
    [post] = uow.posts.owed("telegram", NOW)
    assert (post.text, post.message) == ("diambil", "")


def test_buttons_are_taken_off_once(uow: UnitOfWork) -> None:
    uow.posts.show("card:1", GROUP, "baru", ROWS, NOW)
    [post] = uow.posts.owed("telegram", NOW)
    uow.posts.record_shown(post, "31")
    uow.posts.disarm(["card:1"], NOW)
    [post] = uow.posts.owed("telegram", NOW)
    assert (post.text, post.rows) == ("baru", ())
    uow.posts.record_shown(post, "31")
    uow.posts.disarm(["card:1"], NOW)
    assert uow.posts.owed("telegram", NOW) == []


def test_a_post_that_goes_to_the_end_of_the_chat_leaves_its_old_place(uow: UnitOfWork) -> None:
    uow.posts.show("card:1", GROUP, "baru", ROWS, NOW)
    [post] = uow.posts.owed("telegram", NOW)
    uow.posts.record_shown(post, "31")
    uow.posts.repost("card:1", NOW)
    [deletion] = uow.outbox.claim("telegram", NOW)
    assert (deletion.kind, deletion.target) == ("delete", "31")
    assert [one.message for one in uow.posts.owed("telegram", NOW)] == [""]


def test_what_tells_how_something_ended_stays_when_a_post_begins_anew(uow: UnitOfWork) -> None:
    uow.posts.show("sheet:1", GROUP, "lulus", (), NOW)
    [post] = uow.posts.owed("telegram", NOW)
    uow.posts.record_shown(post, "31")
    uow.posts.take_back("sheet:1", NOW)
    assert uow.outbox.claim("telegram", NOW) == []
    assert uow.posts.show("sheet:1", GROUP, "lembar", ROWS, NOW)
    assert not uow.posts.show("sheet:1", GROUP, "lembar", ROWS, NOW)
    [post] = uow.posts.owed("telegram", NOW)
    assert post.message == ""


def test_a_post_can_be_put_off_given_up_and_shown_again_below(uow: UnitOfWork) -> None:
    uow.posts.show("card:1", GROUP, "baru", (), NOW)
    uow.posts.put_off("card:1", NOW + SECOND, "too many requests")
    assert uow.posts.owed("telegram", NOW) == []
    assert uow.posts.next_due("telegram") == NOW + SECOND
    [post] = uow.posts.owed("telegram", NOW + SECOND)
    assert post.attempts == 1
    uow.posts.give_up(post, "never")
    assert uow.posts.owed("telegram", NOW + SECOND) == []
    uow.posts.repost("card:1", NOW)
    [post] = uow.posts.owed("telegram", NOW)
    assert post.message == ""


def test_new_posts_come_first_and_busy_groups_are_left_alone(uow: UnitOfWork) -> None:
    uow.posts.show("card:1", GROUP, "baru", (), NOW)
    [post] = uow.posts.owed("telegram", NOW)
    uow.posts.record_shown(post, "31")
    uow.posts.show("card:1", GROUP, "diambil", (), NOW)
    uow.posts.show("card:2", GROUP, "kedua", (), NOW)
    assert [post.text for post in uow.posts.owed("telegram", NOW)] == ["kedua", "diambil"]
    assert uow.posts.owed("telegram", NOW, [GROUP.chat]) == []


def test_posts_are_found_by_how_their_names_begin(uow: UnitOfWork) -> None:
    uow.posts.show("letter:1:1:0", GROUP, "Pertama", (), NOW)
    uow.posts.show("letter:1:1:1", GROUP, "Kedua", ROWS, NOW)
    uow.posts.show("letter:1:10:0", GROUP, "Lain", ROWS, NOW)
    uow.posts.show("letter_1:1:2", GROUP, "Bukan", ROWS, NOW)
    assert uow.posts.count("letter:1:1:") == 2
    assert uow.posts.with_buttons("letter:1:1:") == [("letter:1:1:1", "Kedua")]
