"""The methods by which the bot fetches its updates or has them delivered."""

from __future__ import annotations

import asyncio
import re
import time
from typing import Any

from simulator.telegram.calls import Call
from simulator.telegram.messenger import Telegram
from simulator.telegram.refusals import Refusal, bad_request
from simulator.telegram.updates import Webhook

LONGEST_POLL = 50
WEBHOOK_IS_SET = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


async def get_updates(telegram: Telegram, call: Call) -> Any:
    updates = telegram.updates
    if updates.webhook:
        raise Refusal(409, WEBHOOK_IS_SET)
    updates.poll = poll = object()
    telegram.world.changes.tell("queue")
    if call.has("allowed_updates"):
        updates.allowed = call.json("allowed_updates") or []
    offset = call.number("offset")
    if offset is not None:
        updates.confirm(offset)
    limit = min(max(call.number("limit") or 100, 1), 100)
    until = time.monotonic() + min(max(call.number("timeout") or 0, 0), LONGEST_POLL)
    while True:
        if updates.poll is not poll:
            raise Refusal(
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
            )
        if updates.pending and not updates.held:
            return [update.body for update in updates.pending[:limit]]
        left = until - time.monotonic()
        if left <= 0 or telegram.world.changes.closed:
            return []
        try:
            async with asyncio.timeout(left):
                await telegram.world.changes.next()
        except TimeoutError:
            return []


def set_webhook(telegram: Telegram, call: Call) -> bool:
    updates = telegram.updates
    url = call.text("url") or ""
    secret = call.text("secret_token")
    if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    if url and not re.match(r"https?://[^/\s]+", url):
        raise bad_request("bad webhook: invalid webhook URL specified")
    if call.has("allowed_updates"):
        updates.allowed = call.json("allowed_updates") or []
    if call.flag("drop_pending_updates"):
        updates.drop()
    updates.webhook = Webhook(url, secret, call.number("max_connections") or 40) if url else None
    updates.poll = None
    telegram.world.changes.tell("queue")
    return True


def delete_webhook(telegram: Telegram, call: Call) -> bool:
    if call.flag("drop_pending_updates"):
        telegram.updates.drop()
    telegram.updates.webhook = None
    telegram.world.changes.tell("queue")
    return True


def get_webhook_info(telegram: Telegram, call: Call) -> Any:
    webhook = telegram.updates.webhook
    shape: dict[str, Any] = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(telegram.updates.pending),
    }
    if webhook:
        shape["max_connections"] = webhook.max_connections
        if webhook.last_error is not None:
            shape["last_error_date"] = webhook.last_error_date
            shape["last_error_message"] = webhook.last_error
    if telegram.updates.allowed:
        shape["allowed_updates"] = telegram.updates.allowed
    return shape
