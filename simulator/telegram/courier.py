"""Delivers updates to the bot's webhook: each queue in order, one at a time, again and again until it is taken."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx

from simulator.telegram.api import perform
from simulator.telegram.calls import Call
from simulator.telegram.messenger import Telegram
from simulator.telegram.refusals import Refusal
from simulator.telegram.updates import Update, Webhook

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 2.0
NOT_IN_AN_ANSWER = ("get", "setwebhook", "deletewebhook", "close", "logout")


class Courier:
    """Carries updates to the webhook while the simulator runs."""

    def __init__(self, telegram: Telegram, timeout: float = 60.0) -> None:
        self.telegram = telegram
        self.timeout = timeout
        self._busy: set[str] = set()

    async def run(self) -> None:
        """Deliver until the simulator closes."""
        changes = self.telegram.world.changes
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
        async with (
            httpx.AsyncClient(timeout=self.timeout, limits=limits, trust_env=False, verify=False) as client,
            asyncio.TaskGroup() as deliveries,
        ):
            tasks: set[asyncio.Task[None]] = set()
            while not changes.closed:
                for update in self._due():
                    self._busy.add(update.queue)
                    task = deliveries.create_task(self._deliver(client, update))
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)
                await changes.next()
            for task in tasks:
                task.cancel()

    def _due(self) -> list[Update]:
        """The first update of each queue that nobody is delivering."""
        updates = self.telegram.updates
        if updates.webhook is None or updates.held:
            return []
        due: dict[str, Update] = {}
        room = updates.webhook.max_connections - len(self._busy)
        for update in updates.pending:
            if len(due) >= room:
                break
            if update.queue not in self._busy and update.queue not in due:
                due[update.queue] = update
        return list(due.values())

    async def _deliver(self, client: httpx.AsyncClient, update: Update) -> None:
        updates = self.telegram.updates
        webhook = updates.webhook
        try:
            if webhook is None:
                return
            update.attempts += 1
            pause = await self._attempt(client, webhook, update)
            if pause is None:
                updates.done(update)
            elif pause:
                await asyncio.sleep(pause)
        finally:
            self._busy.discard(update.queue)
            self.telegram.world.changes.tell("queue")

    async def _attempt(self, client: httpx.AsyncClient, webhook: Webhook, update: Update) -> float | None:
        """Try once: None if the update was taken, or else the seconds to wait before the next try."""
        headers = {"Content-Type": "application/json"}
        if webhook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret
        body = json.dumps(update.body, ensure_ascii=False).encode(errors="replace")
        try:
            response = await client.post(webhook.url, content=body, headers=headers)
        except httpx.HTTPError as error:
            return self._failed(webhook, update, str(error) or type(error).__name__)
        if response.is_success:
            await self._carry_out(response)
            return None
        reason = f"Wrong response from the webhook: {response.status_code} {response.reason_phrase}"
        pause = self._failed(webhook, update, reason)
        asked = response.headers.get("retry-after", "")
        return min(float(asked), 3600.0) if asked.isdigit() else pause

    def _failed(self, webhook: Webhook, update: Update, reason: str) -> float:
        webhook.last_error = reason
        webhook.last_error_date = self.telegram.world.now()
        self.telegram.world.changes.tell("queue")
        if update.attempts == 1:
            return 0.0
        return min(FIRST_PAUSE * 2.0 ** (min(update.attempts, 20) - 2), LONGEST_PAUSE)

    async def _carry_out(self, response: httpx.Response) -> None:
        """A method may come in the answer to an update; nobody learns what became of it."""
        call = _call_in(response)
        if call and not call.method.lower().startswith(NOT_IN_AN_ANSWER):
            try:
                await perform(self.telegram, call)
            except Refusal:
                return


def _call_in(response: httpx.Response) -> Call | None:
    if "json" not in response.headers.get("content-type", ""):
        return None
    try:
        shape: Any = response.json()
    except ValueError:
        return None
    if not isinstance(shape, dict) or "method" not in shape:
        return None
    return Call(str(shape.pop("method")), shape)
