"""Files are known by how they begin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.files import NOT_TAKEN, TAKEN, shown_name, sniff
from tests import papers


def boxes(*brands: bytes) -> bytes:
    content = b"ftyp" + brands[0] + b"\0\0\0\0" + b"".join(brands[1:])
    return (len(content) + 4).to_bytes(4) + content + b"\0\0\0\x08mdat"


def old_office(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream.encode("utf-16-le") + b"\0" * 600


def open_document(kind: bytes) -> bytes:
    return b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument." + kind + b"PK\x03\x04"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (papers.a_pdf(), "pdf"),
        (b"\r\nscanned by ...\r\n" + papers.a_pdf(), "pdf"),
        (papers.a_photo(), "jpeg"),
        (papers.a_png(), "png"),
        (papers.a_webp(), "webp"),
        (papers.a_heic(), "heic"),
        (boxes(b"mif1", b"mif1", b"heic"), "heic"),
        (boxes(b"mif1", b"miaf"), "heic"),
    ],
)
def test_papers_that_are_taken(content: bytes, kind: str) -> None:
    assert sniff(content) == kind
    assert kind in TAKEN


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (papers.a_docx(), "docx"),
        (papers.an_xlsx(), "xlsx"),
        (papers.a_zip("ppt/presentation.xml"), "pptx"),
        (papers.a_zip("foto/ktp.jpg"), "zip"),
        (papers.a_zip("AndroidManifest.xml", "classes.dex"), "exe"),
        (open_document(b"text"), "docx"),
        (open_document(b"spreadsheet"), "xlsx"),
        (old_office("WordDocument"), "docx"),
        (old_office("Workbook"), "xlsx"),
        (old_office("Lain"), "unknown"),
        (b"{\\rtf1 Surat Kuasa}", "docx"),
        (b"Rar!\x1a\x07\x01\x00", "rar"),
        (b"7z\xbc\xaf\x27\x1c\0\x04", "zip"),
        (boxes(b"isom", b"iso2", b"mp41"), "video"),
        (boxes(b"qt  "), "video"),
        (boxes(b"M4A ", b"isom"), "audio"),
        (boxes(b"avif", b"mif1"), "picture"),
        (boxes(b"mif1", b"avif"), "picture"),
        (b"RIFF\0\0\0\0AVI LIST", "video"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio"),
        (b"RIFF\0\0\0\0????", "unknown"),
        (b"OggS\0\x02", "audio"),
        (papers.a_gif(), "picture"),
        (b"BM\x36\x10\0\0\0\0\0\0\x36\0\0\0", "picture"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "picture"),
        (b"<!DOCTYPE html><html><body>Sesi berakhir</body></html>", "html"),
        (b"%PDF-1.7\n<html><body>404 Not Found</body></html>", "html"),
        (b"MZ\x90\0" + b"\0" * 124 + b"PE\0\0", "exe"),
        (b"\x7fELF\x02\x01", "exe"),
        (b"Yth. Petugas LPSE, mohon dibantu.\n" * 60, "text"),
        (("Pengadaan é" * 200).encode()[:1025], "text"),
        ("Surat".encode("utf-16"), "text"),
        (b"Surat\0\x01\x02", "unknown"),
        (b"\xc3\x28\xa0\xff" * 10, "unknown"),
    ],
)
def test_files_that_are_not_taken_have_a_name_of_their_own(content: bytes, kind: str) -> None:
    assert sniff(content) == kind
    assert kind in NOT_TAKEN


@given(st.binary(max_size=200))
def test_every_file_has_a_name(content: bytes) -> None:
    assert sniff(content) in (*TAKEN, *NOT_TAKEN)


@given(st.sampled_from([b"PK\x03\x04", b"RIFF", b"\0\0\0\x18ftyp", b"\xff\xfe", b"MZ", b"BM"]), st.binary(max_size=64))
def test_every_file_that_begins_like_a_known_one_has_a_name(beginning: bytes, rest: bytes) -> None:
    assert sniff(beginning + rest) in (*TAKEN, *NOT_TAKEN)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("", ""),
        ("KTP Bu Siti.docx", "KTP Bu Siti.docx"),
        ("ktp\u202egpj.exe\n\0", "ktpgpj.exe"),
        ("a" * 300, "a" * 59 + "…"),
    ],
)
def test_a_name_is_shown_in_a_way_that_is_safe(name: str, shown: str) -> None:
    assert shown_name(name) == shown
