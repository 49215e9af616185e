"""Tells whether a picture can be read by people: too small, blurred, too dark, or nothing on it."""

import math
from typing import Final

from PIL import Image, ImageFilter, ImageStat

from storage.preflight.rules import Advice, Rules

LOOKED_AT: Final = 1000
"""Pixels of the longer side at which sharpness is measured, so that every camera is measured alike."""

_TILES: Final = 5
_LAPLACIAN: Final = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


def looks(picture: Image.Image, rules: Rules) -> tuple[Advice, ...]:
    """At most one advice, the one that explains the others: a black page is blurred too."""
    grey = _grey(picture)
    if spread(grey) < rules.spread_at_least:
        return (Advice("blank"),)
    if ImageStat.Stat(grey).mean[0] < rules.bright_at_least:
        return (Advice("dark"),)
    if sharpness(grey) < rules.sharp_at_least:
        return (Advice("blurred"),)
    return ()


def size_of(width: int, height: int, rules: Rules) -> tuple[Advice, ...]:
    if max(width, height) >= rules.side_at_least:
        return ()
    return (Advice("too_small", {"width": width, "height": height, "least": rules.side_at_least}),)


def spread(grey: Image.Image) -> float:
    """How much light and dark there is, in the tile with the most of it: a shadow over a whole page is no print."""
    return math.sqrt(_most_varied(grey))


def sharpness(grey: Image.Image) -> float:
    """Of the sharpest tile: a short letter on an empty sheet is sharp, however much of the sheet is empty."""
    return _most_varied(grey.filter(_LAPLACIAN))


def _most_varied(grey: Image.Image) -> float:
    width, height = grey.size
    most = 0.0
    for row in range(_TILES):
        for column in range(_TILES):
            # The outermost pixels have no neighbours, so that a filter leaves them as they were.
            left, right = max(1, column * width // _TILES), min(width - 1, (column + 1) * width // _TILES)
            top, bottom = max(1, row * height // _TILES), min(height - 1, (row + 1) * height // _TILES)
            if right > left and bottom > top:
                most = max(most, ImageStat.Stat(grey.crop((left, top, right, bottom))).var[0])
    return most


def _grey(picture: Image.Image) -> Image.Image:
    paper = within(picture, LOOKED_AT)
    return paper if paper.mode == "L" else paper.convert("L")


def within(picture: Image.Image, side: int) -> Image.Image:
    """The whole picture, flat, with no side longer than that."""
    factor = max(picture.size) // side
    if factor > 1 and picture.mode in {"L", "LA", "RGB", "RGBA", "CMYK"}:
        picture = picture.reduce(factor)  # first, so that the large one is never in memory twice
    paper = flat(picture)
    if max(paper.size) > side:
        paper = paper.copy() if paper is picture else paper
        paper.thumbnail((side, side))
    return paper


def flat(picture: Image.Image) -> Image.Image:
    """Without transparency, in a mode that any picture format can hold."""
    if picture.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut off instead of scaling down
        return picture.convert("I").point(lambda value: value / 257).convert("L")
    if picture.mode == "1":
        return picture.convert("L")
    if not picture.has_transparency_data:
        return picture if picture.mode in {"L", "RGB"} else picture.convert("RGB")
    over = picture.convert("RGBA")
    white = Image.new("RGBA", over.size, "white")
    white.alpha_composite(over)
    return white.convert("RGB")
