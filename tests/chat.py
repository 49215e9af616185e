"""The files that people send in transcripts, and the type that transcripts are read with."""

from simulator.transcript import Files, Reader
from tests import papers

Read = Reader

FILES: Files = {
    "pdf": lambda number: papers.a_pdf(),
    "foto": lambda number: papers.a_photo(1200, 800, f"foto {number}"),
    "png": lambda number: papers.a_png(),
    "heic": lambda number: papers.a_heic(),
    "webp": lambda number: papers.a_webp(),
    "kosong": lambda number: b"",
    "terkunci": lambda number: papers.a_locked_pdf(),
    "terpotong": lambda number: papers.truncated(papers.a_pdf()),
    "word": lambda number: papers.a_docx(),
    "besar": lambda number: papers.a_pdf() + b"\n" * (21 << 20),
}
