"""What happens to papers that arrive: the good ones are taken, the others are refused for the right reason."""

import io
import pickle
import random
import re
import struct
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from domain.files import LIMIT_BYTES, NOT_TAKEN, TAKEN
from domain.refusal import Refused
from storage.preflight.inspecting import Inspected, inspect
from tests import papers

GOOD: list[tuple[Callable[[], bytes], str]] = [
    (papers.a_pdf, "pdf"),
    (papers.a_scanned_pdf, "pdf"),
    (papers.a_photo, "jpeg"),
    (papers.a_png, "png"),
    (papers.a_webp, "webp"),
    (papers.a_heic, "heic"),
]
BEGINNINGS = [
    b"%PDF-1.7\n",
    b"\xff\xd8\xff\xe0",
    b"\x89PNG\r\n\x1a\n",
    b"\0\0\0\x18ftypheic",
    b"RIFF\0\0\0\0WEBPVP8 ",
]
REASONS = {"empty", "too_big", "wrong_type", "locked", "damaged", "too_large_image"}


def refused(content: bytes) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refused) as caught:
        inspect(content)
    return caught.value.reason, dict(caught.value.facts)


class TestTaken:
    def test_a_pdf_with_its_pages(self) -> None:
        assert inspect(papers.a_pdf(pages=3)) == Inspected(kind="pdf", mime="application/pdf", suffix=".pdf", pages=3)

    @pytest.mark.parametrize(
        ("content", "kind", "mime", "suffix", "size"),
        [
            (papers.a_photo(800, 500), "jpeg", "image/jpeg", ".jpg", (800, 500)),
            (papers.a_photo(3, 5), "jpeg", "image/jpeg", ".jpg", (3, 5)),
            (papers.a_png(), "png", "image/png", ".png", (400, 250)),
            (papers.a_webp(), "webp", "image/webp", ".webp", (400, 250)),
            (papers.a_heic(), "heic", "image/heic", ".heic", (400, 250)),
        ],
    )
    def test_a_picture_with_its_pixels(
        self, content: bytes, kind: str, mime: str, suffix: str, size: tuple[int, int]
    ) -> None:
        assert inspect(content) == Inspected(
            kind=kind, mime=mime, suffix=suffix, pages=1, width=size[0], height=size[1]
        )

    def test_what_it_is_called_does_not_matter(self) -> None:
        assert inspect(papers.a_photo()).kind == "jpeg"
        assert inspect(papers.a_pdf()).kind == "pdf"

    def test_a_pdf_that_may_only_not_be_printed(self) -> None:
        assert inspect(papers.an_owner_locked_pdf()).pages == 1

    def test_a_pdf_with_what_mail_gateways_add_around_it(self) -> None:
        assert inspect(b"X-Scan: 1\r\n" + papers.a_scanned_pdf() + b"\r\n" * 100).pages == 1

    def test_a_pdf_that_was_signed_or_changed_and_so_ends_twice(self) -> None:
        content = papers.a_pdf()
        start = re.findall(rb"startxref\n(\d+)", content)[-1]
        more = b"trailer\n<< /Size 1 /Root 1 0 R /Prev " + start + b" >>\nstartxref\n%d\n%%%%EOF\n"
        update = content + b"xref\n0 0\n" + more % len(content)
        assert inspect(update).pages == 1

    @pytest.mark.parametrize("mode", ["L", "CMYK"])
    def test_a_scan_in_grey_or_for_print(self, mode: str) -> None:
        out = io.BytesIO()
        Image.new(mode, (200, 300)).save(out, "JPEG", progressive=True)
        assert inspect(out.getvalue()).kind == "jpeg"

    @pytest.mark.parametrize("mode", ["1", "P", "LA", "I;16", "RGBA"])
    def test_a_png_of_any_sort(self, mode: str) -> None:
        out = io.BytesIO()
        Image.new(mode, (200, 300)).save(out, "PNG")
        assert inspect(out.getvalue()).width == 200

    def test_a_photo_whose_exif_is_broken(self) -> None:
        exif = b"Exif\0\0II*\0\x08\0\0\0\xff\x7f" + b"\x1a\x01\x05\0\x01\0\0\0\xff\xff\xff\x7f"
        segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
        photo = papers.a_photo()
        assert inspect(photo[:2] + segment + photo[2:]).kind == "jpeg"

    def test_a_png_whose_animation_and_texts_are_mischief(self) -> None:
        png = papers.a_png()
        text = b"Comment\0\0" + zlib.compress(b"\0" * 80_000_000, 1)
        mischief = papers.png_chunk(b"acTL", b"\0" * 8) * 2 + papers.png_chunk(b"zTXt", text)
        assert inspect(png[:33] + mischief + png[33:]).kind == "png"

    def test_a_photo_from_a_phone_of_108_megapixels(self) -> None:
        out = io.BytesIO()
        Image.new("L", (12_000, 9_000)).save(out, "JPEG")
        assert inspect(out.getvalue()).width == 12_000


class TestRefused:
    @pytest.mark.parametrize("content", [b"", b"\0" * 5000, b" \r\n"])
    def test_nothing_in_it(self, content: bytes) -> None:
        assert refused(content) == ("empty", {})

    def test_more_than_telegram_hands_over(self) -> None:
        photo = papers.a_photo()
        assert inspect(photo + b"\0" * (LIMIT_BYTES - len(photo))).kind == "jpeg"
        assert refused(photo + b"\0" * (LIMIT_BYTES - len(photo) + 1)) == ("too_big", {"limit_mb": 20})

    @pytest.mark.parametrize(
        ("content", "seems"),
        [
            (papers.a_docx(), "docx"),
            (papers.an_xlsx(), "xlsx"),
            (papers.a_zip(), "zip"),
            (papers.a_gif(), "picture"),
            (b"<html><body>Login</body></html>", "html"),
            (b"%PDF-1.4\n<html><body>Login</body></html>", "html"),
            (b"Assalamualaikum", "text"),
            (b"\x01\x02\x03\xff", "unknown"),
        ],
    )
    def test_another_type_than_is_taken(self, content: bytes, seems: str) -> None:
        assert refused(content) == ("wrong_type", {"seems": seems})

    def test_a_pdf_that_asks_for_a_password(self) -> None:
        assert refused(papers.a_locked_pdf()) == ("locked", {})

    def test_a_pdf_that_is_locked_for_the_holder_of_a_certificate(self) -> None:
        lock = b"/Encrypt <</Filter /Adobe.PubSec /V 4>> /ID [<00><00>] /Root"
        assert refused(papers.a_pdf().replace(b"/Root", lock)) == ("locked", {})

    @pytest.mark.parametrize(("make", "kind"), GOOD)
    def test_a_file_that_did_not_arrive_whole(self, make: Callable[[], bytes], kind: str) -> None:
        content = make()
        for kept in (0.3, 0.6, 0.9, 0.99):
            assert refused(papers.truncated(content, kept)) == ("damaged", {"kind": kind})

    @pytest.mark.parametrize(("make", "kind"), GOOD[1:])
    def test_a_file_that_lacks_only_its_last_bytes(self, make: Callable[[], bytes], kind: str) -> None:
        for cut in range(2, 12):
            assert refused(make()[:-cut]) == ("damaged", {"kind": kind})

    def test_a_cut_pdf_that_was_given_an_end(self) -> None:
        content = papers.a_scanned_pdf(3)
        assert refused(papers.truncated(content) + b"\n%%EOF\n") == ("damaged", {"kind": "pdf"})

    def test_a_pdf_with_a_hole(self) -> None:
        content = papers.a_scanned_pdf(3)
        assert refused(content[:30_000] + content[34_096:]) == ("damaged", {"kind": "pdf"})

    @pytest.mark.parametrize("part", [rb"/Type /Page\b", rb"/Subtype /Image", rb"q [\d.]+ 0 0"])
    def test_a_pdf_that_lost_a_page_or_a_picture_or_what_is_written_on_a_page(self, part: bytes) -> None:
        content = papers.a_scanned_pdf(2)
        found = re.search(part, content)
        assert found
        at = content.rindex(b" obj", 0, found.start())
        assert refused(content[: at + 1] + b"###" + content[at + 4 :]) == ("damaged", {"kind": "pdf"})

    def test_a_pdf_without_pages(self) -> None:
        assert refused(papers.a_pdf_without_pages()) == ("damaged", {"kind": "pdf"})

    def test_a_pdf_in_name_only(self) -> None:
        assert refused(b"%PDF-1.7\n" + b"omong kosong " * 50) == ("damaged", {"kind": "pdf"})

    def test_a_png_with_a_wrong_check_sum(self) -> None:
        content = bytearray(papers.a_png())
        content[-20] ^= 1
        assert refused(bytes(content)) == ("damaged", {"kind": "png"})

    def test_a_small_file_that_would_fill_the_memory(self) -> None:
        assert len(papers.a_bomb()) < 120_000
        assert refused(papers.a_bomb()) == ("too_large_image", {"limit_mp": 110})
        assert refused(papers.a_bomb(11_000, 11_000)) == ("too_large_image", {"limit_mp": 110})

    def test_a_webp_that_claims_a_huge_canvas(self) -> None:
        for side in (16_383, 11_000):
            canvas = struct.pack("<I", side - 1)[:3]
            body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\2\0\0\0" + canvas + canvas
            body += b"ANIM" + struct.pack("<I", 6) + b"\0" * 6
            content = papers.a_webp(40, 25)
            frame = b"\0" * 6 + b"\x27\0\0\x18\0\0" + b"\x64\0\0\0" + content[12:]
            body += b"ANMF" + struct.pack("<I", len(frame)) + frame
            assert refused(b"RIFF" + struct.pack("<I", len(body)) + body) == ("too_large_image", {"limit_mp": 110})

    def test_a_photo_that_claims_a_huge_size(self) -> None:
        photo = papers.a_photo()
        size = re.search(rb"\xff\xc0\0\x11\x08....", photo, re.DOTALL)
        assert size
        claimed = photo[: size.end() - 4] + b"\xff\xdc\xff\xdc" + photo[size.end() :]
        assert refused(claimed) == ("too_large_image", {"limit_mp": 110})


class TestRunsAnywhere:
    def test_the_answer_and_the_refusal_travel_between_processes(self) -> None:
        answer = inspect(papers.a_photo())
        assert pickle.loads(pickle.dumps(answer)) == answer
        with pytest.raises(Refused) as caught:
            inspect(papers.a_docx())
        copy = pickle.loads(pickle.dumps(caught.value))
        assert (copy.reason, copy.facts) == ("wrong_type", {"seems": "docx"})

    def test_many_at_once(self) -> None:
        jobs = [(make(), kind) for make, kind in GOOD] * 8
        with ThreadPoolExecutor(8) as pool:
            kinds = list(pool.map(lambda job: inspect(job[0]).kind, jobs))
        assert kinds == [kind for _, kind in jobs]


class TestHostileBytes:
    @settings(max_examples=200)
    @given(st.binary(max_size=300))
    def test_any_bytes_are_taken_or_refused(self, content: bytes) -> None:
        taken_or_refused(content)

    @settings(max_examples=100)
    @given(
        st.sampled_from(BEGINNINGS),
        st.binary(max_size=300),
        st.sampled_from([b"", b"%%EOF"]),
    )
    def test_anything_behind_a_good_beginning_is_taken_or_refused(self, start: bytes, rest: bytes, end: bytes) -> None:
        taken_or_refused(start + rest + end)

    @pytest.mark.parametrize("make", [make for make, _ in GOOD])
    @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
    @given(st.integers(0, 2**32))
    def test_a_good_file_with_bytes_changed_is_taken_or_refused(self, make: Callable[[], bytes], seed: int) -> None:
        chance, content = random.Random(seed), bytearray(make())
        head = chance.choice([len(content), 600, 120])  # damage to the head reaches more of a parser
        for _ in range(chance.randint(1, 12)):
            content[chance.randrange(min(head, len(content)))] = chance.randrange(256)
        if chance.random() < 0.3:
            start = chance.randrange(len(content))
            del content[start : start + chance.randint(1, 200)]
        taken_or_refused(bytes(content))


def taken_or_refused(content: bytes) -> None:
    """An answer, or a refusal that has a sentence; anything else that is raised fails the test by itself."""
    try:
        kind, refusal = inspect(content).kind, None
    except Refused as no:
        kind, refusal = "", no
    if refusal is None:
        assert kind in TAKEN
    else:
        assert refusal.reason in REASONS
        assert refusal.facts.get("seems", "zip") in NOT_TAKEN
