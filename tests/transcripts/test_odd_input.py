"""Whatever somebody sends gets a clear answer, and nothing is lost or half-done."""

import pytest

from domain.cases import Case
from tests import papers
from tests.chat import Read
from tests.conftest import Counter, only
from tests.scenes import CV_ANSWERS, CV_DOCUMENTS, accept_everything, fill_in, submit

ENDLESS = "tolong " * 1429
"""10,003 characters."""

FROM_RIGHT_TO_LEFT = "\u200f\u202e\u2067"
"""What turns the direction of writing around, and is not seen."""


def as_sent(channel: str, text: str) -> list[str]:
    """A long text as it leaves the phone: Telegram's app cuts it into messages of 4096 characters."""
    length = 4096 if channel == "telegram" else len(text)
    return [text[start : start + length] for start in range(0, len(text), length)]


async def the_case(counter: Counter) -> Case:
    return await counter.loket.database.run(lambda uow: uow.cases.get(1))


async def test_ten_thousand_characters_are_refused_and_the_question_stays(
    counter: Counter, siti: Read, channel: str
) -> None:
    await siti("> /start\n> 1\n> [Lanjut]\n> [Sudah]\n> [Saya memahami dan setuju]\n> [CV]")
    for part in as_sent(channel, ENDLESS):
        siti.look_away()
        siti.phone.say(part)
        await siti("< terlalu panjang; paling banyak 150 huruf … Apa nama perusahaan")
    await siti("> CV Maju Bersama\n< Berapa NPWP perusahaan?")
    for part in as_sent(channel, ENDLESS):
        siti.look_away()
        siti.phone.say(part)
        await siti("< NPWP hanya berisi angka … Berapa NPWP perusahaan?")


async def test_ten_thousand_characters_are_no_button_no_document_and_no_menu(
    counter: Counter, siti: Read, channel: str
) -> None:
    first = as_sent(channel, ENDLESS)[0]
    siti.phone.say(first)
    await siti("< Silakan pilih layanan")
    await fill_in(siti)
    siti.look_away()
    siti.phone.say(first)
    await siti("< Mohon kirim foto atau PDF … Berkas 1 dari 8")
    await siti(CV_DOCUMENTS)
    siti.look_away()
    siti.phone.say(first)
    await siti("< belum kami pahami … Mohon periksa sebelum dikirim")


async def test_ten_thousand_characters_for_staff_are_asked_for_shorter(
    counter: Counter, siti: Read, channel: str, rini_in_group: Read
) -> None:
    await fill_in(siti)
    await siti("> petugas")
    rini_in_group.look_away()
    for part in as_sent(channel, ENDLESS)[:2]:
        siti.look_away()
        siti.phone.say(part)
        await siti("< paling banyak 3000 huruf … Silakan tulis pesan")
    assert rini_in_group.news == []
    await siti("> Berkas saya terlalu besar.\n< sudah kami teruskan … Berkas 1 dari 8")


async def test_a_document_under_ten_thousand_characters_is_a_document(counter: Counter, siti: Read) -> None:
    await fill_in(siti)
    siti.look_away()
    siti.phone.send_document("f" * 10_000 + ".pdf", papers.a_pdf(), caption=ENDLESS)
    await siti("< Formulir Keikutsertaan sudah kami terima. 1 dari 8")


@only("telegram")
async def test_ten_thousand_characters_from_staff_change_nothing(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    siti.look_away()
    for command in ("/tolak 1", "/catatan 1", "/balas 1"):
        rini_in_group.look_away()
        rini_in_group.phone.say(f"{command} {ENDLESS}")
        await rini_in_group("< Terlalu panjang; paling banyak 3000 huruf.")
    for command in ("/cari", "/kasus", "/ambil", "/libur", "/peran"):
        rini_in_group.look_away()
        rini_in_group.phone.say(f"{command} {ENDLESS}")
        await counter.settle()
        (answer,) = rini_in_group.news
        assert len(answer.text) < 600, answer
    assert siti.news == []
    assert (await the_case(counter)).state == "submitted"
    assert (await the_case(counter)).holder_id is None


EMOJI = """
    > 🙂
    < Silakan pilih layanan
    > /start
    > 1
    > 🙂🙂🙂
    < belum kami pahami … Registrasi
    > [Lanjut]
    > [Sudah]
    > 👍
    < belum kami pahami
    > [Saya memahami dan setuju]
    > 🏢
    < belum kami pahami … Apa bentuk usaha
    > [CV]
    > 🙂🙂🙂
    < perlu memuat huruf … Apa nama perusahaan
    > CV Maju Bersama
    > 🔢
    < NPWP hanya berisi angka … Berapa NPWP
    > 01.312.166.0-091.000
    > 🙂
    < User ID SPSE perlu memuat huruf atau angka. … Apa user ID SPSE
    > maju_bersama
    > 📧
    < email
    > siti@majubersama.co.id
    > 👩
    < Siapa nama Direktur
    > Siti Aminah
    > ☎️
    < Nomor HP
    > 0812-3456-7890
    > 👌
    < belum kami pahami … Siapa yang mengajukan
    > [Direktur]
    > 📄
    < Mohon kirim foto atau PDF … Berkas 1 dari 8
"""


async def test_emoji_alone_answer_no_question(siti: Read) -> None:
    await siti(EMOJI)


async def test_marks_that_turn_the_writing_around_are_left_out_of_every_answer(counter: Counter, siti: Read) -> None:
    around = FROM_RIGHT_TO_LEFT
    await siti(
        f"""
        > {around}/start
        < Silakan pilih layanan
        > {around}1
        > {around}lanjut
        > {around}sudah
        > [Saya memahami dan setuju]
        > {around}CV
        > CV {around}Maju{around} Bersama
        > {around}01.312.166.0-091.000
        > maju{around}_bersama
        > siti@{around}majubersama.co.id
        > Siti{around} Aminah
        > 0812{around}-3456-7890
        > {around}direktur{around}
        < Berkas 1 dari 8
        > {around}status
        < belum dikirim
        """
    )
    form = await counter.loket.database.run(lambda uow: uow.forms.for_case(1, "registration"))
    assert form is not None
    assert form.answers["company"] == "CV Maju Bersama"
    assert (form.answers["user_id"], form.answers["email"]) == ("maju_bersama", "siti@majubersama.co.id")
    assert (form.answers["director"], form.answers["mobile"]) == ("Siti Aminah", "+6281234567890")


async def test_a_command_that_nobody_knows_leaves_the_question_open(siti: Read) -> None:
    await siti(
        """
        > /tidakada
        < Silakan pilih layanan
        > 1
        > /setuju_semua
        < Perintah itu tidak ada. Ketik bantuan … Registrasi … [Lanjut]
        > [Lanjut]
        > [Sudah]
        > [Saya memahami dan setuju]
        > [CV]
        > /tidakada
        < Perintah itu tidak ada. … Apa nama perusahaan
        > /ambil 1
        < Perintah itu tidak ada. … Apa nama perusahaan
        > /status@loket_bot sekarang
        < belum dikirim … Apa nama perusahaan
        > /start dari-tautan
        < Silakan pilih layanan [Lanjutkan permohonan]
        """
    )


async def test_an_album_with_one_bad_file_keeps_the_good_ones(counter: Counter, siti: Read) -> None:
    await fill_in(siti)
    siti.look_away()
    files = [("1.pdf", papers.a_pdf(), "application/pdf"), ("akta *asli*\u202efdp.pdf", b"", "application/pdf")]
    siti.phone.send_album([*reversed(files), ("3.pdf", papers.a_pdf(), "application/pdf")])
    await counter.settle()
    said = "\n".join(message.text for message in siti.news)
    named = "akta *asli*fdp.pdf: " if siti.phone.person.channel == "telegram" else ""  # WhatsApp tells no names
    assert f"{named}Berkas itu kosong (0 byte)" in said
    assert "0 halaman diterima" not in said
    kept = [one for one in await counter.loket.database.run(lambda uow: uow.documents.of_case(1)) if one.pages]
    assert sum(one.pages for one in kept) == 2
    assert "2 halaman diterima" in said or "2 dari 8 berkas sudah ada" in said


@only("telegram")
async def test_a_button_from_last_week_in_the_office_says_how_things_stand(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await accept_everything(rini_in_group, rini)
    old = rini.phone.showing("KTP Direktur")
    await counter.wait(days=7)
    before = await the_case(counter)
    for data in ("s.accept.1.4", "s.return.1.4", "s.send.1", "s.pass.1", "s.resolve.1", "s.take.999", "s.nonsense.1"):
        rini.look_away()
        rini.phone.forge_tap(data, on=old)
        await counter.settle()
        assert rini.phone.toasts[-1].text, data
    assert await the_case(counter) == before


@pytest.mark.parametrize("kind", ["stiker", "suara", "lokasi", "kontak"])
async def test_what_is_not_an_answer_leaves_every_question_open(siti: Read, kind: str) -> None:
    await siti(f"> ({kind})\n< Silakan pilih layanan")
    await siti(CV_ANSWERS.replace("\n    > CV Maju", f"\n    > ({kind})\n    < Apa nama perusahaan\n    > CV Maju"))
    await siti(CV_DOCUMENTS)
    await siti(f"> ({kind})\n< Mohon periksa sebelum dikirim")
