"""Documents on their way in: photos, albums, PDFs, and what cannot be taken."""

from tests.chat import Read
from tests.conftest import only
from tests.scenes import CV_ANSWERS, CV_DOCUMENTS, fill_in


async def test_one_document_can_be_made_of_several_photos(siti: Read) -> None:
    await fill_in(siti)
    await siti(
        """
        > (foto)
        < Formulir Keikutsertaan: 1 halaman diterima. Masih ada halaman lain? [Selesai] [Ulangi]
        > (foto)
        < 2 halaman diterima
        > [Selesai]
        < Berkas 2 dari 8: Formulir Pendaftaran
        """
    )


async def test_an_album_is_answered_once(siti: Read) -> None:
    await fill_in(siti)
    await siti(
        """
        > (album x4)
        < Formulir Keikutsertaan: 4 halaman diterima. [Selesai] [Ini berkas yang berbeda-beda]
        > [Selesai]
        < Berkas 2 dari 8
        """
    )


async def test_an_album_of_different_documents_is_sorted_one_by_one(siti: Read) -> None:
    await fill_in(siti)
    await siti(
        """
        > (album x2)
        > [Ini berkas yang berbeda-beda]
        < Ada 2 berkas … mulai dari foto yang paling awal dikirim: untuk … yang mana? [KTP Direktur] [Tidak dipakai]
        > apa ini?
        < belum kami pahami … ketik petugas … Ada 2 berkas
        > (pdf akta.pdf)
        < Ada 3 berkas … mulai dari foto yang paling awal dikirim
        > [KTP Direktur]
        < Ada 2 berkas … mulai dari foto yang paling awal dikirim … [NPWP Direktur]
        > [Tidak dipakai]
        < Berkas akta.pdf untuk persyaratan yang mana? [NPWP Direktur]
        > [Tidak dipakai]
        < Berkas 2 dari 8: Formulir Keikutsertaan
        """
    )


async def test_a_file_that_comes_before_it_is_asked_for_waits_in_the_drawer(siti: Read) -> None:
    await siti(
        """
        > /start
        > 1
        > [Lanjut]
        > (pdf akta.pdf)
        < Berkas itu belum kami simpan: kami jelaskan dahulu … Sebelum mulai, pastikan
        > [Sudah]
        > [Saya memahami dan setuju]
        > (pdf akta.pdf)
        < Berkas sudah kami simpan. Nanti kami tanyakan … Apa bentuk usaha
        > [CV]
        > CV Maju Bersama
        > 01.312.166.0-091.000
        > maju_bersama
        > siti@majubersama.co.id
        > Siti Aminah
        > 0812-3456-7890
        > [Direktur]
        < Berkas akta.pdf untuk persyaratan yang mana? [Akta Pendirian]
        > [Akta Pendirian]
        < Berkas 2 dari 8: Formulir Keikutsertaan
        """
    )


async def test_a_pdf_is_whole_under_whatever_name_it_comes(siti: Read) -> None:
    """Else whoever sends the next document adds it to this one, as its second page."""
    await fill_in(siti)
    await siti(
        """
        > (pdf Scan 24 Nov 2026)
        < Formulir Keikutsertaan sudah kami terima. 1 dari 8 … Berkas 2 dari 8: Formulir Pendaftaran
        """
    )


async def test_documents_can_come_in_any_order_from_the_checklist(siti: Read) -> None:
    await fill_in(siti)
    await siti(
        """
        > [Daftar berkas]
        < 0 dari 8 berkas sudah ada. Pilih … [▫️ KTP Direktur] [▫️ Akta Perubahan Terakhir (bila ada)] [Lanjut]
        > 4
        < Berkas 1 dari 8: KTP Direktur
        > (foto)
        < KTP Direktur sudah kami terima. 1 dari 8 … Berkas 2 dari 8: Formulir Keikutsertaan
        """
    )


async def test_whoever_goes_on_from_the_checklist_has_sent_all_pages_of_the_last_document(siti: Read) -> None:
    await fill_in(siti)
    await siti(
        """
        > [Daftar berkas]
        > 1
        > (foto)
        < Formulir Keikutsertaan: 1 halaman diterima. Masih ada halaman lain?
        """
    )
    if siti.phone.newest.button("Selesai") is None:
        return  # without buttons the checklist is not on the screen any more
    siti.phone.tap("▫️ KTP Direktur", on=siti.phone.showing("0 dari 8 berkas sudah ada"))
    await siti("< KTP Direktur")
    await siti("> (foto)\n< KTP Direktur sudah kami terima. 2 dari 8 berkas sudah ada. … Formulir Pendaftaran")


async def test_a_licence_of_another_kind_can_be_added_from_the_checklist(siti: Read) -> None:
    await siti(CV_ANSWERS)
    await siti(CV_DOCUMENTS)
    await siti(
        """
        > [Ubah]
        > [Berkas]
        > [✅ Izin usaha: NIB]
        < Izin usaha … Salah satu cukup [SIUP]
        > [SIUP]
        > (pdf siup.pdf)
        < SIUP sudah kami terima … 8 berkas … Izin usaha
        """
    )


async def test_what_cannot_be_taken_is_refused_with_what_to_do(siti: Read) -> None:
    await fill_in(siti)
    await siti(
        """
        > (kosong formulir.pdf)
        < Berkas itu kosong (0 byte) … Berkas 1 dari 8
        > (terkunci formulir.pdf)
        < PDF itu terkunci dengan kata sandi … Berkas 1 dari 8
        > (terpotong formulir.pdf)
        < Berkas itu rusak atau terpotong … Berkas 1 dari 8
        > (word surat.docx)
        < Berkas itu dokumen Word. Yang dapat kami terima … Berkas 1 dari 8
        > (besar formulir.pdf)
        < lebih dari 20 MB … Berkas 1 dari 8
        > (heic IMG_0001.heic)
        < 1 halaman diterima
        """
    )


async def test_what_is_not_a_document_gets_a_sensible_answer(siti: Read) -> None:
    await fill_in(siti)
    await siti(
        """
        > (stiker)
        < mohon jawab dengan tulisan atau tombol … Berkas 1 dari 8
        > (suara)
        < pesan suara belum dapat kami dengarkan … Berkas 1 dari 8
        > (lokasi)
        < lokasi tidak diperlukan
        > (kontak)
        < kartu kontak belum dapat kami baca
        > ini berkasnya
        < Mohon kirim foto atau PDF … Berkas 1 dari 8
        """
    )


@only("telegram")
async def test_a_message_that_is_changed_is_not_read_again(siti: Read) -> None:
    await fill_in(siti)
    await siti("> ini berkasnya")
    siti.phone.edit([m for m in siti.phone.messages if m.text == "ini berkasnya"][-1], "maksud saya nanti")
    await siti("< Pesan yang diubah tidak kami baca ulang")


async def test_a_file_without_a_case_is_not_kept(siti: Read) -> None:
    await siti(
        """
        > (pdf akta.pdf)
        < belum dapat kami simpan karena belum ada permohonan … Silakan pilih layanan
        """
    )
