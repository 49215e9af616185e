"""A provider registers: what is asked, what is refused, and what is said about it."""

from tests.chat import Read
from tests.conftest import Counter, only
from tests.scenes import CV_ANSWERS, CV_DOCUMENTS, PT_ANSWERS, fill_in


async def test_a_plain_yes_is_an_answer_in_whatever_words(siti: Read) -> None:
    await siti(
        """
        > /start
        > 1
        > Oke
        < Sebelum mulai, pastikan
        > Iya, sudah semua.
        < Pemberitahuan data pribadi
        > mungkin
        < Mohon maaf, jawaban itu belum kami pahami … Apakah Bapak/Ibu memahami dan setuju?
        > Setuju
        < Apa bentuk usaha Bapak/Ibu?
        """
    )


async def test_a_plain_no_is_one_too(siti: Read) -> None:
    await siti(
        """
        > /start
        > 1
        > ya
        > ya
        > Tdk setuju
        < Baik, tidak ada data yang kami simpan.
        > menu
        > 1
        > ok
        > Belum semua
        < Permohonan dapat diajukan setelah semua itu terpenuhi
        """
    )


async def test_a_cv_whose_director_files_sends_eight_documents(siti: Read) -> None:
    await siti(
        """
        > /start
        < Selamat pagi, Bapak/Ibu. Ini layanan resmi LPSE Kota Bogor. Semua layanan gratis.
          Silakan pilih layanan: … 1. Registrasi … 5.
          [1. Registrasi & Verifikasi] [Status] [Tanya petugas]
        > [1. Registrasi & Verifikasi]
        < Biaya: Tidak dikenakan biaya. … Waktu: Maksimal 1x24 jam … • KTP Direktur [Lanjut]
        > [Lanjut]
        < Sebelum mulai, pastikan … user ID SPSE [Sudah] [Belum]
        > [Sudah]
        < Pemberitahuan data pribadi … Apakah Bapak/Ibu memahami dan setuju? [Saya memahami dan setuju] [Tidak setuju]
        > [Saya memahami dan setuju]
        < Apa bentuk usaha Bapak/Ibu? [PT] [CV] [Perorangan] [Kembali]
        > [CV]
        < Apa nama perusahaan, sesuai akta?
        > CV Maju Bersama
        < Berapa NPWP perusahaan?
        > 01.312.166.0-091.000
        < Apa user ID SPSE
        > maju_bersama
        < Apa alamat email
        > siti@majubersama.co.id
        < Siapa nama Direktur
        > Siti Aminah
        < Berapa nomor HP Direktur?
        > 0812-3456-7890
        < Siapa yang mengajukan permohonan ini? [Direktur] [Kuasa]
        > [Direktur]
        < Berkas 1 dari 8: Formulir Keikutsertaan (ditandatangani Direktur, dicap, bermeterai Rp10.000)
          [Daftar berkas] [Kembali]
        > (pdf formulir-keikutsertaan.pdf)
        < Formulir Keikutsertaan sudah kami terima. 1 dari 8 berkas sudah ada. … Berkas 2 dari 8: Formulir Pendaftaran
        > (pdf formulir-pendaftaran.pdf)
        < Berkas 3 dari 8: Surat Penunjukan Admin
        > (pdf penunjukan-admin.pdf)
        < Berkas 4 dari 8: KTP Direktur
        > (foto)
        < KTP Direktur sudah kami terima. 4 dari 8 berkas sudah ada. … Berkas 5 dari 8: NPWP Perusahaan
        > (pdf npwp-perusahaan.pdf)
        < Berkas 6 dari 8: NPWP Direktur
        > (pdf npwp-direktur.pdf)
        < Berkas 7 dari 8: Izin usaha … Salah satu cukup. [NIB] [SIUP] [Izin usaha lain sesuai bidang]
        > [NIB]
        < Berkas 7 dari 8: NIB
        > (pdf nib.pdf)
        < NIB sudah kami terima. … Berkas 8 dari 8: Akta Pendirian
        > (pdf akta.pdf)
        < Bila ada: Akta Perubahan Terakhir [Tidak punya]
        > [Tidak punya]
        < Mohon periksa sebelum dikirim:
          Bentuk usaha: CV
          Nama perusahaan: CV Maju Bersama
          NPWP perusahaan: 01.312.166.0-091.000
          8 berkas: … NIB
          [Kirim permohonan] [Ubah]
        > [Kirim permohonan]
        < Permohonan Bapak/Ibu tercatat dengan nomor REG-2026-0001, antrean pemeriksaan ke-1.
          Petugas memeriksa kelengkapan pada jam kerja. [Status]
        < …
        > status
        < REG-2026-0001 · Registrasi Offline … Menunggu pemeriksaan berkas … Antrean pemeriksaan ke-1
        """
    )


async def test_a_pt_that_sends_a_proxy_and_an_amended_deed_needs_eleven_documents(siti: Read) -> None:
    await siti(PT_ANSWERS)
    await siti(
        """
        > status
        < belum dikirim … Berkas 1 dari 10: Formulir Keikutsertaan
        > (pdf 1.pdf)
        > (pdf 2.pdf)
        > (pdf 3.pdf)
        < Berkas 4 dari 10: Surat Kuasa (berkop surat perusahaan, ditandatangani Direktur, dicap, bermeterai Rp10.000)
        > (pdf 4.pdf)
        > (foto)
        > (foto)
        > (foto)
        > [SIUP]
        > (pdf siup.pdf)
        > (pdf akta.pdf)
        < Bila ada: Akta Perubahan Terakhir
        > (pdf perubahan.pdf)
        < Akta Perubahan Terakhir sudah kami terima. 10 dari 11 berkas sudah ada. … Berkas 11 dari 11: Keputusan Menteri
        > (pdf sk.pdf)
        < Mohon periksa sebelum dikirim: … Yang mengajukan: Kuasa … 11 berkas: … Surat Kuasa
        """
    )


async def test_answers_that_cannot_be_right_are_refused_in_plain_words(siti: Read) -> None:
    await siti(
        """
        > /start
        > 1
        > lanjut
        > sudah
        > 1
        > dua
        < belum kami pahami … Apa bentuk usaha
        > 99
        < belum kami pahami … Apa bentuk usaha
        > cv
        < Apa nama perusahaan
        > !!
        < Nama itu terlalu pendek … Apa nama perusahaan
        > 12345
        < perlu memuat huruf … Apa nama perusahaan
        > Apakah CV boleh mendaftar?
        < terbaca sebagai pertanyaan … ketik petugas … Apa nama perusahaan
        > CV Maju Bersama
        > 12345
        < NPWP terdiri atas 15 atau 16 angka; yang diketik 5 angka. … Berapa NPWP
        > belum punya
        < NPWP hanya berisi angka
        > 000000000000000
        < Nomor itu bukan NPWP
        > 012345678901234
        < tampaknya tidak lazim … 01.234.567.8-901.234 [Sudah benar] [Perbaiki]
        > [Perbaiki]
        < Berapa NPWP
        > 012345678901234
        > [Sudah benar]
        < Apa user ID SPSE
        > maju bersama
        < tidak memakai spasi
        > maju_bersama
        > siti@kantor
        < Alamat email belum lengkap
        > siti@majubersama.co.id
        > S1ti
        < Nama orang tidak memuat angka
        > Siti Aminah
        > 12
        < Nomor HP belum benar
        > 0251-8321075
        < tampaknya bukan nomor HP [Sudah benar] [Perbaiki]
        > [Perbaiki]
        > 0812-3456-7890
        < Siapa yang mengajukan
        """
    )


async def test_back_asks_the_last_question_again_and_forgets_nothing_else(siti: Read) -> None:
    await fill_in(siti)
    await siti(
        """
        > [Kembali]
        < Siapa yang mengajukan
        > kembali
        < Berapa nomor HP Direktur
        > 0812-0000-1111
        < Siapa yang mengajukan
        > [Direktur]
        < Berkas 1 dari 8
        """
    )


async def test_any_answer_can_be_changed_before_it_is_sent(siti: Read) -> None:
    await siti(CV_ANSWERS)
    await siti(CV_DOCUMENTS)
    await siti(
        """
        > [Ubah]
        < Apa yang ingin diubah? [Email terdaftar] [Berkas] [Tidak jadi]
        > [Tidak jadi]
        < Mohon periksa sebelum dikirim
        > ubah
        > [Email terdaftar]
        < Apa alamat email
        > baru@majubersama.co.id
        < Email terdaftar: baru@majubersama.co.id
        > [Ubah]
        > [Yang mengajukan]
        < Siapa yang mengajukan
        > [Kuasa]
        < Berkas 9 dari 9: Surat Kuasa
        > (pdf kuasa.pdf)
        < 9 berkas: … Surat Kuasa
        > [Ubah]
        > [Berkas]
        < 9 dari 9 berkas sudah ada … [✅ KTP Direktur] [Lanjut]
        > [✅ KTP Direktur]
        > (foto)
        < KTP Direktur sudah kami terima … Mohon periksa sebelum dikirim
        """
    )


async def test_whoever_is_not_registered_online_yet_is_sent_to_the_portal_first(siti: Read) -> None:
    await siti(
        """
        > /start
        > 1
        > [Lanjut]
        > [Belum]
        < Permohonan dapat diajukan setelah semua itu terpenuhi … ketik petugas. [Menu]
        > menu
        < Silakan pilih layanan [Lanjutkan permohonan]
        """
    )


async def test_whoever_does_not_accept_the_privacy_notice_is_told_another_way(siti: Read) -> None:
    await siti(
        """
        > /start
        > 1
        > [Lanjut]
        > [Sudah]
        > [Tidak setuju]
        < tidak ada data yang kami simpan … hubungi helpdesk LPSE Kota Bogor
        """
    )


async def test_a_draft_waits_while_the_menu_is_looked_at(siti: Read) -> None:
    await fill_in(siti)
    await siti(
        """
        > menu
        < Selamat pagi … Silakan pilih layanan [Lanjutkan permohonan]
        > [Lanjutkan permohonan]
        < Selamat datang kembali. … Berkas 1 dari 8
        > /start
        > [1. Registrasi & Verifikasi]
        < masih punya Registrasi … yang belum dikirim [Lanjutkan permohonan] [Mulai baru]
        > [Mulai baru]
        < Registrasi Offline dan Verifikasi Berkas [Lanjut]
        > menu
        < Silakan pilih layanan
        > 5
        < pelatihan
        > menu
        < Silakan pilih layanan
        > konsultasi
        < Silakan tulis pertanyaannya
        """
    )


async def test_a_draft_is_withdrawn_only_after_asking(siti: Read) -> None:
    await fill_in(siti)
    await siti(
        """
        > batal
        < Batalkan permohonan yang belum dikirim seluruhnya? [Ya, batalkan] [Tidak]
        > [Tidak]
        < tidak ada yang dibatalkan … Berkas 1 dari 8
        > /batal
        > [Ya, batalkan]
        < Permohonan yang belum dikirim itu sudah dibatalkan [Menu]
        > status
        < Dibatalkan atas permintaan
        """
    )


async def test_a_service_that_is_not_offered_says_so_and_where_to_go(siti: Read) -> None:
    await siti(
        """
        > /start
        > 5
        < Permohonan Pelatihan SPSE … tidak melayani permohonan pelatihan … eproc LKPP
        """
    )


async def test_a_word_of_the_menu_works_anywhere(siti: Read) -> None:
    await fill_in(siti)
    await siti(
        """
        > bantuan
        < Cara memakai layanan ini … hubungi helpdesk … Berkas 1 dari 8
        > petugas
        < Silakan tulis pesan untuk petugas
        > batal
        < Baik, tidak jadi
        > lanjut
        < Selamat datang kembali … Berkas 1 dari 8
        """
    )


@only("telegram")
async def test_whoever_takes_their_consent_back_leaves_nothing_that_they_told(counter: Counter, siti: Read) -> None:
    async def told() -> int:
        query = "select count(*) from outbox where text like '%siti@majubersama.co.id%'"
        count: int = await counter.loket.database.run(lambda uow: uow._connection.exec_driver_sql(query).scalar_one())
        return count

    await fill_in(siti)
    await siti(CV_DOCUMENTS)
    assert await told() == 1
    while not siti.phone.newest.offers("Tidak setuju"):
        await siti("> kembali")
    await siti("> [Tidak setuju]\n< tidak ada data yang kami simpan")
    assert await told() == 0
