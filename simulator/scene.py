"""Who is there when the simulator starts, and whose phones the page shows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person of the scene; the note tells visitors who she is."""

    name: str
    id: int | None = None
    username: str | None = None
    language: str | None = "id"
    note: str = ""
    started: bool = False
    channel: str = "telegram"
    phone: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """An actor's place in the group."""

    name: str
    role: str = "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """The group of the scene."""

    title: str
    id: int | None = None
    supergroup: bool = True
    seats: tuple[Seat, ...] = ()
    bot: str = "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The actors, their group, and who is on which phone: providers on the first, staff on the others."""

    bot_name: str = "Bot"
    bot_username: str = "contoh_bot"
    actors: tuple[Actor, ...] = ()
    group: Gathering | None = None
    providers: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()


EXAMPLE = Scene(
    bot_name="Loket Contoh",
    actors=(
        Actor(name="Bu Siti", note="PT Maju Bersama"),
        Actor(name="Bu Rini", note="TUS", started=True),
        Actor(name="Pak Dedi", note="verifikator", started=True),
        Actor(name="Pak Hendra", note="admin", started=True),
    ),
    group=Gathering(
        title="Petugas",
        seats=(Seat(name="Pak Hendra", role="creator"), Seat(name="Bu Rini"), Seat(name="Pak Dedi")),
    ),
    providers=("Bu Siti",),
    staff=("Bu Rini", "Pak Dedi", "Pak Hendra"),
)


def read_scene(path: str | Path) -> Scene:
    """A scene written as JSON, with the same words as here."""
    return scene_from_json(json.loads(Path(path).read_text(encoding="utf-8")))


def scene_from_json(shape: dict[str, Any]) -> Scene:
    group = shape.get("group")
    return Scene(
        bot_name=shape.get("bot_name", "Bot"),
        bot_username=shape.get("bot_username", "contoh_bot"),
        actors=tuple(Actor(**actor) for actor in shape.get("actors", ())),
        group=Gathering(**{**group, "seats": tuple(Seat(**seat) for seat in group.get("seats", ()))})
        if group
        else None,
        providers=tuple(shape.get("providers", ())),
        staff=tuple(shape.get("staff", ())),
    )
