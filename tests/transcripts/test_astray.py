"""What staff write in the wrong place: it reaches nobody, or too many, and they are told at once what to do."""

from tests.chat import Read
from tests.conftest import Counter, only
from tests.scenes import pass_the_call, submit
from tests.transcripts.test_case import CALL
from tests.transcripts.test_consultation import take
from tests.transcripts.test_services import USER_ID, apply_for_user_id, until_the_call, wherever_it_is_kept

pytestmark = only("telegram")


async def write_in_reply(counter: Counter, reader: Read, to: str, text: str) -> None:
    reader.phone.reply(reader.phone.showing(to), text)
    await counter.settle()


async def test_free_words_go_to_nobody_until_it_is_said_to_whom(siti: Read, rini: Read, rini_in_group: Read) -> None:
    await rini(
        """
        > Halo
        < Ini belum dikirim kepada siapa pun … /balas … /bantuan [Menu penyedia]
        > /slot
        < Perintah itu tidak ada. Semua perintah: /bantuan
        > bantuan
        < /antrian antrean
        > [Menu penyedia]
        < Silakan pilih layanan
        """
    )
    await take(siti, rini, rini_in_group)
    await rini("> [Jawab]\n> Tidak, keduanya terpisah.\n< Jawaban KON-2026-0001 sudah dikirim")
    siti.look_away()
    await rini(
        """
        > Semoga membantu, Bu.
        < belum dikirim kepada siapa pun. Kirim kepada siapa? [KON-2026-0001 Bu Siti] [Menu penyedia]
        """
    )
    assert siti.news == []
    await rini("> [KON-2026-0001 Bu Siti]\n! Jawaban KON-2026-0001 sudah dikirim")
    await siti("< Jawaban petugas, KON-2026-0001: … Semoga membantu, Bu.")
    await rini("> [✓ KON-2026-0001 Bu Siti]\n! sudah dikirim, atau sudah terlalu lama")
    assert siti.news == []


async def test_a_number_of_a_case_shows_the_case(siti: Read, rini: Read) -> None:
    await submit(siti)
    await rini("> REG-2026-0001\n< REG-2026-0001 · CV Maju Bersama … NPWP perusahaan")


async def test_a_letter_is_marked_when_it_is_answered_and_can_be_added_to(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await siti("> /start\n> petugas\n> Apakah buka hari Sabtu?")
    letter = rini_in_group.phone.showing("Apakah buka hari Sabtu?")
    await rini_in_group("> [Balas]")
    in_group = len(rini_in_group.phone.messages)
    await rini("> Tidak, Senin sampai Jumat.\n< Balasan sudah dikirim. [Tulis lagi]")
    await siti("< Balasan petugas: … Tidak, Senin sampai Jumat.")
    assert letter.text.endswith("✅ Dibalas Bu Rini")
    assert letter.labels == []
    assert len(rini_in_group.phone.messages) == in_group
    await rini("> [Tulis lagi]\n< Balasan kepada penyedia\n> Pukul 8 sampai 15.")
    await siti("< Balasan petugas: … Pukul 8 sampai 15.")


async def test_an_answer_in_the_group_does_not_reach_the_provider_and_says_so(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await take(siti, rini, rini_in_group)
    await write_in_reply(counter, rini_in_group, "“Apakah sertifikat halal", "Tidak, keduanya terpisah")
    await rini(
        """
        < Tulisan Anda di grup tidak sampai kepada penyedia KON-2026-0001 [Jawab]
        > [Jawab]
        < Jawaban untuk Bu Siti, KON-2026-0001
        > Tidak, keduanya terpisah
        < Jawaban KON-2026-0001 sudah dikirim
        """
    )


async def test_a_command_in_reply_to_a_card_needs_no_number(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    siti.look_away()
    rini_in_group.look_away()
    await write_in_reply(counter, rini_in_group, "REG-2026-0001", "/ambil")
    await rini_in_group("< REG-2026-0001 sekarang Anda pegang")
    await write_in_reply(counter, rini_in_group, "Pemegang: Bu Rini", "/balas Berkas sedang kami periksa")
    await siti("< Balasan petugas tentang REG-2026-0001: … Berkas sedang kami periksa")
    await rini_in_group("> /lepas1\n< REG-2026-0001 dilepas")


async def test_a_user_id_does_not_stay_in_the_group(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read, dedi: Read, dedi_in_group: Read
) -> None:
    await apply_for_user_id(siti)
    await until_the_call(siti, rini, rini_in_group)
    await counter.move_to(CALL)
    await pass_the_call(rini)
    await dedi_in_group(f"> /selesai 1 {USER_ID}\n< Pertanyaannya ada di percakapan pribadi Anda")
    assert "Pemegang: Pak Dedi" in dedi_in_group.phone.screen()
    await dedi("< User ID hanya untuk penyedia. Pesan Anda di grup kami hapus … apa user ID SPSE-nya?")
    dedi_in_group.phone.say("sebentar ya")
    dedi_in_group.phone.say(USER_ID)
    await counter.settle()
    await dedi("< Pesan Anda di grup kami hapus … Tulis user ID-nya di sini")
    assert "sebentar ya" in dedi_in_group.phone.screen()
    assert USER_ID not in dedi_in_group.phone.screen()
    await dedi(f"> {USER_ID}\n< UID-2026-0001 selesai\n> {USER_ID}\n< Ini belum dikirim kepada siapa pun")
    assert await wherever_it_is_kept(counter) == []


async def test_the_user_id_may_follow_the_command_in_private(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read, dedi: Read
) -> None:
    await apply_for_user_id(siti)
    await until_the_call(siti, rini, rini_in_group)
    await counter.move_to(CALL)
    await pass_the_call(rini)
    siti.look_away()
    await dedi(f"> /selesai 1 {USER_ID}\n< UID-2026-0001 selesai")
    await siti(f"< User ID SPSE CV Maju Bersama: {USER_ID} … \n< menilai layanan kami")
