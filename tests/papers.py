"""Sample papers for the tests, drawn when they are first asked for: scans, photos, and files that are not papers."""

import io
import struct
import zipfile
import zlib
from functools import cache

import pikepdf
from PIL import Image, ImageDraw

_A4 = (0, 0, 595, 842)


@cache
def a_pdf(pages: int = 1, text: str = "Akta Pendirian PT Maju Bersama") -> bytes:
    return _saved(_written(pages, text))


@cache
def a_locked_pdf(password: str = "rahasia") -> bytes:
    """Opens only with the password."""
    return _saved(_written(1, "Akta"), pikepdf.Encryption(user=password, owner=password))


@cache
def an_owner_locked_pdf() -> bytes:
    """Opens without a password, but may not be printed or copied: many scanners make such files."""
    return _saved(_written(1, "NIB"), pikepdf.Encryption(user="", owner="pemilik"))


@cache
def a_pdf_without_pages() -> bytes:
    return _saved(pikepdf.new())


@cache
def a_scanned_pdf(pages: int = 1) -> bytes:
    """Pictures of paper, as a scanner app makes it."""
    scans = [_drawn(620, 877, f"Halaman {number + 1}") for number in range(pages)]
    out = io.BytesIO()
    scans[0].save(out, "PDF", save_all=True, append_images=scans[1:])
    return out.getvalue()


@cache
def a_photo(width: int = 800, height: int = 500, text: str = "KTP Bu Siti") -> bytes:
    """A JPEG, as a phone takes it."""
    return _encoded(_drawn(width, height, text), "JPEG", quality=85)


@cache
def a_png(width: int = 400, height: int = 250, text: str = "NPWP") -> bytes:
    return _encoded(_drawn(width, height, text), "PNG")


@cache
def a_webp(width: int = 400, height: int = 250, text: str = "NIB") -> bytes:
    return _encoded(_drawn(width, height, text), "WEBP", quality=80)


@cache
def a_heic(width: int = 400, height: int = 250, text: str = "KTP Pak Budi") -> bytes:
    """What an iPhone sends as a file; only the tests can write it, Loket only reads it."""
    import pillow_heif

    out = io.BytesIO()
    pillow_heif.from_pillow(_drawn(width, height, text)).save(out, quality=60)
    return out.getvalue()


@cache
def a_gif() -> bytes:
    return _encoded(_drawn(60, 40, "GIF").convert("P"), "GIF")


@cache
def a_docx() -> bytes:
    return a_zip("[Content_Types].xml", "_rels/.rels", "word/document.xml")


@cache
def an_xlsx() -> bytes:
    return a_zip("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml")


@cache
def a_zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names or ("berkas.txt",):
            archive.writestr(name, "<?xml version='1.0'?><isi/>")
    return out.getvalue()


@cache
def a_bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of about 100 KB that claims, and holds, 900 million pixels."""
    row = b"\0" * (width // 8 + 2)
    packer = zlib.compressobj(9)
    pixels = b"".join([*(packer.compress(row) for _ in range(height)), packer.flush()])
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", pixels) + png_chunk(b"IEND", b"")


def png_chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def truncated(content: bytes, kept: float = 0.6) -> bytes:
    """What arrives when the connection breaks."""
    return content[: int(len(content) * kept)]


def _drawn(width: int, height: int, text: str) -> Image.Image:
    paper = Image.new("RGB", (width, height), "#f4f1e8")
    pen = ImageDraw.Draw(paper)
    if min(width, height) > 10:
        pen.rectangle((4, 4, width - 5, height - 5), outline="#203864", width=3)
    for line, y in enumerate(range(60, height - 20, 24)):
        pen.line((20, y, width - 20 - line % 3 * 40, y), fill="#606060", width=2)
    pen.text((20, 20), text, fill="black")
    return paper


def _encoded(picture: Image.Image, form: str, **options: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def _written(pages: int, text: str) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    for number in range(pages):
        line = f"{text} - {number + 1}".encode("latin-1", "replace")
        line = line.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        page = pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=list(_A4),
            Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font)),
            Contents=pdf.make_stream(b"BT /F1 14 Tf 60 780 Td (" + line + b") Tj ET"),
        )
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    return pdf


def _saved(pdf: pikepdf.Pdf, encryption: pikepdf.Encryption | bool = False) -> bytes:
    out = io.BytesIO()
    with pdf:
        pdf.save(out, encryption=encryption, deterministic_id=encryption is False)
    return out.getvalue()
