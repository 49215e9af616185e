"""Sample papers for the tests, drawn when they are first asked for: scans, photos, and files that are not papers."""

import io
import random
import struct
import zipfile
import zlib
from functools import cache

import pikepdf
from PIL import Image, ImageDraw, ImageFilter

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
def a_photo_full_of_noise(side: int = 900) -> bytes:
    """A JPEG of some 800 kB, however it is written."""
    noise = random.Random(7).randbytes(3 * side * side)
    return _encoded(Image.frombytes("RGB", (side, side), noise), "JPEG", quality=85)


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


# ---------------------------------------------------------------- for the look at what arrives


@cache
def a_phone_photo(width: int = 1200, height: int = 900, *, held: int = 1, text: str = "Surat Kuasa") -> bytes:
    """A JPEG as a phone stores it: how it was held, where it was taken, with a small picture and a film at its end."""
    tags = Image.Exif()
    tags[0x0112], tags[0x010F] = held, "Telepon Bu Siti"
    tags.get_ifd(0x8825).update({1: "S", 2: (6.0, 35.0, 42.0), 3: "E", 4: (106.0, 47.0, 36.0)})
    out = io.BytesIO()
    _drawn(width, height, text).save(out, "JPEG", quality=85, exif=tags, comment=b"rahasia", icc_profile=_srgb())
    return out.getvalue() + b"MotionPhoto_Data" + b"\0" * 100


@cache
def a_blurred_photo() -> bytes:
    """Taken with an unsteady hand."""
    return _encoded(_drawn(1600, 1200, "KTP").filter(ImageFilter.GaussianBlur(8)), "JPEG", quality=85)


@cache
def a_dark_photo() -> bytes:
    """Taken by night."""
    return _encoded(_drawn(1200, 900, "KTP").point(lambda value: value // 8), "JPEG", quality=85)


@cache
def _srgb() -> bytes:
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@cache
def a_pdf_that(does: str) -> bytes:
    """Opens well, but does something besides: each as it is found in the wild."""
    pdf = _written(1, "Formulir")
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert('halo')"))
    web = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("http://contoh.id"))
    match does:
        case "runs a script when opened":
            pdf.Root.OpenAction = pdf.make_indirect(script)
        case "keeps a script under a name":
            pdf.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["a", script]))
        case "runs a script in a field":
            field = pikepdf.Dictionary(FT=pikepdf.Name.Tx, T=pikepdf.String("npwp"), AA=pikepdf.Dictionary(K=script))
            pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field])
        case "starts a program":
            launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe"))
            pdf.pages[0].obj.Annots = [pikepdf.Dictionary(Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=launch)]
        case "goes to the web when opened":
            pdf.Root.OpenAction = web
        case "goes to the web after it was opened":
            there = pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=[pdf.pages[0].obj, pikepdf.Name.Fit])
            first = pdf.make_indirect(there)
            web.Next = first
            first.Next = [pdf.make_indirect(web)]
            pdf.Root.OpenAction = first
        case "sends itself when a page is turned":
            pdf.pages[0].obj.AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F=web))
        case "carries a file":
            pdf.attachments["virus.exe"] = pikepdf.AttachedFileSpec(pdf, b"MZ")
        case "carries a file on a note":
            spec = pikepdf.AttachedFileSpec(pdf, b"MZ", filename="virus.exe").obj
            note = pikepdf.Dictionary(Subtype=pikepdf.Name.FileAttachment, Rect=[0, 0, 9, 9], FS=spec)
            pdf.pages[0].obj.Annots = [pdf.make_indirect(note)]
        case "plays a film":
            film = pikepdf.Dictionary(Subtype=pikepdf.Name.RichMedia, Rect=[0, 0, 9, 9])
            pdf.pages[0].obj.Annots = [pdf.make_indirect(film)]
        case "is drawn by a script":
            pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[], XFA=pdf.make_stream(b"<xdp/>"))
        case "links to the web":
            pdf.pages[0].obj.Annots = [pikepdf.Dictionary(Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=web)]
        case "opens at a page":
            pdf.Root.OpenAction = [pdf.pages[0].obj, pikepdf.Name.Fit]
        case "writes of scripts":
            pdf.docinfo.Title = pikepdf.String("Tentang /JavaScript dan /Launch")
        case _:
            raise ValueError(does)
    return _saved(pdf)


@cache
def an_endless_pdf(levels: int = 12) -> bytes:
    """A small page that draws a figure ten times, which draws another ten times, and so on: 10 ** levels of them."""
    pdf = _written(1, "Akta")
    inner = pdf.make_stream(b"0 0 1 1 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=list(_A4))
    for _ in range(levels):
        outer = pdf.make_stream(b"/X Do " * 10, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=list(_A4))
        outer.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=inner))
        inner = outer
    pdf.pages[0].obj.Resources.XObject = pikepdf.Dictionary(X=inner)
    pdf.pages[0].obj.Contents = pdf.make_stream(b"/X Do")
    return _saved(pdf)


@cache
def a_page_of(
    *lines: str, size: tuple[int, int] = (1012, 638), letters: int = 26, paper: str = "#d6e6f0", title: int = 0
) -> Image.Image:
    """Lines of print, one under the other; the first `title` of them larger and in the middle."""
    from PIL import ImageFont

    page = Image.new("RGB", size, paper)
    pen = ImageDraw.Draw(page)
    y = letters * 2 if title else letters
    for number, line in enumerate(lines):
        font = ImageFont.load_default(letters * 1.4 if number < title else letters)
        left, _, right, _ = font.getbbox(line)
        pen.text(
            ((size[0] - (right - left)) / 2 if number < title else letters * 1.5, y), line, fill="#101010", font=font
        )
        y += round(letters * (2.0 if number < title else 1.5))
    return page


def as_jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    return _encoded(picture, "JPEG", quality=quality)
