"""What is looked for in a file that arrives, what is advised about it, and what is taken out of it."""

import hashlib
import io
import struct
import zlib

import pikepdf
import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from domain.refusal import Refused
from storage.preflight import pages
from storage.preflight.examine import examine
from storage.preflight.looks import sharpness
from storage.preflight.rules import Advice, Examined, Rules
from tests import papers

RULES = Rules()


def examined(content: bytes, rules: Rules = RULES) -> Examined:
    return examine(content, rules)


def refused(content: bytes, rules: Rules = RULES) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refused) as caught:
        examined(content, rules)
    return caught.value.reason, dict(caught.value.facts)


def pixels(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and ImageChops.difference(one, other).getbbox() is None


def likeness(one: Image.Image, other: Image.Image) -> float:
    """Mean square of what differs, over all colours."""
    assert one.size == other.size
    return max(value**2 for value in ImageStat.Stat(ImageChops.difference(one, other)).rms)


class TestRefused:
    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "empty"),
            (papers.a_docx(), "wrong_type"),
            (papers.a_locked_pdf(), "locked"),
            (papers.truncated(papers.a_scanned_pdf()), "damaged"),
            (papers.a_pdf_without_pages(), "damaged"),
            (papers.truncated(papers.a_photo()), "damaged"),
            (papers.a_bomb(), "too_large_image"),
        ],
    )
    def test_whatever_inspection_refuses(self, content: bytes, reason: str) -> None:
        assert refused(content)[0] == reason

    @pytest.mark.parametrize(
        ("does", "found"),
        [
            ("runs a script when opened", ("script",)),
            ("keeps a script under a name", ("script",)),
            ("runs a script in a field", ("script",)),
            ("starts a program", ("launch",)),
            ("goes to the web when opened", ("opens",)),
            ("goes to the web after it was opened", ("opens",)),
            ("sends itself when a page is turned", ("opens",)),
            ("carries a file", ("attachment",)),
            ("carries a file on a note", ("attachment",)),
            ("plays a film", ("media",)),
            ("is drawn by a script", ("form",)),
        ],
    )
    def test_a_pdf_that_does_something(self, does: str, found: tuple[str, ...]) -> None:
        assert refused(papers.a_pdf_that(does)) == ("pdf_active", {"found": found})

    def test_a_pdf_that_does_several_things_is_told_all_of_them(self) -> None:
        with pikepdf.open(io.BytesIO(papers.a_pdf_that("carries a file"))) as pdf:
            pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
            out = io.BytesIO()
            pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        assert b"JavaScript" not in out.getvalue()
        assert refused(out.getvalue()) == ("pdf_active", {"found": ("script", "attachment")})

    @pytest.mark.parametrize("does", ["links to the web", "opens at a page", "writes of scripts"])
    def test_but_not_for_what_every_other_pdf_does(self, does: str) -> None:
        content = papers.a_pdf_that(does)
        assert examined(content).content == content

    def test_too_many_pages(self) -> None:
        rules = Rules(pages_at_most=2)
        assert examined(papers.a_pdf(2), rules).pages == 2
        assert refused(papers.a_pdf(3), rules) == ("too_many_pages", {"pages": 3, "limit": 2})


class TestAdvice:
    def test_a_good_photo_needs_none(self) -> None:
        assert examined(papers.a_phone_photo()).advice == ()

    def test_a_small_photo(self) -> None:
        assert examined(papers.a_photo(640, 400)).advice == (
            Advice("too_small", {"width": 640, "height": 400, "least": 800}),
        )
        assert examined(papers.a_photo(640, 400), Rules(side_at_least=640)).advice == ()

    def test_a_blurred_photo(self) -> None:
        sharp = pixels(papers.a_phone_photo(2000, 1500))
        assert examined(papers.as_jpeg(sharp.filter(ImageFilter.GaussianBlur(2)))).advice == ()
        assert examined(papers.as_jpeg(sharp.filter(ImageFilter.GaussianBlur(6)))).advice == (Advice("blurred"),)

    def test_a_short_letter_on_an_empty_sheet_is_not_blurred(self) -> None:
        sheet = papers.a_page_of("SURAT KUASA", "Nomor: 12", size=(1240, 1754), paper="white", title=1)
        assert examined(papers.as_jpeg(sheet)).advice == ()

    def test_a_dark_photo(self) -> None:
        dark = pixels(papers.a_phone_photo()).point(lambda value: value // 8)
        assert examined(papers.as_jpeg(dark)).advice == (Advice("dark"),)

    @pytest.mark.parametrize("colour", ["white", "black", "#777"])
    def test_a_photo_of_nothing(self, colour: str) -> None:
        assert examined(papers.as_jpeg(Image.new("RGB", (900, 900), colour))).advice == (Advice("blank"),)

    def test_a_scanned_pdf_is_looked_at_like_a_photo(self) -> None:
        out = io.BytesIO()
        pixels(papers.a_phone_photo()).point(lambda value: value // 8).save(out, "PDF")
        assert examined(out.getvalue()).advice == (Advice("dark"),)

    def test_a_pdf_whose_first_page_is_empty_is_fine_and_one_without_any_print_is_not(self) -> None:
        with pikepdf.open(io.BytesIO(papers.a_pdf(2))) as pdf:
            pdf.pages[0].obj.Contents = pdf.make_stream(b"")
            some, none = io.BytesIO(), io.BytesIO()
            pdf.save(some)
            pdf.pages[1].obj.Contents = pdf.make_stream(b"")
            pdf.save(none)
        assert examined(some.getvalue()).advice == ()
        assert examined(none.getvalue()).advice == (Advice("blank"),)

    def test_sharpness_of_a_picture_of_a_few_pixels_can_be_told(self) -> None:
        for size in ((1, 1), (3, 2), (5, 900)):
            assert sharpness(Image.new("L", size, 200)) == 0.0


class TestCleaned:
    def test_a_photo_loses_where_it_was_taken_and_none_of_its_pixels(self) -> None:
        photo = papers.a_phone_photo()
        kept = examined(photo)
        assert kept.notes == ("remarks_removed", "place_removed")
        for told in (b"Exif", b"Telepon", b"rahasia", b"MotionPhoto"):
            assert told in photo
            assert told not in kept.content
        assert dict(pixels(kept.content).getexif()) == {}
        assert same(pixels(kept.content), pixels(photo))
        assert pixels(kept.content).info["icc_profile"] == pixels(photo).info["icc_profile"]

    def test_the_sum_is_that_of_the_file_as_it_was_sent(self) -> None:
        photo = papers.a_phone_photo()
        assert examined(photo).sha256 == hashlib.sha256(photo).hexdigest()

    def test_a_photo_that_tells_nothing_is_kept_byte_for_byte(self) -> None:
        assert examined(papers.a_photo(900, 600)).content == papers.a_photo(900, 600)
        assert examined(papers.a_photo(900, 600)).notes == ()

    @pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_rows": 2}, {"subsampling": 0}])
    def test_a_photo_of_any_sort_keeps_its_pixels(self, options: dict[str, int]) -> None:
        tags = Image.Exif()
        tags[0x010F] = "Telepon"
        for mode in ("RGB", "L", "CMYK"):
            out = io.BytesIO()
            pixels(papers.a_photo(900, 600)).convert(mode).save(out, "JPEG", exif=tags, **options)
            kept = examined(out.getvalue()).content
            assert b"Telepon" not in kept
            assert same(pixels(kept), pixels(out.getvalue()))

    @pytest.mark.parametrize("held", range(2, 9))
    def test_a_photo_is_turned_the_way_it_was_held(self, held: int) -> None:
        photo = papers.a_phone_photo(held=held)
        kept = examined(photo)
        wanted = pixels(papers.a_phone_photo()).transpose(TURNS[held])
        assert kept.notes == ("turned", "remarks_removed", "place_removed")
        assert (kept.width, kept.height) == wanted.size
        assert pixels(kept.content).getexif().get(0x0112) is None
        assert likeness(pixels(kept.content), wanted) < 4
        assert len(kept.content) < len(photo) * 1.2

    def test_a_turned_photo_of_whole_blocks_in_full_colour_loses_next_to_nothing(self) -> None:
        tags = Image.Exif()
        tags[0x0112] = 6
        out = io.BytesIO()
        pixels(papers.a_photo(960, 640)).save(out, "JPEG", quality=90, subsampling=0, exif=tags)
        wanted = pixels(out.getvalue()).transpose(TURNS[6])
        assert likeness(pixels(examined(out.getvalue()).content), wanted) < 0.7

    def test_a_photo_too_large_to_turn_says_only_how_it_was_held(self) -> None:
        tags = Image.Exif()
        tags[0x0112], tags[0x010F] = 8, "Telepon"
        out = io.BytesIO()
        Image.new("L", (9000, 6000), 200).save(out, "JPEG", exif=tags)
        kept = examined(out.getvalue())
        assert dict(pixels(kept.content).getexif()) == {0x0112: 8}
        assert (kept.width, kept.height) == (6000, 9000)
        shown = pixels(pages.preview(kept.content, kept.kind))
        assert shown.size == (800, 1200)

    def test_a_photo_with_odd_bytes_between_its_parts_is_drawn_anew(self) -> None:
        photo = papers.a_phone_photo()
        odd = photo[:20] + b"\0\0" + photo[20:]
        kept = examined(odd)
        assert kept.notes == ("remarks_removed",)
        assert b"Telepon" not in kept.content
        assert likeness(pixels(kept.content), pixels(photo)) < 3

    def test_a_photo_whose_exif_is_broken_is_only_rid_of_it(self) -> None:
        photo = papers.a_photo(900, 600)
        exif = b"Exif\0\0II*\0\x08\0\0\0\xff\x7f" + b"\x1a\x01\x05\0\x01\0\0\0\xff\xff\xff\x7f"
        broken = photo[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + photo[2:]
        assert examined(broken).content == photo

    def test_heic_becomes_a_jpeg_without_remarks(self) -> None:
        kept = examined(papers.a_heic(1200, 800))
        assert (kept.kind, kept.mime, kept.suffix) == ("jpeg", "image/jpeg", ".jpg")
        assert (kept.width, kept.height) == (1200, 800)
        assert kept.notes == ("converted",)
        assert likeness(pixels(kept.content), pixels(papers.a_photo(1200, 800, "KTP Pak Budi"))) < 40

    def test_heic_from_a_phone_held_upright_stays_upright_and_tells_nothing(self) -> None:
        import pillow_heif

        tags = Image.Exif()
        tags[0x0112], tags[0x010F] = 6, "Telepon"
        tags.get_ifd(0x8825).update({1: "S", 2: (6.0, 35.0, 42.0)})
        out = io.BytesIO()
        pillow_heif.from_pillow(pixels(papers.a_photo(1200, 800))).save(out, quality=80, exif=tags.tobytes())
        kept = examined(out.getvalue())
        assert (kept.width, kept.height) == (800, 1200)
        assert dict(pixels(kept.content).getexif()) == {}
        assert kept.notes == ("converted", "remarks_removed", "place_removed")

    def test_webp_becomes_a_jpeg_on_white_the_way_it_was_held(self) -> None:
        tags = Image.Exif()
        tags[0x0112] = 6
        out = io.BytesIO()
        Image.new("RGBA", (900, 600), (0, 0, 0, 0)).save(out, "WEBP", exif=tags, lossless=True)
        kept = examined(out.getvalue())
        assert kept.notes == ("converted", "turned", "remarks_removed")
        assert (kept.kind, kept.width, kept.height) == ("jpeg", 600, 900)
        assert pixels(kept.content).getpixel((5, 5)) == (255, 255, 255)

    @pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "I;16", "RGB", "RGBA"])
    def test_a_png_loses_its_remarks_and_none_of_its_pixels(self, mode: str) -> None:
        out = io.BytesIO()
        Image.linear_gradient("L").convert("RGBA" if mode == "RGBA" else "L").convert(mode).save(out, "PNG")
        png = out.getvalue()
        text = papers.png_chunk(b"tEXt", b"Author\0Bu Siti") + papers.png_chunk(b"zTXt", b"x\0\0" + zlib.compress(b"y"))
        kept = examined(png[:33] + text + png[33:] + b"tersembunyi")
        assert kept.notes == ("remarks_removed",)
        assert kept.content == png
        assert examined(png).notes == ()

    def test_a_png_is_turned_without_loss(self) -> None:
        tags = Image.Exif()
        tags[0x0112] = 6
        out = io.BytesIO()
        pixels(papers.a_png(900, 600)).save(out, "PNG", exif=tags)
        kept = examined(out.getvalue())
        assert (kept.kind, kept.width, kept.height) == ("png", 600, 900)
        assert same(pixels(kept.content), pixels(papers.a_png(900, 600)).transpose(TURNS[6]))

    def test_a_pdf_is_kept_as_it_is(self) -> None:
        for content in (papers.a_pdf(2), papers.an_owner_locked_pdf(), b"X-Scan: 1\r\n" + papers.a_scanned_pdf()):
            kept = examined(content)
            assert (kept.content, kept.kind, kept.width, kept.notes) == (content, "pdf", None, ())


TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class TestBound:
    def test_photos_and_pdfs_become_one_pdf_in_their_order(self) -> None:
        parts = [
            papers.a_photo(900, 600),
            papers.a_pdf(2),
            papers.a_png(),
            papers.a_webp(),
            papers.an_owner_locked_pdf(),
        ]
        with pikepdf.open(io.BytesIO(pages.bind(parts))) as pdf:
            assert len(pdf.pages) == 6
            assert [len(page.get_images(recursive=True)) for page in pdf.pages] == [1, 0, 0, 1, 1, 0]
        assert examined(pages.bind(parts)).pages == 6

    def test_a_photo_lies_in_it_byte_for_byte(self) -> None:
        photo = papers.a_photo(900, 600)
        with pikepdf.open(io.BytesIO(pages.bind([photo]))) as pdf:
            (picture,) = pdf.pages[0].get_images(recursive=False).values()
            assert picture.read_raw_bytes() == photo

    def test_a_png_lies_in_it_with_every_pixel(self) -> None:
        with pikepdf.open(io.BytesIO(pages.bind([papers.a_png(900, 600)]))) as pdf:
            (picture,) = pdf.pages[0].get_images(recursive=False).values()
            assert isinstance(picture, pikepdf.Stream)
            shown = pikepdf.PdfImage(picture).as_pil_image().convert("RGB")
        assert same(shown, pixels(papers.a_png(900, 600)))

    def test_a_transparent_picture_lies_on_white(self) -> None:
        out = io.BytesIO()
        Image.new("RGBA", (300, 200), (200, 0, 0, 0)).save(out, "PNG")
        sheet = pages.drawn(pages.bind([out.getvalue()]), 0, 300)
        assert sheet.getpixel((150, 150)) == (255, 255, 255)

    @pytest.mark.parametrize(("size", "sheet"), [((900, 600), (842, 595)), ((600, 900), (595, 842))])
    def test_every_photo_fills_a_sheet_of_a4(self, size: tuple[int, int], sheet: tuple[int, int]) -> None:
        with pikepdf.open(io.BytesIO(pages.bind([papers.a_photo(*size)]))) as pdf:
            box = [float(side) for side in pdf.pages[0].mediabox]
        assert (round(box[2]), round(box[3])) == sheet

    def test_a_photo_that_was_never_cleaned_is_cleaned_first(self) -> None:
        bound = pages.bind([papers.a_phone_photo(held=6)])
        assert b"Telepon" not in bound
        assert examined(bound).advice == ()

    def test_the_same_pages_make_the_same_pdf(self) -> None:
        parts = [papers.a_photo(), papers.a_pdf()]
        assert pages.bind(parts) == pages.bind(parts)

    def test_nothing_cannot_be_bound(self) -> None:
        with pytest.raises(Refused, match="empty"):
            pages.bind([])


class TestPreview:
    @pytest.mark.parametrize(
        ("content", "kind", "size"),
        [
            (papers.a_photo(2400, 1200), "jpeg", (1200, 600)),
            (papers.a_phone_photo(2400, 1200, held=6), "jpeg", (600, 1200)),
            (papers.a_png(), "png", (400, 250)),
            (papers.a_heic(2400, 1200), "heic", (1200, 600)),
            (papers.a_pdf(), "pdf", (848, 1200)),
        ],
    )
    def test_is_a_jpeg_of_1200_pixels(self, content: bytes, kind: str, size: tuple[int, int]) -> None:
        shown = pixels(pages.preview(content, kind))
        assert (shown.format, shown.mode, shown.size) == ("JPEG", "RGB", size)

    def test_of_any_page_there_is(self) -> None:
        assert pages.preview(papers.a_pdf(2), "pdf", 0) != pages.preview(papers.a_pdf(2), "pdf", 1)
        for content, kind, page in (
            (papers.a_pdf(2), "pdf", 2),
            (papers.a_pdf(2), "pdf", -1),
            (papers.a_png(), "png", 1),
        ):
            with pytest.raises(Refused, match="no_page"):
                pages.preview(content, kind, page)

    def test_shows_the_stamp_that_is_a_field(self) -> None:
        with pikepdf.open(io.BytesIO(papers.a_pdf())) as pdf:
            look = pdf.make_stream(b"1 0 0 rg 0 0 200 200 re f", Subtype=pikepdf.Name.Form, BBox=[0, 0, 200, 200])
            stamp = pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Sig,
                T=pikepdf.String("e-Meterai"),
                F=4,
                Rect=[200, 300, 400, 500],
                AP=pikepdf.Dictionary(N=look),
            )
            field = pdf.make_indirect(stamp)
            pdf.pages[0].obj.Annots = [field]
            pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field], SigFlags=3)
            out = io.BytesIO()
            pdf.save(out)
        red = pixels(pages.preview(examined(out.getvalue()).content, "pdf")).getpixel((430, 630))
        assert isinstance(red, tuple)
        assert red[0] > 200 > 60 > red[1]

    def test_of_what_is_no_pdf_is_refused(self) -> None:
        with pytest.raises(Refused, match="damaged"):
            pages.preview(b"%PDF-1.7 omong kosong", "pdf")
