"""Makes of a picture the sizes that a messenger keeps of a photo."""

import io
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageOps

WIDEST = (90, 320, 800, 1280)


@dataclass(frozen=True, slots=True)
class Picture:
    content: bytes
    width: int
    height: int


@lru_cache(maxsize=64)
def photo_sizes(content: bytes) -> tuple[Picture, ...]:
    """The photo in growing sizes; what is no picture is kept as it is, so that a bot can be shown nonsense."""
    try:
        with Image.open(io.BytesIO(content)) as opened:
            is_jpeg = opened.format == "JPEG"
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except Exception:  # a broken picture may raise almost anything
        return (Picture(content, 90, 90),)
    largest = max(picture.size)
    sizes = [_scaled(picture, widest) for widest in WIDEST if widest < largest]
    if largest <= WIDEST[-1]:
        sizes.append(Picture(content, *picture.size) if is_jpeg else _scaled(picture, largest))
    return tuple(sizes)


def _scaled(picture: Image.Image, widest: int) -> Picture:
    copy = picture.copy()
    copy.thumbnail((widest, widest))
    written = io.BytesIO()
    copy.save(written, "JPEG", quality=85)
    return Picture(written.getvalue(), *copy.size)
