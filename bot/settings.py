"""The operator's settings: LOKET_... in the environment or in `.env`; what is wrong with them is told all at once."""

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from storage.preflight.clamd import Clamd
from storage.vault import Unusable, folder_of, read_keys

PREFIX: Final = "LOKET_"
OF_TESTS: Final = "LOKET_TEST_"

WHAT_TO_DO: Final = {
    "telegram_token": "it is the bot's token, ask @BotFather on Telegram for one",
    "staff_chat_id": "it is the id of the staff group, a negative number; add the bot to the group and see README, "
    "first deployment",
    "admin_ids": "it has the Telegram user ids of the first admins, separated by commas; @userinfobot tells yours",
}
"""For the settings that must be there."""

_TWILIO: Final = ("twilio_account_sid", "twilio_auth_token", "twilio_from")

_STAND_INS: Final[Mapping[str, Any]] = {
    "telegram_token": "1:x",
    "staff_chat_id": "-1",
    "admin_ids": ("1",),
    "twilio_account_sid": "AC1",
    "twilio_from": "whatsapp:+62000000",
    "office": ".",
}
"""Taken for what is wrong while it is asked how the rest fits together; for all others, their default."""


class Unsettled(Exception):
    """Some settings are missing or cannot be used; `mistakes` has one line for each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class Settings(BaseSettings):
    """What the operator decided; secrets do not show when it is printed."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    telegram_token: SecretStr
    telegram_api_url: str = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr | None = None
    staff_chat_id: str
    admin_ids: Annotated[tuple[str, ...], NoDecode]

    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_from: str | None = None
    twilio_api_url: str = "https://api.twilio.com"
    twilio_content_url: str = "https://content.twilio.com"
    twilio_templates: Path | None = None

    public_url: str | None = None
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000

    database_url: Annotated[str, Field(repr=False)] = "sqlite:///var/loket.db"
    documents_url: str = "file:var/documents"
    documents_key: SecretStr | None = None
    clamd: str | None = None
    ocr: Literal["auto", "off"] = "auto"
    office: Annotated[Path, Field(validate_default=False)] = Path("office")
    clock: datetime | None = None

    @property
    def has_whatsapp(self) -> bool:
        return self.twilio_account_sid is not None

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite:")

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, token: SecretStr) -> SecretStr:
        if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", token.get_secret_value().strip()):
            raise ValueError("does not look like a bot's token (123456789:AAE...); copy it again from @BotFather")
        return SecretStr(token.get_secret_value().strip())

    @field_validator("telegram_api_url", "twilio_api_url", "twilio_content_url", "public_url")
    @classmethod
    def _url(cls, url: str | None) -> str | None:
        if url is None:
            return None
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be an address such as https://loket.example.go.id")
        return url.rstrip("/")

    @field_validator("twilio_account_sid")
    @classmethod
    def _account(cls, sid: str | None) -> str | None:
        if sid is not None and not re.fullmatch(r"AC[0-9A-Za-z]+", sid.strip()):
            raise ValueError("must be the Account SID of Twilio's console: AC and 32 letters and numbers")
        return sid.strip() if sid else sid

    @field_validator("twilio_auth_token")
    @classmethod
    def _password(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not token.get_secret_value().strip():
            raise ValueError("is blank; with it anybody could sign in Twilio's name. Copy it from Twilio's console")
        return SecretStr(token.get_secret_value().strip()) if token else token

    @field_validator("twilio_from")
    @classmethod
    def _sender(cls, sender: str | None) -> str | None:
        if sender is not None and not re.fullmatch(r"whatsapp:\+[1-9]\d{3,14}", sender.strip()):
            raise ValueError("must be a WhatsApp sender of the account, such as whatsapp:+622518358555")
        return sender.strip() if sender else sender

    @field_validator("twilio_templates")
    @classmethod
    def _templates(cls, path: Path | None) -> Path | None:
        if path is not None:
            read_templates(path)
        return path

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret.get_secret_value()):
            raise ValueError(
                "may have only A-Z a-z 0-9 _ - and at most 256 of them; make one with: openssl rand -hex 32"
            )
        return secret

    @field_validator("staff_chat_id")
    @classmethod
    def _group(cls, chat: str) -> str:
        if not re.fullmatch(r"-\d{1,20}", chat.strip()):
            raise ValueError("must be the id of a group, which is a negative number such as -1001234567890")
        return chat.strip()

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _admins(cls, ids: Any) -> Any:
        if not isinstance(ids, str):
            return ids
        found = tuple(ids.replace(",", " ").split())
        if not found or not all(re.fullmatch(r"\d{1,20}", one) for one in found):
            raise ValueError("must be Telegram user ids separated by commas, such as 123456789,987654321")
        return found

    @field_validator("clamd")
    @classmethod
    def _scanner(cls, url: str | None) -> str | None:
        if url is not None:
            try:
                Clamd.parse(url.strip())
            except ValueError as error:
                raise ValueError(str(error).removeprefix("LOKET_CLAMD ")) from None
        return url.strip() if url else url

    @field_validator("database_url")
    @classmethod
    def _database(cls, url: str) -> str:
        if not re.fullmatch(r"sqlite:///[^?]+|postgresql(\+psycopg)?://.+", url):
            raise ValueError("must be sqlite:///var/loket.db or postgresql://user:password@host/database")
        return url

    @field_validator("documents_url")
    @classmethod
    def _documents(cls, url: str) -> str:
        with _said_of_the_setting():
            folder_of(url)
        return url

    @field_validator("documents_key")
    @classmethod
    def _key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and key.get_secret_value().strip():
            with _said_of_the_setting():
                read_keys(key.get_secret_value(), "LOKET_DOCUMENTS_KEY")
        return key

    @field_validator("office")
    @classmethod
    def _folder(cls, folder: Path) -> Path:
        if not folder.is_dir():
            raise ValueError(f"there is no folder {folder}; it is the folder that the office edits, such as office")
        return folder

    @field_validator("clock", mode="before")
    @classmethod
    def _clock(cls, clock: Any) -> Any:
        if not isinstance(clock, str):
            return clock
        if clock == "system":
            return None
        try:
            moment = datetime.fromisoformat(clock)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise ValueError("must be system, or a moment with its zone such as 2026-11-23T08:00:00+07:00")
        return moment.astimezone(UTC)

    @model_validator(mode="after")
    def _together(self) -> Self:
        mistakes = [*self._whatsapp_mistakes(), *self._webhook_mistakes()]
        used = [self.telegram_api_url, *((self.twilio_api_url, self.twilio_content_url) if self.has_whatsapp else ())]
        if self.clock is not None and not all(map(is_loopback, used)):
            mistakes.append(
                "LOKET_CLOCK: a clock that is not the machine's is only for a simulator on this machine; "
                "remove it, or set LOKET_TELEGRAM_API_URL to the simulator"
            )
        if mistakes:
            raise ValueError("\n".join(mistakes))
        return self

    def _whatsapp_mistakes(self) -> list[str]:
        there = [name for name in _TWILIO if getattr(self, name) is not None]
        if not there:
            return []
        mistakes = []
        if self.public_url is None:
            mistakes.append(
                "LOKET_PUBLIC_URL: missing, and WhatsApp is configured; "
                "set the https address under which Twilio reaches Loket, or remove LOKET_TWILIO_... to do without"
            )
        elif not self.public_url.startswith("https://") and not is_loopback(self.public_url):
            mistakes.append("LOKET_PUBLIC_URL: must begin with https://; people's documents travel there")
        return mistakes + [
            f"{_name(name)}: missing; WhatsApp needs {', '.join(map(_name, _TWILIO))} together. "
            "Set it, or remove the others to run on Telegram alone"
            for name in _TWILIO
            if name not in there
        ]

    def _webhook_mistakes(self) -> list[str]:
        if self.telegram_mode != "webhook":
            return []
        mistakes = []
        if self.telegram_webhook_secret is None:
            mistakes.append(
                "LOKET_TELEGRAM_WEBHOOK_SECRET: missing, and LOKET_TELEGRAM_MODE is webhook; "
                "make one with: openssl rand -hex 32"
            )
        if self.public_url is None:
            mistakes.append(
                "LOKET_PUBLIC_URL: missing, and LOKET_TELEGRAM_MODE is webhook; "
                "set the https address under which Telegram reaches Loket, or use polling"
            )
        elif not self.public_url.startswith("https://") and not is_loopback(self.public_url):
            mistakes.append("LOKET_PUBLIC_URL: must begin with https://; Telegram delivers to nothing else")
        return mistakes


def read_settings(**given: Any) -> Settings:
    """The settings of this process; Unsettled names everything that is wrong. `given` takes the place of some."""
    try:
        mistakes = _unknown({**_in_file(), **os.environ})
    except OSError as error:
        why = (error.strerror or "").lower()
        raise Unsettled([f".env: cannot be read ({why}); run this as the user of Loket: sudo -u loket ..."]) from None
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise Unsettled([*_mistakes(error), *_apart_from(error, given), *mistakes]) from None
    if mistakes:
        raise Unsettled(mistakes)
    return settings


def read_templates(path: Path) -> dict[str, str]:
    """The templates that Twilio knows, by name; none where the file is not there yet. ValueError names a mistake."""
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"cannot be read ({error})") from None
    for name, sid in found.items():
        if not isinstance(sid, str) or not re.fullmatch(r"HX[0-9a-fA-F]{32}", sid):
            raise ValueError(f"{name} must be the ContentSid of a template: HX and 32 letters and numbers")
    return found


def is_loopback(url: str) -> bool:
    """Whether an address is this machine itself."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _in_file() -> Mapping[str, str | None]:
    return dotenv_values(".env") if Path(".env").is_file() else {}


def _unknown(environment: Mapping[str, Any]) -> list[str]:
    """A name with a slip in it would be taken for nothing, and the default with it: for a key that is fatal."""
    known = [_name(field) for field in Settings.model_fields]
    mistakes = []
    for name in sorted(environment):
        if name.startswith(PREFIX) and not name.startswith(OF_TESTS) and name not in known:
            near = difflib.get_close_matches(name, known, 1)
            mistakes.append(f"{name}: there is no such setting" + (f"; did you mean {near[0]}?" if near else ""))
    return mistakes


def _mistakes(error: ValidationError) -> list[str]:
    lines: list[str] = []
    for one in error.errors(include_url=False, include_context=False):
        message = one["msg"].removeprefix("Value error, ")
        if not one["loc"]:
            lines += message.split("\n")
            continue
        field = str(one["loc"][0])
        if one["type"] == "missing":
            lines.append(f"{_name(field)}: missing; {WHAT_TO_DO[field]}")
        else:
            lines.append(f"{_name(field)}: {message[0].lower()}{message[1:]}")
    return lines


def _apart_from(error: ValidationError, given: Mapping[str, Any]) -> list[str]:
    """What does not fit together beside the settings that are wrong by themselves: it would else be told only later."""
    wrong = {str(one["loc"][0]) for one in error.errors() if one["loc"]}
    if not wrong:
        return []
    stand_ins = {field: _STAND_INS.get(field, Settings.model_fields[field].default) for field in wrong}
    try:
        Settings(**{**given, **stand_ins})
    except ValidationError as second:
        named = {_name(field) for field in wrong}
        return [mistake for mistake in _mistakes(second) if mistake.partition(":")[0] not in named]
    return []


@contextmanager
def _said_of_the_setting() -> Iterator[None]:
    """What the document store says of a setting, as a mistake of that setting."""
    try:
        yield
    except Unusable as error:
        raise ValueError(re.sub(r"^LOKET_\w+:? ", "", str(error))) from None


def _name(field: str) -> str:
    return PREFIX + field.upper()
