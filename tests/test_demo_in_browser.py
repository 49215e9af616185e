"""A whole registration, played on the page of the demo with mouse and keyboard, with the real bot behind it."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import FilePayload, Locator, Page, async_playwright, expect

from bot.clock import Clock
from bot.demo import Stage, stage
from bot.pace import UNLIMITED
from simulator.samples import Samples
from tests.browser import PATIENCE, QUIET, chromium

pytestmark = pytest.mark.browser

MORNING: Final = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""A Tuesday, 09.00 WIB."""

PICTURES: Final = Path(__file__).parents[1] / "var" / "screenshots"


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A browser window, in which no script may fail."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        opened = await browser.new_page(viewport={"width": 1400, "height": 900}, timezone_id="Asia/Jakarta")
        opened.set_default_timeout(PATIENCE)
        mistakes: list[str] = []
        opened.on("pageerror", lambda error: mistakes.append(str(error)))
        opened.on("console", lambda line: mistakes.append(line.text) if line.type == "error" else None)
        yield opened
        await take_picture(opened, "last")
        await browser.close()
    assert mistakes == []


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Stage]:
    """Everything that `make demo` starts."""
    async with stage(tmp_path, 0, Clock(MORNING), UNLIMITED) as opened:
        yield opened
    assert opened.simulator.violations == []


@dataclass(frozen=True, slots=True)
class Hands:
    """What a person sees on one phone of the page, and does there."""

    page: Page
    name: str

    @property
    def phone(self) -> Locator:
        return self.page.locator(f'[data-phone="{self.name}"]')

    @property
    def input(self) -> Locator:
        return self.phone.get_by_test_id("input")

    def message(self, words: str) -> Locator:
        """The newest message with these words."""
        return self.phone.get_by_test_id("message").filter(has_text=words).last

    def key(self, label: str, under: Locator | None = None) -> Locator:
        """The newest button of the bot with this label."""
        within = self.phone if under is None else under
        return within.get_by_test_id("key").filter(has_text=re.compile(f"^{re.escape(label)}$")).last

    async def reads(self, words: str) -> Locator:
        message = self.message(words)
        await expect(message).to_be_visible()
        return message

    async def taps(self, label: str, then: str = "", under: Locator | None = None) -> None:
        await self.key(label, under).click()
        if then:
            await self.reads(then)

    async def presses(self, label: str, then: str) -> None:
        """The same with the keyboard."""
        await self.key(label).press("Enter")
        await self.reads(then)

    async def types(self, text: str, then: str) -> None:
        await self.input.click()
        await self.page.keyboard.insert_text(text)
        await self.page.keyboard.press("Enter")
        await self.reads(then)

    async def chooses(self, *files: FilePayload) -> None:
        """Send files by way of the file chooser."""
        await self.phone.get_by_test_id("attach").click()
        async with self.page.expect_file_chooser() as opened:
            await self.phone.get_by_role("menuitem", name="Foto atau berkas").click()
        await (await opened.value).set_files(files)
        await self.page.get_by_test_id("sheet-send").click()

    async def drops(self, name: str, content: bytes) -> None:
        """Drag a PDF from the desktop of the computer and drop it on the phone."""
        dragged = await self.page.evaluate_handle(
            """([name, content]) => {
                const data = new DataTransfer();
                data.items.add(new File([new Uint8Array(content)], name, {type: "application/pdf"}));
                return data;
            }""",
            [name, list(content)],
        )
        await self.phone.dispatch_event("dragenter", {"dataTransfer": dragged})
        await self.phone.dispatch_event("drop", {"dataTransfer": dragged})
        await self.page.get_by_test_id("caption").press("Enter")


async def introduces_herself(siti: Hands) -> None:
    """Everything before the documents, now with the mouse, now with the keyboard."""
    await siti.phone.get_by_role("button", name="Mulai").press("Enter")
    await siti.reads("Selamat pagi")
    await siti.taps("1. Registrasi & Verifikasi", then="Yang perlu disiapkan")
    await siti.presses("Lanjut", then="Apakah semuanya sudah?")
    await siti.presses("Sudah", then="Pemberitahuan data pribadi")
    await siti.taps("Saya memahami dan setuju", then="bentuk usaha")
    await siti.taps("CV", then="nama perusahaan, sesuai akta")
    await siti.types("CV Maju Bersama", then="Berapa NPWP")
    await siti.types("01.312.166.0-091.000", then="user ID SPSE yang dibuat")
    await siti.types("maju_bersama", then="alamat email")
    await siti.types("siti@majubersama.co.id", then="nama Direktur")
    await siti.types("Siti Aminah", then="nomor HP Direktur")
    await siti.types("0812-3456-7890", then="Siapa yang mengajukan")
    await siti.taps("Direktur", then="Berkas 1 dari 8")


def pdf(name: str, samples: Samples) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": samples.document(name).content}


def photo(name: str, samples: Samples) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": samples.photo(name).content}


async def sends_eight_documents(siti: Hands, samples: Samples) -> None:
    """By way of the file chooser, by drag and drop, and with the samples of the page."""
    await siti.chooses(pdf("formulir-keikutsertaan.pdf", samples))
    await siti.reads("Berkas 2 dari 8")
    await siti.drops("formulir-pendaftaran.pdf", samples.document("Formulir Pendaftaran").content)
    await siti.reads("Berkas 3 dari 8")
    await siti.chooses(photo("penunjukan-admin.jpg", samples))
    await siti.reads("Masih ada halaman lain?")
    await siti.taps("Selesai", then="Berkas 4 dari 8")
    await siti.phone.get_by_test_id("sample-photo").click()
    for number in (5, 6):
        await siti.reads(f"Berkas {number} dari 8")
        await siti.phone.get_by_test_id("sample-document").click()
    await siti.reads("Mana yang akan dikirim?")
    await siti.taps("NIB", then="Berkas 7 dari 8: NIB")
    await siti.phone.get_by_test_id("sample-document").click()
    await siti.reads("Berkas 8 dari 8")
    await siti.phone.get_by_test_id("sample-document").click()
    await siti.reads("Bila ada")
    await siti.taps("Tidak punya", then="Mohon periksa sebelum dikirim")
    await siti.taps("Kirim permohonan", then="REG-2026-0001, antrean pemeriksaan ke-1")


async def one_document_is_returned(siti: Hands, group: Hands, desk: Hands, samples: Samples) -> None:
    """Staff take the case, look at every document, return one and accept it when it comes again."""
    await group.reads("Belum ada pemegang")
    card = group.phone.get_by_test_id("message")
    key = await card.get_attribute("data-key")
    await group.taps("Ambil", then="Pemegang: Bu Rini")
    await expect(card).to_have_attribute("data-key", str(key))
    await expect(card).to_contain_text("diedit")
    await expect(group.phone.get_by_test_id("toast")).to_have_text("REG-2026-0001 sekarang Anda pegang.")

    await desk.reads("Selamat bertugas, Bu Rini")
    await group.taps("Periksa berkas")
    await desk.reads("berkas 8 dari 8")
    await can_be_downloaded(desk)

    for checked in ("Formulir Keikutsertaan", "Formulir Pendaftaran"):
        await desk.taps("Sesuai", then=f"✅ {checked}: sesuai", under=desk.message(checked))
    await desk.taps("Perlu perbaikan", under=desk.message("Surat Penunjukan Admin"))
    await desk.taps("Tanpa cap", then="belum dicap")
    for left in (4, 3, 2, 1):
        await desk.taps("Sesuai", then=f"{left} belum diperiksa")
    await desk.taps("Sesuai", then="7 sesuai, 1 perlu perbaikan")
    await desk.taps("Kirim hasil", then="hasil dikirim")

    await siti.reads("Mohon kirim ulang Surat Penunjukan Admin")
    await siti.chooses(pdf("penunjukan-admin-bercap.pdf", samples))
    await siti.reads("Semua perbaikan sudah ada")
    await siti.taps("Kirim perbaikan", then="Urutan antrean tetap")
    await desk.taps("Periksa berkas", then="Periksa: berkop surat perusahaan")
    await desk.taps("Sesuai", then="8 sesuai, 0 perlu perbaikan")
    await desk.taps("Kirim hasil", then="Semua 8 berkas sesuai")


async def can_be_downloaded(desk: Hands) -> None:
    """A document that the bot sent; with Alt a click on a link keeps what is behind it."""
    async with desk.page.expect_download() as started:
        await desk.phone.get_by_test_id("file").first.click(modifiers=["Alt"])
    kept = await (await started.value).path()
    assert kept.read_bytes().startswith(b"%PDF")


async def books_a_call(siti: Hands, group: Hands) -> None:
    await siti.reads("Silakan pilih hari")
    await siti.taps("Rab, 25 Nov", then="Pukul berapa?")
    await siti.taps("10.00", then="Jadwal REG-2026-0001: Rabu, 25 November 2026 pukul 10.00 WIB")
    await group.reads("Panggilan video: Rab 25 Nov 10.00")


async def the_call_is_held(page: Page, siti: Hands, desk: Hands) -> None:
    """The clock of the page is moved to the next morning and on; TUS compares the originals."""
    await page.get_by_test_id("clock-day").click()
    await expect(page.get_by_test_id("clock-now")).to_contain_text("Rabu, 25 Nov 2026, 09.0")
    await siti.reads("Mengingatkan")
    await page.get_by_test_id("clock-hour").click()
    await expect(page.get_by_test_id("clock-now")).to_contain_text("Rabu, 25 Nov 2026, 10.0")
    sheet = await desk.reads("Lembar panggilan REG-2026-0001")
    for original in ("KTP Direktur", "NPWP Perusahaan", "NPWP Direktur", "NIB", "Akta Pendirian"):
        await desk.taps(f"▫️ {original}", under=sheet)
        await expect(desk.key(f"✅ {original}", under=sheet)).to_be_visible()
    await desk.taps("▫️ Hadir: Direktur", then="panggilan dapat diluluskan")
    await desk.taps("Lulus", then="panggilan video lulus")
    await siti.reads("Berkas REG-2026-0001 sudah diverifikasi")


async def the_account_is_activated(siti: Hands, group: Hands) -> None:
    """The verifikator takes the case over, in the same group, and acts in SPSE."""
    await group.phone.get_by_test_id("acting-as").select_option(label="Pak Dedi (Verifikator)")
    await group.taps("Ambil", then="Pemegang: Pak Dedi", under=group.message("Terverifikasi sejak"))
    await group.taps("Selesai di SPSE", then="Selesai sejak")
    await siti.reads("Akun SPSE CV Maju Bersama sudah aktif")
    await siti.reads("Mohon kesediaan Bapak/Ibu menilai layanan kami")
    await expect(siti.key("Isi survei")).to_be_visible()


async def take_picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=PICTURES / f"{name}.png")


async def on_a_cheap_phone(page: Page) -> None:
    """One phone of the page at a time, and nothing sticks out."""
    await page.set_viewport_size({"width": 360, "height": 740})
    for name in ("provider", "group", "staff"):
        await page.get_by_test_id(f"tab-{name}").click()
        await expect(page.locator(".phone:visible")).to_have_count(1)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await take_picture(page, f"5-narrow-{name}")


async def test_a_registration_from_start_to_the_activated_account(page: Page, demo: Stage) -> None:
    samples = Samples()
    siti, group, desk = Hands(page, "provider"), Hands(page, "group"), Hands(page, "staff")
    await page.goto(demo.simulator.url)
    await page.wait_for_selector("body[data-ready=true]")
    await expect(page.get_by_test_id("clock-now")).to_contain_text("Selasa, 24 Nov 2026, 09.0")

    await introduces_herself(siti)
    await sends_eight_documents(siti, samples)
    await take_picture(page, "1-submitted")
    await one_document_is_returned(siti, group, desk, samples)
    await take_picture(page, "2-checked")
    await books_a_call(siti, group)
    await the_call_is_held(page, siti, desk)
    await take_picture(page, "3-called")
    await the_account_is_activated(siti, group)
    await take_picture(page, "4-activated")
    await on_a_cheap_phone(page)


async def test_a_provider_on_whatsapp_comes_to_the_same_counter(page: Page, demo: Stage) -> None:
    samples = Samples()
    joko = Hands(page, "whatsapp")
    await page.goto(demo.simulator.url)
    await page.wait_for_selector("body[data-ready=true]")
    await joko.phone.get_by_role("button", name="Mulai").press("Enter")
    await joko.reads("Silakan pilih layanan")
    await joko.types("1", then="Yang perlu disiapkan")
    await joko.types("1", then="Apakah semuanya sudah?")
    await joko.types("sudah", then="Pemberitahuan data pribadi")
    await joko.types("1", then="bentuk usaha")
    await joko.types("2", then="nama perusahaan, sesuai akta")
    await joko.types("CV Karya Mandiri", then="Berapa NPWP")
    await joko.types("01.312.166.0-091.000", then="user ID SPSE yang dibuat")
    await joko.types("karya_mandiri", then="alamat email")
    await joko.types("joko@karyamandiri.co.id", then="nama Direktur")
    await joko.types("Joko Susilo", then="nomor HP Direktur")
    await joko.types("0812-9876-5432", then="Siapa yang mengajukan")
    await joko.types("1", then="Berkas 1 dari 8")
    await joko.chooses(pdf("formulir-keikutsertaan.pdf", samples))
    await joko.reads("Berkas 2 dari 8")
    await take_picture(page, "6-whatsapp")
