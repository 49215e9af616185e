"""Takes the message that a bot wants to send, or refuses it at once."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from simulator.markup import units
from simulator.twilio.calls import Call
from simulator.twilio.contents import Content, Filled, fill
from simulator.twilio.deliveries import Outgoing
from simulator.twilio.records import Record, new_sid
from simulator.twilio.refusals import bad_request

if TYPE_CHECKING:
    from simulator.twilio.account import Twilio

LONGEST_BODY = 1600
ADDRESS = re.compile(r"whatsapp:(\+[1-9]\d{6,14}|[A-Z]{2}(\.ENT)?\.[0-9A-Za-z]{1,128})")


def create_message(twilio: Twilio, call: Call) -> tuple[dict[str, Any], int]:
    sender = _sender(twilio, call)
    to = _recipient(call)
    content, filled, fault = _content(twilio, call)
    body = filled.body if filled else call.text("Body")
    media = list(call.parameters.get("MediaUrl", ()))
    _check(call, body, media, content)
    record = Record(
        sid=new_sid("MM" if media or content else "SM"),
        account=twilio.account_sid,
        direction="outbound-api",
        sender=sender,
        to=to,
        body=body,
        created=twilio.world.now(),
        status="accepted" if call.parameters.get("MessagingServiceSid") else "queued",
        service=call.parameters.get("MessagingServiceSid"),
        callback=_callback(call),
    )
    twilio.records[record.sid] = record
    answer = record.as_json()
    twilio.deliveries.send(
        Outgoing(
            record=record,
            person=twilio.person_at(to),
            content=content,
            buttons=filled.buttons if filled else (),
            extra=filled.extra if filled else {},
            media_url=media[0] if media else filled.media if filled else None,
            failure=fault,
        )
    )
    return answer, 201


def _sender(twilio: Twilio, call: Call) -> str:
    given = call.text("From")
    if not given:
        if not call.text("MessagingServiceSid"):
            raise bad_request(21603, "A 'From' phone number is required.")
        if twilio.service_sid not in (None, call.text("MessagingServiceSid")):
            raise bad_request(21705, "The Messaging Service Sid is invalid.")
        return twilio.sender
    if given != twilio.sender:
        raise bad_request(63007, "Twilio could not find a Channel with the specified From address")
    return given


def _recipient(call: Call) -> str:
    to = call.text("To")
    if not to:
        raise bad_request(21604, "A 'To' phone number is required.")
    if not to.startswith("whatsapp:"):
        raise bad_request(21910, "Invalid From and To pair. From and To should be of the same channel")
    if not ADDRESS.fullmatch(to):
        raise bad_request(21211, f"The 'To' number {to} is not a valid phone number.")
    return to


def _check(call: Call, body: str, media: list[str], content: Content | None) -> None:
    if not body and not media and content is None:
        raise bad_request(21602, "Message body is required.")
    if units(body) > LONGEST_BODY:
        raise bad_request(21617, f"The concatenated message body exceeds the {LONGEST_BODY} character limit.")
    if len(media) > 1:
        raise bad_request(21623, "Number of media files exceeds allowed limit: WhatsApp takes one.")
    if any(urlsplit(url).scheme not in ("http", "https") for url in media):
        raise bad_request(21620, "Invalid media URL(s)")


def _callback(call: Call) -> str | None:
    url = call.text("StatusCallback")
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise bad_request(21609, f"The 'StatusCallback' URL {url} is not a valid URL.")
    return url or None


def _content(twilio: Twilio, call: Call) -> tuple[Content | None, Filled | None, int | None]:
    """The template that is meant, filled in; the number is what the message will fail with."""
    sid = call.text("ContentSid")
    if not sid:
        if "ContentVariables" in call.parameters:
            raise bad_request(21654, "The ContentSid is required when ContentVariables are given")
        return None, None, None
    content = twilio.contents.get(sid)
    if content is None:
        raise bad_request(21655, f"The ContentSid {sid} is invalid")
    for name in ("Body", "MediaUrl"):
        if name in call.parameters:
            twilio.violations.append(f"messages.create: {name} has no place beside ContentSid")
    filled = fill(content, _variables(call))
    return content, filled or Filled(body="", extra={"content": content.kind}), None if filled else 63028


def _variables(call: Call) -> dict[str, str]:
    if "ContentVariables" not in call.parameters:
        return {}
    refusal = bad_request(21656, "The ContentVariables parameter is invalid")
    try:
        values = json.loads(call.text("ContentVariables"))
    except ValueError:
        raise refusal from None
    if not isinstance(values, dict) or not all(isinstance(value, str) and value.strip() for value in values.values()):
        raise refusal
    if any(re.search(r"[\n\t]| {4}", value) for value in values.values()):
        raise bad_request(21656, "A value of ContentVariables has a line break, a tab or four spaces in it")
    return values
