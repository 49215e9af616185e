"""What must hold when the killing is over, read from the files and the phones without the program's own code."""

import base64
import hashlib
import json
import re
import sqlite3
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap

from benchmarks.torture_papers import as_kept
from benchmarks.torture_people import Officer, Provider
from benchmarks.torture_process import ROOT
from simulator import Simulator
from simulator.messages import Message

MARK: Final = b"LOKET-1\n"
PIECE: Final = 64 * 1024 + 16
BOLD_MARKS: Final = re.compile("[\ue000\ue001]")
OFFICE: Final = ZoneInfo("Asia/Jakarta")
ONCE: Final = ("begun", "submitted", "taken", "complete", "call_booked")
LOOKED: Final = ("documents_opened", "particulars_read")
Row = sqlite3.Row


@dataclass
class Findings:
    """What is wrong, in words; and what was counted."""

    wrong: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def require(self, holds: object, otherwise: str) -> None:
        if not holds:
            self.wrong.append(otherwise)

    def same(self, what: str, found: object, wanted: object) -> None:
        self.require(found == wanted, f"{what}: {found!r} instead of {wanted!r}")


@dataclass
class Aftermath:
    """The folder that the process left, beside what everybody knows to have done and seen."""

    folder: Path
    simulator: Simulator
    providers: list[Provider]
    officers: list[Officer]
    updates: range
    findings: Findings = field(default_factory=Findings)

    def __post_init__(self) -> None:
        self._database = sqlite3.connect(self.folder / "var" / "loket.db")

    def examine(self) -> Findings:
        self._database.row_factory = sqlite3.Row
        try:
            self._database_is_whole()
            self._inbox()
            self._cases()
            self._appointments()
            self._vault()
            self._outbox()
            self._posts()
            self._copies()
        finally:
            self._database.close()
        return self.findings

    def _all(self, query: str, *values: object) -> list[Row]:
        return self._database.execute(query, values).fetchall()

    def _database_is_whole(self) -> None:
        self.findings.same("integrity of the database", self._all("PRAGMA integrity_check")[0][0], "ok")
        self.findings.same("rows that point nowhere", len(self._all("PRAGMA foreign_key_check")), 0)
        self.findings.same("what the bot called wrongly", self.simulator.violations, [])

    # What people did

    def _inbox(self) -> None:
        rows = self._all("SELECT key, aside FROM inbox")
        kept = Counter(row["key"] for row in rows)
        waiting = {update.id for update in self.simulator.updates.pending}
        lost = [number for number in self.updates if str(number) not in kept and number not in waiting]
        self.findings.same("updates that were confirmed and not kept", lost, [])
        self.findings.same("keys of the inbox that are there twice", [key for key, n in kept.items() if n > 1], [])
        self.findings.same("keys that nobody sent", [key for key in kept if int(key) not in self.updates], [])
        aside = [row["aside"].strip().rsplit("\n", 1)[-1] for row in rows if row["aside"] is not None]
        self.findings.same("updates that were set aside", aside, [])
        self.findings.counts["turns"] = len(rows)

    def _cases(self) -> None:
        everything = self._all(
            "SELECT c.*, i.external_id AS owner FROM [case] c JOIN identity i USING (person_id) ORDER BY c.id"
        )
        numbers = sorted(row["number"] or "(draft)" for row in everything)
        wanted = [f"REG-2026-{serial:04}" for serial in range(1, len(self.providers) + 1)]
        self.findings.same("numbers of the cases", numbers, wanted)
        self.findings.same(
            "the last number given out", [row["last"] for row in self._all("SELECT last FROM number")], [len(wanted)]
        )
        self.findings.same("forms that are still open", len(self._all("SELECT id FROM form")), 0)
        for provider in self.providers:
            own = [row for row in everything if row["owner"] == str(provider.phone.person.id)]
            self.findings.same(f"cases of {provider.phone.person.name}", len(own), 1)
            for case in own[:1]:
                self._answers(case, provider)
                self._history(case)
                self._documents(case, provider)

    def _answers(self, case: Row, provider: Provider) -> None:
        kept = as_kept(provider.answers)
        found = json.loads(case["particulars"])
        for name in sorted({*kept, *found}):
            self.findings.same(f"{case['number']} {name}", found.get(name), kept.get(name))
        self.findings.same(f"{case['number']} company", case["company"], kept["company"])
        self.findings.same(f"{case['number']} number that the provider was told", case["number"], provider.number)
        self.findings.same(f"{case['number']} state", case["state"], "booked")

    def _history(self, case: Row) -> None:
        rows = self._all("SELECT what, why FROM history WHERE case_id = ?", case["id"])
        steps = Counter(row["what"] for row in rows)
        asked = sum(officer.checks_asked.count(case["number"]) for officer in self.officers)
        for what in LOOKED:
            times = steps.pop(what, 0)
            self.findings.require(1 <= times <= asked, f"{case['number']}: {what} {times} times, asked {asked} times")
        self.findings.same(f"{case['number']} history", steps, {**dict.fromkeys(ONCE, 1), "document_accepted": 8})
        accepted = {row["why"] for row in rows if row["what"] == "document_accepted"}
        self.findings.same(f"{case['number']} different documents that were accepted", len(accepted), 8)

    # What people sent

    def _documents(self, case: Row, provider: Provider) -> None:
        names = _names_of_kinds()
        found: dict[str, list[str]] = {}
        for document in self._all("SELECT * FROM document WHERE case_id = ? ORDER BY id", case["id"]):
            name = names.get(document["kind"], f"({document['kind']})")
            self.findings.same(f"{case['number']} {name} state", (document["state"], document["open"]), ("accepted", 0))
            self.findings.require(name not in found, f"{case['number']}: {name} is there twice")
            pages = self._all("SELECT * FROM page WHERE document_id = ? ORDER BY id", document["id"])
            self.findings.same(
                f"{case['number']} {name} pages that are not kept",
                [p["state"] for p in pages if p["state"] != "kept"],
                [],
            )
            found[name] = [page["sha256"] for page in pages]
        sent = {name: [_sha256(page) for page in pages] for name, pages in provider.sent.items()}
        for name in sorted({*found, *sent}):
            self.findings.same(f"{case['number']} pages of {name}", found.get(name), sent.get(name))

    def _vault(self) -> None:
        """Every page opens with the key in its row, and is what was sent; files that no row knows are counted."""
        vault = self.folder / "var" / "documents"
        key = base64.b64decode((self.folder / "var" / "documents.key").read_text().strip())
        pages = self._all("SELECT * FROM page WHERE stored IS NOT NULL")
        pages_sent = [page for provider in self.providers for pages in provider.sent.values() for page in pages]
        sent = set(map(_sha256, pages_sent))
        for page in pages:
            path = vault / page["stored"][:2] / page["stored"]
            try:
                content = _opened(path.read_bytes(), aes_key_unwrap(key, page["wrapped_key"]), page["stored"])
            except Exception as error:
                self.findings.wrong.append(f"page {page['id']} cannot be opened: {type(error).__name__} {error}")
                continue
            self.findings.same(
                f"page {page['id']} digest and size", (_sha256(content), len(content)), (page["sha256"], page["size"])
            )
            self.findings.require(_sha256(content) in sent, f"page {page['id']} is nothing that anybody sent")
        known = {page["stored"] for page in pages}
        files = [path.name for path in vault.glob("*/*")]
        self.findings.counts |= {
            "pages": len(pages),
            "orphans in the vault": sum(name not in known for name in files),
        }
        shown = [m.file.content for one in self.officers for m in one.phone.chat.history if m.file is not None]
        # Several photos are shown as one PDF, which has them in it as they are.
        unseen = sum(not any(page in file for file in shown) for page in pages_sent)
        self.findings.same("pages that no officer was shown", unseen, 0)

    def _appointments(self) -> None:
        live = self._all(
            "SELECT a.*, c.number FROM appointment a JOIN [case] c ON c.id = a.case_id WHERE a.state = 'live'"
        )
        seats = Counter((row["starts_at"], row["seat"]) for row in live)
        self.findings.same("seats that were given twice", [seat for seat, n in seats.items() if n > 1], [])
        self.findings.same("seats beyond the capacity", [row["number"] for row in live if row["seat"] > 1], [])
        self.findings.same("rooms", len({row["room"] for row in live}), len(live))
        self.findings.same(
            "appointments that are not live", len(self._all("SELECT id FROM appointment WHERE state != 'live'")), 0
        )
        for provider in self.providers:
            own = [_moment(row["starts_at"]) for row in live if row["number"] == provider.number]
            self.findings.same(f"{provider.number} appointments", len(own), 1)
            for starts in own:
                self.findings.require(starts in provider.times(), f"{provider.number}: nobody chose {starts}")
                told = f"{starts.astimezone(OFFICE):%-d November 2026 pukul %H.%M}"
                self.findings.require(told in provider.confirmation, f"{provider.number}: not told of {told}")

    # What people were told

    def _outbox(self) -> None:
        rows = self._all("SELECT * FROM outbox")
        states = Counter(row["state"] for row in rows)
        self.findings.same(
            "messages that will never go out", [row["error"] for row in rows if row["state"] == "failed"], []
        )
        self.findings.counts["messages"] = states["sent"]
        for row in rows:
            if row["state"] == "sent" and row["kind"] != "delete":
                self._was_seen(row)

    def _was_seen(self, row: Row) -> None:
        numbers = [row["target"]] if row["kind"] == "mark" else json.loads(row["messages"] or "[]")
        seen = [message for number in numbers if (message := self._message(row["chat"], number)) is not None]
        self.findings.require(
            numbers and len(seen) == len(numbers), f"message {row['id']} is recorded as sent, and nobody saw it"
        )
        if row["kind"] == "send" and not row["document_id"]:
            text = BOLD_MARKS.sub("", row["text"])
            self.findings.require(
                any(text == look.text for message in seen for look in (message.look, *message.earlier)),
                f"message {row['id']} reads otherwise on the phone: {seen}",
            )
        for label in _labels(row["rows"]):
            self.findings.require(
                any(_had(message, label) for message in seen),
                f"message {row['id']} has no button [{label}] on the phone",
            )

    def _posts(self) -> None:
        for post in self._all("SELECT * FROM post"):
            message = self._message(post["chat"], post["message"])
            text = BOLD_MARKS.sub("", post["text"])
            self.findings.same(f"post {post['name']} changes that were not shown", post["wanted"] - post["shown"], 0)
            self.findings.require(
                message is not None and message.text == text,
                f"post {post['name']} reads otherwise on the phone: {message}",
            )

    def _copies(self) -> None:
        """Messages of the bot that no row names: sent, and killed before that was written down."""
        named = {
            (row["chat"], number)
            for row in self._all("SELECT chat, messages FROM outbox WHERE messages IS NOT NULL")
            for number in json.loads(row["messages"])
        }
        named |= {(row["chat"], row["message"]) for row in self._all("SELECT chat, message FROM post")}
        copies = [m for m in self._history_of_the_bot() if (str(m.chat_id), str(m.id)) not in named]
        known = {
            (m.chat_id, m.kind, look.text)
            for m in self._history_of_the_bot()
            if m not in copies
            for look in (m.look, *m.earlier)
        }
        twice = [m for m in copies if any((m.chat_id, m.kind, look.text) in known for look in (m.look, *m.earlier))]
        self.findings.counts |= {
            "messages seen twice": len(twice),
            "messages seen and then replaced": len(copies) - len(twice),
        }

    def _history_of_the_bot(self) -> Iterator[Message]:
        return (m for chat in self.simulator.world.chats.values() for m in chat.history if m.from_bot)

    def _message(self, chat: str, number: str) -> Message | None:
        history = self.simulator.world.chats[int(chat)].history
        return next((message for message in history if str(message.id) == number), None)


def owed(folder: Path, now: datetime) -> int:
    """How much the office still owes at this moment: messages, changed posts, files to fetch."""
    path = folder / "var" / "loket.db"
    if not path.exists():
        return 1
    database = sqlite3.connect(path)
    try:
        until = now.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        queries = (
            "SELECT count(*) FROM outbox WHERE state = 'owed' AND due_at <= ?",
            "SELECT count(*) FROM post WHERE wanted > shown AND due_at <= ?",
            "SELECT count(*) FROM page WHERE state = 'owed' AND due_at <= ?",
        )
        return sum(database.execute(query, (until,)).fetchone()[0] for query in queries)
    finally:
        database.close()


def _names_of_kinds() -> Mapping[str, str]:
    catalogue = tomllib.loads((ROOT / "office" / "catalogue.toml").read_text())
    return {kind["id"]: kind["nama"] for kind in _kinds(catalogue)}


def _kinds(part: Any) -> Iterator[Mapping[str, str]]:
    """Every document of the catalogue, wherever it stands in it."""
    if isinstance(part, dict):
        yield from part.get("berkas", ()) if isinstance(part.get("berkas"), list) else ()
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from _kinds(one)


def _opened(sealed: bytes, key: bytes, name: str) -> bytes:
    """The content of one file of the vault."""
    prefix, body = sealed[len(MARK) : len(MARK) + 7], sealed[len(MARK) + 7 :]
    pieces = [body[at : at + PIECE] for at in range(0, len(body), PIECE)]
    cipher = AESGCM(key)
    return b"".join(
        cipher.decrypt(prefix + count.to_bytes(4) + bytes([count == len(pieces) - 1]), piece, MARK + name.encode())
        for count, piece in enumerate(pieces)
    )


def _labels(rows: str | None) -> Iterable[str]:
    return [label for row in json.loads(rows or "[]") for label, *_ in row]


def _had(message: Message, label: str) -> bool:
    looks = (message.look, *message.earlier)
    return any(button.label == label for look in looks for row in look.buttons for button in row)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
