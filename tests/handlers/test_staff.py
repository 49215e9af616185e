"""What staff can do with a case, who may do it, and that a late, double or foreign tap changes nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.cases import Case, Role, State
from domain.messages import Address, Inbound
from handlers import arrival, letters, staff
from handlers.hear import hear
from storage.tables import outbox
from tests.handlers.conftest import ADI, RINA, SITI, TONO, VERA, Day, wib
from tests.offices import GROUP


def test_of_two_who_take_a_case_the_second_learns_who_was_first(day: Day) -> None:
    case = day.submitted()
    assert day.tap(RINA, f"s.take.{case.id}").text == f"{case.number} sekarang Anda pegang."
    late = day.tap(TONO, f"s.take.{case.id}")
    assert late.alert
    assert late.text == f"{case.number} sedang dipegang Rina."
    assert day.holder(case) == RINA
    assert day.story(case) == [(RINA, "taken")]


def test_taking_twice_is_said_and_changes_nothing(day: Day) -> None:
    case = day.submitted()
    day.tap(RINA, f"s.take.{case.id}")
    assert "memang sudah" in day.tap(RINA, f"s.take.{case.id}").text
    assert day.story(case) == [(RINA, "taken")]


def test_being_in_the_group_is_not_enough(day: Day) -> None:
    case = day.submitted()
    toast = day.tap("999", f"s.take.{case.id}")
    assert toast.alert
    assert "/peran 999 tus" in toast.text
    assert day.holder(case) is None
    assert "/peran 999 tus" in day.write("999", "/antrian")
    assert day.write("999", "selamat pagi semua") == ""


@pytest.mark.parametrize(
    ("who", "action"), [(RINA, "resolve"), (RINA, "send_back"), (ADI, "resolve"), (TONO, "take"), (TONO, "papers")]
)
def test_only_the_verifikator_acts_on_what_is_verified(day: Day, who: str, action: str) -> None:
    case = day.verified()
    toast = day.tap(who, f"s.{action}.{case.id}")
    assert (toast.alert, toast.text) == (True, "Tindakan ini hanya untuk Verifikator.")
    assert day.state(case) is State.VERIFIED
    assert day.holder(case) is None


@pytest.mark.parametrize("action", ["take", "check"])
def test_the_verifikator_does_not_check_completeness(day: Day, action: str) -> None:
    case = day.submitted()
    assert day.tap(VERA, f"s.{action}.{case.id}").text == "Tindakan ini hanya untuk TUS atau Admin."
    assert day.holder(case) is None


def test_somebody_elses_case_is_left_alone_but_an_admin_may_step_in(day: Day) -> None:
    case = day.submitted()
    day.tap(RINA, f"s.check.{case.id}")
    document = day.uow.documents.of_case(case.id)[0]
    assert day.tap(TONO, f"s.accept.{case.id}.{document.id}", private=True).alert
    assert day.uow.documents.of_case(case.id)[0].state == "sent"
    assert not day.tap(ADI, f"s.accept.{case.id}.{document.id}", private=True).alert
    assert day.uow.documents.of_case(case.id)[0].state == "accepted"
    assert not day.tap(ADI, f"s.release.{case.id}").alert
    assert day.holder(case) is None


def test_checking_sends_every_document_to_the_holder_and_nothing_to_the_group(day: Day) -> None:
    case = day.submitted()
    day.news()
    assert "8 berkas" in day.tap(RINA, f"s.check.{case.id}").text
    (_, told), *news = day.news()
    assert "menurut penyedia" in told
    assert len(news) == 8
    assert {chat for chat, _ in news} == {RINA}
    assert news[0][1].splitlines() == [
        "Formulir Keikutsertaan",
        "Periksa: ditandatangani Direktur, dicap, bermeterai Rp10.000",
        f"{case.number} · berkas 1 dari 8",
    ]
    names = day.connection.exec_driver_sql("SELECT file_name FROM outbox WHERE file_name != ''").scalars().all()
    assert names[0] == f"{case.number} 1 Formulir Keikutsertaan"
    assert "documents_opened" in [what for _, what in day.story(case)]


def test_a_document_that_is_on_its_way_is_not_sent_twice_and_an_old_copy_leaves(day: Day) -> None:
    case = day.submitted()
    day.news()
    for _ in range(2):
        day.tap(RINA, f"s.check.{case.id}")
    assert len(day.news()) == 9
    for owed in day.uow.outbox.claim("telegram", day.now):
        day.uow.outbox.record_sent(owed, ["51"], day.now)
        day.uow.posts.keep(owed, ["51"], day.now)
    day.tap(RINA, f"s.check.{case.id}")
    again = [text for _, text in day.news() if text and "menurut penyedia" not in text]
    assert len(again) == 1
    assert (RINA, "51") in day.taken_back()


def test_once_the_outcome_is_sent_no_verdict_can_be_pressed(day: Day) -> None:
    case = day.submitted()
    day.tap(RINA, f"s.check.{case.id}")
    documents = day.uow.documents.of_case(case.id)
    for document in documents:
        day.tap(RINA, f"s.accept.{case.id}.{document.id}", private=True)
    assert day.post(f"verdict:{documents[0].id}")[2] == [f"s.return.{case.id}.{documents[0].id}"]
    day.tap(RINA, f"s.send.{case.id}", private=True)
    assert {tuple(day.post(f"verdict:{document.id}")[2]) for document in documents} == {()}


def test_a_case_that_is_given_back_leaves_no_verdict_to_press(day: Day) -> None:
    case = day.submitted()
    day.tap(RINA, f"s.check.{case.id}")
    first = day.uow.documents.of_case(case.id)[0]
    assert day.tap(RINA, f"s.accept.{case.id}.{first.id}", private=True).text == "Formulir Keikutsertaan: sesuai"
    day.tap(RINA, f"s.release.{case.id}")
    assert day.post(f"verdict:{first.id}")[2] == []


def test_the_outcome_waits_for_every_verdict_and_is_told_once(day: Day) -> None:
    case = day.submitted()
    day.tap(RINA, f"s.check.{case.id}")
    documents = day.uow.documents.of_case(case.id)
    for document in documents[1:]:
        day.tap(RINA, f"s.accept.{case.id}.{document.id}", private=True)
    assert day.tap(RINA, f"s.send.{case.id}", private=True).text == "Masih 1 berkas yang belum diberi keputusan."
    day.tap(RINA, f"s.return.{case.id}.{documents[0].id}", private=True)
    _, _, buttons = day.post(f"verdict:{documents[0].id}")
    assert f"s.because.{case.id}.{documents[0].id}.tanpa_meterai" in buttons
    day.tap(RINA, f"s.because.{case.id}.{documents[0].id}.tanpa_meterai", private=True)
    chat, text, buttons = day.post(f"outcome:{case.id}")
    assert (chat, buttons) == (RINA, [f"s.send.{case.id}"])
    assert "7 sesuai, 1 perlu perbaikan" in text
    day.news()
    day.tap(RINA, f"s.send.{case.id}", private=True)
    assert day.state(case) is State.RETURNED
    [(chat, told)] = day.news()
    assert chat == SITI
    assert "Hanya 1 berkas yang perlu diperbaiki" in told
    assert "Formulir Keikutsertaan: belum bermeterai" in told
    assert day.tap(RINA, f"s.send.{case.id}", private=True).alert
    assert day.news() == []
    assert day.tap(RINA, f"s.accept.{case.id}.{documents[0].id}", private=True).alert


def test_another_reason_is_written_and_the_verdict_can_change_until_it_is_sent(day: Day) -> None:
    case = day.submitted()
    day.tap(RINA, f"s.check.{case.id}")
    for document in day.uow.documents.of_case(case.id):
        day.tap(RINA, f"s.accept.{case.id}.{document.id}", private=True)
    first = day.uow.documents.of_case(case.id)[0]
    assert "percakapan pribadi" in day.tap(RINA, f"s.because.{case.id}.{first.id}.lainnya", private=True).text
    day.explain(RINA, "Tanggalnya salah")
    returned = day.uow.documents.of_case(case.id)[0]
    assert (returned.state, returned.reason, returned.note) == ("returned", "lainnya", "Tanggalnya salah")
    assert "Tanggalnya salah" in day.post(f"verdict:{first.id}")[1]
    day.tap(RINA, f"s.accept.{case.id}.{first.id}", private=True)
    day.news()
    day.tap(RINA, f"s.send.{case.id}", private=True)
    assert day.state(case) is State.COMPLETE
    assert "Semua berkas" in day.news()[0][1]


def test_what_was_accepted_is_not_sent_again_in_the_next_round(day: Day) -> None:
    case = day.submitted()
    documents = day.uow.documents.of_case(case.id)
    for document in documents[1:]:
        day.uow.documents.judge(document.id, "accepted", day.now)
    day.news()
    day.tap(RINA, f"s.check.{case.id}")
    assert len([text for _, text in day.news() if "berkas 1 dari" in text]) == 1


def test_a_member_who_never_opened_the_bot_is_shown_the_way_once(day: Day) -> None:
    case = day.submitted()
    day.uow.staff.dismiss(TONO)
    day.write(ADI, "/peran 12 tus")
    day.connection.exec_driver_sql("DELETE FROM identity WHERE external_id = '12'")
    for _ in range(2):
        assert "buka dahulu percakapan pribadi" in day.tap(TONO, f"s.check.{case.id}").text
    assert day.post(f"write_first:{TONO}")[0] == GROUP
    assert day.holder(case) is None
    day.show_posts()
    day.meet(TONO, "Tono")
    day.write(TONO, "/start", private=True)
    assert [chat for chat, _ in day.taken_back()] == [GROUP], "whoever came needs not be asked any more"
    assert not day.tap(TONO, f"s.check.{case.id}").alert


def test_the_call_passes_only_with_the_director_and_every_original(day: Day) -> None:
    case = day.booked("2026-07-16 09:00")
    day.now = wib("2026-07-17 10:00")
    originals = day.originals(case)
    assert "Direktur hadir" in day.write(RINA, f"/lulus {case.number}")
    day.tap(RINA, f"s.attended_direktur.{case.id}", private=True)
    assert f"Masih {len(originals)} berkas asli" in day.write(RINA, "/lulus 1")
    for document in originals:
        day.tap(RINA, f"s.original.{case.id}.{document}", private=True)
    assert f"s.pass.{case.id}" in day.post(f"sheet:{case.id}")[2]
    day.news()
    day.tap(RINA, f"s.pass.{case.id}", private=True)
    now = day.uow.cases.get(case.id)
    assert (now.state, now.holder_id, now.due_at) == (State.VERIFIED, None, wib("2026-07-20 10:00"))
    told = dict(day.news())
    assert "Senin, 20 Juli 2026 pukul 10.00 WIB" in told[SITI]
    assert GROUP not in told
    chat, text, buttons = day.post(f"card:{case.id}")
    assert (chat, buttons) == (GROUP, [f"s.take.{case.id}"])
    assert "Siap dikerjakan di SPSE" in text
    assert "+62812" not in day.post(f"sheet:{case.id}")[1]
    assert day.tap(RINA, f"s.pass.{case.id}", private=True).alert


def test_an_original_that_differs_is_asked_for_again(day: Day) -> None:
    case = day.booked("2026-07-16 09:00")
    first, *_ = day.originals(case)
    for _ in range(2):
        day.tap(RINA, f"s.original.{case.id}.{first}", private=True)
    day.tap(RINA, f"s.fail.{case.id}", private=True)
    day.explain(RINA, "KTP sudah tidak berlaku")
    assert day.state(case) is State.RETURNED
    assert [one.id for one in day.uow.documents.of_case(case.id) if one.state == "returned"] == [first]
    assert day.uow.appointments.of_case(case.id) is None


def test_a_call_that_fails_for_another_reason_is_booked_again(day: Day) -> None:
    case = day.booked("2026-07-16 09:00")
    assert "tidak lulus" in day.write(RINA, f"/gagal {case.number} sinyal terputus")
    assert day.state(case) is State.COMPLETE


def test_nobody_came_can_only_be_said_after_the_grace_and_the_second_time_is_pointed_out(day: Day) -> None:
    case = day.booked("2026-07-16 09:00")
    day.now = wib("2026-07-16 09:05")
    assert "mulai Kamis, 16 Juli pukul 09.10" in day.tap(RINA, f"s.miss.{case.id}", private=True).text
    day.now = wib("2026-07-16 09:10")
    day.connection.exec_driver_sql("UPDATE 'case' SET no_shows = 1")
    day.news()
    day.tap(RINA, f"s.miss.{case.id}", private=True)
    assert day.state(case) is State.COMPLETE
    news = day.news()
    assert "Tidak apa-apa" in dict(news)[SITI]
    assert "sudah 2 kali tidak hadir" in dict(news)[RINA]


def test_the_verifikator_resolves_in_time_and_the_provider_hears_it_at_once(day: Day) -> None:
    case = day.verified()
    day.news()
    assert "tepat waktu" in day.tap(VERA, f"s.resolve.{case.id}").text
    assert day.state(case) is State.RESOLVED
    done, survey = (text for chat, text in day.news() if chat == SITI)
    assert "sudah aktif" in done
    assert "9 pertanyaan" in survey
    assert day.story(case)[-1] == (VERA, "resolved_in_time")
    assert day.tap(VERA, f"s.resolve.{case.id}").alert
    assert day.news() == []


def test_sending_back_discards_the_clock_and_asks_for_the_picked_documents(day: Day) -> None:
    case = day.verified()
    document = day.uow.documents.of_case(case.id)[3]
    day.tap(VERA, f"s.send_back.{case.id}")
    assert day.tap(VERA, f"s.pick.{case.id}.{document.id}", private=True).text == "1 berkas dipilih."
    day.news()
    day.explain(VERA, "Nama tidak sama dengan SPSE")
    now = day.uow.cases.get(case.id)
    assert (now.state, now.due_at, now.verified_at, now.holder_id) == (State.RETURNED, None, None, None)
    assert [one.id for one in day.uow.documents.of_case(case.id) if one.state == "returned"] == [document.id]
    told = dict(day.news())
    assert "Nama tidak sama dengan SPSE" in told[SITI]
    form = day.uow.forms.for_case(case.id, "correction")
    assert form is not None
    assert form.answers["needs"] == [document.need]


def test_sending_back_without_documents_gives_the_provider_the_reason(day: Day) -> None:
    case = day.verified()
    day.write(VERA, f"/kembalikan {case.number}")
    day.explain(VERA, "Pendaftaran daring belum selesai")
    told = [text for chat, text in day.news() if chat == SITI][-1]
    assert "Pendaftaran daring belum selesai" in told
    assert "Tidak ada berkas yang perlu dikirim ulang" in told
    assert day.state(case) is State.RETURNED


def test_a_refusal_names_the_way_to_object(day: Day) -> None:
    case = day.submitted()
    day.tap(RINA, f"s.take.{case.id}")
    day.write(RINA, f"/tolak {case.number}")
    day.news()
    day.explain(RINA, "perusahaan masuk daftar hitam")
    written = day.news()
    assert day.state(case) is State.REJECTED
    assert "SP4N-LAPOR!" in next(text for chat, text in written if chat == SITI)
    assert day.tap(RINA, f"s.take.{case.id}").alert


@pytest.mark.parametrize("number", ["REG-2026-0001", "reg-2026-1", "1", "reg 2026 0001"])
def test_a_case_is_found_by_its_number_however_it_is_written(day: Day, number: str) -> None:
    case = day.submitted()
    assert "Anda pegang" in day.write(RINA, f"/ambil@loket_bot {number}")
    assert day.holder(case) == RINA


def test_wrong_commands_get_a_clear_answer_and_other_bots_are_left_alone(day: Day) -> None:
    assert day.write(RINA, "/ambil") == "Cara: /ambil REG-2026-0007"
    assert "Tidak ada permohonan bernomor 9" in day.write(RINA, "/ambil 9")
    assert day.write(RINA, "/ambil@other_bot 9") == ""
    assert day.write(RINA, "/cuaca") == ""
    assert day.write(RINA, "/ambl 1") == "Tidak ada perintah /ambl. Mungkin maksudnya /ambil?"
    assert day.write(RINA, "/antrean", private=True) == "Tidak ada perintah /antrean. Mungkin maksudnya /antrian?"
    assert day.write(RINA, "/kembali", private=True) == ""
    assert day.write(RINA, "/peran @" + "a" * 99) == day.write(RINA, "/peran " + "1" * 99)
    assert "/antrian" in day.write(RINA, "/bantuan")
    assert day.write(RINA, "/catatan") == "Cara: /catatan REG-2026-0007 isi catatan"


def test_particulars_are_for_private_chats_only(day: Day) -> None:
    case = day.submitted()
    assert "siti@maju.co.id" not in day.write(RINA, f"/kasus {case.number}")
    assert "siti@maju.co.id" in day.write(RINA, f"/kasus {case.number}", private=True)
    assert (RINA, "particulars_read") in day.story(case)


def test_lists_and_counts(day: Day) -> None:
    assert "Tidak ada permohonan" in day.write(RINA, "/antrian")
    assert "Tidak ada panggilan" in day.write(RINA, "/jadwal")
    case = day.submitted()
    booked = day.booked("2026-07-16 09:00")
    assert case.number in day.write(RINA, "/antrian")
    assert booked.number in day.write(RINA, "/jadwal")
    assert case.number in day.write(RINA, "/cari maju")
    assert "Tidak ada yang cocok" in day.write(RINA, "/cari zzz")
    assert "Cara: /cari" in day.write(RINA, "/cari")
    assert "Menunggu pemeriksaan: 1" in day.write(RINA, "/rekap")


def test_only_an_admin_grants_roles_and_the_last_one_stays(day: Day) -> None:
    assert "hanya untuk Admin" in day.write(RINA, "/peran @siti tus")
    assert day.write(ADI, "/peran @siti tus verifikator") == "Siti (501): TUS, Verifikator."
    member = day.uow.staff.find(SITI)
    assert member is not None
    assert member.roles == {Role.TUS, Role.VERIFIKATOR}
    assert "Harus tetap ada satu Admin" in day.write(ADI, "/peran 31 hapus")
    assert "Harus tetap ada satu Admin" in day.write(ADI, "/peran 31 tus")
    assert "bukan petugas lagi" in day.write(ADI, "/peran @siti hapus")
    assert "bukan petugas." in day.write(ADI, "/peran @siti hapus")
    assert "belum dikenal" in day.write(ADI, "/peran @nobody tus")
    assert "belum dikenal" in day.write(ADI, "/peran 4711 tus")
    for wrong in ("/peran @siti", "/peran siti tus", "/peran @siti bos"):
        assert "Cara: /peran" in day.write(ADI, wrong)
    assert "Rina (11): TUS" in day.write(RINA, "/peran")


def test_what_a_dismissed_member_held_waits_for_somebody_else(day: Day) -> None:
    case = day.submitted()
    day.tap(RINA, f"s.take.{case.id}")
    verified = day.verified()
    day.tap(VERA, f"s.take.{verified.id}")
    day.write(ADI, "/peran 21 verifikator tus")
    assert day.holder(verified) == VERA
    assert day.write(ADI, f"/peran {RINA} hapus").splitlines() == [
        "Permohonan yang dipegang Rina menunggu pemegang baru:",
        f"{case.number} CV Maju Bersama",
        "Rina bukan petugas lagi.",
    ]
    assert day.holder(case) is None
    assert day.story(case)[-1] == (ADI, "released")
    day.write(ADI, f"/peran {VERA} tus")
    assert day.holder(verified) is None


def test_a_username_that_changed_hands_appoints_nobody_else(day: Day) -> None:
    day.meet("601", "Siti")
    assert day.write(ADI, "/peran @siti tus").splitlines() == [
        "@siti cocok dengan beberapa orang. Pakai nomor ID:",
        "Siti (501)",
        "Siti (601)",
    ]
    said = Inbound("telegram", "2", sender="601", chat="601", kind="text", private=True, username="siti_baru")
    arrival.meet(said, day.uow, day.office, day.now)
    assert day.write(ADI, "/peran @siti tus") == "Siti (501): TUS."
    arrival.meet(replace(said, username="siti"), day.uow, day.office, day.now)
    assert day.write(ADI, "/peran @siti verifikator") == "Siti (601): Verifikator."


def test_a_dismissed_member_keeps_neither_a_question_nor_documents(day: Day) -> None:
    case = day.submitted()
    day.tap(RINA, f"s.check.{case.id}")
    day.tap(RINA, f"s.papers.{case.id}")
    first, *_ = day.uow.outbox.claim("telegram", day.now)
    day.uow.outbox.record_sent(first, ["700"], day.now)
    day.tap(RINA, f"s.reply.{case.id}.{day.siti}")
    day.write(ADI, f"/peran {RINA} hapus")
    caller = day.uow.people.meet("telegram", RINA)
    assert caller is not None
    assert caller.form is None
    assert (RINA, "700") in day.taken_back()
    rows = day.connection.execute(select(outbox).where(outbox.c.chat == RINA, outbox.c.state == "owed")).all()
    assert [row.document_id for row in rows if row.document_id is not None] == []
    assert all(row.due_at <= day.now for row in rows)


def test_nobody_decides_on_their_own_case(day: Day) -> None:
    case = day.submitted()
    day.write(ADI, "/peran @siti tus admin")
    for action in ("take", "check"):
        assert "permohonan Anda sendiri" in day.tap(SITI, f"s.{action}.{case.id}").text
    day.tap(RINA, f"s.take.{case.id}")
    assert "permohonan Anda sendiri" in day.write(SITI, f"/tolak {case.number} x")
    assert day.holder(case) == RINA


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Hubungi 0812-3456-7890", "Hubungi *********890"),
        ("email siti@maju.co.id", "email •••"),
        ("user id MAJU.", "user id •••."),
        ("User ID SPSE saya karya_abadi, lupa sandi", "User ID SPSE saya •••, lupa sandi"),
        ("username: karya.", "username: •••."),
        ("user id kami adalah karya.abadi", "user id kami adalah •••"),
        ("user id saya hilang. Bagaimana?", "user id saya hilang. Bagaimana?"),
        ("user ID REG-2026-0001 di mana?", "user ID REG-2026-0001 di mana?"),
        ("REG-2026-0001 pada 2026-07-15", "REG-2026-0001 pada 2026-07-15"),
    ],
)
def test_what_a_letter_may_show_in_the_group(day: Day, written: str, shown: str) -> None:
    case = day.submitted()
    day.news()
    letters.deliver(day.uow, day.office, case, day.siti, written, day.now)
    assert day.uow.cases.story(case.id)[-1].why == written
    [(_, text)] = day.uow.posts.with_buttons("letter:")
    assert shown in text.splitlines()


def test_only_the_staff_group_takes_its_messages_along_when_it_moves(day: Day) -> None:
    for number, chat in enumerate(("-1", GROUP), 1):
        moving = Inbound("telegram", str(number), "66", chat, "moved", private=False, text=f"-100{number}")
        hear(moving, day.uow, day.office, day.now)
    assert day.uow.setting("moved:-1") is None
    assert day.office.group(day.uow) == Address("telegram", "-1002")


def test_a_name_is_written_as_it_looks(day: Day) -> None:
    tricky = Inbound("telegram", "1", "602", "602", "text", name="Bu\nSiti \u202ecba" + "a" * 200, text="halo")
    met = arrival.meet(tricky, day.uow, day.office, day.now)
    assert met.caller.name.startswith("Bu Siti cbaaa")
    assert len(met.caller.name) == arrival.LONGEST_NAME


def test_closing_a_day_names_the_calls_that_fall_on_it(day: Day) -> None:
    booked = day.booked("2026-07-16 09:00")
    assert "hanya untuk Admin" in day.write(RINA, "/libur 2026-07-16 banjir")
    assert booked.number in day.write(ADI, "/libur 16-07-2026 banjir")
    assert "banjir" in day.write(RINA, "/libur")
    assert "dibuka kembali" in day.write(ADI, "/libur buka 2026-07-16")
    assert "memang tidak ditutup" in day.write(ADI, "/libur buka 2026-07-16")
    assert "Tidak ada hari tutup" in day.write(ADI, "/libur")
    assert "sudah lewat" in day.write(ADI, "/libur 2026-07-01 banjir")
    for wrong in (
        "/libur besok",
        "/libur 2026-13-01 x",
        "/libur 2026-12-31",
        "/libur 2032-01-01 x",
        "/libur 0001-01-01 x",
    ):
        assert "Cara: /libur" in day.write(ADI, wrong)


def test_a_letter_is_masked_in_the_group_and_answered_in_the_providers_chat(day: Day) -> None:
    case = day.submitted()
    day.news()
    letters.deliver(day.uow, day.office, case, day.siti, "NIK saya 3271010101010001, mohon dibantu", day.now)
    [(name, text)] = day.uow.posts.with_buttons("letter:")
    assert day.post(name)[0] == GROUP
    assert "3271********0001" in text
    assert day.uow.cases.story(case.id)[-1].why == "NIK saya 3271010101010001, mohon dibantu"
    day.tap(RINA, f"s.reply.{case.id}.{day.siti}")
    day.news()
    day.explain(RINA, "Sudah kami periksa")
    told = day.news()
    assert "Balasan petugas" in dict(told)[SITI]
    assert "Sudah kami periksa" in dict(told)[SITI]
    assert "Dibalas Rina" in day.post(name)[1]
    assert day.post(name)[2] == []


def test_somebody_without_a_case_is_answered_as_well(day: Day) -> None:
    letters.deliver(day.uow, day.office, None, day.siti, "Apakah gratis?", day.now)
    day.tap(RINA, f"s.reply.0.{day.siti}")
    day.news()
    day.explain(RINA, "Ya, gratis")
    assert "Ya, gratis" in dict(day.news())[SITI]
    assert day.tap(RINA, "s.reply.0.99999").alert


@pytest.mark.parametrize(
    "data",
    [
        "s.take.99",
        "s.nonsense.1",
        "s.take.x",
        "s",
        "s.because.1.1.nonsense",
        "s.take." + "9" * 30,
        "s.reply.0." + "9" * 30,
    ],
)
def test_nonsense_on_a_button_gets_a_clear_answer(day: Day, data: str) -> None:
    day.submitted()
    assert day.tap(RINA, data).alert


def test_staff_are_greeted_in_their_own_chat_and_sent_on_when_it_is_not_their_matter(day: Day) -> None:
    assert "Selamat bertugas, Rina" in day.write(RINA, "/start petugas", private=True)
    assert day.write(RINA, "menu", private=True) == ""


def test_corrections_are_announced_to_the_holder_or_to_the_group(day: Day) -> None:
    case: Case = day.submitted()
    day.now += timedelta(hours=1)
    day.connection.exec_driver_sql("UPDATE 'case' SET state_since = '2026-07-15 03:00:00'")
    staff.announce_correction(day.uow, day.office, day.uow.cases.get(case.id), day.now)
    assert "Perbaikan sudah masuk" in day.post(f"card:{case.id}")[1]
    day.tap(RINA, f"s.take.{case.id}")
    staff.announce_correction(day.uow, day.office, day.uow.cases.get(case.id), day.now)
    chat, text, buttons = day.post(f"corrected:{case.id}")
    assert (chat, buttons) == (RINA, [f"s.check.{case.id}"])
    assert "perbaikan sudah masuk" in text
    day.tap(RINA, f"s.check.{case.id}", private=True)
    assert day.post(f"corrected:{case.id}")[2] == []


def test_a_case_can_be_given_back_by_its_holder_only(day: Day) -> None:
    case = day.submitted()
    assert "memang tidak dipegang" in day.write(RINA, "/lepas 1")
    day.tap(RINA, f"s.take.{case.id}")
    assert "sedang dipegang Rina" in day.write(TONO, "/lepas 1")
    assert day.write(RINA, "/lepas 1") == "REG-2026-0001 dilepas."
    assert day.holder(case) is None
    assert day.story(case)[-1] == (RINA, "released")


def test_a_closed_case_can_neither_be_taken_nor_released_nor_rejected(day: Day) -> None:
    case = day.verified()
    day.tap(VERA, f"s.resolve.{case.id}")
    for command in ("/ambil 1", "/lepas 1", "/tolak 1 terlambat", "/gagal 1 x"):
        assert "tidak ada yang diubah" in day.write(RINA, command)
    assert "tidak ada yang diubah" in day.write(VERA, "/selesai 1")
    assert day.state(case) is State.RESOLVED


def test_the_verifikator_sees_the_documents_without_verdicts(day: Day) -> None:
    case = day.verified()
    day.news()
    assert "8 berkas" in day.write(VERA, "/periksa 1")
    assert day.holder(case) == VERA
    assert day.story(case)[-1] == (VERA, "documents_opened")


def test_a_check_that_was_finished_can_be_looked_at_again(day: Day) -> None:
    case = day.submitted()
    for document in day.uow.documents.of_case(case.id):
        day.uow.documents.judge(document.id, "accepted", day.now)
    day.news()
    day.write(RINA, "/periksa 1")
    assert day.post(f"outcome:{case.id}")[2] == [f"s.send.{case.id}"]


def test_a_reason_that_was_opened_by_mistake_is_put_away(day: Day) -> None:
    case = day.submitted()
    day.tap(RINA, f"s.check.{case.id}")
    document = day.uow.documents.of_case(case.id)[0]
    day.tap(RINA, f"s.return.{case.id}.{document.id}", private=True)
    assert day.tap(RINA, f"s.keep.{case.id}.{document.id}", private=True).text == "Formulir Keikutsertaan: tidak diubah"
    assert day.post(f"verdict:{document.id}")[2] == [
        f"s.accept.{case.id}.{document.id}",
        f"s.return.{case.id}.{document.id}",
        f"s.preview.{case.id}.{document.id}",
    ]
    assert day.tap(RINA, f"s.because.{case.id}.{document.id}.nonsense", private=True).alert
    assert day.tap(RINA, f"s.accept.{case.id}.9999", private=True).alert


def test_a_reason_that_comes_too_late_changes_nothing(day: Day) -> None:
    case = day.submitted()
    day.tap(RINA, f"s.check.{case.id}")
    document = day.uow.documents.of_case(case.id)[0]
    day.tap(RINA, f"s.because.{case.id}.{document.id}.lainnya", private=True)
    day.tap(RINA, f"s.release.{case.id}")
    day.tap(TONO, f"s.take.{case.id}")
    day.news()
    day.explain(RINA, "Tanggalnya salah")
    assert day.news() == [(RINA, "REG-2026-0001 sedang dipegang Tono.")]
    assert day.uow.documents.of_case(case.id)[0].state == "sent"


def test_a_note_stays_with_staff(day: Day) -> None:
    case = day.submitted()
    day.news()
    assert "isi catatan" in day.write(RINA, "/catatan 1")
    assert "disimpan" in day.write(RINA, "/catatan 1 Direktur sedang umrah")
    assert "Direktur sedang umrah" not in day.write(RINA, "/kasus 1")
    assert "catatan (Direktur sedang umrah)" in day.write(RINA, "/kasus 1", private=True)
    assert day.state(case) is State.SUBMITTED


def test_the_same_serial_of_two_services_is_asked_back(day: Day) -> None:
    day.submitted()
    other = day.uow.cases.begin(day.siti, "registrasi", day.now, Address("telegram", SITI))
    day.connection.exec_driver_sql(f"UPDATE 'case' SET number = 'UBH-2026-0001' WHERE id = {other.id}")
    assert "UBH-2026-0001" in day.write(RINA, "/ambil 1")


def test_a_director_who_is_not_there_cannot_pass(day: Day) -> None:
    case = day.booked("2026-07-16 09:00")
    day.match_everything(case)
    assert "tidak dapat diluluskan" in day.tap(RINA, f"s.attended_lainnya.{case.id}", private=True).text
    assert f"s.pass.{case.id}" not in day.post(f"sheet:{case.id}")[2]
    assert "Direktur hadir" in day.tap(RINA, f"s.pass.{case.id}", private=True).text


def test_the_sheet_shows_who_is_there_and_what_opens_the_pass(day: Day) -> None:
    case = day.booked("2026-07-16 09:00")
    first, *_ = day.originals(case)
    assert "Pilih yang hadir untuk membuka Lulus" in day.post(f"sheet:{case.id}")[1]
    day.tap(RINA, f"s.attended_direktur.{case.id}", private=True)
    labels = day.connection.exec_driver_sql(f"SELECT rows FROM post WHERE name = 'sheet:{case.id}'").scalar_one()
    assert "✅ Hadir: Direktur" in labels
    assert "▫️ Hadir: kuasa/lainnya" in labels
    assert "https://meet.jit.si/room" in labels
    assert "berkas asli yang belum cocok" in day.post(f"sheet:{case.id}")[1]
    assert day.tap(RINA, f"s.original.{case.id}.{first}", private=True).text == "KTP Direktur: asli cocok"


def test_a_call_sheet_follows_the_case_to_its_new_holder(day: Day) -> None:
    case = day.booked("2026-07-16 09:00")
    day.tap(RINA, f"s.sheet.{case.id}")
    day.tap(RINA, f"s.release.{case.id}")
    day.tap(TONO, f"s.sheet.{case.id}")
    assert day.post(f"sheet:{case.id}")[0] == TONO
    assert day.tap(RINA, f"s.attended_direktur.{case.id}", private=True).text == "REG-2026-0001 sedang dipegang Tono."


def test_picking_without_the_question_is_pointed_out(day: Day) -> None:
    case = day.verified()
    day.tap(VERA, f"s.take.{case.id}")
    document = day.uow.documents.of_case(case.id)[0]
    assert "Tekan Kembalikan" in day.tap(VERA, f"s.pick.{case.id}.{document.id}", private=True).text
    day.tap(VERA, f"s.send_back.{case.id}")
    for count in (1, 0):
        told = day.tap(VERA, f"s.pick.{case.id}.{document.id}", private=True).text
        assert told == f"{count} berkas dipilih."


def test_what_is_late_is_written_down_as_late(day: Day) -> None:
    case = day.verified()
    day.now = wib("2026-07-17 09:30")
    assert "melewati batas" in day.write(VERA, "/selesai 1")
    assert day.story(case)[-1] == (VERA, "resolved_late")


def test_an_anonymous_admin_is_told_what_to_switch_off(day: Day) -> None:
    day.news()
    said = Inbound(
        channel="telegram",
        key="2",
        sender="1087968824",
        chat=GROUP,
        kind="text",
        private=False,
        text="/antrian",
        anonymous=True,
    )
    staff.hear_group(said, None, day.uow, day.office, day.now)
    assert "admin anonim" in day.news()[0][1]
