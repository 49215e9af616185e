"""Lists, shows and deletes messages and their media, and hands out the files."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from simulator.twilio.calls import Call
from simulator.twilio.records import VERSION, Media, Record
from simulator.twilio.refusals import bad_request, not_found

if TYPE_CHECKING:
    from simulator.messages import File
    from simulator.twilio.account import Twilio

LINK_LIFETIME = 4 * 3600


def list_messages(twilio: Twilio, call: Call) -> tuple[dict[str, Any], int]:
    """The newest first, in pages."""
    found = [record for record in reversed(twilio.records.values()) if _is_wanted(record, call)]
    size = min(max(call.number("PageSize", 50), 1), 1000)
    page, token = call.number("Page", 0), call.text("PageToken").removeprefix("PA")
    start = page * size
    if token:
        start = next((at + 1 for at, record in enumerate(found) if record.sid == token), len(found))
    shown = found[start : start + size]
    here = f"/{VERSION}/Accounts/{twilio.account_sid}/Messages.json"
    filters = {name: value for name, value in call.parameters.items() if not name.startswith("Page")}

    def address(number: int, after: str | None = None) -> str:
        paging = {"PageSize": size, "Page": number} | ({"PageToken": f"PA{after}"} if after else {})
        return f"{here}?{urlencode({**filters, **paging})}"

    more = start + size < len(found)
    return {
        "messages": [record.as_json() for record in shown],
        "page": page,
        "page_size": size,
        "start": start,
        "end": max(start + len(shown) - 1, 0),
        "uri": address(page),
        "first_page_uri": address(0),
        "previous_page_uri": address(page - 1) if page else None,
        "next_page_uri": address(page + 1, shown[-1].sid) if more else None,
    }, 200


def _is_wanted(record: Record, call: Call) -> bool:
    given = call.parameters
    if given.get("To", record.to) != record.to or given.get("From", record.sender) != record.sender:
        return False
    sent = datetime.fromtimestamp(record.created, UTC)
    if "DateSent" in given:
        day = _moment(given["DateSent"])
        if not day <= sent < day + timedelta(days=1):
            return False
    if "DateSent>" in given and sent < _moment(given["DateSent>"]):
        return False
    return "DateSent<" not in given or sent <= _moment(given["DateSent<"])


def _moment(written: str) -> datetime:
    """A day or a moment; without a zone it is GMT."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        try:
            moment = parsedate_to_datetime(written)
        except ValueError:
            raise bad_request(20001, f"{written!r} is not a date") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def fetch_message(twilio: Twilio, call: Call) -> tuple[dict[str, Any], int]:
    return _record(twilio, call).as_json(), 200


def update_message(twilio: Twilio, call: Call) -> tuple[dict[str, Any], int]:
    """The only change is to make the text empty."""
    record = _record(twilio, call)
    if call.parameters.get("Body") == "":
        record.body = ""
    elif "Body" in call.parameters:
        raise bad_request(20001, "Body can only be made empty")
    return record.as_json(), 200


def delete_message(twilio: Twilio, call: Call) -> tuple[None, int]:
    del twilio.records[_record(twilio, call).sid]
    return None, 204


def list_media(twilio: Twilio, call: Call) -> tuple[dict[str, Any], int]:
    record = _record(twilio, call)
    here = record.uri.removesuffix(".json") + "/Media.json"
    size = call.number("PageSize", 50)
    return {
        "media_list": [record.media_json(media) for media in record.media],
        "page": 0,
        "page_size": size,
        "start": 0,
        "end": max(len(record.media) - 1, 0),
        "uri": f"{here}?PageSize={size}&Page=0",
        "first_page_uri": f"{here}?PageSize={size}&Page=0",
        "previous_page_uri": None,
        "next_page_uri": None,
    }, 200


def show_media(twilio: Twilio, call: Call) -> tuple[dict[str, Any], int]:
    record, media = _media(twilio, call)
    return record.media_json(media), 200


def fetch_media(twilio: Twilio, call: Call) -> Response:
    """The way to the file: a link to another machine, which wants no password."""
    _, media = _media(twilio, call)
    key = secrets.token_urlsafe(24)
    twilio.links[key] = (media, twilio.world.now() + LINK_LIFETIME)
    return RedirectResponse(f"{twilio.cdn_url or twilio.url}/mms-cdn/{key}?Signature={secrets.token_hex(8)}", 307)


def delete_media(twilio: Twilio, call: Call) -> tuple[None, int]:
    record, media = _media(twilio, call)
    record.media.remove(media)
    twilio.deleted_media.append(media.sid)
    return None, 204


def hand_out(twilio: Twilio, request: Request) -> Response:
    """The machine that has the files; whoever shows it the password has leaked it."""
    if "authorization" in request.headers:
        twilio.violations.append("cdn: the password of the account was sent to the machine that has the files")
    media, ends = twilio.links.get(request.path_params["key"], (None, 0))
    if media is None or media.sid in twilio.deleted_media or twilio.world.now() >= ends:
        return Response("Access denied", status_code=403)
    if twilio.streams_media:
        return StreamingResponse(_pieces(media.file), media_type=media.file.mime)
    return Response(media.file.content, media_type=media.file.mime)


async def _pieces(file: File) -> Any:
    """The file without a word about its length."""
    for start in range(0, file.size, 1 << 16):
        yield file.content[start : start + (1 << 16)]


def _record(twilio: Twilio, call: Call) -> Record:
    record = twilio.records.get(call.places["Sid"] if "MessageSid" not in call.places else call.places["MessageSid"])
    if record is None:
        raise not_found(call.path)
    return record


def _media(twilio: Twilio, call: Call) -> tuple[Record, Media]:
    record = _record(twilio, call)
    for media in record.media:
        if media.sid == call.places["Sid"]:
            return record, media
    raise not_found(call.path)
