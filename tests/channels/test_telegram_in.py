"""What people do on Telegram is understood, whatever it is."""

from typing import Any

import pytest
from telegram import Bot

from channels.telegram_in import glance, read
from domain.messages import Address, Inbound, IncomingFile
from tests.channels.payloads import ANONYMOUS, GROUP, LOCATION, POLL, PRIVATE, STICKER, USER, message, thing, update

BOT = Bot("1:token")
HERE, THERE = Address("telegram", "5001"), Address("telegram", "-1001234567890")


def heard(raw: dict[str, Any]) -> Inbound:
    return read(raw, BOT)


def test_a_text_comes_with_all_that_is_known_of_its_sender() -> None:
    assert heard(update(message=message(text="halo"))) == Inbound(
        "telegram", "77", "5001", "5001", "text",
        private=True, name="Siti Aminah", username="sitiaminah", language="id", text="halo", message="31",
    )  # fmt: skip


def test_a_sender_without_surname_username_and_language_is_fine() -> None:
    raw = update(message=message(user={"id": 5, "is_bot": False, "first_name": "Siti"}, text="halo"))
    inbound = heard(raw)
    assert (inbound.name, inbound.username, inbound.language) == ("Siti", "", "")


def test_a_command_in_the_staff_forum_is_a_text_of_the_group() -> None:
    raw = update(message=message(GROUP, text="/antrian@lpse_bogor_bot", message_thread_id=4, is_topic_message=True))
    inbound = heard(raw)
    assert (inbound.kind, inbound.private, inbound.chat) == ("text", False, "-1001234567890")
    assert inbound.text == "/antrian@lpse_bogor_bot"
    assert not inbound.anonymous


@pytest.mark.parametrize(
    "who", [{"user": ANONYMOUS, "sender_chat": GROUP}, {"user": ANONYMOUS}, {"user": USER, "sender_chat": GROUP}]
)
def test_an_anonymous_administrator_is_noticed(who: dict[str, Any]) -> None:
    assert heard(update(message=message(GROUP, text="/ambil", **who))).anonymous


def test_a_tap_tells_the_message_with_the_button() -> None:
    tap = {"id": "900", "from": USER, "chat_instance": "1", "data": "f1.form.cv", "message": message(text="Pilih")}
    assert heard(update(callback_query=tap)) == Inbound(
        "telegram", "77", "5001", "5001", "tap",
        name="Siti Aminah", username="sitiaminah", language="id", data="f1.form.cv", message="31", click="900",
    )  # fmt: skip


def test_a_tap_in_the_group_is_the_tappers_and_not_the_bots() -> None:
    bot = {"id": 1, "is_bot": True, "first_name": "Loket"}
    tap = {"id": "9", "from": USER, "chat_instance": "1", "data": "s.take.1", "message": message(GROUP, bot, text="x")}
    inbound = heard(update(callback_query=tap))
    assert (inbound.sender, inbound.chat, inbound.private) == ("5001", "-1001234567890", False)


def test_a_tap_on_a_message_that_is_too_old_to_be_shown_is_understood() -> None:
    old = {"message_id": 12, "date": 0, "chat": PRIVATE}
    inbound = heard(update(callback_query={"id": "9", "from": USER, "chat_instance": "1", "data": "x", "message": old}))
    assert (inbound.kind, inbound.message, inbound.chat) == ("tap", "12", "5001")


def test_a_tap_without_a_message_goes_to_the_tappers_own_chat() -> None:
    inbound = heard(update(callback_query={"id": "9", "from": USER, "chat_instance": "1", "inline_message_id": "q"}))
    assert (inbound.kind, inbound.chat, inbound.message, inbound.private) == ("tap", "5001", "", True)


def test_a_document_keeps_its_name_and_size() -> None:
    raw = update(message=message(document=thing(file_name="akta.pdf", mime_type="application/pdf"), caption="akta"))
    inbound = heard(raw)
    assert (inbound.kind, inbound.text) == ("file", "akta")
    assert inbound.file == IncomingFile(ref="F1", name="akta.pdf", size=1234)


def test_of_a_photo_the_largest_size_is_taken() -> None:
    sizes = [
        thing(width=90, height=60),
        {"file_id": "F2", "file_unique_id": "U2", "file_size": 99, "width": 900, "height": 600},
        thing(width=320, height=200),
    ]
    assert heard(update(message=message(photo=sizes))).file == IncomingFile(ref="F2", size=99, photo=True, loose=True)


def test_pieces_of_an_album_share_its_number() -> None:
    photo = [thing(width=90, height=60)]
    file = heard(update(message=message(photo=photo, media_group_id="13579"))).file
    assert file is not None
    assert file.album == "13579"


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("sticker", STICKER, "sticker"),
        ("voice", thing(duration=3), "voice"),
        ("audio", thing(duration=3), "voice"),
        ("video", thing(duration=3, width=9, height=9), "video"),
        ("video_note", thing(duration=3, length=9), "video"),
        ("location", LOCATION, "location"),
        ("contact", {"phone_number": "+62812", "first_name": "Budi"}, "contact"),
        ("poll", POLL, "other"),
        ("dice", {"emoji": "🎲", "value": 3}, "other"),
        ("something_of_2030", {"a": 1}, "other"),
    ],
)
def test_what_an_office_cannot_use_is_named(field: str, value: Any, what: str) -> None:
    inbound = heard(update(message=message(**{field: value})))
    assert (inbound.kind, inbound.what) == ("other", what)


def test_a_moving_picture_is_a_video_and_no_document() -> None:
    raw = update(message=message(animation=thing(width=9, height=9, duration=1), document=thing(file_name="x.mp4")))
    inbound = heard(raw)
    assert (inbound.kind, inbound.what) == ("other", "video")


def test_an_edited_message_is_an_edit() -> None:
    inbound = heard(update(edited_message=message(text="CV Maju", edit_date=1795485700)))
    assert (inbound.kind, inbound.text, inbound.message) == ("edit", "CV Maju", "31")


def member(status: str) -> dict[str, Any]:
    bot = {"id": 1, "is_bot": True, "first_name": "Loket"}
    return {"user": bot, "status": status, **({"until_date": 0} if status == "kicked" else {})}


@pytest.mark.parametrize(
    ("chat", "old", "new", "kind"),
    [
        (PRIVATE, "member", "kicked", "blocked"),
        (PRIVATE, "kicked", "member", "unblocked"),
        (GROUP, "member", "left", "noise"),
    ],
)
def test_blocking_the_bot_and_letting_it_in_again(chat: dict[str, Any], old: str, new: str, kind: str) -> None:
    change = {
        "chat": chat,
        "from": USER,
        "date": 1795485600,
        "old_chat_member": member(old),
        "new_chat_member": member(new),
    }
    inbound = heard(update(my_chat_member=change))
    assert (inbound.kind, inbound.chat) == (kind, str(chat["id"]))


def test_a_group_that_gets_a_new_address_tells_it() -> None:
    plain = {"id": -42, "title": "Petugas", "type": "group"}
    inbound = heard(update(message=message(plain, migrate_to_chat_id=-10042)))
    assert (inbound.kind, inbound.chat, inbound.text) == ("moved", "-42", "-10042")


@pytest.mark.parametrize(
    "raw",
    [
        update(message=message(GROUP, new_chat_members=[USER])),
        update(message=message(GROUP, pinned_message=message(GROUP, text="x"))),
        update(message=message(GROUP, migrate_from_chat_id=-42)),
        update(message=message(GROUP, None, text="from a channel")),
        update(something_of_2030={"id": 1}),
        update(channel_post=message(GROUP, None, text="x")),
    ],
)
def test_the_rest_is_noise(raw: dict[str, Any]) -> None:
    assert heard(raw).kind == "noise"


@pytest.mark.parametrize(
    "raw", [update(message={"message_id": "boo"}), update(callback_query={"id": 1}), {"update_id": None}, {"x": 1}]
)
def test_what_cannot_be_read_is_an_error(raw: dict[str, Any]) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011 (whichever: it is kept aside)
        heard(raw)


@pytest.mark.parametrize(
    ("raw", "known"),
    [
        (update(message={"chat": PRIVATE, "from": USER}), ("77", "5001", HERE)),
        (update(callback_query={"from": USER, "message": {"chat": GROUP}}), ("77", "5001", THERE)),
        (update(callback_query={"from": USER}), ("77", "5001", None)),
        (update(message={"chat": 5, "from": "x"}), ("77", "", None)),
        (update(message="text"), ("77", "", None)),
        ({"update_id": "x"}, ("", "", None)),
        ({}, ("", "", None)),
    ],
)
def test_even_of_what_cannot_be_read_the_sender_is_told_where_possible(raw: dict[str, Any], known: object) -> None:
    assert glance(raw) == known
