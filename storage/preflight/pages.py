"""Makes one PDF of several pages without loss, and pictures of pages for staff to look at."""

from collections.abc import Sequence
from io import BytesIO
from itertools import groupby
from typing import Final

import img2pdf  # type: ignore[import-untyped]
import pikepdf
import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageOps
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from domain.files import sniff
from domain.refusal import Refused
from storage.preflight.clean import ORIENTATION, cleaned
from storage.preflight.inspecting import inspect
from storage.preflight.looks import flat, within

PREVIEW_SIDE: Final = 1200
_PREVIEW_QUALITY: Final = 85
_A4: Final = (img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297))


def bind(pages: Sequence[bytes]) -> bytes:
    """One PDF of photos and PDFs in their order. Photos lie in it as they are, each fitted to a sheet of A4."""
    if not pages:
        raise Refused("empty")
    bound = pikepdf.new()
    with bound:
        for is_pdf, parts in groupby(pages, key=lambda content: sniff(content) == "pdf"):
            for part in parts if is_pdf else [_photos([_for_paper(photo) for photo in parts])]:
                with pikepdf.open(BytesIO(part)) as one:
                    bound.pages.extend(one.pages)
        out = BytesIO()
        bound.save(out, deterministic_id=True)
    return out.getvalue()


def preview(content: bytes, kind: str, page: int = 0) -> bytes:
    """A JPEG of one page, 1200 pixels long, with its stamps and signatures; Refused("no_page") where there is none."""
    paper = within(shown(content, kind, page, PREVIEW_SIDE), PREVIEW_SIDE)
    paper.info.clear()
    out = BytesIO()
    paper.save(out, "JPEG", quality=_PREVIEW_QUALITY)
    return out.getvalue()


def shown(content: bytes, kind: str, page: int, side: int) -> Image.Image:
    """A page of anything that is taken; a photo is its own only page."""
    if kind == "pdf":
        return drawn(content, page, side)
    if page:
        raise Refused("no_page", pages=1)
    kept = cleaned(content, kind)
    return upright(kept.content, kept.kind, side)


def drawn(content: bytes, page: int, side: int) -> Image.Image:
    """A page of a PDF as a picture whose longer side is so many pixels."""
    try:
        with pypdfium2.PdfDocument(content) as pdf:
            if not 0 <= page < len(pdf):
                raise Refused("no_page", pages=len(pdf))
            pdf.init_forms()  # an electronic stamp or signature is a field of a form
            sheet = pdf[page]
            longer = max(sheet.get_size())
            if not longer > 0:
                raise Refused("damaged", kind="pdf")
            picture: Image.Image = sheet.render(scale=side / longer, may_draw_forms=True).to_pil()
            return picture.convert("RGB")  # a copy, which lives longer than the document
    except pypdfium2.PdfiumError as error:
        raise Refused("damaged", kind="pdf") from error


def upright(content: bytes, kind: str, side: int) -> Image.Image:
    """A picture that was cleaned, turned if it is too large to be kept turned, and not much larger than `side`."""
    picture: ImageFile = JpegImageFile(BytesIO(content)) if kind == "jpeg" else PngImageFile(BytesIO(content))
    picture.draft(None, (side, side))
    if picture.getexif().get(ORIENTATION, 1) == 1:
        return picture
    return ImageOps.exif_transpose(picture)


def _for_paper(photo: bytes) -> bytes:
    """A JPEG or PNG as img2pdf takes it: a PDF knows no transparency inside a picture."""
    kind = inspect(photo).kind
    kept = cleaned(photo, kind)
    if kept.kind == "jpeg":
        return kept.content
    picture = PngImageFile(BytesIO(kept.content))
    if not picture.has_transparency_data:
        return kept.content
    out = BytesIO()
    flat(picture).save(out, "PNG")
    return out.getvalue()


def _photos(photos: Sequence[bytes]) -> bytes:
    layout = img2pdf.get_layout_fun(pagesize=_A4, fit=img2pdf.FitMode.into, auto_orient=True)
    bound: bytes = img2pdf.convert(list(photos), layout_fun=layout, rotation=img2pdf.Rotation.ifvalid, nodate=True)
    return bound
