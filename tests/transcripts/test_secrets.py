"""Passwords and one-time codes that people write although nobody asked: kept nowhere, passed on to nobody."""

from typing import Any

from tests.chat import Read
from tests.conftest import Counter, only
from tests.papers import a_photo
from tests.scenes import submit

SECRET = "Rahasia#77"
WARNED = "kata sandi atau kode OTP. Bagian itu tidak kami simpan dan tidak dibaca petugas"


async def everything_kept(counter: Counter) -> str:
    """All that the database holds, as one text."""

    def read(uow: Any) -> str:
        run = uow._connection.exec_driver_sql
        tables = [row[0] for row in run("select name from sqlite_master where type = 'table'")]
        return "\n".join(str(tuple(row)) for table in tables for row in run(f'select * from "{table}"'))

    return await counter.loket.database.run(read)


async def test_at_no_question_a_password_is_an_answer(counter: Counter, siti: Read) -> None:
    await siti(
        f"""
        > password saya: {SECRET}
        < {WARNED}
        < Silakan pilih layanan
        > 1
        > kata sandi {SECRET}
        < {WARNED}
        < Registrasi Offline dan Verifikasi Berkas … Hasil
        > [Lanjut]
        > [Sudah]
        > [Saya memahami dan setuju]
        > [CV]
        > CV Maju, password={SECRET}
        < {WARNED}
        < Apa nama perusahaan
        > CV Maju Bersama
        > 01.312.166.0-091.000
        > user id maju_bersama password {SECRET}
        < {WARNED}
        < Apa user ID SPSE
        > maju_bersama
        < Apa alamat email
        """
    )
    assert SECRET not in await everything_kept(counter)


async def test_a_letter_goes_on_without_it(counter: Counter, siti: Read, rini_in_group: Read) -> None:
    await submit(siti)
    rini_in_group.look_away()
    await siti(
        f"""
        > petugas
        > Saya tidak bisa masuk, password saya {SECRET}, OTP 482913. Mohon dibantu
        < {WARNED}
        < sudah kami teruskan
        > petugas
        > password tidak benar, saya sudah lupa password
        < sudah kami teruskan
        """
    )
    await rini_in_group(
        """
        < Saya tidak bisa masuk, password saya •••, OTP •••. Mohon dibantu
        < password tidak benar, saya sudah lupa password
        """
    )
    kept = await everything_kept(counter)
    assert SECRET not in kept
    assert "482913" not in kept


async def test_the_words_under_a_photo_are_read_as_well(counter: Counter, siti: Read) -> None:
    await siti("> /start")
    siti.phone.send_photo(a_photo(1200, 800), caption=f"password akun: {SECRET}")
    await siti(f"< {WARNED}\n< Berkas itu belum dapat kami simpan")
    assert SECRET not in await everything_kept(counter)


@only("telegram")
async def test_what_is_put_right_afterwards_is_hidden_too(counter: Counter, siti: Read) -> None:
    await siti("> /start\n> 1")
    siti.look_away()
    message = siti.phone.say("lanjut dong")
    await counter.settle()
    siti.look_away()
    siti.phone.edit(message, f"password: {SECRET}")
    await siti(f"< {WARNED}\n< Registrasi Offline dan Verifikasi Berkas")
    assert SECRET not in await everything_kept(counter)


@only("telegram")
async def test_staff_send_no_passwords_either(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read, dedi: Read
) -> None:
    await submit(siti)
    siti.look_away()
    refused = "tidak kami simpan dan tidak kami kirim"
    await rini_in_group(f"> /balas 1 Kata sandi baru: {SECRET}\n< {refused}")
    await rini(
        f"""
        > /catatan 1 password penyedia {SECRET}
        < {refused}
        > /balas 1
        < Balasan kepada CV Maju Bersama
        > password Anda adalah {SECRET}
        < {refused}
        < Tulis dalam satu pesan
        > Kata sandi dapat diganti sendiri di SPSE: klik Lupa Password
        < Balasan sudah dikirim
        """
    )
    await siti("< Balasan petugas … Kata sandi dapat diganti sendiri di SPSE: klik Lupa Password")
    assert SECRET not in await everything_kept(counter)


async def test_a_question_to_the_office_goes_on_without_it(counter: Counter, siti: Read, rini_in_group: Read) -> None:
    await siti(
        f"""
        > /start
        > 4
        > [Setuju]
        > Apakah mesin jahit butuh sertifikat halal? password saya {SECRET}
        < {WARNED}
        < tercatat dengan nomor KON-2026-0001
        > OTP 482913
        < {WARNED}
        < sudah kami teruskan
        """
    )
    kept = await everything_kept(counter)
    assert SECRET not in kept
    assert "482913" not in kept
    assert SECRET not in rini_in_group.phone.screen()


@only("telegram")
async def test_an_officer_answers_a_question_without_passwords(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await siti("> /start\n> 4\n> [Setuju]\n> Apakah mesin jahit butuh sertifikat halal?")
    await rini_in_group("> [Ambil]")
    rini.look_away()
    siti.look_away()
    rini.phone.reply(rini.phone.showing("sertifikat halal"), f"Pakai saja password {SECRET}")
    await rini("< tidak kami simpan dan tidak kami kirim")
    assert siti.news == []
    assert SECRET not in await everything_kept(counter)
