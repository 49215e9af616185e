"""Documents that arrive right the first time: what is refused, what is advised, and what is made of a photo."""

import io

from PIL import Image

from domain.cases import Page
from storage.unit_of_work import UnitOfWork
from tests import papers
from tests.chat import Read
from tests.conftest import Counter, only
from tests.scenes import CV_ANSWERS, CV_DOCUMENTS, fill_in


async def kept(counter: Counter, document: int) -> list[tuple[Page, bytes]]:
    """The pages of a document, opened."""

    def look(uow: UnitOfWork) -> list[Page]:
        return uow.documents.pages_of(document)

    found = await counter.loket.database.run(look)
    vault = counter.loket.fetcher._vault
    return [(page, vault.get(page.stored, page.wrapped_key, page.key_id)) for page in found]


async def test_what_could_do_harm_or_is_too_long_is_refused_with_what_to_do(siti: Read) -> None:
    await fill_in(siti)
    await siti(
        """
        > (aktif formulir.pdf)
        < PDF itu memuat lampiran, jadi tidak dapat kami simpan. Cetak ke PDF … Berkas 1 dari 8
        > (panjang formulir.pdf)
        < Satu berkas paling banyak 100 halaman … Berkas 1 dari 8
        > (bom formulir.png)
        < Gambar itu terlalu besar (lebih dari 110 megapiksel) … Berkas 1 dari 8
        > (pdf formulir.pdf)
        < Formulir Keikutsertaan sudah kami terima
        """
    )


async def test_a_blurred_scan_is_kept_unless_it_is_replaced(siti: Read) -> None:
    await fill_in(siti)
    await siti(
        """
        > [Daftar berkas]
        > 4
        > (buram ktp.jpg)
        < KTP Direktur sudah kami terima. 1 dari 8 … KTP Direktur tampak buram … foto ulang … Berkas tetap
          dipakai, kecuali diganti. … Berkas 2 dari 8: Formulir Keikutsertaan
          [Daftar berkas] [Ganti KTP Direktur]
        > [Ganti KTP Direktur]
        < Silakan kirim KTP Direktur yang baru. Yang lama tetap dipakai sampai yang baru datang. [Pakai yang lama]
        > (foto)
        < KTP Direktur sudah kami terima. 1 dari 8 … Berkas 2 dari 8: Formulir Keikutsertaan
        > (pdf formulir.pdf)
        < 2 dari 8
        """
    )
    assert not any("buram" in message.text for message in siti.phone.messages[-3:])


async def test_whoever_is_content_with_it_just_goes_on(siti: Read) -> None:
    await fill_in(siti)
    await siti("> [Daftar berkas]\n> 4\n> (gelap ktp.jpg)\n< KTP Direktur tampak gelap … [Ganti KTP Direktur]")
    await siti(
        """
        > [Ganti KTP Direktur]
        > [Pakai yang lama]
        < Berkas 2 dari 8: Formulir Keikutsertaan
        > (kecil formulir.jpg)
        < Formulir Keikutsertaan kecil (640 x 480 titik) … Formulir Keikutsertaan: 1 halaman diterima [Selesai]
        > [Selesai]
        < Berkas 3 dari 8: Formulir Pendaftaran
        """
    )


async def test_the_last_document_can_be_replaced_before_everything_is_sent(siti: Read) -> None:
    await siti(CV_ANSWERS)
    await siti(CV_DOCUMENTS.replace("(pdf akta.pdf)\n    > [Tidak punya]", "(sama akta.pdf)"))
    await siti(
        """
        > (sama lagi.pdf)
        < Akta Perubahan Terakhir sama persis dengan berkas yang dikirim untuk Akta Pendirian … Mohon periksa sebelum
          dikirim [Kirim permohonan] [Ganti Akta Perubahan Terakhir]
        > [Ganti Akta Perubahan Terakhir]
        < Silakan kirim Akta Perubahan Terakhir yang baru
        > (pdf perubahan.pdf)
        < Akta Perubahan Terakhir sudah kami terima … Mohon periksa sebelum dikirim [Kirim permohonan]
        > [Kirim permohonan]
        < REG-2026-0001
        < …
        """
    )


@only("telegram")
async def test_a_button_to_replace_something_from_the_past_changes_nothing(siti: Read) -> None:
    await fill_in(siti)
    await siti("> [Daftar berkas]\n> 4\n> (buram ktp.jpg)\n< [Ganti KTP Direktur]")
    advice = siti.phone.messages[-1]
    await siti("> [Ganti KTP Direktur]\n> (foto)")
    siti.phone.tap("Ganti KTP Direktur", on=advice)
    await siti("< Berkas 2 dari 8")
    await siti(CV_DOCUMENTS.replace("    > (foto)\n", ""))
    await siti("> [Kirim permohonan]")
    siti.phone.tap("Ganti KTP Direktur", on=advice)
    await siti("! tidak berlaku")


async def test_pages_of_one_document_are_named(siti: Read) -> None:
    await fill_in(siti)
    await siti(
        """
        > (foto)
        > (buram hal-2.jpg)
        < Formulir Keikutsertaan halaman 2 tampak buram … 2 halaman diterima [Selesai]
        """
    )


async def test_staff_read_it_beside_the_document(siti: Read, rini_in_group: Read, rini: Read) -> None:
    await siti(CV_ANSWERS)
    await siti(CV_DOCUMENTS.replace("(foto)", "(buram ktp.jpg)").replace("(pdf akta.pdf)", "(sama akta.pdf)"))
    await siti("> [Kirim permohonan]")
    await rini_in_group("> [Ambil]\n> [Periksa berkas]")
    captions = [message.text for message in rini.news]
    assert ["Tampak buram" in text for text in captions] == ["KTP Direktur" in text for text in captions]


async def test_a_returned_document_that_comes_back_unchanged_is_noticed(
    siti: Read, rini_in_group: Read, rini: Read
) -> None:
    await siti(CV_ANSWERS)
    await siti(CV_DOCUMENTS.replace("(pdf akta.pdf)", "(sama akta.pdf)"))
    await siti("> [Kirim permohonan]")
    await rini_in_group("> [Ambil]\n> [Periksa berkas]")
    await rini("> [Sesuai]\n" * 7 + "> [Perlu perbaikan]\n> [Buram]\n> [Sesuai] di berkas 1 dari 8\n> [Kirim hasil]")
    await siti(
        """
        > (sama akta.pdf)
        < Akta Pendirian sama persis dengan berkas yang dikembalikan petugas … [Ganti Akta Pendirian]
        """
    )


async def test_a_photo_is_kept_upright_and_without_the_place_where_it_was_taken(siti: Read, counter: Counter) -> None:
    await fill_in(siti)
    siti.phone.send_document("formulir.jpg", papers.a_phone_photo(held=6), "image/jpeg")
    await siti("< Formulir Keikutsertaan: 1 halaman diterima")
    [(page, content)] = await kept(counter, 1)
    assert (page.mime, page.suffix) == ("image/jpeg", ".jpg")
    picture = Image.open(io.BytesIO(content))
    assert picture.size == (900, 1200)
    assert not picture.getexif()
    assert b"Telepon Bu Siti" not in content


async def test_heic_is_kept_as_a_jpeg(siti: Read, counter: Counter) -> None:
    await fill_in(siti)
    await siti("> (heic IMG_0001.heic)\n< 1 halaman diterima")
    [(page, content)] = await kept(counter, 1)
    assert (page.mime, page.suffix) == ("image/jpeg", ".jpg")
    assert content.startswith(b"\xff\xd8")


@only("telegram")
async def test_staff_get_several_photos_as_one_pdf_and_look_at_its_pages_with_one_tap(
    siti: Read, rini_in_group: Read, rini: Read
) -> None:
    await siti(CV_ANSWERS)
    await siti("> (foto)\n> (foto)\n> [Selesai]")
    await siti(CV_DOCUMENTS.replace("    > (pdf formulir-keikutsertaan.pdf)\n", ""))
    await siti("> [Kirim permohonan]")
    await rini_in_group("> [Ambil]\n> [Periksa berkas]")
    first = rini.phone.showing("Formulir Keikutsertaan")
    assert first.file is not None
    assert first.file.name == "REG-2026-0001 1 Formulir Keikutsertaan.pdf"
    rini.look_away()
    rini.phone.tap("Pratinjau", on=first)
    await rini("! Halamannya segera ditampilkan")
    pictures = [message for message in rini.phone.messages if message.kind == "photo"]
    assert len(pictures) == 2
    assert all(picture.protected for picture in pictures)
    assert "Formulir Keikutsertaan (2 halaman)" in pictures[-1].text


@only("telegram")
async def test_only_the_holder_looks_at_pages(siti: Read, rini_in_group: Read, rini: Read) -> None:
    await siti(CV_ANSWERS)
    await siti(CV_DOCUMENTS + "> [Kirim permohonan]")
    await rini_in_group("> [Ambil]\n> [Periksa berkas]")
    first = rini.phone.showing("Formulir Keikutsertaan")
    await rini_in_group("> [Lepas]")
    rini.phone.tap("Pratinjau", on=first)
    await rini("! Ambil")
    assert not any(message.kind == "photo" for message in rini.phone.messages)
