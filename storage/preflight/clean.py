"""Takes out of a picture what nobody needs to know, such as where it was taken, and turns it the way it was held.

Pixels are kept as they came wherever that is possible: a JPEG or PNG only loses its remarks.
"""

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from pi_heif import HeifImageFile
from PIL import Image
from PIL.Image import Transpose
from PIL.JpegImagePlugin import JpegImageFile, get_sampling
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from storage.preflight.looks import flat

QUALITY: Final = 90
"""Of a JPEG made from HEIC or WebP."""
TURNED_UP_TO: Final = 50_000_000
"""Pixels. Turning needs the whole picture in memory twice; a larger one keeps the remark that says how it was held."""

ORIENTATION: Final = 0x0112
_PLACE: Final = 0x8825
_TURNS: Final = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
_ON_ITS_SIDE: Final = frozenset({5, 6, 7, 8})

_NEXT_MARKER: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_REMARKS: Final = frozenset({*range(0xE0, 0xF0), 0xFE})
_PNG_KEPT: Final = frozenset({b"tRNS", b"pHYs", b"gAMA", b"cHRM", b"sRGB"})


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The picture to keep: a JPEG or a PNG, upright, with nothing told about it."""

    content: bytes
    kind: str
    notes: tuple[str, ...]
    on_its_side: bool = False
    """As it was sent: what was wide is high now."""


@dataclass(slots=True)
class _Remarks:
    """What a picture tells besides its pixels."""

    orientation: int = 1
    place: bool = False
    any: bool = False

    def read(self, exif: bytes) -> None:
        """A phone's broken EXIF must not cost a good photo."""
        self.any = True
        try:
            tags = Image.Exif()
            tags.load(exif)
            self.place = self.place or _PLACE in tags
            orientation = tags.get(ORIENTATION)
        except Exception:
            return
        if orientation in _TURNS:
            self.orientation = orientation

    def without(self, content: bytes, kind: str, *done: str) -> Cleaned:
        """The picture that is left."""
        removed = (*(["remarks_removed"] if self.any else []), *(["place_removed"] if self.place else []))
        return Cleaned(content, kind, (*done, *removed), self.orientation in _ON_ITS_SIDE)


def cleaned(content: bytes, kind: str) -> Cleaned:
    """Of a picture that `inspect` has let pass."""
    match kind:
        case "jpeg":
            return _jpeg(content)
        case "png":
            return _png(content)
        case "webp":
            return _webp(content)
        case _:
            # HEIC says itself how it is turned, and the decoder obeys; what its EXIF says besides does not count.
            picture = HeifImageFile(BytesIO(content))
            remarks = _Remarks()
            if exif := picture.info.get("exif"):
                remarks.read(exif)
                remarks.orientation = 1
            return remarks.without(_as_jpeg(picture, picture.info.get("icc_profile")), "jpeg", "converted")


def _webp(content: bytes) -> Cleaned:
    picture: Image.Image = WebPImageFile(BytesIO(content))
    icc = picture.info.get("icc_profile")
    remarks = _Remarks(any="xmp" in picture.info)
    if exif := picture.info.get("exif"):
        remarks.read(exif)
    if remarks.orientation == 1:
        return remarks.without(_as_jpeg(picture, icc), "jpeg", "converted")
    turned = flat(picture).transpose(_TURNS[remarks.orientation])
    return remarks.without(_as_jpeg(turned, icc), "jpeg", "converted", "turned")


def _as_jpeg(picture: Image.Image, icc: bytes | None, quality: int = QUALITY) -> bytes:
    out = BytesIO()
    paper = flat(picture)
    paper.info.clear()  # else its comment and its EXIF are written again
    paper.save(out, "JPEG", quality=quality, icc_profile=icc)
    return out.getvalue()


# ---------------------------------------------------------------- JPEG


def _jpeg(content: bytes) -> Cleaned:
    remarks = _Remarks()
    try:
        plain = _without_remarks(content, remarks)
    except (ValueError, IndexError):
        # Cameras forgive each other what they write between the parts; then only drawing it anew is sure to leave
        # nothing behind.
        picture = _opened(content)
        remarks.any = True
        plain = _as_jpeg(picture, picture.info.get("icc_profile"), quality=95)
    if remarks.orientation == 1:
        return remarks.without(plain, "jpeg")
    picture = _opened(plain)
    if picture.width * picture.height > TURNED_UP_TO:
        return remarks.without(plain[:2] + _held(remarks.orientation) + plain[2:], "jpeg")
    return remarks.without(_turned_jpeg(picture, remarks.orientation), "jpeg", "turned")


def _without_remarks(content: bytes, remarks: _Remarks) -> bytes:
    """Every part that makes the pixels, byte for byte; nothing of what stands behind the end of the picture.

    ValueError or IndexError where it is not built as it should be.
    """
    kept, at = [content[:2]], 2
    while True:
        if content[at] != 0xFF:
            raise ValueError("no marker")
        while content[at + 1] == 0xFF:
            at += 1
        marker = content[at + 1]
        if marker == 0xD9:
            remarks.any = remarks.any or at + 2 < len(content)
            return b"".join([*kept, b"\xff\xd9"])
        if marker in _ALONE:
            at += 2
            continue
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4])
        if end < at + 4 or end >= len(content):
            raise ValueError("cut short")
        kept.append(_kept_of(marker, content[at:end], remarks))
        at = end
        if marker == 0xDA:  # the pixels follow, up to the next marker
            found = _NEXT_MARKER.search(content, at)
            if not found:
                raise ValueError("no end")
            kept.append(content[at : found.start()])
            at = found.start()


def _kept_of(marker: int, part: bytes, remarks: _Remarks) -> bytes:
    if marker not in _REMARKS:
        return part
    inside = part[4:]
    if marker == 0xE0 and inside.startswith(b"JFIF\0") and len(inside) >= 14:
        return b"\xff\xe0\0\x10" + inside[:12] + b"\0\0"  # without the small picture of how it looked before
    if (marker == 0xE2 and inside.startswith(b"ICC_PROFILE\0")) or (marker == 0xEE and inside.startswith(b"Adobe")):
        return part  # its colours depend on these
    if marker == 0xE1 and inside.startswith(b"Exif\0"):
        remarks.read(inside)
    remarks.any = True
    return b""


class _Jpeg(JpegImageFile):
    def _read_dpi_from_exif(self) -> None:
        """Broken EXIF must not cost a good photo."""


def _opened(content: bytes) -> _Jpeg:
    return _Jpeg(BytesIO(content))


def _turned_jpeg(picture: _Jpeg, orientation: int) -> bytes:
    """Written again by the camera's own tables, turned as well: next to nothing is lost, and it grows no larger."""
    sampling, icc = get_sampling(picture), picture.info.get("icc_profile")
    tables = {number: list(table) for number, table in picture.quantization.items()}
    if orientation in _ON_ITS_SIDE:
        tables = {
            number: [table[place % 8 * 8 + place // 8] for place in range(64)] for number, table in tables.items()
        }
    turned = picture.transpose(_TURNS[orientation])
    turned.info.clear()
    out = BytesIO()
    try:
        turned.save(out, "JPEG", qtables=tables, subsampling=2 if sampling == 2 else 0, icc_profile=icc)
    except (ValueError, TypeError, OverflowError):  # tables of a kind that only a scanner for film writes
        return _as_jpeg(turned, icc, quality=95)
    return out.getvalue()


def _held(orientation: int) -> bytes:
    """An EXIF that says how the camera was held, and nothing else."""
    tags = Image.Exif()
    tags[ORIENTATION] = orientation
    exif = b"Exif\0\0" + tags.tobytes().removeprefix(b"Exif\0\0")
    return b"\xff\xe1" + (len(exif) + 2).to_bytes(2) + exif


# ---------------------------------------------------------------- PNG


def _png(content: bytes) -> Cleaned:
    remarks = _Remarks()
    kept, at = [content[:8]], 8
    name = b""
    while name != b"IEND":
        end = at + 12 + int.from_bytes(content[at : at + 4])
        name = content[at + 4 : at + 8]
        if name[:1].isupper() or name in _PNG_KEPT:
            kept.append(content[at:end])
        elif name == b"eXIf":
            remarks.read(content[at + 8 : end - 4])
        else:
            remarks.any = True
        at = end
    remarks.any = remarks.any or at < len(content)
    plain = b"".join(kept)
    if remarks.orientation == 1:
        return remarks.without(plain, "png")
    turned = PngImageFile(BytesIO(plain)).transpose(_TURNS[remarks.orientation])
    out = BytesIO()
    turned.save(out, "PNG")
    return remarks.without(out.getvalue(), "png", "turned")
