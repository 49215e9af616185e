"""The command menus that the bot has set, by scope and language."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.chats import Chat
    from simulator.people import Person

DEFAULT = {"type": "default"}


class Commands:
    """One menu for each scope and language."""

    def __init__(self) -> None:
        self._menus: dict[tuple[str, str], list[dict[str, str]]] = {}

    def set(self, scope: dict[str, Any] | None, language: str | None, menu: list[dict[str, str]]) -> None:
        self._menus[_key(scope, language)] = menu

    def get(self, scope: dict[str, Any] | None, language: str | None) -> list[dict[str, str]]:
        return self._menus.get(_key(scope, language), [])

    def delete(self, scope: dict[str, Any] | None, language: str | None) -> None:
        self._menus.pop(_key(scope, language), None)

    def shown(self, person: Person, chat: Chat) -> list[dict[str, str]]:
        """The menu that this person sees in this chat: the narrowest scope that has one."""
        for scope in _scopes(person, chat):
            for language in (person.language, None):
                menu = self.get(scope, language)
                if menu:
                    return menu
        return []


def _scopes(person: Person, chat: Chat) -> list[dict[str, Any]]:
    here: dict[str, Any] = {"type": "chat", "chat_id": chat.id}
    if chat.is_private:
        return [here, {"type": "all_private_chats"}, DEFAULT]
    scopes: list[dict[str, Any]] = [{"type": "chat_member", "chat_id": chat.id, "user_id": person.id}]
    member = chat.member(person)
    is_administrator = bool(member and member.status in ("creator", "administrator"))
    if is_administrator:
        scopes.append({"type": "chat_administrators", "chat_id": chat.id})
    scopes.append(here)
    if is_administrator:
        scopes.append({"type": "all_chat_administrators"})
    return [*scopes, {"type": "all_group_chats"}, DEFAULT]


def _key(scope: dict[str, Any] | None, language: str | None) -> tuple[str, str]:
    return json.dumps(scope or DEFAULT, sort_keys=True), language or ""
