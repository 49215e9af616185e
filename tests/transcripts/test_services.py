"""The other services that are applied for with documents: changing company data, and the forgotten user ID."""

from typing import Any

from tests.chat import Read
from tests.conftest import Counter
from tests.scenes import pass_the_call
from tests.transcripts.test_case import CALL

SIX = """
    > (pdf surat-permohonan.pdf)
    > (foto)
    > (pdf npwp-perusahaan.pdf)
    > (pdf npwp-direktur.pdf)
    > [NIB]
    > (pdf nib.pdf)
    > (pdf akta.pdf)
    > [Tidak punya]
"""


async def test_several_data_are_changed_at_once_old_beside_new(counter: Counter, siti: Read) -> None:
    await siti(
        """
        > /start
        > 2
        < Perubahan Data Perusahaan … Biaya: Tidak dikenakan biaya [Lanjut]
        > [Lanjut]
        > [Sudah]
        > [Saya memahami dan setuju]
        < Data apa yang ingin diubah? [▫️ Alamat email] [▫️ NPWP perusahaan]
        > [▫️ Alamat email]
        < [✅ Alamat email] [▫️ Nama perusahaan] [Lanjut]
        > nama perusahaan
        < [✅ Alamat email] [✅ Nama perusahaan]
        > [✅ Alamat email]
        < [▫️ Alamat email] [✅ Nama perusahaan]
        > [▫️ Alamat email]
        > [Lanjut]
        < Apa bentuk usaha
        > [CV]
        > CV Maju Bersama
        < Apa nama perusahaan yang baru
        > cv maju bersama
        < Nama itu sama dengan nama yang sekarang
        > CV Maju Terus
        < Berapa NPWP
        > 01.312.166.0-091.000
        > maju_bersama
        < Apa alamat email yang terdaftar
        > lama@maju.id
        < Apa alamat email yang baru
        > baru@maju.id
        > Siti Aminah
        > 0812-3456-7890
        > [Direktur]
        < Berkas 1 dari 6: Surat Permohonan Perubahan Data
        """
    )
    await siti(SIX)
    await siti(
        """
        > status
        < Mohon periksa … Nama perusahaan: CV Maju Bersama … Nama baru: CV Maju Terus … Email baru: baru@maju.id
        > [Kirim permohonan]
        < tercatat dengan nomor UBH-2026-0001
        < …
        """
    )
    case = await counter.loket.database.run(lambda uow: uow.cases.get(1))
    assert case.particulars["changes"] == ["email", "nama"]


async def verified_change(counter: Counter, siti: Read, rini: Read, rini_in_group: Read) -> None:
    """Bu Siti wants another e-mail and another name; the call was passed."""
    await siti(
        """
        > /start
        > 2
        > [Lanjut]
        > [Sudah]
        > [Saya memahami dan setuju]
        > [▫️ Alamat email]
        > [▫️ Nama perusahaan]
        > [Lanjut]
        > [CV]
        > CV Maju Bersama
        > CV Maju Terus
        > 01.312.166.0-091.000
        > maju_bersama
        > lama@maju.id
        > baru@maju.id
        > Siti Aminah
        > 0812-3456-7890
        > [Direktur]
        """
    )
    await siti(SIX)
    await siti("> [Kirim permohonan]\n< tercatat dengan nomor UBH-2026-0001\n< …")
    await rini_in_group("> [Ambil]")
    await rini_in_group("> [Periksa berkas]")
    await rini("> [Sesuai]\n" * 6 + "> [Kirim hasil]")
    await siti("> 1\n> 1\n< Jadwal UBH-2026-0001")
    await counter.move_to(CALL)
    await pass_the_call(rini)
    siti.look_away()


async def test_the_verifikator_records_what_was_changed(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read, dedi: Read, dedi_in_group: Read
) -> None:
    await verified_change(counter, siti, rini, rini_in_group)
    await dedi_in_group("> [Ambil]\n> [Selesai di SPSE]")
    await dedi(
        """
        < Perubahan data UBH-2026-0001 … user ID SPSE maju_bersama … ▫️ Alamat email … lama@maju.id → baru@maju.id …
          ▫️ Nama perusahaan … CV Maju Bersama → CV Maju Terus … Ketuk yang sudah diubah
          [▫️ Alamat email] [▫️ Nama perusahaan] [Semua sudah diubah]
        """
    )
    assert dedi.phone.newest.offers("▫️ Alamat email")
    assert not dedi.phone.newest.offers("Selesai")
    await dedi("> [▫️ Alamat email]\n! Alamat email: sudah diubah")
    await dedi("> [✅ Alamat email]\n! Alamat email: belum diubah")
    await dedi("> [Semua sudah diubah]\n> [Selesai]\n! UBH-2026-0001 selesai, tepat waktu")
    await siti(
        """
        < Permohonan UBH-2026-0001 selesai. Data CV Maju Bersama yang sudah diubah di SPSE: …
          Alamat email: baru@maju.id … Nama perusahaan: CV Maju Terus
        < menilai layanan
        """
    )
    assert "baru@maju.id" not in dedi_in_group.phone.screen()
    assert dedi.phone.newest.text.endswith("✅ Alamat email\n✅ Nama perusahaan")
    assert dedi.phone.newest.buttons == ()


async def test_what_cannot_be_changed_is_told_with_the_reason(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read, dedi: Read, dedi_in_group: Read
) -> None:
    await verified_change(counter, siti, rini, rini_in_group)
    await dedi_in_group("> [Ambil]\n> [Selesai di SPSE]")
    await dedi(
        """
        > [▫️ Nama perusahaan]
        > [Selesai sebagian]
        < mengapa tidak diubah: Alamat email? Penyedia membaca kalimat ini
        > Email itu sudah dipakai akun lain
        < UBH-2026-0001 selesai, tepat waktu
        """
    )
    await siti(
        """
        < selesai sebagian … diubah di SPSE: … Nama perusahaan: CV Maju Terus … Yang tidak diubah: … Alamat email …
          Alasannya: Email itu sudah dipakai akun lain … permohonan baru dapat diajukan dari menu
        < menilai layanan
        """
    )
    story = await counter.loket.database.run(lambda uow: uow.cases.story(1))
    told = {one.what: one.why for one in story}
    assert told["changed"] == "Nama perusahaan"
    assert told["unchanged"] == "Alamat email: Email itu sudah dipakai akun lain"
    await dedi("> /kasus 1\n< Sudah diubah di SPSE: Nama perusahaan … diubah di SPSE (Nama perusahaan)")


async def test_whoever_finds_the_user_id_in_the_mailbox_need_not_apply(siti: Read) -> None:
    await siti(
        """
        > /start
        > 3
        < Cari surat berjudul (LPSE) … Selamat Bergabung di LPSE Nasional … Apakah sudah ketemu?
          [Sudah ketemu] [Tidak ketemu]
        > [Sudah ketemu]
        < Tidak perlu mengajukan permohonan
        > status
        < Dibatalkan
        """
    )


async def test_whoever_forgot_the_user_id_applies_with_a_letter(siti: Read) -> None:
    await siti(
        """
        > /start
        > 3
        > [Tidak ketemu]
        > [Lanjut]
        > [Sudah]
        > [Saya memahami dan setuju]
        > [CV]
        > CV Maju Bersama
        > 01.312.166.0-091.000
        < Apa alamat email yang terdaftar
        > siti@maju.id
        > Siti Aminah
        > 0812-3456-7890
        > [Direktur]
        < Berkas 1 dari 6: Surat Permohonan Informasi User ID SPSE
        """
    )


USER_ID = "maju_bersama_77"


async def apply_for_user_id(siti: Read) -> None:
    await siti(
        """
        > /start
        > 3
        > [Tidak ketemu]
        > [Lanjut]
        > [Sudah]
        > [Saya memahami dan setuju]
        > [CV]
        > CV Maju Bersama
        > 01.312.166.0-091.000
        > siti@maju.id
        > Siti Aminah
        > 0812-3456-7890
        > [Direktur]
        """
    )
    await siti(SIX)
    await siti("> [Kirim permohonan]\n< tercatat dengan nomor UID-2026-0001\n< …")


async def until_the_call(siti: Read, rini: Read, rini_in_group: Read) -> None:
    await rini_in_group("> [Ambil]")
    await rini_in_group("> [Periksa berkas]")
    await rini("> [Sesuai]\n" * 6 + "> [Kirim hasil]")
    await siti("> 1\n> 1\n< Jadwal UID-2026-0001")


async def wherever_it_is_kept(counter: Counter) -> list[str]:
    """The tables that hold the user ID."""

    def read(uow: Any) -> list[str]:
        run = uow._connection.exec_driver_sql
        tables = [row[0] for row in run("select name from sqlite_master where type = 'table'")]
        return [table for table in tables if USER_ID in str(list(map(tuple, run(f'select * from "{table}"'))))]

    return await counter.loket.database.run(read)


async def test_the_user_id_is_read_by_the_provider_alone(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read, dedi: Read, dedi_in_group: Read
) -> None:
    await apply_for_user_id(siti)
    await until_the_call(siti, rini, rini_in_group)
    await dedi("> /selesai 1\n< UID-2026-0001 sekarang: Terjadwal")
    await counter.move_to(CALL)
    await pass_the_call(rini)
    siti.look_away()
    await dedi_in_group("> [Ambil]")
    await dedi_in_group("> [Selesai di SPSE]")
    await dedi(
        """
        > maju bersama
        < User ID SPSE adalah satu kata tanpa spasi … Tulis dalam satu pesan
        """
    )
    await dedi(f"> User ID: {USER_ID}\n< UID-2026-0001 selesai")
    await siti(f"< User ID SPSE CV Maju Bersama: {USER_ID}. Kami tidak pernah meminta … \n< menilai layanan kami")
    for reader in (dedi_in_group, rini, rini_in_group):
        assert USER_ID not in reader.phone.screen()
    assert await wherever_it_is_kept(counter) == []


async def passed_with_two_accounts(counter: Counter, siti: Read, channel: str, rini: Read, rini_in_group: Read) -> Read:
    """Bu Siti applies on one messenger, joins her account on the other, and goes on there until the call is passed."""
    other = "telegram" if channel == "whatsapp" else "whatsapp"
    elsewhere = counter.reader(counter.person("Siti di rumah", channel=other).private)
    await apply_for_user_id(siti)
    await elsewhere("> halo\n> tautkan")
    code = elsewhere.phone.newest.text.split("Kode: ")[1].splitlines()[0]
    await siti(f"> tautkan {code}\n> [Ya, itu akun saya]\n< Sudah tertaut")
    await until_the_call(elsewhere, rini, rini_in_group)
    await counter.move_to(CALL)
    await pass_the_call(rini)
    return elsewhere


async def test_with_two_accounts_it_goes_to_the_one_that_opened_the_case(
    counter: Counter, siti: Read, channel: str, rini: Read, rini_in_group: Read, dedi: Read, dedi_in_group: Read
) -> None:
    elsewhere = await passed_with_two_accounts(counter, siti, channel, rini, rini_in_group)
    await elsewhere("> status\n< UID-2026-0001 … Terverifikasi")
    siti.look_away()
    await dedi_in_group("> [Ambil]\n> [Selesai di SPSE]")
    await dedi(f"> {USER_ID}\n< UID-2026-0001 selesai")
    await siti(f"< User ID SPSE CV Maju Bersama: {USER_ID}")
    await elsewhere("< User ID-nya kami kirim hanya di percakapan … tempat permohonan ini dimulai\n< menilai layanan")
    assert USER_ID not in elsewhere.phone.screen()
    assert await wherever_it_is_kept(counter) == []


async def test_a_chat_that_cannot_be_reached_keeps_it_waiting(
    counter: Counter, siti: Read, channel: str, rini: Read, rini_in_group: Read, dedi: Read, dedi_in_group: Read
) -> None:
    elsewhere = await passed_with_two_accounts(counter, siti, channel, rini, rini_in_group)
    siti.phone.person.block()
    await counter.settle()
    await dedi_in_group("> [Ambil]\n> [Selesai di SPSE]")
    await dedi(f"> {USER_ID}\n< UID-2026-0001 selesai")
    assert "1 pesan tidak sampai" in dedi_in_group.phone.screen()
    assert USER_ID not in elsewhere.phone.screen()
    siti.phone.person.unblock()
    await counter.settle()
    await dedi_in_group("> [Kirim ulang] di UID-2026-0001")
    assert USER_ID in siti.phone.screen()
    assert USER_ID not in elsewhere.phone.screen()
    assert await wherever_it_is_kept(counter) == []
