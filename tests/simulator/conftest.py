"""The simulator and a real client of the Bot API that speaks to it."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from simulator import Chat, Person, Simulator, WhatsAppPerson
from tests.simulator.office import Office, opened


@pytest.fixture(autouse=True)
def _seconds_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator().serving() as running:
        yield running
    assert running.violations == []


@pytest.fixture
async def bot(simulator: Simulator) -> AsyncIterator[Bot]:
    # Reading the certificates of the world takes longer than a whole test, and no one here needs them.
    async with Bot(
        simulator.token,
        base_url=f"{simulator.url}/bot",
        base_file_url=f"{simulator.url}/file/bot",
        request=HTTPXRequest(httpx_kwargs={"verify": False}),
        get_updates_request=HTTPXRequest(httpx_kwargs={"verify": False}),
    ) as client:
        yield client


@pytest.fixture
def bu_siti(simulator: Simulator) -> Person:
    """A provider who has already greeted the bot."""
    return simulator.person("Bu Siti", username="siti_maju", started=True)


@pytest.fixture
def bu_rini(simulator: Simulator) -> Person:
    return simulator.person("Bu Rini", note="TUS", started=True)


@pytest.fixture
def petugas(simulator: Simulator, bu_rini: Person) -> Chat:
    return simulator.group("Petugas LPSE", [simulator.person("Pak Hendra"), bu_rini, simulator.person("Pak Dedi")])


@pytest.fixture
async def office(simulator: Simulator) -> AsyncIterator[Office]:
    """A bot that listens to Twilio."""
    async with opened(simulator) as running:
        yield running


@pytest.fixture
def joko(simulator: Simulator) -> WhatsAppPerson:
    """A provider on WhatsApp, who has not written yet."""
    return simulator.person("Pak Joko", channel="whatsapp", phone="+6281234567890", external_id="ID.4566546130240823")
