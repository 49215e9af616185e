"""A visitor uses the phone with WhatsApp on the page, in a real browser."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from playwright.async_api import Page, expect

from simulator import Simulator, WhatsAppPerson
from simulator.samples import Samples
from simulator.scene import EXAMPLE, Actor
from tests.simulator.office import Office
from tests.simulator.test_control import demo_clock
from tests.simulator.test_page import page
from tests.simulator.test_twilio_sending import LIST, QUESTION

__all__ = ["page"]

pytestmark = pytest.mark.browser

JOKO = Actor(name="Pak Joko", channel="whatsapp", phone="+6281234567890", note="CV Sumber Rejeki")


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    scene = replace(EXAMPLE, actors=(*EXAMPLE.actors, JOKO), providers=("Bu Siti", "Pak Joko"))
    async with demo_clock() as clock, Simulator(scene=scene, clock_url=clock).serving() as running:
        yield running
    assert running.violations == []


@pytest.fixture
def joko(simulator: Simulator) -> WhatsAppPerson:
    return simulator.person("Pak Joko", channel="whatsapp")


async def test_a_provider_writes_taps_and_sends_files_on_whatsapp(
    office: Office, joko: WhatsAppPerson, page: Page
) -> None:
    phone = page.locator('[data-phone="whatsapp"]')
    await expect(phone.get_by_test_id("chat-subtitle")).to_have_text("Ponsel Pak Joko, CV Sumber Rejeki")
    await expect(phone.get_by_test_id("window")).to_contain_text("hanya dapat mengirim templat")
    await phone.get_by_role("button", name="Mulai").click()
    await office.simulator.wait_for(lambda: joko.phone.showing("Halo"))
    await expect(phone.get_by_test_id("window")).to_contain_text("Jendela 24 jam: tersisa 2")

    sid = await office.template("twilio/quick-reply", QUESTION, variables={"1": "Anda"})
    await office.sent(joko.address, ContentSid=sid)
    await expect(phone.get_by_role("img", name="Dibaca")).to_have_count(1)
    await phone.get_by_role("button", name="Kuasa", exact=True).click()
    await office.simulator.wait_for(lambda: joko.phone.showing("Kuasa"))
    await office.sent(joko.address, ContentSid=await office.template("twilio/list-picker", LIST))
    await phone.get_by_role("button", name="Registrasi").click()
    assert (await office.heard())["ListId"] == "1"
    await office.sent(joko.address, Body="*Berkas 1 dari 8*\n1. Daftar berkas")
    assert await phone.locator("strong", has_text="Berkas 1 dari 8").count() == 1

    await phone.get_by_test_id("input").fill("PT Maju Bersama")
    await phone.get_by_test_id("input").press("Enter")
    await office.simulator.wait_for(lambda: joko.phone.showing("PT Maju Bersama"))
    await phone.get_by_test_id("sample-document").click()
    await office.simulator.wait_for(lambda: joko.phone.newest.kind == "document")
    photos = [{"name": "1.jpg", "mimeType": "image/jpeg", "buffer": Samples().photo().content}]
    await phone.get_by_test_id("file-input").set_input_files(photos)  # type: ignore[arg-type]
    await page.get_by_test_id("sheet-send").click()
    await office.simulator.wait_for(lambda: joko.phone.newest.kind == "photo")
    assert (await office.heard())["MediaContentType0"] == "image/jpeg"


async def test_a_message_that_failed_is_marked_with_its_number(
    office: Office, joko: WhatsAppPerson, page: Page
) -> None:
    phone = page.locator('[data-phone="whatsapp"]')
    joko.phone.say("halo")
    await office.heard()
    await page.get_by_test_id("clock-day").click()
    await page.get_by_test_id("clock-hour").click()
    await expect(phone.get_by_test_id("window")).to_have_attribute("data-open", "false")
    await office.sent(joko.address, Body="Kabar untuk Bapak")
    await expect(phone.get_by_test_id("failure")).to_have_text(
        "Tidak sampai ke ponsel ini: 63016, di luar jendela 24 jam"
    )

    knock = await office.template("twilio/text", {"body": "Kabar untuk {{1}} ada."}, name="kabar")
    await office.sent(joko.address, ContentSid=knock, ContentVariables=json.dumps({"1": "Bapak"}))
    await expect(phone.get_by_test_id("text").last).to_have_text("Kabar untuk Bapak ada.")


async def test_a_phone_can_be_switched_off(office: Office, joko: WhatsAppPerson, page: Page) -> None:
    phone = page.locator('[data-phone="whatsapp"]')
    joko.phone.say("halo")
    await phone.get_by_test_id("attach").click()
    await phone.get_by_role("menuitem", name="Matikan ponsel").click()
    await office.simulator.wait_for(lambda: joko.receipts == "sent")
    await office.sent(joko.address, Body="Halo juga")
    await expect(phone.get_by_role("img", name="Terkirim")).to_have_count(1)
    await phone.get_by_test_id("attach").click()
    await phone.get_by_role("menuitem", name="Nyalakan ponsel").click()
    await expect(phone.get_by_role("img", name="Dibaca")).to_have_count(1)


async def test_another_provider_comes_along_on_whatsapp(simulator: Simulator, page: Page) -> None:
    phone = page.locator('[data-phone="whatsapp"]')
    await phone.get_by_test_id("add-person").click()
    await page.get_by_test_id("newcomer-name").fill("Bu Sri")
    await page.get_by_test_id("newcomer-add").click()
    await expect(phone.get_by_test_id("chat-subtitle")).to_contain_text("Ponsel Bu Sri, +62812")
    await phone.get_by_role("button", name="Mulai").click()

    await simulator.wait_for(lambda: simulator.person("Bu Sri", channel="whatsapp").phone.showing("Halo"))


async def test_four_phones_fit_a_narrow_screen_one_at_a_time(page: Page) -> None:
    await page.set_viewport_size({"width": 320, "height": 640})
    for name in ("provider", "whatsapp", "group", "staff"):
        await page.get_by_test_id(f"tab-{name}").click()
        await expect(page.locator(".phone:visible")).to_have_count(1)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
