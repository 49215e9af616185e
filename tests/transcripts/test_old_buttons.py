"""Buttons from earlier in the chat, pressed when everything has moved on, and people with more than one case."""

from domain.cases import State
from tests.chat import Read
from tests.conftest import Counter, only
from tests.scenes import CV_DOCUMENTS, PT_ANSWERS, accept_everything, book_first_slot, fill_in, submit


@only("telegram")
async def test_an_old_start_over_does_not_touch_a_case_that_was_handed_in(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await fill_in(siti)
    await siti("> menu\n> [1. Registrasi & Verifikasi]\n< masih punya Registrasi [Mulai baru]")
    old = siti.phone.newest
    await siti("> [Lanjutkan permohonan]")
    await siti(CV_DOCUMENTS)
    await siti("> [Kirim permohonan]")
    await accept_everything(rini_in_group, rini)
    await book_first_slot(siti)
    siti.phone.tap("Mulai baru", on=old)
    await counter.settle()
    case = await counter.loket.database.run(lambda uow: uow.cases.get(1))
    assert case.state is State.BOOKED


async def test_documents_of_another_legal_form_are_not_handed_in(counter: Counter, siti: Read) -> None:
    await siti(PT_ANSWERS.replace("[Kuasa]", "[Direktur]"))
    await siti(CV_DOCUMENTS)
    await siti(
        """
        > (pdf sk.pdf)
        > [Ubah]
        > [Bentuk usaha]
        > [CV]
        < 8 berkas
        > [Kirim permohonan]
        """
    )
    sent = await counter.loket.database.run(lambda uow: uow.documents.of_case(1))
    assert len(sent) == 8
    assert "sk_kemenkumham" not in {document.need for document in sent}


@only("telegram")
async def test_an_accepted_document_cannot_be_taken_out_by_a_forged_button(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await rini_in_group("> [Ambil]\n> [Periksa berkas]")
    await rini("> [Sesuai]\n" * 7)
    await rini("> [Perlu perbaikan] di Formulir Keikutsertaan\n> [Buram]\n> [Kirim hasil]")
    form = await counter.loket.database.run(lambda uow: uow.forms.for_case(1, "correction"))
    ktp = next(
        one
        for one in await counter.loket.database.run(lambda uow: uow.documents.of_case(1))
        if one.need == "ktp_direktur"
    )
    assert form is not None
    siti.phone.forge_tap(f"f{form.id}.documents.drop:{ktp.id}", on=siti.phone.newest)
    await counter.settle()
    still = await counter.loket.database.run(lambda uow: uow.documents.of_case(1))
    assert ktp.id in {one.id for one in still}


@only("telegram")
async def test_the_kind_of_an_earlier_document_is_not_taken_for_the_next(counter: Counter, siti: Read) -> None:
    await fill_in(siti)
    await siti(
        """
        > (pdf 1.pdf)
        > (pdf 2.pdf)
        > (pdf 3.pdf)
        > (foto)
        > (pdf 5.pdf)
        > (pdf 6.pdf)
        > [NIB]
        > (pdf nib.pdf)
        """
    )
    siti.phone.tap("✓ NIB")
    await counter.settle()
    await siti("> (pdf akta.pdf)\n< Akta Pendirian sudah kami terima")


@only("telegram")
async def test_a_draft_that_fell_asleep_is_offered_again(counter: Counter, siti: Read) -> None:
    await fill_in(siti)
    for _ in range(30):
        await counter.wait(days=1)
    siti.look_away()
    await siti(
        """
        > menu
        < Silakan pilih layanan [Lanjutkan permohonan]
        > lanjut
        < Selamat datang kembali. … Berkas 1 dari 8
        """
    )


async def test_photos_sent_quickly_are_pages_of_the_document_that_was_asked_for(counter: Counter, siti: Read) -> None:
    await fill_in(siti)
    await siti(
        """
        > (pdf 1.pdf)
        > (pdf 2.pdf)
        > (pdf 3.pdf)
        > (foto x3)
        < KTP Direktur: 3 halaman diterima [Selesai]
        > [Selesai]
        < Berkas 5 dari 8: NPWP Perusahaan
        """
    )


@only("telegram")
async def test_whoever_taps_twice_is_asked_the_next_question_once(counter: Counter, siti: Read) -> None:
    await siti("> /start")
    menu = siti.phone.newest
    await siti("> [1. Registrasi & Verifikasi]\n> [Lanjut]\n> [Sudah]\n> [Saya memahami dan setuju]")
    question = siti.phone.newest
    siti.look_away()
    siti.phone.tap("CV", on=question)
    siti.phone.tap("CV", on=question)
    await siti("< Apa nama perusahaan\n! Sudah dijawab")
    siti.phone.tap("1. Registrasi & Verifikasi", on=menu)
    await siti("< Apa nama perusahaan")


@only("telegram")
async def test_whoever_taps_a_service_twice_is_not_asked_whether_to_begin_anew(counter: Counter, siti: Read) -> None:
    await siti("> /start")
    menu = siti.phone.newest
    siti.look_away()
    siti.phone.tap("1. Registrasi & Verifikasi", on=menu)
    siti.phone.tap("1. Registrasi & Verifikasi", on=menu)
    await siti("< Yang perlu disiapkan [Lanjut]\n< Yang perlu disiapkan [Lanjut]")
    assert await counter.loket.database.run(lambda uow: uow.cases.find(2)) is None
