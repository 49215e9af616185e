"""What a file really is, told by how it begins and never by its name."""

import codecs
import re
from typing import Final

TAKEN: Final = ("pdf", "jpeg", "png", "heic", "webp")
"""The kinds that are taken as a document."""

LIMIT_BYTES: Final = 20 << 20
"""How large a file may be: no messenger has to hand over more to a bot."""

KEPT_AS: Final = {"application/pdf": "pdf", "image/jpeg": "jpeg", "image/png": "png"}
"""The kinds whose pages can be drawn and read, by the type under which they are kept."""

NOT_TAKEN: Final = (
    "docx",  # any word processor: DOCX, DOC, RTF, ODT
    "xlsx",  # any spreadsheet
    "pptx",  # any slides
    "zip",  # any archive but RAR
    "rar",
    "video",
    "audio",
    "picture",  # a picture of a kind that is not taken: GIF, BMP, TIFF, AVIF, SVG, ...
    "html",
    "text",
    "exe",  # any program, for a computer or a phone
    "unknown",
)
"""What a file that is not taken may seem to be; each has its sentence in the wording."""

_NAME_SHOWN = 60
_PDF_MAY_BEGIN_BEFORE = 1024  # what PDF readers allow: some scanners and mail gateways put bytes in front
_ENTRIES_READ = 1 << 16  # an Office file names its kind in its first entries

_BEGINNINGS: Final = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "zip"),
    (b"\x1f\x8b", "zip"),
    (b"{\\rtf", "docx"),
    (b"\x1aE\xdf\xa3", "video"),
    (b"\x00\x00\x01\xba", "video"),
    (b"FLV\x01", "video"),
    (b"OggS", "audio"),
    (b"ID3", "audio"),
    (b"#!AMR", "audio"),
    (b"fLaC", "audio"),
    (b"\xff\xfb", "audio"),
    (b"\xff\xf3", "audio"),
    (b"GIF8", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"8BPS", "picture"),
    (b"\x7fELF", "exe"),
    (b"\xca\xfe\xba\xbe", "exe"),
)

_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})

_ENTRY: Final = re.compile(
    rb"PK\x03\x04.{26}(word/|xl/|ppt/|classes\.dex|AndroidManifest\.xml|META-INF/MANIFEST)", re.DOTALL
)
_ENTRY_KIND: Final = {b"word/": "docx", b"xl/": "xlsx", b"ppt/": "pptx"}
_OPEN_DOCUMENT: Final = re.compile(rb"mimetypeapplication/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation)")
_OPEN_DOCUMENT_KIND: Final = {b"text": "docx", b"spreadsheet": "xlsx", b"presentation": "pptx"}

_HTML: Final = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_SVG: Final = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_NOT_IN_TEXT: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def sniff(content: bytes) -> str:
    """One of `TAKEN` or `NOT_TAKEN`; that it can also be read is for the one who opens it to say."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    head = content[:_PDF_MAY_BEGIN_BEFORE]
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_zip(content[:_ENTRIES_READ])
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _kind_of_old_office(content)
    if content.startswith(b"RIFF"):
        return {b"WEBP": "webp", b"AVI ": "video", b"WAVE": "audio"}.get(content[8:12], "unknown")
    if content[4:8] == b"ftyp":
        return _kind_of_boxes(head)
    if _SVG.search(head):
        return "picture"
    if _HTML.search(head):  # before PDF: an error page that a server sent under the name of a PDF
        return "html"
    if b"%PDF-" in head:
        return "pdf"
    if content.startswith(b"MZ") and b"PE\0\0" in head:
        return "exe"
    if content.startswith(b"BM") and content[6:10] == b"\0\0\0\0":
        return "picture"
    return "text" if _is_text(head) else "unknown"


def _kind_of_zip(head: bytes) -> str:
    if entry := _ENTRY.search(head):
        return _ENTRY_KIND.get(entry[1], "exe")
    if kind := _OPEN_DOCUMENT.search(head):
        return _OPEN_DOCUMENT_KIND[kind[1]]
    return "zip"


def _kind_of_old_office(content: bytes) -> str:
    for stream, kind in (("WordDocument", "docx"), ("Workbook", "xlsx"), ("PowerPoint Document", "pptx")):
        if stream.encode("utf-16-le") in content:
            return kind
    return "unknown"


def _kind_of_boxes(head: bytes) -> str:
    """HEIC, AVIF, MP4 and QuickTime begin alike and list their brands: the first is the main one."""
    length = int.from_bytes(head[:4])
    brands = [head[at : at + 4] for at in (8, *range(16, min(length, len(head)), 4))]
    if brands[0] in _AVIF_BRANDS:
        return "picture"
    if _HEIC_BRANDS.intersection(brands):
        return "heic"
    if _AVIF_BRANDS.intersection(brands):
        return "picture"
    if brands[0] in {b"mif1", b"msf1"}:
        return "heic"
    return "audio" if brands[0].startswith(b"M4A") else "video"


def _is_text(head: bytes) -> bool:
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    try:
        # The head may end in the middle of a letter, which says nothing about the file.
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return False
    return not _NOT_IN_TEXT.search(text)


def shown_name(name: str) -> str:
    """The name that a sender gave a file, without control letters and reversed writing, and short enough to be said."""
    kept = "".join(letter for letter in name if letter.isprintable())
    return kept if len(kept) <= _NAME_SHOWN else kept[: _NAME_SHOWN - 1] + "…"
