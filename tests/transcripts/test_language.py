"""English for those who choose it: all they read from then on, whoever causes it; the office stays Indonesian."""

import re
from datetime import UTC, datetime

from tests.chat import Read
from tests.conftest import Counter, only
from tests.scenes import CV_DOCUMENTS, accept_everything, fill_in, pass_the_call, submit
from tests.transcripts.test_case import CALL

INDONESIAN = re.compile(
    r"\b(?:yang|dan|untuk|dengan|dari|adalah|berkas|permohonan|silakan|mohon|bapak|ibu|anda|kami|sudah|belum|ketik|tekan"
    r"|jadwal|panggilan|petugas|layanan|biaya|tidak|akan|pada|pukul|hari|jam|bila|ada|nama|nomor|perusahaan)\b",
    re.IGNORECASE,
)
OFFICIAL = re.compile(
    r"[LS]PSE Kota Bogor|LPSE Nasional|Bahasa Indonesia|\(LPSE\)[^.?]*|https?://\S+|\S+@\S+", re.IGNORECASE
)
"""What stays as it is in any language."""


def left_in_indonesian(reader: Read, since: int = 0) -> list[str]:
    """The words that an English reader could not read."""
    said = [message for message in reader.phone.messages if message.from_bot][since:]
    texts = [" ".join((message.text, *message.labels)) for message in said]
    return sorted({word.lower() for text in texts for word in INDONESIAN.findall(OFFICIAL.sub("", text))})


async def test_the_language_is_changed_in_the_middle_of_a_question_and_back(siti: Read) -> None:
    await siti(
        """
        > /start
        > 1
        > bahasa
        < Pilih bahasa. Choose your language. [Bahasa Indonesia] [English]
        > [English]
        < All right, we go on in English. … You receive … [Next]
        > [Next]
        < Before you start
        > bahasa indonesia
        < kita lanjutkan dalam bahasa Indonesia … Sebelum mulai
        > english
        < All right … Before you start
        > menu
        < Please choose a service
        > language
        > [Bahasa Indonesia]
        < kita lanjutkan dalam bahasa Indonesia [Menu]
        """
    )


async def test_a_whole_registration_in_english(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read, dedi_in_group: Read
) -> None:
    await siti("> halo\n> english\n< All right, we go on in English [Menu]")
    begun = len([message for message in siti.phone.messages if message.from_bot])
    await siti("> menu\n> 1")
    for answer in ("1", "1", "1", "2", "CV Maju Bersama", "01.312.166.0-091.000", "maju_bersama", "siti@maju.co.id"):
        await siti(f"> {answer}")
    await siti("> Siti Aminah\n> 0812-3456-7890\n> 1")
    await siti(CV_DOCUMENTS.replace("[Tidak punya]", "[I have none]"))
    await siti("> 1\n< Your request is recorded as REG-2026-0001\n< …")
    await accept_everything(rini_in_group, rini)
    await siti("> status\n> 1\n> 1")
    await counter.move_to(datetime(2026, 11, 24, 5, 31, tzinfo=UTC))
    await counter.move_to(CALL)
    await pass_the_call(rini)
    await dedi_in_group("> [Ambil]\n> [Selesai di SPSE]")
    await siti("> help\n> officer\n> cancel\n> status")
    assert left_in_indonesian(siti, begun) == []
    assert "Menunggu" not in siti.phone.newest.text
    assert "request" not in rini_in_group.phone.screen().lower()


async def test_what_staff_and_the_schedule_cause_is_read_in_english_too(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await siti("> english")
    begun = len([message for message in siti.phone.messages if message.from_bot])
    await rini_in_group("> [Ambil]")
    await rini_in_group("> [Periksa berkas]")
    await rini("> [Sesuai]\n" * 7 + "> [Perlu perbaikan] di berkas 1 dari 8\n> [Buram]\n> [Kirim hasil]")
    await counter.wait(days=4)
    await counter.wait(days=5)
    await counter.wait(days=15)
    assert len([message for message in siti.phone.messages if message.from_bot]) > begun
    assert left_in_indonesian(siti, begun) == []


@only("telegram")
async def test_the_menu_of_commands_follows(counter: Counter, siti: Read, budi: Read) -> None:
    await siti("> /start\n> english")
    commands = {command["command"]: command["description"] for command in siti.phone.commands}
    assert commands["officer"] == "write to an officer"
    assert "petugas" not in commands
    for command in commands:
        await siti(f"> /{command}")
        assert left_in_indonesian(siti, -1) == []
    await budi("> /start")
    assert "petugas" in {command["command"] for command in budi.phone.commands}
    await siti("> indonesia")
    assert "petugas" in {command["command"] for command in siti.phone.commands}


@only("telegram")
async def test_every_question_can_be_read_in_english(siti: Read) -> None:
    await fill_in(siti)
    await siti("> english")
    begun = len([message for message in siti.phone.messages if message.from_bot])
    answers = "back menu 2 menu 3 menu 4 menu 5 nonsense reschedule continue cancel"
    for answer in answers.split():
        await siti(f"> {answer}")
    assert left_in_indonesian(siti, begun - 1) == []


@only("telegram")
async def test_a_phone_that_speaks_another_language_is_told_of_english(counter: Counter, siti: Read) -> None:
    anna = counter.reader(counter.person("Anna", language="de").private)
    await anna("> /start\n< Selamat pagi … For English, please type english. Silakan pilih layanan")
    await anna("> menu\n< Selamat pagi")
    assert "For English" not in anna.phone.newest.text
    await siti("> /start")
    assert "For English" not in siti.phone.newest.text
