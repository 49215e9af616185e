"""Draws sample documents, so that someone without files at hand can try the bot."""

import io
import itertools
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

INK, FAINT, PAPER, SEAL = (38, 50, 64), (205, 212, 220), (252, 251, 247), (36, 94, 160)


@dataclass(frozen=True, slots=True)
class Sample:
    name: str
    mime: str
    content: bytes


class Samples:
    """Numbered samples, no two alike."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def photo(self, title: str = "") -> Sample:
        number = next(self._numbers)
        return Sample(f"contoh-{number}.jpg", "image/jpeg", _written(draw_page(title, number), "JPEG"))

    def document(self, title: str = "") -> Sample:
        number = next(self._numbers)
        return Sample(f"contoh-{number}.pdf", "application/pdf", _written(draw_page(title, number), "PDF"))


def draw_page(title: str, number: int) -> Image.Image:
    """A sheet that looks like a letter and says plainly that it is a sample."""
    page = Image.new("RGB", (744, 1052), PAPER)
    pen = ImageDraw.Draw(page)
    pen.text((60, 56), (title or "Contoh Dokumen")[:34], font=ImageFont.load_default(38), fill=INK)
    pen.text((60, 112), f"Nomor contoh: {number:03d}", font=ImageFont.load_default(22), fill=INK)
    pen.line((60, 156, 684, 156), fill=INK, width=3)
    for line in range(17):
        width = 624 if line % 5 != 4 else 260 + (number * 37 + line * 53) % 220
        top = 196 + line * 34
        pen.rounded_rectangle((60, top, 60 + width, top + 11), radius=5, fill=FAINT)
    pen.ellipse((470, 800, 660, 990), outline=SEAL, width=6)
    pen.ellipse((490, 820, 640, 970), outline=SEAL, width=2)
    pen.text((565, 895), "CONTOH", font=ImageFont.load_default(30), fill=SEAL, anchor="mm")
    pen.text((60, 940), "Bukan dokumen asli", font=ImageFont.load_default(22), fill=INK)
    return page


def _written(page: Image.Image, format: str) -> bytes:
    written = io.BytesIO()
    page.save(written, format, quality=85)
    return written.getvalue()
