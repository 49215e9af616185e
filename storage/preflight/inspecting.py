"""Looks into a file that somebody sent and says whether it is a document that can be opened and read.

The first look of the worker process. Every parser is pointed at exactly the kind
that the content shows, and whatever it throws becomes a polite no.
"""

import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import pikepdf
from pi_heif import HeifImageFile
from PIL.Image import DecompressionBombError
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from domain.files import LIMIT_BYTES, TAKEN, sniff
from domain.refusal import Refused
from storage.preflight.rules import LIMIT_MEGAPIXELS

_MIME: Final = {
    "pdf": "application/pdf",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "heic": "image/heic",
    "webp": "image/webp",
}
_SUFFIX: Final = {"pdf": ".pdf", "jpeg": ".jpg", "png": ".png", "heic": ".heic", "webp": ".webp"}

_PDF_MAY_END_AFTER = 1024  # bytes that mail gateways and browsers leave behind the end mark

# The library reads on past a part that is not where the file says it is, and leaves a blank page or none. Its other
# warnings are slips of the program that wrote the file, which every reader forgives.
_SIGNS_OF_LOSS = ("expected n n obj", "non-dictionary object")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """What a readable document is: a picture has one page, a PDF has no pixels."""

    kind: str
    mime: str
    suffix: str
    pages: int
    width: int | None = None
    height: int | None = None


def inspect(content: bytes) -> Inspected:
    """What the file is; Refused for everything that is no document, cannot be opened or is too large."""
    if not content.strip(b"\0\t\n\r "):
        raise Refused("empty")
    if len(content) > LIMIT_BYTES:
        raise Refused("too_big", limit_mb=LIMIT_BYTES >> 20)
    kind = sniff(content)
    if kind not in TAKEN:
        raise Refused("wrong_type", seems=kind)
    try:
        if kind == "pdf":
            return Inspected(kind=kind, mime=_MIME[kind], suffix=_SUFFIX[kind], pages=_pages(content))
        width, height = _pixels(content, kind)
        return Inspected(kind=kind, mime=_MIME[kind], suffix=_SUFFIX[kind], pages=1, width=width, height=height)
    except Refused:
        raise
    except Exception as error:  # the parsers throw all sorts at a hostile file, and each means the same to its sender
        raise Refused("damaged", kind=kind) from error


def _pages(content: bytes) -> int:
    # A PDF without its end mark was cut on the way. The library would rebuild it from what is left, and say nothing.
    if b"%%EOF" not in content[-_PDF_MAY_END_AFTER:]:
        raise Refused("damaged", kind="pdf")
    try:
        with pikepdf.open(BytesIO(content), attempt_recovery=False) as pdf:
            pages = len(pdf.pages)
            for page in pdf.pages:
                page.obj.get("/Contents")  # looked up only so that a lost one is noticed; the pictures likewise
                page.get_images(recursive=False)
            lost = any(sign in str(warning) for warning in pdf.get_warnings() for sign in _SIGNS_OF_LOSS)
    except pikepdf.PasswordError as error:
        raise Refused("locked") from error
    except pikepdf.PdfError as error:
        if "unsupported encryption" in str(error):  # locked for the holder of a certificate, or by a shop's own lock
            raise Refused("locked") from error
        raise
    if lost or not pages:
        raise Refused("damaged", kind="pdf")
    return pages


class _JpegPixels(JpegImageFile):
    def _read_dpi_from_exif(self) -> None:
        """Leave EXIF alone: only the pixels matter here, and a phone's broken EXIF must not cost a good photo."""


def _pixels(content: bytes, kind: str) -> tuple[int, int]:
    picture = _opened(content, kind)
    width, height = picture.size
    if width * height > LIMIT_MEGAPIXELS * 1_000_000:
        raise Refused("too_large_image", limit_mp=LIMIT_MEGAPIXELS)
    # A JPEG is read to its end but drawn at an eighth, which takes a sixty-fourth of the memory.
    picture.draft(None, (1, 1))
    picture.load()
    return width, height


def _opened(content: bytes, kind: str) -> ImageFile:
    """Opened by the one parser for its kind; Image.open would try others, and warn about size for the whole process."""
    match kind:
        case "jpeg":
            return _JpegPixels(BytesIO(content))
        case "png":
            return PngImageFile(BytesIO(_png_pixels(content)))
        case "webp":
            try:
                return WebPImageFile(BytesIO(content))
            except DecompressionBombError:
                raise Refused("too_large_image", limit_mp=LIMIT_MEGAPIXELS) from None
        case _:
            heic: ImageFile = HeifImageFile(BytesIO(content))
            return heic


def _png_pixels(content: bytes) -> bytes:
    """The chunks that make the pixels, each checked: texts, profiles and animations are places for mischief."""
    kept, at = [content[:8]], 8
    while True:
        length, name = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(content) or zlib.crc32(content[at + 4 : end - 4]) != int.from_bytes(content[end - 4 : end]):
            raise Refused("damaged", kind="png")
        if name[:1].isupper() or name == b"tRNS":
            kept.append(content[at:end])
        if name == b"IEND":
            return b"".join(kept)
        at = end
