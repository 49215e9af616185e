"""The office's folder is read whole, and all its mistakes are told by file."""

import re
import shutil
from pathlib import Path

import docx
import pytest

from bot.__main__ import main
from bot.office_folder import OfficeFolderMistakes, check_office, read_office
from conversations.flow import say
from domain.messages import BOLD, PLAIN

BOGOR = Path(__file__).parents[2] / "office"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(BOGOR, tmp_path / "office")
    return tmp_path / "office"


def test_the_folder_of_the_repository_is_right() -> None:
    office = read_office(BOGOR, "-1", "lpse_bot")
    assert office.settings.name == "LPSE Kota Bogor"
    assert (office.staff_chat, office.bot_name) == ("-1", "lpse_bot")


def test_what_a_ready_answer_says_to_type_can_be_typed() -> None:
    office = read_office(BOGOR, "-1")
    bodies = [(slug, answer.body.in_(language)) for slug, answer in office.faq.items() for language in ("id", "en")]
    told = [(slug, word) for slug, body in bodies for word in re.findall(rf"(?:ketik|type) {BOLD}(.+?){PLAIN}", body)]
    assert len(told) > 20
    assert [(slug, word) for slug, word in told if office.wording.word(word) is None] == []


def test_mistakes_of_all_files_are_told_at_once(folder: Path) -> None:
    (folder / "catalogue.toml").write_text("x = [", "utf-8")
    (folder / "calendar.toml").unlink()
    (folder / "office.toml").write_bytes(b"\xff")
    with pytest.raises(OfficeFolderMistakes) as error:
        read_office(folder, "-1")
    assert [Path(re.split("[:,]", line)[0]).name for line in error.value.mistakes] == [
        "catalogue.toml",
        "calendar.toml",
        "office.toml",
    ]
    assert "No such file" in str(error.value)


def test_each_mistake_in_a_file_names_it(folder: Path) -> None:
    settings = (folder / "office.toml").read_text("utf-8")
    (folder / "office.toml").write_text(settings.replace("nama =", "nma =", 1), "utf-8")
    with pytest.raises(OfficeFolderMistakes) as error:
        read_office(folder, "-1")
    assert all(line.startswith(str(folder / "office.toml")) for line in error.value.mistakes)


def test_an_office_may_have_sentences_of_its_own(folder: Path) -> None:
    (folder / "wording").mkdir()
    (folder / "wording" / "id.toml").write_text('[sorry]\nprovider = "Aduh, *maaf*."\n', "utf-8")
    office = read_office(folder, "-1")
    assert "Aduh" in office.say("id", say("sorry.provider"))
    assert "Aduh" not in office.say("en", say("sorry.provider"))


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(OfficeFolderMistakes, match=r"catalogue\.toml"):
        read_office(tmp_path / "nowhere", "-1")


def spoil(folder: Path, file: str, was: str, is_now: str) -> int:
    """Write a mistake into a file, once; tells the line."""
    path = folder / file
    text = path.read_text("utf-8")
    assert was in text
    path.write_text(text.replace(was, is_now, 1), "utf-8")
    return text[: text.index(was)].count("\n") + 1


@pytest.mark.parametrize(
    ("file", "was", "is_now", "told"),
    [
        ("catalogue.toml", 'alur = "registrasi"', 'alur = "registrsi"', '"registrsi" tidak dikenal'),
        ("catalogue.toml", '"sop-020"]', '"sop-20"]', '"sop-20" belum didaftarkan'),
        (
            "catalogue.toml",
            'judul_singkat = "Perubahan Data"',
            'judul_singkt = "x"',
            'mungkin maksudnya "judul_singkat"',
        ),
        ("catalogue.toml", "hasil_rahasia = true", "hasil_rahasia = false", "user ID hanya untuk yang memintanya"),
        (
            "catalogue.toml",
            '{ id = "npwp", nama = "NPWP perusahaan"',
            '{ id = "telp", nama = "x"',
            '"telp" tidak dikenal',
        ),
        ("calendar.toml", 'selasa = ["07.30-12.00"', 'selasa = ["27.30-12.00"', "bukan rentang jam"),
        ("calendar.toml", 'rabu = ["07.30-12.00"', 'rabu = ["07.30-14.00"', "tidak tumpang-tindih"),
        ("calendar.toml", "lama_menit = 30", "lama_menit = 500", "paling banyak 240, tertulis 500"),
        ("calendar.toml", "hari_kerja_ke_depan = 10", "hari_kerja_ke_depan = 100000", "paling banyak 90"),
        ("calendar.toml", "paling_lambat_dipesan_jam = 4", "paling_lambat_dipesan_jam = 900", "melewati"),
        ("calendar.toml", 'jumat = ["09.00-11.00"]', 'jumat = ["09.00-09.20"]', "lebih pendek dari lama_menit (30)"),
        ("calendar.toml", 'jumat = ["09.00-11.00"]', 'jumat = [""]', "bukan rentang jam"),
        ("catalogue.toml", 'hitung = "hari_kerja"', 'hitung = "hari_kalender"', '"hari_kalender" tidak dikenal'),
        ("catalogue.toml", "https://eproc.kotabogor.go.id/eproc4/", "eproc kotabogor", "bukan alamat"),
        ("catalogue.toml", "panggilan_video = true", "persyaratan = [{}]", 'alur "konsultasi" tidak meminta berkas'),
        ("office.toml", "https://meet.jit.si/{room}", "https://meet.jit.si/{room}/{x}", "memuat {room} sekali"),
        ("office.toml", '"60 menit"', '"24 jam"', "cukup ditulis sekali"),
        ("office.toml", '"60 menit"', '"0 menit"', "bukan lama waktu"),
        ("faq/npwp.md", "## en", "## English", 'terjemahan Inggris harus dimulai dengan baris "## en"'),
        ("office.toml", "nama =", "nma =", "tidak dikenal"),
        ("office.toml", "[peran]", "[peran", "periksa tanda kutip, kurung"),
        ("faq/npwp.md", "keywords:", "kata_kunci:", "tidak dikenal"),
    ],
)
def test_a_mistake_is_told_with_its_line(folder: Path, file: str, was: str, is_now: str, told: str) -> None:
    line = spoil(folder, file, was, is_now)
    found = [mistake for mistake in check_office(folder) if told in mistake]
    assert found
    assert any(mistake.startswith(f"{folder / file}, baris {line}: ") for mistake in found), found


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        (
            '[sorry]\nprovidr = "x"',
            'baris 2: sorry.providr: kalimat itu tidak dikenal; mungkin maksudnya "sorry.provider"?',
        ),
        (
            '[withdrawal]\ndone = "{nomor} batal"',
            "baris 2: withdrawal.done: {nomor} tidak dapat diisi; yang ada: {number}",
        ),
        ('[withdrawal]\ndone = "{number batal"', "baris 2: withdrawal.done: kurung kurawal tidak berpasangan"),
        (
            '[booking]\n\nmoving = "{starts:tanggal}"',
            "baris 3: booking.moving: {starts:tanggal}: bentuk",
        ),
        ("[booking]\nmoving = 5", "baris 2: booking.moving: harus berupa teks"),
        ('[provider.resolved]\ninformasi_user_id = "Selesai."', "informasi_user_id: {user_id} wajib ada"),
        ('[sorry]\nprovider = " "', "baris 2: sorry.provider: tidak boleh kosong"),
        ('[menu]\n"ask@whatsap.x" = "x"', "kalimat itu tidak dikenal"),
    ],
)
def test_a_sentence_that_cannot_be_said_is_told(folder: Path, sentence: str, told: str) -> None:
    (folder / "wording").mkdir()
    (folder / "wording" / "id.toml").write_text(sentence, "utf-8")
    [mistake] = check_office(folder)
    assert told in mistake
    with pytest.raises(OfficeFolderMistakes):
        read_office(folder, "-1")


def test_letters_that_cannot_be_filled_are_told(folder: Path) -> None:
    letters = folder / "letters"
    catalogue = folder / "catalogue.toml"
    spare = 'nama = "x"\nasal = "x"\nresmi = false\n'
    more = "".join(f'[[templat]]\nid = "{name}"\n{spare}' for name in ("rusak", "salah"))
    catalogue.write_text(f"{catalogue.read_text('utf-8')}\n{more}", "utf-8")
    (letters / "rusak.docx").write_bytes(b"PK")
    document = docx.Document()
    document.add_paragraph("Kepada {{ penerima }}, dari {{ company }}")
    document.save(str(letters / "salah.docx"))
    first, second = check_office(folder)
    assert first == f"{letters / 'rusak.docx'}: bukan berkas Word (.docx) yang dapat dibaca"
    assert second.startswith(f"{letters / 'salah.docx'}: {{{{ penerima }}}} tidak dapat diisi")


def test_a_slip_in_the_name_of_a_file_is_told(folder: Path) -> None:
    (folder / "letters" / "surat-kuasa.docx").rename(folder / "letters" / "surat-kuasaa.docx")
    (folder / "faq" / "jam.markdown").touch()
    (folder / "wording").mkdir()
    (folder / "wording" / "in.toml").touch()
    (folder / "Calender.toml").touch()
    (folder / "catatan-rapat.txt").touch()
    found = [mistake.removeprefix(f"{folder}/") for mistake in check_office(folder)]
    assert found == [
        'Calender.toml: tidak dibaca, karena namanya tidak dikenal; mungkin maksudnya "calendar.toml"?',
        "faq/jam.markdown: tidak dibaca, karena namanya tidak dikenal",
        'wording/in.toml: tidak dibaca, karena namanya tidak dikenal; mungkin maksudnya "id.toml"?',
        'letters/surat-kuasaa.docx: tidak dibaca, karena namanya tidak dikenal; mungkin maksudnya "surat-kuasa.docx"?',
    ]


def test_an_office_that_nobody_could_ever_call_is_told(folder: Path) -> None:
    path = folder / "calendar.toml"
    text = path.read_text("utf-8")
    start = text.index("senin", text.index("\n[panggilan]"))
    path.write_text(text[:start] + text[text.index("lama_menit") :], "utf-8")
    [mistake] = check_office(folder)
    assert mistake.endswith("panggilan.senin: sedikitnya satu hari harus memiliki jam panggilan")


def test_all_is_told_at_once_by_the_command_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["office", "check", str(folder)]) == 0
    assert "no mistakes" in capsys.readouterr().out
    spoil(folder, "catalogue.toml", 'alur = "registrasi"', 'alur = "x"')
    spoil(folder, "calendar.toml", "zona_waktu", "zona")
    spoil(folder, "office.toml", "nama =", "nma =")
    spoil(folder, "faq/npwp.md", "title:", "judul:")
    assert main(["office", "check", str(folder)]) == 1
    told = capsys.readouterr().err
    for file in ("catalogue.toml", "calendar.toml", "office.toml", "faq/npwp.md"):
        assert f"{folder / file}, baris" in told
