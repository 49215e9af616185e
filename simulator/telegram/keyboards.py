"""Reads the buttons that come with a message and refuses the ones that Telegram refuses."""

from dataclasses import dataclass
from typing import Any

from simulator.messages import Button
from simulator.telegram.refusals import bad_request

MOST_BUTTONS = 100
LONGEST_DATA = 64
ACTIONS = ("url", "callback_data", "web_app", "login_url", "switch_inline_query", "copy_text", "pay")


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Buttons under the message, or keys instead of the letters, or the order to put the keys away."""

    buttons: tuple[tuple[Button, ...], ...] = ()
    reply: dict[str, Any] | None = None
    removes: bool = False


def read_keyboard(markup: Any) -> Keyboard:
    if not markup:
        return Keyboard()
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = tuple(tuple(_button(shape) for shape in row) for row in markup["inline_keyboard"])
        if sum(len(row) for row in rows) > MOST_BUTTONS:
            raise bad_request("reply markup is too long")
        return Keyboard(buttons=tuple(row for row in rows if row))
    if "keyboard" in markup:
        return Keyboard(reply=markup)
    return Keyboard(removes=bool(markup.get("remove_keyboard")))


def _button(shape: dict[str, Any]) -> Button:
    label = str(shape.get("text") or "")
    if not label:
        raise bad_request("can't parse inline keyboard button: text must be non-empty")
    data, url = shape.get("callback_data"), shape.get("url")
    if not any(shape.get(action) is not None for action in ACTIONS) and "switch_inline_query_current_chat" not in shape:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if data is not None and not 1 <= len(str(data).encode()) <= LONGEST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    if url is not None and not str(url).startswith(("http://", "https://", "tg://", "mailto:", "tel:")):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
    return Button(label, data=data, url=url, raw=shape)
