"""A visitor uses the phones on the page, in a real browser."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from simulator import Simulator
from simulator.samples import Samples
from simulator.scene import EXAMPLE
from tests.browser import PATIENCE, QUIET, chromium
from tests.simulator.test_control import demo_clock

pytestmark = pytest.mark.browser


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with demo_clock() as clock, Simulator(scene=EXAMPLE, clock_url=clock).serving() as running:
        yield running
    assert running.violations == []


@pytest.fixture
async def page(simulator: Simulator) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        opened = await browser.new_page(viewport={"width": 1400, "height": 900})
        opened.set_default_timeout(PATIENCE)
        mistakes: list[str] = []
        opened.on("pageerror", lambda error: mistakes.append(str(error)))
        opened.on("console", lambda line: mistakes.append(line.text) if line.type == "error" else None)
        await opened.goto(simulator.url)
        await opened.wait_for_selector("body[data-ready=true]")
        yield opened
        await browser.close()
    assert mistakes == []


def keys(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup.from_row([InlineKeyboardButton(label, callback_data=label) for label in labels])


async def test_a_provider_writes_taps_and_sends_files(simulator: Simulator, bot: Bot, page: Page) -> None:
    phone = page.locator('[data-phone="provider"]')
    siti = simulator.person("Bu Siti")
    await phone.get_by_role("button", name="Mulai").click()
    await simulator.wait_for(lambda: siti.private.showing("/start"))
    await bot.send_message(
        siti.id,
        "Halo <b>Bu Siti</b> &lt;img src=x onerror=alert(1)&gt;",
        parse_mode="HTML",
        reply_markup=keys("Daftar"),
    )
    await expect(phone.get_by_test_id("text").last).to_have_text("Halo Bu Siti <img src=x onerror=alert(1)>")
    assert await phone.locator("strong", has_text="Bu Siti").count() == 1

    await phone.get_by_role("button", name="Daftar", exact=True).click()
    tap = await simulator.wait_for(lambda: next(iter(simulator.telegram.taps.values()), None))
    assert tap is not None
    await bot.answer_callback_query(tap.id, "Sebentar ya")
    await expect(phone.get_by_test_id("toast")).to_have_text("Sebentar ya")

    await phone.get_by_test_id("input").fill("PT Maju Bersama")
    await phone.get_by_test_id("input").press("Enter")
    await simulator.wait_for(lambda: siti.private.showing("PT Maju Bersama"))
    await phone.get_by_test_id("sample-document").click()
    await simulator.wait_for(lambda: siti.private.newest.kind == "document")
    samples = Samples()
    photos = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": samples.photo().content} for n in (1, 2)]
    await phone.get_by_test_id("file-input").set_input_files(photos)  # type: ignore[arg-type]
    await page.get_by_test_id("sheet-send").click()
    await simulator.wait_for(lambda: siti.private.newest.album)
    await expect(phone.locator("img")).to_have_count(2)
    assert "Bu Siti > (photo: photo.jpg)" in siti.private.screen()


async def test_files_can_be_dropped_on_a_phone(simulator: Simulator, page: Page) -> None:
    siti = simulator.person("Bu Siti")
    siti.private.start()
    phone = page.locator('[data-phone="provider"]')
    await expect(phone.get_by_test_id("composer")).to_be_visible()
    dropped = await page.evaluate_handle(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["%PDF-1.7"], "akta.pdf", {type: "application/pdf"}));
            return data;
        }"""
    )
    await phone.dispatch_event("drop", {"dataTransfer": dropped})
    await page.get_by_test_id("caption").fill("akta")
    await page.get_by_test_id("caption").press("Enter")

    sent = await simulator.wait_for(lambda: siti.private.showing("akta"))
    assert sent.file is not None
    assert (sent.file.name, sent.file.content) == ("akta.pdf", b"%PDF-1.7")


async def test_staff_act_in_the_group_and_cards_change_in_place(simulator: Simulator, bot: Bot, page: Page) -> None:
    group = simulator.world.chat("Petugas")
    phone, private = page.locator('[data-phone="group"]'), page.locator('[data-phone="staff"]')
    card = await bot.send_message(group.id, "REG-2026-0007 baru", reply_markup=keys("Ambil"))
    await phone.get_by_test_id("acting-as").select_option(label="Pak Dedi (verifikator)")
    await expect(private.get_by_test_id("chat-subtitle")).to_have_text("Ponsel Pak Dedi, verifikator")
    await phone.get_by_role("button", name="Ambil").click()
    tap = await simulator.wait_for(lambda: next(iter(simulator.telegram.taps.values()), None))
    assert tap is not None
    assert tap.person.name == "Pak Dedi"
    await bot.answer_callback_query(tap.id, "Hanya TUS yang mengambil", show_alert=True)
    await expect(phone.get_by_test_id("alert")).to_be_visible()
    await phone.get_by_role("button", name="Oke").click()

    await card.edit_text("REG-2026-0007 diperiksa", reply_markup=keys("Lepas"))
    await expect(phone.get_by_test_id("message")).to_have_count(1)
    await expect(phone.get_by_test_id("text")).to_have_text("REG-2026-0007 diperiksa")
    await expect(phone.get_by_role("button", name="Ambil")).to_have_count(0)
    dedi = simulator.person("Pak Dedi")
    secret = await bot.send_document(dedi.id, b"%PDF", filename="KTP.pdf", protect_content=True)
    await expect(private.locator('[data-protected="true"]')).to_contain_text("dilindungi")
    await secret.delete()
    await expect(private.get_by_test_id("message")).to_have_count(0)


async def test_the_clock_is_moved(simulator: Simulator, page: Page) -> None:
    await expect(page.get_by_test_id("clock-now")).to_have_text("Selasa, 24 Nov 2026, 08.00 WIB")
    await page.get_by_test_id("clock-hour").click()
    await expect(page.get_by_test_id("clock-now")).to_have_text("Selasa, 24 Nov 2026, 09.00 WIB")
    await page.get_by_test_id("clock-day").click()
    await expect(page.get_by_test_id("clock-now")).to_have_text("Rabu, 25 Nov 2026, 09.00 WIB")


async def test_another_provider_comes_along(simulator: Simulator, page: Page) -> None:
    phone = page.locator('[data-phone="provider"]')
    await phone.get_by_test_id("add-person").click()
    await page.get_by_test_id("newcomer-name").fill("Pak Budi")
    await page.get_by_test_id("newcomer-add").click()
    await expect(phone.get_by_test_id("chat-subtitle")).to_have_text("Ponsel Pak Budi")
    await phone.get_by_role("button", name="Mulai").click()

    await simulator.wait_for(lambda: simulator.person("Pak Budi").private.showing("/start"))


async def test_a_narrow_screen_shows_one_phone_at_a_time(page: Page, tmp_path: Path) -> None:
    await page.set_viewport_size({"width": 320, "height": 640})
    for name in ("provider", "group", "staff"):
        await page.get_by_test_id(f"tab-{name}").click()
        await expect(page.locator(".phone:visible")).to_have_count(1)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_whoever_turns_to_a_phone_sees_its_newest_message_under_pictures_that_load_late(
    simulator: Simulator, bot: Bot, page: Page
) -> None:
    siti, phone = simulator.person("Bu Siti"), page.locator('[data-phone="provider"]')
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.get_by_test_id("tab-group").click()
    siti.private.start()
    for _ in range(3):
        siti.private.send_photo(Samples().photo("KTP").content)
        await bot.send_message(siti.id, "Masih ada halaman lain?", reply_markup=keys("Selesai"))
    await page.get_by_test_id("tab-provider").click()
    await expect(phone.get_by_role("button", name="Selesai").last).to_be_in_viewport(ratio=1)
    await asyncio.sleep(0.5)
    await expect(phone.get_by_role("button", name="Selesai").last).to_be_in_viewport(ratio=1)


async def test_the_page_catches_up_after_a_break(simulator: Simulator, page: Page) -> None:
    siti = simulator.person("Bu Siti")
    await page.context.set_offline(True)
    siti.private.say("selama terputus")
    await asyncio.sleep(0.1)
    await page.context.set_offline(False)

    await expect(page.locator('[data-phone="provider"]').get_by_test_id("text")).to_have_text("selama terputus")
