"""The files that people send in transcripts, and the type that transcripts are read with."""

from itertools import count

from simulator.transcript import Files, Reader
from tests import papers

Read = Reader

NEXT = count(1)
"""Nobody sends the same file for two requirements, unless a test is about that."""

FILES: Files = {
    "pdf": lambda _: papers.a_pdf(text=f"Akta Pendirian PT Maju Bersama nomor {next(NEXT)}"),
    "foto": lambda _: papers.a_photo(1200, 800, f"foto {next(NEXT)}"),
    "png": lambda _: papers.a_png(1200, 800),
    "heic": lambda _: papers.a_heic(1200, 800),
    "webp": lambda _: papers.a_webp(1200, 800),
    "sama": lambda _: papers.a_pdf(text="Akta Pendirian CV Maju Bersama"),
    "kecil": lambda _: papers.a_photo(640, 480, "kecil"),
    "buram": lambda _: papers.a_blurred_photo(),
    "gelap": lambda _: papers.a_dark_photo(),
    "aktif": lambda _: papers.a_pdf_that("carries a file"),
    "bom": lambda _: papers.a_bomb(),
    "berat": lambda _: papers.an_endless_pdf(),
    "panjang": lambda _: papers.a_pdf(pages=101),
    "kosong": lambda number: b"",
    "terkunci": lambda number: papers.a_locked_pdf(),
    "terpotong": lambda number: papers.truncated(papers.a_pdf()),
    "word": lambda number: papers.a_docx(),
    "bising": lambda number: papers.a_photo_full_of_noise(),
    "besar": lambda number: papers.a_pdf() + b"\n" * (21 << 20),
}
