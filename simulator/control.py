"""The simulator over HTTP: what people do with their phones, and the page that shows them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from simulator import live, views
from simulator.addresses import Answer, Body, answering, get, post
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person, Phone
from simulator.samples import Samples
from simulator.troubles import trouble_routes
from simulator.twilio.control import twilio_routes

if TYPE_CHECKING:
    from simulator.simulator import Simulator

PAGE = Path(__file__).parent / "page"
PAGE_POLICY = "default-src 'self'; img-src 'self' blob: data:; frame-ancestors 'none'; base-uri 'none'"


def routes(simulator: Simulator) -> list[BaseRoute]:
    """All addresses of the simulator but Telegram's own."""
    control = Control(simulator)

    async def index(request: Request) -> Response:
        return FileResponse(PAGE / "index.html", headers={"Content-Security-Policy": PAGE_POLICY})

    async def events(request: Request) -> Response:
        return live.stream(simulator.world.changes, request)

    return [
        Route("/", index),
        Route("/simulator/events", events),
        Route("/simulator/files/{unique_id}/{name}", control.download),
        get("/simulator/state", lambda request, body: views.state(simulator)),
        post("/simulator/people", control.add_person),
        post("/simulator/people/{person}/block", control.block),
        post("/simulator/people/{person}/unblock", control.unblock),
        post("/simulator/groups", control.add_group),
        post("/simulator/chats/{chat}/members", control.set_member),
        post("/simulator/chats/{chat}/bot", control.set_bot),
        post("/simulator/chats/{chat}/migrate", control.migrate),
        get("/simulator/chats/{chat}/messages", control.messages),
        get("/simulator/chats/{chat}/commands", control.commands),
        get("/simulator/chats/{chat}", lambda request, body: views.chat(control.chat(request))),
        post("/simulator/chats/{chat}/start", control.start),
        post("/simulator/chats/{chat}/say", control.say),
        post("/simulator/chats/{chat}/tap", control.tap),
        post("/simulator/chats/{chat}/edit", control.edit),
        post("/simulator/chats/{chat}/sample", control.sample),
        post("/simulator/chats/{chat}/sticker", lambda r, b: views.message(control.phone(r, b).send_sticker())),
        post("/simulator/chats/{chat}/voice", lambda r, b: views.message(control.phone(r, b).send_voice())),
        post("/simulator/chats/{chat}/location", lambda r, b: views.message(control.phone(r, b).send_location())),
        post("/simulator/chats/{chat}/contact", lambda r, b: views.message(control.phone(r, b).send_contact())),
        Route("/simulator/chats/{chat}/files", answering(control.send_files), methods=["POST"]),
        *trouble_routes(simulator),
        *twilio_routes(simulator.twilio),
        Mount("/page", StaticFiles(directory=PAGE)),
    ]


class Control:
    """What people do, asked for over HTTP."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.samples = Samples()

    # Who and where

    def person(self, wanted: Any) -> Person:
        text = str(wanted)
        return self.simulator.world.person(int(text) if text.lstrip("-").isdigit() else text)

    def chat(self, request: Request) -> Chat:
        text = str(request.path_params["chat"])
        return self.simulator.world.chat(int(text) if text.lstrip("-").isdigit() else text)

    def phone(self, request: Request, body: Body | FormData) -> Phone:
        chat = self.chat(request)
        person = self.person(body["person"]) if "person" in body else None
        if person is None:
            if not chat.is_private:
                raise ValueError("say who: person is missing")
            person = next(iter(chat.members.values())).person
        if chat.is_private and chat.id != person.id:
            raise PermissionError(f"this is not {person.name}'s chat")
        return person.at(chat, anonymous=bool(body.get("anonymous")))

    def message(self, chat: Chat, key: Any) -> Message:
        for message in reversed(chat.history):
            if message.key == int(key):
                return message
        raise LookupError("there is no such message")

    # People and groups

    def add_person(self, request: Request, body: Body) -> Answer:
        name = str(body["name"]).strip()
        if not 1 <= len(name) <= 64:
            raise ValueError("a name has 1 to 64 characters")
        person = self.simulator.person(
            name,
            channel=body.get("channel", "telegram"),
            phone=body.get("phone"),
            external_id=body.get("external_id"),
            id=body.get("id"),
            username=body.get("username"),
            note=body.get("note", ""),
            started=bool(body.get("started")),
        )
        return views.person(person)

    def block(self, request: Request, body: Body) -> Answer:
        person = self.person(request.path_params["person"])
        person.block()
        return views.person(person)

    def unblock(self, request: Request, body: Body) -> Answer:
        person = self.person(request.path_params["person"])
        person.unblock()
        return views.person(person)

    def add_group(self, request: Request, body: Body) -> Answer:
        members = [self.person(each) for each in body.get("members", [])]
        supergroup = bool(body.get("supergroup"))
        chat = self.simulator.group(str(body["title"]), members, id=body.get("id"), supergroup=supergroup)
        return views.chat(chat)

    def set_member(self, request: Request, body: Body) -> Answer:
        chat, person, status = self.chat(request), self.person(body["person"]), str(body.get("status", "member"))
        if status in ("left", "kicked"):
            chat.remove(person, status)
        elif chat.member(person):
            chat.promote(person, status, anonymous=bool(body.get("anonymous")))
        else:
            chat.add(person, status)
        return views.chat(chat)

    def set_bot(self, request: Request, body: Body) -> Answer:
        chat = self.chat(request)
        chat.set_bot(str(body["status"]))
        return views.chat(chat)

    def migrate(self, request: Request, body: Body) -> Answer:
        chat = self.chat(request)
        chat.migrate()
        return views.chat(chat)

    # What is seen

    def messages(self, request: Request, body: Body) -> Answer:
        """The newest messages, or the ones before a given one, oldest first."""
        limit = min(int(request.query_params.get("limit", 80)), 500)
        before = int(request.query_params.get("before", 0))
        found: list[Message] = []
        for message in reversed(self.chat(request).history):
            if message.deleted or (before and message.key >= before):
                continue
            if len(found) == limit:
                return {"messages": [views.message(each) for each in reversed(found)], "more": True}
            found.append(message)
        return {"messages": [views.message(each) for each in reversed(found)], "more": False}

    def commands(self, request: Request, body: Body) -> Answer:
        return self.phone(request, dict(request.query_params)).commands

    async def download(self, request: Request) -> Response:
        file = self.simulator.world.files.with_unique_id(request.path_params["unique_id"])
        if file is None:
            return Response(status_code=404)
        is_shown = file.mime in views.SHOWN_IN_THE_BROWSER or file.mime == "application/pdf"
        headers = {
            "X-Content-Type-Options": "nosniff",
            "Content-Disposition": "inline" if is_shown else "attachment",
            "Cache-Control": "max-age=3600",
        }
        return Response(file.content, media_type=file.mime if is_shown else "application/octet-stream", headers=headers)

    # What is done

    def start(self, request: Request, body: Body) -> Answer:
        return views.message(self.phone(request, body).start(str(body.get("payload", ""))))

    def say(self, request: Request, body: Body) -> Answer:
        phone = self.phone(request, body)
        text = str(body["text"]).strip()
        if not text:
            raise ValueError("there is nothing to say")
        reply_to = self.message(phone.chat, body["reply_to"]) if body.get("reply_to") else None
        # The app of a person cuts a long text into messages of 4096 letters.
        parts = [text[start : start + 4096] for start in range(0, len(text), 4096)]
        return [views.message(phone.say(part, reply_to=reply_to)) for part in parts][-1]

    def tap(self, request: Request, body: Body) -> Answer:
        phone = self.phone(request, body)
        on = self.message(phone.chat, body["message"]) if body.get("message") else None
        return views.tap(phone.tap(str(body["button"]), on))

    def edit(self, request: Request, body: Body) -> Answer:
        phone = self.phone(request, body)
        return views.message(phone.edit(self.message(phone.chat, body["message"]), str(body["text"])))

    def sample(self, request: Request, body: Body) -> Answer:
        phone, title = self.phone(request, body), str(body.get("title", ""))
        if body.get("kind") == "album":
            sent = phone.send_album([self.samples.photo(title).content for _ in range(3)])
            return views.message(sent[-1])
        if body.get("kind") == "photo":
            return views.message(phone.send_photo(self.samples.photo(title).content))
        made = self.samples.document(title)
        return views.message(phone.send_document(made.name, made.content, made.mime))

    async def send_files(self, request: Request) -> Answer:
        """One file or several; several of one kind travel as an album."""
        async with request.form() as form:
            phone = self.phone(request, form)
            caption, as_photo = str(form.get("caption", "")), form.get("as") == "photo"
            uploads = [each for each in form.getlist("file") if isinstance(each, UploadFile)]
            if not 1 <= len(uploads) <= 10:
                raise ValueError("send 1 to 10 files at a time")
            items: list[bytes | tuple[str, bytes, str]] = []
            for upload in uploads:
                content = await upload.read()
                mime = upload.content_type or "application/octet-stream"
                if as_photo and mime in views.SHOWN_IN_THE_BROWSER:
                    items.append(content)
                else:
                    items.append((upload.filename or "berkas", content, mime))
        return [views.message(each) for each in _send(phone, items, caption)]


def _send(phone: Phone, items: list[bytes | tuple[str, bytes, str]], caption: str) -> list[Message]:
    if len(items) > 1:
        return phone.send_album(items, caption=caption)
    item = items[0]
    if isinstance(item, tuple):
        return [phone.send_document(*item, caption=caption)]
    return [phone.send_photo(item, caption=caption)]
