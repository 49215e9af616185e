"""Posts Twilio's forms to the bot, and fetches the files that the bot sends."""

from __future__ import annotations

import asyncio
import re
import xml.etree.ElementTree as ET
from collections.abc import Coroutine
from urllib.parse import unquote, urldefrag, urlencode, urlsplit

import httpx

from simulator.twilio.account import Twilio
from simulator.twilio.deliveries import LARGEST_MEDIA, Outgoing, media_fault
from simulator.twilio.posts import Post, Posts
from simulator.twilio.signing import patience, signature

PAUSE = 0.05
FILE_NAME = re.compile(r"filename\*?=(?:UTF-8'')?\"?([^\";]+)\"?", re.IGNORECASE)
TWIML = ("text/xml", "application/xml")


class Courier:
    """Works as long as the simulator runs."""

    def __init__(self, twilio: Twilio) -> None:
        self.twilio = twilio
        self._busy: dict[str, set[str]] = {"webhooks": set(), "callbacks": set(), "media": set()}

    async def run(self) -> None:
        changes = self.twilio.world.changes
        async with httpx.AsyncClient(trust_env=False, verify=False) as client, asyncio.TaskGroup() as tasks:
            running: set[asyncio.Task[None]] = set()
            while not changes.closed:
                for work in self._due(client):
                    task = tasks.create_task(work)
                    running.add(task)
                    task.add_done_callback(running.discard)
                await changes.next()
            for task in running:
                task.cancel()

    def _due(self, client: httpx.AsyncClient) -> list[Coroutine[None, None, None]]:
        """What can be begun now: one thing for each queue."""
        due: list[Coroutine[None, None, None]] = []
        for name, posts in (("webhooks", self.twilio.webhooks), ("callbacks", self.twilio.callbacks)):
            for post in posts.due(self._busy[name]):
                self._busy[name].add(post.queue)
                due.append(self._deliver(client, name, posts, post))
        for outgoing in self.twilio.deliveries.waiting:
            if outgoing.record.to not in self._busy["media"]:
                self._busy["media"].add(outgoing.record.to)
                due.append(self._bring(client, outgoing))
        return due

    # Forms

    async def _deliver(self, client: httpx.AsyncClient, name: str, posts: Posts, post: Post) -> None:
        try:
            wishes = patience(post.url)
            while True:
                post.attempts += 1
                reason = await self._attempt(client, name, post)
                if not reason or post.attempts > wishes.retries or not wishes.tries_again_after(reason):
                    break
                await asyncio.sleep(PAUSE)
            posts.done(post, taken=not reason)
        finally:
            self._busy[name].discard(post.queue)
            self.twilio.world.changes.tell("queue")

    async def _attempt(self, client: httpx.AsyncClient, name: str, post: Post) -> str:
        """Try once: nothing if it was taken, or else the kind of failure."""
        wishes = patience(post.url)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": signature(self.twilio.auth_token, post.url, post.form),
            "I-Twilio-Idempotency-Token": post.token,
        }
        try:
            answer = await client.post(
                self.twilio.reached_at(post.url),
                content=urlencode(post.form, errors="replace").encode(),
                headers=headers,
                timeout=httpx.Timeout(wishes.read, connect=wishes.connect),
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL) as error:
            return self._alert(11205, post, str(error) or "no connection", "ct")
        except httpx.HTTPError as error:
            return self._alert(11200, post, str(error) or type(error).__name__, "rt")
        if not answer.is_success:
            return self._alert(11200, post, f"HTTP {answer.status_code}", f"{answer.status_code // 100}xx")
        if name == "webhooks":
            self._check_twiml(post, answer)
        return ""

    def _alert(self, code: int, post: Post, why: str, reason: str) -> str:
        self.twilio.alerts.append(f"{code} {urldefrag(post.url).url}: {why}")
        return reason

    def _check_twiml(self, post: Post, answer: httpx.Response) -> None:
        """The answer to a person's message must be nothing at all, or TwiML that does nothing."""
        if not answer.content.strip():
            return
        kind = answer.headers.get("content-type", "").split(";")[0].strip()
        if kind not in TWIML:
            self._alert(12300, post, f"content type {kind!r}", "")
            self.twilio.violations.append(f"webhook: the answer must be text/xml, not {kind!r}")
            return
        try:
            root = ET.fromstring(answer.content)
        except ET.ParseError as error:
            self._alert(12100, post, str(error), "")
            self.twilio.violations.append(f"webhook: the answer is not XML: {error}")
            return
        if root.tag != "Response" or len(root) or (root.text or "").strip():
            self.twilio.violations.append("webhook: the simulator plays no TwiML but an empty <Response/>")

    # Files

    async def _bring(self, client: httpx.AsyncClient, outgoing: Outgoing) -> None:
        """Fetch what the message refers to, and let it go on."""
        deliveries = self.twilio.deliveries
        try:
            if outgoing.media_url is not None:
                outgoing.failure = await self._fetch(client, outgoing, outgoing.media_url) or outgoing.failure
            deliveries.waiting.remove(outgoing)
            deliveries.land(outgoing)
        finally:
            self._busy["media"].discard(outgoing.record.to)
            self.twilio.world.changes.tell("queue")

    async def _fetch(self, client: httpx.AsyncClient, outgoing: Outgoing, url: str) -> int | None:
        """Ask for the file as Twilio does, first about it and then for it; returns the error, if any."""
        address = self.twilio.reached_at(url)
        try:
            about = await client.head(address, timeout=15, follow_redirects=True)
            answer = await client.get(address, timeout=15, follow_redirects=True)
        except (httpx.HTTPError, httpx.InvalidURL):
            return 63019
        if not about.is_success or not answer.is_success:
            return 63019
        kinds = {each.headers.get("content-type", "").split(";")[0].strip().lower() for each in (about, answer)}
        if len(kinds) > 1:
            return 63021
        mime, content = kinds.pop(), answer.content
        name = FILE_NAME.search(answer.headers.get("content-disposition", ""))
        shown = unquote(name[1]) if name else unquote(urlsplit(url).path.rsplit("/", 1)[-1])
        outgoing.file = self.twilio.world.files.keep(shown, mime, content[: LARGEST_MEDIA + 1], folder="whatsapp")
        return media_fault(mime, content)
