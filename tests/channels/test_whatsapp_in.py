"""What Twilio posts is understood, whatever shape it has."""

from dataclasses import replace
from typing import Any

import pytest

from channels.whatsapp_errors import FATES, fate_of
from channels.whatsapp_in import glance, missed, read, read_status
from domain.messages import RANKS, Address, Inbound, IncomingFile, Receipt

MEDIA = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
TEXT = {
    "SmsMessageSid": "SM1",
    "NumMedia": "0",
    "ProfileName": "Pak Joko",
    "MessageType": "text",
    "SmsSid": "SM1",
    "WaId": "6281298765432",
    "SmsStatus": "received",
    "Body": "  halo  ",
    "To": "whatsapp:+622518358555",
    "NumSegments": "1",
    "ReferralNumMedia": "0",
    "MessageSid": "SM1",
    "AccountSid": "AC1",
    "From": "whatsapp:+6281298765432",
    "ApiVersion": "2010-04-01",
    "SomethingOfNextYear": "{}",
}
JOKO = Inbound(
    "whatsapp",
    "SM1",
    "+6281298765432",
    "+6281298765432",
    "text",
    name="Pak Joko",
    text="  halo  ",
    phone="+6281298765432",
)


def form(**fields: str) -> dict[str, str]:
    return {**TEXT, **fields}


def with_media(mime: str, kind: str = "", **fields: str) -> dict[str, str]:
    return form(NumMedia="1", MediaUrl0=MEDIA, MediaContentType0=mime, MessageType=kind, **{"Body": "", **fields})


def test_a_text() -> None:
    assert read(TEXT) == JOKO


def test_somebody_without_a_number() -> None:
    hidden = {name: value for name, value in TEXT.items() if name != "WaId"}
    address = "whatsapp:ID.4566546130240823"
    heard = read({**hidden, "From": address, "To": address, "ExternalUserId": address})
    assert (heard.sender, heard.chat, heard.also, heard.phone) == ("ID.4566546130240823", "ID.4566546130240823", "", "")


def test_somebody_with_a_number_and_an_id() -> None:
    assert read(form(ExternalUserId="whatsapp:ID.4566")) == replace(JOKO, also="ID.4566")


@pytest.mark.parametrize(
    "tap",
    [
        {"MessageType": "interactive", "Body": "Kuasa", "ButtonText": "Kuasa", "ButtonPayload": "f1.bearer.kuasa"},
        {"MessageType": "button", "Body": "Kuasa", "ButtonText": "Kuasa", "ButtonPayload": "f1.bearer.kuasa"},
        {"MessageType": "interactive", "Body": "Kuasa", "ListId": "f1.bearer.kuasa", "ListTitle": "Kuasa"},
    ],
)
def test_a_tap_on_a_button_or_in_a_list(tap: dict[str, str]) -> None:
    heard = read(form(**tap, OriginalRepliedMessageSid="SM0"))
    assert (heard.kind, heard.data, heard.message, heard.text) == ("tap", "f1.bearer.kuasa", "SM0", "Kuasa")


def test_a_tap_that_comes_without_its_data_is_its_label() -> None:
    heard = read(form(MessageType="interactive", Body="", ButtonText="Kuasa"))
    assert (heard.kind, heard.text) == ("text", "Kuasa")


@pytest.mark.parametrize(
    ("posted", "file"),
    [
        (with_media("image/jpeg", "image"), IncomingFile(MEDIA, photo=True, loose=True)),
        (with_media("image/jpeg"), IncomingFile(MEDIA, photo=True, loose=True)),
        (with_media("image/jpeg", "document", Body="ktp.jpg"), IncomingFile(MEDIA, "ktp.jpg")),
        (with_media("application/pdf", "document", Body="akta.pdf"), IncomingFile(MEDIA, "akta.pdf")),
        (with_media("application/pdf", "document", Body="ini aktanya"), IncomingFile(MEDIA, "dokumen.pdf")),
        (with_media("application/pdf"), IncomingFile(MEDIA, "dokumen.pdf")),
        (with_media("application/x-new", "document"), IncomingFile(MEDIA, "dokumen")),
    ],
)
def test_a_file(posted: dict[str, str], file: IncomingFile) -> None:
    heard = read(posted)
    assert (heard.kind, heard.file) == ("file", file)


@pytest.mark.parametrize(
    ("posted", "what"),
    [
        (with_media("image/webp", "sticker"), "sticker"),
        (with_media("audio/ogg", "audio"), "voice"),
        (with_media("audio/ogg"), "voice"),
        (with_media("video/mp4", "video"), "video"),
        (with_media("text/vcard", "contacts"), "contact"),
        (with_media("text/vcard"), "contact"),
        (form(MessageType="location", Latitude="-6.6", Longitude="106.8", Body=""), "location"),
        (form(MessageType="", Latitude="-6.6", Longitude="106.8", Body=""), "location"),
        (form(MessageType="hologram", Body=""), "other"),
    ],
)
def test_what_an_office_cannot_use(posted: dict[str, str], what: str) -> None:
    heard = read(posted)
    assert (heard.kind, heard.what) == ("other", what)
    # So that it can be taken away at Twilio.
    assert (heard.file.ref if heard.file else "") == posted.get("MediaUrl0", "")


def test_a_kind_of_the_future_with_words_in_it_is_read() -> None:
    assert read(form(MessageType="poem")).kind == "text"


def test_a_heart_under_a_message_says_nothing() -> None:
    assert read(form(MessageType="reaction", Body="❤️")).kind == "noise"


@pytest.mark.parametrize("broken", [{"Body": "halo"}, {"MessageSid": "SM1"}, {**TEXT, "From": "whatsapp:"}])
def test_what_has_no_number_or_no_sender_cannot_be_read(broken: dict[str, str]) -> None:
    with pytest.raises((KeyError, ValueError)):
        read(broken)


def test_an_sms_in_somebodys_name_is_not_theirs() -> None:
    sms = form(From="+6281298765432")
    with pytest.raises(ValueError, match="not written on WhatsApp"):
        read(sms)
    assert glance(sms) == ("SM1", "", None)


def test_a_glance_tells_who_wrote_what_even_so() -> None:
    assert glance(form(Body="")) == ("SM1", "+6281298765432", Address("whatsapp", "+6281298765432"))
    assert glance({}) == ("", "", None)


class Record:
    """A message as Twilio lists it."""

    sid, from_, to, body, date_sent = "SM1", "whatsapp:+6281298765432", "whatsapp:+622518358555", "halo", None


def test_what_is_found_later_reads_like_what_is_posted() -> None:
    heard = read(missed(Record(), [(MEDIA, "application/pdf")]))
    assert (heard.key, heard.sender, heard.kind, heard.file) == (
        "SM1",
        "+6281298765432",
        "file",
        IncomingFile(MEDIA, "dokumen.pdf"),
    )


# News of what we sent


@pytest.mark.parametrize(
    ("status", "rank"),
    [("queued", "queued"), ("sent", "sent"), ("delivered", "delivered"), ("read", "read"), ("accepted", "accepted")],
)
def test_how_far_a_message_has_come(status: str, rank: str) -> None:
    told = {"MessageSid": "SM1", "MessageStatus": status}
    assert read_status(told) == Receipt("whatsapp", "SM1", RANKS.index(rank))


@pytest.mark.parametrize("status", ["failed", "undelivered"])
def test_why_a_message_did_not_arrive(status: str) -> None:
    told = {"MessageSid": "SM1", "MessageStatus": status, "ErrorCode": "63016"}
    assert read_status(told) == Receipt("whatsapp", "SM1", RANKS.index("failed"), "closed", "63016")


@pytest.mark.parametrize("told", [{}, {"MessageSid": "SM1"}, {"MessageSid": "SM1", "MessageStatus": "dreaming"}])
def test_news_that_say_nothing(told: dict[str, Any]) -> None:
    assert read_status(told) is None


@pytest.mark.parametrize(
    ("code", "fate"),
    [
        *FATES.items(),
        ("63016", "closed"),
        ("63018", "later"),
        ("20429", "later"),
        ("30001", "later"),
        ("21611", "later"),
        ("63010", "later"),
        ("63012", "later"),
        ("63003", "unreachable"),
        ("63024", "unreachable"),
        ("63014", "unreachable"),
        ("63015", "unreachable"),
        ("63032", "unreachable"),
        ("63033", "unreachable"),
        ("21211", "unreachable"),
        ("21610", "unreachable"),
        ("63007", "operator"),
        ("20003", "operator"),
        ("63038", "operator"),
        ("63013", "failed"),
        ("63019", "failed"),
        ("63021", "failed"),
        ("63027", "failed"),
        ("63028", "failed"),
        ("63034", "failed"),
        ("63041", "failed"),
        ("63049", "failed"),
        ("", "failed"),
        ("99999", "failed"),
    ],
)
def test_what_follows_from_an_error(code: str, fate: str) -> None:
    assert fate_of(code) == fate
    assert all(known.isdecimal() for known in FATES)
