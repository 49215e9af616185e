"""The command line does what it says, and tells in a few lines what it cannot do."""

import asyncio
import io
import logging
import os
import signal
import sqlite3
import sys
import tomllib
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import httpx
import pytest

from bot.__main__ import main
from domain.cases import Event
from domain.messages import Address, IncomingFile
from simulator import Simulator
from storage import migrate
from storage.alone import alone
from storage.database import open_database
from storage.unit_of_work import UnitOfWork
from tests.bot.conftest import GROUP
from tests.conftest import until
from tests.ports import a_free_port

ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(sim: Simulator, tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LOKET_")}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "LOKET_TELEGRAM_TOKEN": sim.token,
        "LOKET_TELEGRAM_API_URL": sim.url,
        "LOKET_STAFF_CHAT_ID": str(GROUP),
        "LOKET_ADMIN_IDS": "7003",
        "LOKET_OFFICE": str(ROOT / "office"),
        "LOKET_DATABASE_URL": f"sqlite:///{tmp_path}/loket.db",
    }


async def loket(folder: Path, environment: dict[str, str], *words: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, cwd=folder, env=environment, stdout=PIPE, stderr=PIPE
    )


async def done(process: Process) -> tuple[int, str, str]:
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


@pytest.fixture
def here(tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Commands that end by themselves are given in this process: starting another takes seconds."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("LOKET_")]:
        monkeypatch.delenv(name)
    environment = {name: value for name, value in environment.items() if name.startswith("LOKET_")}
    yield environment
    root.handlers[:] = handlers
    root.setLevel(level)


async def asked(environment: dict[str, str], *words: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    before = {name: value for name, value in os.environ.items() if name.startswith("LOKET_")}
    os.environ.update(environment)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = await asyncio.to_thread(main, words)
    finally:
        for name in environment:
            os.environ.pop(name)
        os.environ.update(before)
    return code, out.getvalue(), err.getvalue()


@asynccontextmanager
async def running(folder: Path, environment: dict[str, str], url: str) -> AsyncIterator[Process]:
    process = await loket(folder, environment, "run")
    try:
        async with httpx.AsyncClient(base_url=url) as web, asyncio.timeout(60):
            while True:
                try:
                    if (await web.get("/readyz")).status_code == 200:
                        break
                except httpx.TransportError:
                    assert process.returncode is None
                await asyncio.sleep(0.05)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def test_loket_runs_until_it_is_told_to_stop(sim: Simulator, tmp_path: Path, environment: dict[str, str]) -> None:
    port = a_free_port()
    environment["LOKET_PORT"] = str(port)
    siti = sim.person("Bu Siti")
    async with running(tmp_path, environment, f"http://127.0.0.1:{port}") as process:
        siti.private.start()
        await until(lambda: [message for message in siti.private.messages if message.from_bot])
        process.send_signal(signal.SIGTERM)
        code, _, log = await done(process)
    assert code == 0
    for line in ("listening at http://127.0.0.1:", "Telegram by polling", "WhatsApp is not configured", "made a key"):
        assert line in log
    assert sim.token not in log
    assert "Siti" not in log
    assert (tmp_path / "var" / "documents.key").stat().st_mode & 0o777 == 0o600


async def test_a_killed_loket_goes_on_where_it_was(sim: Simulator, tmp_path: Path, environment: dict[str, str]) -> None:
    port = a_free_port()
    environment["LOKET_PORT"] = str(port)
    url = f"http://127.0.0.1:{port}"
    siti = sim.person("Bu Siti")
    async with running(tmp_path, environment, url) as process:
        siti.private.start()
        await until(lambda: [message for message in siti.private.messages if message.from_bot])
        process.kill()
        await process.wait()
    siti.private.say("status")
    async with running(tmp_path, environment, url):
        await until(lambda: len([message for message in siti.private.messages if message.from_bot]) >= 2)


async def test_what_is_wrong_with_the_settings_is_told_without_a_traceback(
    tmp_path: Path, here: dict[str, str]
) -> None:
    del here["LOKET_TELEGRAM_TOKEN"]
    here["LOKET_PORT"] = "x"
    for word in ("run", "migrate"):
        code, _, err = await asked(here, word)
        assert code == 1
        assert "LOKET_TELEGRAM_TOKEN: missing" in err
        assert "LOKET_PORT: " in err
        assert "Traceback" not in err


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://loket:sesame@127.0.0.1:9/nothing",
        "postgresql://loket:sesame@127.0.0.1:port/nothing",
        "sqlite:////dev/null/loket.db",
        "sqlite:///no-database.db",
    ],
)
async def test_a_database_that_cannot_be_opened_is_told_without_a_traceback(
    tmp_path: Path, here: dict[str, str], url: str
) -> None:
    (tmp_path / "no-database.db").write_text("Ini bukan basis data.\n" * 100)
    here |= {"LOKET_DATABASE_URL": url, "LOKET_PORT": "0"}
    for words in (("run",), ("migrate",), ("staff", "list")):
        code, _, err = await asked(here, *words)
        assert code == 1
        assert "LOKET_DATABASE_URL: the database cannot be opened: " in err
        assert "Traceback" not in err
        assert "sesame" not in err


async def test_a_wrong_token_is_told_without_a_traceback(tmp_path: Path, environment: dict[str, str]) -> None:
    environment |= {"LOKET_TELEGRAM_TOKEN": "1:wrong", "LOKET_PORT": "0"}
    code, _, err = await done(await loket(tmp_path, environment, "run"))
    assert code == 1
    assert "LOKET_TELEGRAM_TOKEN: Telegram does not know this token" in err
    assert "Traceback" not in err


async def test_a_second_loket_on_the_same_database_is_refused(tmp_path: Path, here: dict[str, str]) -> None:
    here["LOKET_PORT"] = "0"
    with alone(here["LOKET_DATABASE_URL"]):
        code, _, err = await asked(here, "run")
        assert code == 1
        assert err == f"another process of Loket serves people from {tmp_path}/loket.db; stop that one first\n"
        # What an operator does beside it goes on.
        assert (await asked(here, "staff", "list"))[0] == 0


async def test_a_second_demo_leaves_the_first_alone(tmp_path: Path, here: dict[str, str]) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "demo.db").touch()
    with alone("sqlite:///var/demo.db"):
        code, _, err = await asked({}, "demo", "--no-open", "--port", "0")
    assert (code, err.splitlines()[-1]) == (
        1,
        "another process of Loket serves people from var/demo.db; stop that one first",
    )
    assert (tmp_path / "var" / "demo.db").exists()


async def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path, here: dict[str, str]) -> None:
    here["LOKET_PORT"] = "0"
    await asked(here, "migrate")
    with closing(sqlite3.connect(tmp_path / "loket.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for word in ("run", "migrate"):
        code, _, err = await asked(here, word)
        assert code == 1
        assert "newer version of Loket" in err
        assert "Traceback" not in err
    _, out, _ = await asked(here, "doctor")
    assert "problem  database: a newer version of Loket has worked on it; take that one" in out


async def test_a_lost_key_is_never_replaced_silently(sim: Simulator, tmp_path: Path, here: dict[str, str]) -> None:
    here["LOKET_PORT"] = "0"
    await asked(here, "migrate")
    now = datetime(2026, 11, 24, 2, tzinfo=UTC)

    def send_one(uow: UnitOfWork) -> None:
        uow.people.welcome("telegram", "5001", chat="5001", name="Siti", username="", language="id", now=now)
        siti = uow.people.meet("telegram", "5001")
        assert siti is not None
        case = uow.cases.begin(siti.person_id, "registrasi", now, Address("telegram", "5001"))
        document = uow.documents.begin(case.id, "ktp", "ktp", more=False, now=now)
        page = uow.arrivals.owe_page(document, Address("telegram", "5001"), IncomingFile("ref"), now)
        kept = {"stored": "s", "wrapped_key": b"k", "sha256": "x", "size": 1, "mime": "image/jpeg", "suffix": ".jpg"}
        assert uow.documents.keep_page(page, key_id="1a2b3c4d", **kept)  # type: ignore[arg-type]

    database = open_database(here["LOKET_DATABASE_URL"])
    try:
        await database.run(send_one)
    finally:
        database.close()
    code, _, err = await asked(here, "run")
    assert code == 1
    assert err.splitlines()[-1].startswith("the key of the documents is gone: var/documents.key. Put your copy of it")
    assert not (tmp_path / "var" / "documents.key").exists()
    assert "problem  documents: the key of the documents is gone" in (await asked(here, "doctor"))[1]
    here["LOKET_DOCUMENTS_KEY"] = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    _, out, _ = await asked(here, "doctor")
    assert "problem  documents: there are documents that were locked with another key (1a2b3c4d)" in out


async def test_the_doctor_looks_at_folders_before_anything_is_in_them(
    sim: Simulator, tmp_path: Path, here: dict[str, str]
) -> None:
    (tmp_path / "file").touch()
    here |= {"LOKET_DATABASE_URL": "sqlite:///file/loket.db", "LOKET_DOCUMENTS_URL": "file:file/documents"}
    _, out, _ = await asked(here, "doctor")
    assert f"problem  database: this user may not write in {tmp_path}/file\n" in out
    assert f"problem  documents: this user may not write in {tmp_path}/file\n" in out
    here |= {"LOKET_DATABASE_URL": "sqlite:///new/loket.db", "LOKET_DOCUMENTS_URL": "file:new/documents"}
    code, _, _ = await asked(here, "doctor")
    assert code == 0
    assert not (tmp_path / "new").exists()  # it may be another user who looks


async def test_the_database_is_brought_to_this_version(tmp_path: Path, here: dict[str, str]) -> None:
    url = here["LOKET_DATABASE_URL"]
    code, out, _ = await asked(here, "migrate")
    assert (code, out) == (0, "the database is that of this version now\n")
    assert migrate.is_current(url)
    code, out, _ = await asked(here, "migrate")
    assert (code, out) == (0, "the database is already that of this version\n")


async def test_staff_are_appointed_listed_and_dismissed(tmp_path: Path, here: dict[str, str]) -> None:
    code, out, _ = await asked(here, "staff", "appoint", "7001", "Bu Rini", "tus")
    assert (code, out) == (0, "Bu Rini: tus\n")
    code, out, _ = await asked(here, "staff", "list")
    assert (code, out) == (0, "7001\tBu Rini\ttus\n")
    code, out, _ = await asked(here, "staff", "dismiss", "7001")
    assert (code, out) == (0, "Bu Rini has no role any more\n")
    code, _, err = await asked(here, "staff", "dismiss", "7001")
    assert (code, err) == (1, "nobody in the office has the user id 7001\n")
    code, _, err = await asked(here, "staff", "appoint", "rini", "Bu Rini", "tus")
    assert code == 1
    assert "not a Telegram user id" in err


async def test_whoever_is_dismissed_holds_nothing_any_more(tmp_path: Path, here: dict[str, str]) -> None:
    await asked(here, "staff", "appoint", "7001", "Bu Rini", "tus")
    database = open_database(here["LOKET_DATABASE_URL"])

    def hold(uow: UnitOfWork) -> int:
        now = datetime.now(UTC)
        uow.people.welcome("telegram", "5001", chat="5001", name="Siti", username="", language="id", now=now)
        siti = uow.people.meet("telegram", "5001")
        assert siti is not None
        case = uow.cases.begin(siti.person_id, "registrasi", now, Address("telegram", "5001"))
        uow.cases.move(case, Event.SUBMIT, now, number="REG-2026-0001", submitted_at=now)
        assert uow.cases.take(case.id, "7001")
        return case.id

    try:
        case_id = await database.run(hold)
        assert (await asked(here, "staff", "appoint", "7001", "Bu Rini", "tus", "admin"))[0] == 0
        assert await database.run(lambda uow: uow.cases.get(case_id).holder_id) == "7001"
        assert (await asked(here, "staff", "dismiss", "7001"))[0] == 0
        assert await database.run(lambda uow: uow.cases.get(case_id).holder_id) is None
    finally:
        database.close()


async def test_the_doctor_finds_what_is_right_and_what_is_not(
    sim: Simulator, tmp_path: Path, here: dict[str, str]
) -> None:
    code, out, _ = await asked(here, "doctor")
    assert code == 0
    assert "warning  database: no tables of this version yet; run: loket migrate" in out
    assert "warning  documents: no key yet" in out
    assert "ok       staff group: the bot is an administrator" in out
    assert "ok       polling: no webhook in the way" in out

    (tmp_path / "var").mkdir(exist_ok=True)
    (tmp_path / "var" / "documents.key").write_text("c2hvcnQ=")
    sim.world.chat(GROUP).kick_bot()
    here["LOKET_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:9/nothing"
    code, out, _ = await asked(here, "doctor")
    assert code == 1
    assert "problem  LOKET_DATABASE_URL: the database cannot be opened: " in out
    assert "problem  documents: " in out
    assert "problem  staff group: " in out


async def test_the_doctor_knows_a_healthy_office(sim: Simulator, tmp_path: Path, here: dict[str, str]) -> None:
    here["LOKET_DOCUMENTS_KEY"] = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    # One day the office's calendar ends, and the doctor says so.
    here["LOKET_CLOCK"] = "2026-11-24T09:00:00+07:00"
    for number, role in enumerate(("tus", "verifikator", "admin")):
        await asked(here, "staff", "appoint", str(number), role, role)
    code, out, _ = await asked(here, "doctor")
    assert code == 0
    assert {line.split()[0] for line in out.splitlines()} == {"ok"}


async def test_the_doctor_names_a_letter_that_cannot_be_filled(
    sim: Simulator, tmp_path: Path, here: dict[str, str]
) -> None:
    office = tmp_path / "kantor"
    copytree(ROOT / "office", office)
    (office / "letters" / "rusak.docx").write_bytes(b"PK")
    here["LOKET_OFFICE"] = str(office)
    code, out, _ = await asked(here, "doctor")
    assert code == 1
    assert f"problem  {office}/letters/rusak.docx: bukan berkas Word" in out


async def test_the_doctor_knows_a_scanner_that_does_not_answer_and_whether_documents_are_read(
    sim: Simulator, here: dict[str, str]
) -> None:
    here |= {"LOKET_CLAMD": "tcp://127.0.0.1:9", "LOKET_OCR": "off"}
    code, out, _ = await asked(here, "doctor")
    assert code == 1
    assert "problem  viruses: the virus scanner at tcp://127.0.0.1:9 gives no answer" in out
    assert "ok       reading: turned off by LOKET_OCR" in out


@pytest.fixture
def with_whatsapp(sim: Simulator, here: dict[str, str]) -> dict[str, str]:
    twilio = {
        "LOKET_TWILIO_ACCOUNT_SID": sim.twilio.account_sid,
        "LOKET_TWILIO_AUTH_TOKEN": sim.twilio.auth_token,
        "LOKET_TWILIO_FROM": sim.twilio.sender,
        "LOKET_TWILIO_API_URL": sim.url,
        "LOKET_TWILIO_CONTENT_URL": sim.url,
        "LOKET_PUBLIC_URL": "https://loket.example.go.id",
    }
    here.update(twilio)
    return here


async def test_the_templates_are_made_once_and_written_down(
    sim: Simulator, tmp_path: Path, with_whatsapp: dict[str, str]
) -> None:
    code, out, _ = await asked(with_whatsapp, "whatsapp", "templates")
    assert code == 0
    assert len(sim.twilio.contents) == 14
    assert "name it in LOKET_TWILIO_TEMPLATES" in out
    with_whatsapp["LOKET_TWILIO_TEMPLATES"] = str(tmp_path / "templates.toml")
    code, out, _ = await asked(with_whatsapp, "whatsapp", "templates")
    assert code == 0
    assert len(sim.twilio.contents) == 14
    written = tomllib.loads((tmp_path / "templates.toml").read_text())
    assert sorted(written) == sorted(
        ["knock", *(f"quick_{n}" for n in range(1, 4)), *(f"list_{n}" for n in range(1, 11))]
    )
    assert set(written.values()) == set(sim.twilio.contents)
    knock = sim.twilio.contents[written["knock"]]
    assert (knock.category, knock.language, knock.status) == ("UTILITY", "id", "approved")
    _, out, _ = await asked(with_whatsapp, "doctor")
    assert "ok       WhatsApp: Twilio knows the account" in out
    assert "ok       WhatsApp: the template for after 24 hours is approved" in out
    knock.status = "rejected"
    del sim.twilio.contents[written["list_3"]]
    code, out, _ = await asked(with_whatsapp, "doctor")
    assert code == 1
    assert "warning  WhatsApp: the template for after 24 hours is rejected" in out
    assert f"problem  WhatsApp: Twilio has no template {written['list_3']} (list_3)" in out


async def test_the_doctor_knows_a_wrong_password_of_twilios(
    sim: Simulator, tmp_path: Path, with_whatsapp: dict[str, str]
) -> None:
    with_whatsapp["LOKET_TWILIO_AUTH_TOKEN"] = "salah"
    code, out, _ = await asked(with_whatsapp, "doctor")
    assert code == 1
    assert "problem  WhatsApp: Twilio does not accept LOKET_TWILIO_ACCOUNT_SID" in out
    code, _, err = await asked(with_whatsapp, "whatsapp", "templates")
    assert code == 1
    assert err.startswith("Twilio: Twilio 401 20003")


async def test_what_was_missed_is_found_by_hand(sim: Simulator, tmp_path: Path, with_whatsapp: dict[str, str]) -> None:
    joko = sim.person("Pak Joko", channel="whatsapp", phone="+6281298765432")
    joko.phone.say("halo")
    for said in ("missed messages found: 1", "missed messages found: 0"):
        code, out, _ = await asked(with_whatsapp, "whatsapp", "catch-up", "--hours", "3")
        assert (code, out.strip()) == (0, said)


async def test_without_twilio_the_commands_say_what_is_missing(here: dict[str, str]) -> None:
    for what in ("templates", "catch-up"):
        code, _, err = await asked(here, "whatsapp", what)
        assert code == 1
        assert err.startswith("WhatsApp is not configured: set LOKET_TWILIO_ACCOUNT_SID")


@pytest.mark.parametrize("word", ["export", "backup", "restore", "purge"])
def test_what_is_not_built_yet_says_so(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([word]) == 2
    assert capsys.readouterr().err == f"loket {word} is not built yet\n"


def test_a_play_that_nobody_wrote_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--play", "hamlet"]) == 1
    assert "there is no play 'hamlet'" in capsys.readouterr().err


def test_a_moment_that_is_none_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    for moment in ("tomorrow", "2026-11-24T09:00:00"):
        assert main(["demo", "--no-open", "--port", "0", "--keep", "--clock", moment]) == 1
        assert "--clock: must be a moment" in capsys.readouterr().err


async def test_the_demo_shows_the_page_and_starts_afresh(tmp_path: Path, environment: dict[str, str]) -> None:
    port = a_free_port()
    url = f"http://127.0.0.1:{port}"
    for _ in range(2):
        process = await loket(tmp_path, environment, "demo", "--no-open", "--port", str(port))
        assert process.stdout is not None
        shown = b""
        while url.encode() not in shown:
            line = await asyncio.wait_for(process.stdout.readline(), 60)
            assert line
            shown += line
        async with httpx.AsyncClient(base_url=url) as web:
            assert "text/html" in (await web.get("/")).headers["content-type"]
            assert (await web.get("/simulator/clock")).json()["now"]
            assert (await web.get("/simulator/state")).json()["bot"]["username"] == "lpse_bogor_bot"
        process.send_signal(signal.SIGINT)
        code, _, log = await done(process)
        assert code == 0
        assert "made a key" in log
