"""Finds the words on a page: those that a PDF carries itself, or those that RapidOCR reads off a picture."""

import cmath
import math
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageFilter, ImageOps

from storage.preflight.looks import within
from storage.preflight.pages import shown
from storage.preflight.reading import MOST_LETTERS, can_read_pictures
from storage.preflight.telling import Line, Page

READ_AT: Final = 1600
"""Pixels of the longer side that are read: a NIK is legible then, and it takes seconds and not half a minute."""

_DRAWN_AT: Final = 2400
_WORDS_ENOUGH: Final = 40
"""Letters: a page with fewer is a scan with a stamp on it."""

_FRUGAL: Final = {
    "Global.max_side_len": READ_AT,
    "Global.log_level": "critical",
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,
    "Rec.rec_batch_num": 1,
    "Cls.cls_batch_num": 1,
}


class Eyes:
    """Loaded once in a process, and only where they are installed."""

    def __init__(self) -> None:
        self._engine: Any = None
        if can_read_pictures():
            self._engine = import_module("rapidocr").RapidOCR(params=dict(_FRUGAL))

    def look(self, content: bytes, kind: str, page: int) -> Page | None:
        """None for a page without words of its own where RapidOCR is not installed."""
        if kind == "pdf" and (words := _words_of_pdf(content, page)):
            return words
        if self._engine is None:
            return None
        found = self._engine(_trimmed(within(shown(content, kind, page, _DRAWN_AT), _DRAWN_AT).convert("RGB")))
        if found.boxes is None:
            return Page((), read=True)
        boxes = [[(float(x), float(y)) for x, y in box] for box in found.boxes]
        return Page(tuple(straightened(boxes, found.txts, found.scores)), read=True)


def _words_of_pdf(content: bytes, page: int) -> Page | None:
    with pypdfium2.PdfDocument(content) as pdf:
        if not 0 <= page < len(pdf):
            return None
        sheet = pdf[page]
        words, height = sheet.get_textpage(), sheet.get_height()
        if sum(letter.isalnum() for letter in words.get_text_range()) < _WORDS_ENOUGH:
            return None
        lines, letters = [], 0
        for number in range(words.count_rects()):
            if letters > MOST_LETTERS:
                break  # to find the words in a place takes the longer, the more there are on the page
            left, bottom, right, top = words.get_rect(number)
            text = words.get_text_bounded(left, bottom, right, top).strip()
            letters += len(text)
            if text:
                lines.append(Line(text, left, height - top, right - left, top - bottom))
        return Page(tuple(lines))


def _trimmed(paper: Image.Image) -> Image.Image:
    """Without the empty part of a sheet on which a card was copied: the card is then read at its full size."""
    small = ImageOps.grayscale(paper)
    small.thumbnail((300, 300))
    ink = small.filter(ImageFilter.MedianFilter(3)).point(lambda grey: 255 if grey < 215 else 0)
    box = ink.getbbox()
    if box is None:
        return paper
    scale, edge = paper.width / small.width, 6
    left, top, right, bottom = box
    return paper.crop(
        (
            round(max(0, left - edge) * scale),
            round(max(0, top - edge) * scale),
            round(min(small.width, right + edge) * scale),
            round(min(small.height, bottom + edge) * scale),
        )
    )


def straightened(
    boxes: Sequence[Sequence[tuple[float, float]]], texts: Sequence[str], scores: Sequence[float]
) -> list[Line]:
    """The lines as if the picture had been taken straight, or else upside down: which of the two, the words tell."""
    directions = [_direction(box) for box in boxes]
    # Doubled, so that a line and the same line the other way round agree instead of cancelling each other out.
    mean = sum((abs(way) * cmath.exp(2j * cmath.phase(way)) for way in directions), 0j)
    back = cmath.exp(-0.5j * cmath.phase(mean))
    lines = []
    for box, way, text, score in zip(boxes, directions, texts, scores, strict=True):
        middle = sum((complex(*corner) for corner in box), 0j) / len(box) * back
        length, height = abs(way), _height(box, way)
        lines.append(Line(text, middle.real - length / 2, middle.imag - height / 2, length, height, float(score)))
    return lines


def _direction(box: Sequence[tuple[float, float]]) -> complex:
    """Along the longer side, which is how the text runs."""
    first, second, third = (complex(*corner) for corner in box[:3])
    return max(second - first, third - second, key=abs)


def _height(box: Sequence[tuple[float, float]], way: complex) -> float:
    first, second, third = (complex(*corner) for corner in box[:3])
    shorter = min(abs(second - first), abs(third - second))
    return shorter if math.isfinite(shorter) and shorter > 0 else abs(way)
