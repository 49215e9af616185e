"""Tells the bot what a person did on WhatsApp, as the form that Twilio posts."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

from simulator.messages import Button, File, Look, Message, Tap
from simulator.twilio.people import WhatsAppPerson
from simulator.twilio.records import VERSION, Media, Record, new_sid

if TYPE_CHECKING:
    from simulator.twilio.account import Twilio

TYPES = {"photo": "image", "voice": "audio", "contact": "contacts"}
_taps = itertools.count(1)


def wrote(twilio: Twilio, message: Message) -> None:
    """A person wrote or sent something: the window opens, Twilio keeps it and posts it."""
    form = {"MessageType": TYPES.get(message.kind, message.kind), "Body": message.text}
    if message.file and message.kind == "document" and not message.text and twilio.names_documents:
        form["Body"] = message.file.name
    if message.kind == "location":
        form |= {"Latitude": str(_part(message)["latitude"]), "Longitude": str(_part(message)["longitude"])}
    _arrive(twilio, message, form, _file(twilio, message))


def tapped(twilio: Twilio, person: WhatsAppPerson, message: Message, data: str) -> Tap:
    """A tap is a message of its own, which shows the label and carries the data."""
    button = message.past_button(data) or Button("", data=data)
    said = twilio.world.write(person.private.chat, person, Look(text=button.label), reply_to=message)
    if message.extra.get("content") == "twilio/list-picker":
        form = {"MessageType": "interactive", "Body": button.label, "ListId": data, "ListTitle": button.label}
        if button.raw.get("description"):
            form["ListDescription"] = button.raw["description"]
    else:
        kind = "button" if message.extra.get("template") else "interactive"
        form = {"MessageType": kind, "Body": button.label, "ButtonText": button.label, "ButtonPayload": data}
    _arrive(twilio, said, form, None)
    return Tap(id=f"w{next(_taps)}", person=person, message=message, data=data, made=said.date, answered=True)


def _arrive(twilio: Twilio, message: Message, special: dict[str, str], file: File | None) -> None:
    person = message.sender
    assert isinstance(person, WhatsAppPerson)
    person.wrote_at = twilio.world.now()
    record = Record(
        sid=new_sid("MM" if file else "SM"),
        account=twilio.account_sid,
        direction="inbound",
        sender=person.address,
        to=twilio.sender,
        body=special["Body"],
        created=message.date,
        status="received",
        message=message,
    )
    if file:
        record.media.append(Media(sid=new_sid("ME"), file=file, created=message.date))
    twilio.records[record.sid] = record
    form = _form(twilio, person, record) | special | _context(twilio, message)
    form["ChannelMetadata"] = _metadata(form)
    twilio.post_inbound(record, form)
    twilio.world.changes.tell("people", person)


def _form(twilio: Twilio, person: WhatsAppPerson, record: Record) -> dict[str, str]:
    """The fields that every message has."""
    form = {
        "SmsMessageSid": record.sid,
        "SmsSid": record.sid,
        "MessageSid": record.sid,
        "AccountSid": record.account,
        "SmsStatus": "received",
        "ApiVersion": VERSION,
        "NumSegments": "1",
        "ReferralNumMedia": "0",
        "NumMedia": str(len(record.media)),
        "ProfileName": person.name,
        "From": person.address,
        "To": record.to,
    }
    if person.business_id:
        form["ExternalUserId"] = person.business_id
    if person.address == person.business_id:
        # Without a number all three fields hold the id.
        form["To"] = person.address
    else:
        form["WaId"] = (person.number or "").removeprefix("+")
    if twilio.service_sid:
        form["MessagingServiceSid"] = twilio.service_sid
    for number, media in enumerate(record.media):
        form[f"MediaUrl{number}"] = twilio.url + record.media_uri(media)
        form[f"MediaContentType{number}"] = media.file.mime
    return form


def _context(twilio: Twilio, message: Message) -> dict[str, str]:
    """What the message answers, and whether it was passed on."""
    forwarded = "forward_origin" in message.extra
    context: dict[str, str] = {}
    if message.reply_to is not None:
        answered = twilio.record_of(message.reply_to)
        if answered:
            context["OriginalRepliedMessageSid"] = answered.sid
            context["OriginalRepliedMessageSender"] = answered.sender
    if forwarded or context:
        context |= {"Forwarded": str(forwarded).lower(), "FrequentlyForwarded": "false"}
    return context


def _metadata(form: dict[str, str]) -> str:
    told = ("ButtonText", "Forwarded", "FrequentlyForwarded", "ProfileName", "WaId")
    context = {name: form[name] for name in told if name in form}
    return json.dumps({"type": "whatsapp", "data": {"context": context}}, separators=(",", ":"))


def _part(message: Message) -> dict[str, Any]:
    part: dict[str, Any] = message.extra[message.kind]
    return part


def _file(twilio: Twilio, message: Message) -> File | None:
    files = twilio.world.files
    if message.kind == "sticker":
        return files.with_id(_part(message)["file_id"])
    if message.kind == "contact":
        part = _part(message)
        card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{part['first_name']}\r\nTEL:{part['phone_number']}\r\nEND:VCARD\r\n"
        return files.keep("contact.vcf", "text/vcard", card.encode(), folder="contacts")
    return message.file
