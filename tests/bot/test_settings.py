"""The operator learns everything that is wrong with the settings at once, and what to do about it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.settings import Settings, Unsettled, is_loopback, read_settings

GOOD = {
    "LOKET_TELEGRAM_TOKEN": "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc",
    "LOKET_STAFF_CHAT_ID": "-1001234567890",
    "LOKET_ADMIN_IDS": "7003, 7004",
}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("LOKET_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> type["Given"]:
    Given.patch = monkeypatch
    return Given


class Given:
    """Settings of the environment."""

    patch: pytest.MonkeyPatch

    @classmethod
    def read(cls, **more: str) -> Settings:
        for name, value in {**GOOD, **{f"LOKET_{name}": value for name, value in more.items()}}.items():
            cls.patch.setenv(name, value)
        return read_settings()

    @classmethod
    def mistakes(cls, **more: str) -> list[str]:
        with pytest.raises(Unsettled) as error:
            cls.read(**more)
        return error.value.mistakes


def test_what_must_be_there_is_enough(given: type[Given]) -> None:
    settings = given.read()
    assert settings.admin_ids == ("7003", "7004")
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert (settings.host, settings.port, settings.telegram_mode) == ("127.0.0.1", 8000, "polling")
    assert settings.database_url == "sqlite:///var/loket.db"
    assert settings.is_sqlite
    assert settings.documents_url == "file:var/documents"
    assert settings.clock is None
    assert not settings.has_whatsapp


def test_everything_that_is_missing_is_named_at_once_with_what_to_do() -> None:
    with pytest.raises(Unsettled) as error:
        read_settings()
    assert [line.partition(":")[0] for line in error.value.mistakes] == list(GOOD)
    assert all("missing; " in line for line in error.value.mistakes)


def test_a_blank_password_is_none(given: type[Given]) -> None:
    twilio = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_FROM": "whatsapp:+6281", "PUBLIC_URL": "https://loket.example.go.id"}
    assert any("anybody could sign" in one for one in given.mistakes(TWILIO_AUTH_TOKEN="  ", **twilio))
    token = given.read(TWILIO_AUTH_TOKEN=" t\n", **twilio).twilio_auth_token
    assert token is not None
    assert token.get_secret_value() == "t"


def test_an_empty_setting_is_a_missing_one(given: type[Given]) -> None:
    [mistake] = given.mistakes(ADMIN_IDS="")
    assert mistake.startswith("LOKET_ADMIN_IDS: missing; ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_TOKEN", "not a token"),
        ("TELEGRAM_API_URL", "api.telegram.org"),
        ("TELEGRAM_MODE", "carrier pigeon"),
        ("TELEGRAM_WEBHOOK_SECRET", "with spaces"),
        ("STAFF_CHAT_ID", "12345"),
        ("ADMIN_IDS", "hendra"),
        ("ADMIN_IDS", ","),
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("DATABASE_URL", "mysql://localhost/loket"),
        ("DATABASE_URL", "sqlite://"),
        ("DOCUMENTS_URL", "s3://bucket/prefix"),
        ("DOCUMENTS_URL", "ftp:documents"),
        ("DOCUMENTS_KEY", "c2hvcnQ="),
        ("OFFICE", "nowhere"),
        ("PUBLIC_URL", "loket.example.go.id"),
        ("CLAMD", "http://127.0.0.1:3310"),
        ("OCR", "yes please"),
        ("CLOCK", "tomorrow"),
        ("CLOCK", "2026-11-24T09:00:00"),
    ],
)
def test_what_cannot_be_used_is_named(given: type[Given], name: str, value: str) -> None:
    [mistake] = given.mistakes(**{name: value})
    assert mistake.startswith(f"LOKET_{name}: ")
    assert "token" not in value or value not in mistake


def test_a_slip_in_a_name_is_told_with_the_nearest_name(given: type[Given]) -> None:
    assert given.mistakes(DOCUMENT_KEY="x") == [
        "LOKET_DOCUMENT_KEY: there is no such setting; did you mean LOKET_DOCUMENTS_KEY?"
    ]


def test_a_slip_is_told_beside_other_mistakes_and_names_of_tests_are_left_alone(given: type[Given]) -> None:
    mistakes = given.mistakes(PORT="x", XYZZY="1", TEST_POSTGRESQL="y")
    assert [mistake.partition(":")[0] for mistake in mistakes] == ["LOKET_PORT", "LOKET_XYZZY"]


def test_what_does_not_fit_together_is_told_beside_what_is_wrong_by_itself(given: type[Given]) -> None:
    """Else the operator mends one mistake, starts again, and is told the next."""
    mistakes = given.mistakes(
        TELEGRAM_TOKEN="",
        TELEGRAM_MODE="webhook",
        TWILIO_FROM="62251",
        CLOCK="2026-11-24T09:00:00+07:00",
        DOCUMENTS_KEY="c2hvcnQ=",
        OFFICE="nowhere",
    )
    assert [mistake.partition(":")[0] for mistake in mistakes] == [
        "LOKET_TELEGRAM_TOKEN",
        "LOKET_TWILIO_FROM",
        "LOKET_DOCUMENTS_KEY",
        "LOKET_OFFICE",
        "LOKET_PUBLIC_URL",
        "LOKET_TWILIO_ACCOUNT_SID",
        "LOKET_TWILIO_AUTH_TOKEN",
        "LOKET_TELEGRAM_WEBHOOK_SECRET",
        "LOKET_PUBLIC_URL",
        "LOKET_CLOCK",
    ]


def test_an_address_that_is_wrong_is_not_called_missing_too(given: type[Given]) -> None:
    [mistake] = given.mistakes(TELEGRAM_MODE="webhook", TELEGRAM_WEBHOOK_SECRET="s", PUBLIC_URL="loket.example.go.id")
    assert mistake.startswith("LOKET_PUBLIC_URL: must be an address")


def test_settings_may_lie_in_a_file(tmp_path: Path) -> None:
    lines = [f"{name}={value}" for name, value in GOOD.items()]
    Path(".env").write_text("\n".join([*lines, "LOKET_PORT=8123", "OTHER=1"]), "utf-8")
    assert read_settings().port == 8123
    Path(".env").write_text("\n".join([*lines, "LOKET_PROT=8123"]), "utf-8")
    with pytest.raises(Unsettled, match="LOKET_PROT: there is no such setting; did you mean LOKET_PORT"):
        read_settings()


def test_secrets_do_not_show(given: type[Given]) -> None:
    settings = given.read(
        TELEGRAM_WEBHOOK_SECRET="hushhush",
        DOCUMENTS_KEY="MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        DATABASE_URL="postgresql://loket:sesame@db/loket",
        TWILIO_ACCOUNT_SID="AC1",
        TWILIO_AUTH_TOKEN="twiliotoken",
        TWILIO_FROM="whatsapp:+6281",
        PUBLIC_URL="https://loket.example.go.id",
    )
    assert settings.has_whatsapp
    shown = f"{settings!r} {settings}"
    for secret in (
        GOOD["LOKET_TELEGRAM_TOKEN"],
        "hushhush",
        "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "sesame",
        "twiliotoken",
    ):
        assert secret not in shown


def test_whatsapp_is_whole_or_not_at_all(given: type[Given]) -> None:
    mistakes = given.mistakes(TWILIO_FROM="whatsapp:+6281")
    assert [mistake.partition(":")[0] for mistake in mistakes] == [
        "LOKET_PUBLIC_URL",
        "LOKET_TWILIO_ACCOUNT_SID",
        "LOKET_TWILIO_AUTH_TOKEN",
    ]


def test_what_cannot_be_a_twilio_account_is_said_at_once(given: type[Given], tmp_path: Path) -> None:
    templates = tmp_path / "templates.toml"
    templates.write_text('knock = "bukan ContentSid"')
    mistakes = given.mistakes(
        TWILIO_ACCOUNT_SID="SK123",
        TWILIO_AUTH_TOKEN="t",
        TWILIO_FROM="+6281",
        TWILIO_TEMPLATES=str(templates),
        PUBLIC_URL="https://loket.example.go.id",
    )
    assert [mistake.partition(":")[0] for mistake in mistakes] == [
        "LOKET_TWILIO_ACCOUNT_SID",
        "LOKET_TWILIO_FROM",
        "LOKET_TWILIO_TEMPLATES",
    ]


def test_whatsapp_needs_an_https_address(given: type[Given]) -> None:
    twilio = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t", "TWILIO_FROM": "whatsapp:+6281"}
    assert "https://" in given.mistakes(**twilio, PUBLIC_URL="http://loket.example.go.id")[0]


def test_a_webhook_needs_a_secret_and_an_https_address(given: type[Given]) -> None:
    mistakes = given.mistakes(TELEGRAM_MODE="webhook")
    assert [mistake.partition(":")[0] for mistake in mistakes] == ["LOKET_TELEGRAM_WEBHOOK_SECRET", "LOKET_PUBLIC_URL"]
    [mistake] = given.mistakes(
        TELEGRAM_MODE="webhook", TELEGRAM_WEBHOOK_SECRET="s", PUBLIC_URL="http://loket.example.go.id"
    )
    assert "https" in mistake


@pytest.mark.parametrize("url", ["https://loket.example.go.id/", "http://127.0.0.1:8000"])
def test_a_webhook_over_https_or_on_this_machine_is_fine(given: type[Given], url: str) -> None:
    settings = given.read(TELEGRAM_MODE="webhook", TELEGRAM_WEBHOOK_SECRET="s-_9", PUBLIC_URL=url)
    assert settings.public_url == url.rstrip("/")


def test_a_clock_of_ones_own_is_only_for_a_simulator(given: type[Given]) -> None:
    [mistake] = given.mistakes(CLOCK="2026-11-24T09:00:00+07:00")
    assert mistake.startswith("LOKET_CLOCK: ")
    settings = given.read(CLOCK="2026-11-24T09:00:00+07:00", TELEGRAM_API_URL="http://127.0.0.1:8080")
    assert settings.clock == datetime(2026, 11, 24, 2, tzinfo=UTC)
    assert given.read(CLOCK="system").clock is None


def test_with_whatsapp_its_addresses_must_be_of_this_machine_too(given: type[Given]) -> None:
    twilio = {
        "TWILIO_ACCOUNT_SID": "AC1",
        "TWILIO_AUTH_TOKEN": "t",
        "TWILIO_FROM": "whatsapp:+6281",
        "PUBLIC_URL": "http://127.0.0.1:8000",
    }
    simulated = {"CLOCK": "2026-11-24T09:00:00+07:00", "TELEGRAM_API_URL": "http://localhost:8080"}
    assert len(given.mistakes(**twilio, **simulated)) == 1
    local = {"TWILIO_API_URL": "http://[::1]:8080", "TWILIO_CONTENT_URL": "http://127.0.0.2"}
    assert given.read(**twilio, **simulated, **local).clock is not None


@pytest.mark.parametrize("url", ["https://api.telegram.org", "http://127.0.0.1.example.org", "http://10.0.0.1", "x"])
def test_other_machines_are_not_this_one(url: str) -> None:
    assert not is_loopback(url)


def test_a_file_that_this_user_cannot_read_is_told(tmp_path: Path, given: type[Given]) -> None:
    (tmp_path / ".env").symlink_to("/proc/self/mem")  # unreadable, even for root
    assert given.mistakes() == [
        ".env: cannot be read (input/output error); run this as the user of Loket: sudo -u loket ..."
    ]
    (tmp_path / ".env").unlink()
    (tmp_path / "templates.toml").symlink_to("/proc/self/mem")
    [mistake] = given.mistakes(TWILIO_TEMPLATES="templates.toml")
    assert mistake.startswith("LOKET_TWILIO_TEMPLATES: cannot be read")
