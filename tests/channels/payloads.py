"""Updates as Telegram writes them."""

from typing import Any

USER: dict[str, Any] = {
    "id": 5001,
    "is_bot": False,
    "first_name": "Siti",
    "last_name": "Aminah",
    "username": "SitiAminah",
    "language_code": "id-ID",
}
PRIVATE: dict[str, Any] = {"id": 5001, "first_name": "Siti", "type": "private"}
GROUP: dict[str, Any] = {"id": -1001234567890, "title": "Petugas LPSE", "type": "supergroup", "is_forum": True}
ANONYMOUS: dict[str, Any] = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}


def update(number: int = 77, **what: Any) -> dict[str, Any]:
    return {"update_id": number, **what}


def message(chat: dict[str, Any] = PRIVATE, user: dict[str, Any] | None = USER, **what: Any) -> dict[str, Any]:
    return {"message_id": 31, "date": 1795485600, "chat": chat, **({"from": user} if user else {}), **what}


def thing(**more: Any) -> dict[str, Any]:
    return {"file_id": "F1", "file_unique_id": "U1", "file_size": 1234, **more}


STICKER = thing(type="regular", width=512, height=512, is_animated=False, is_video=False)
LOCATION = {"latitude": -6.6, "longitude": 106.8}
POLL = {
    "id": "1",
    "question": "?",
    "options": [],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}
