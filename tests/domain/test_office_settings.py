"""What an office decides for itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.office_file import Text
from domain.office_settings import OfficeSettingsMistakes, Patience, parse_office_settings
from tests.domain.offices import bogor


def test_bogor_calls_by_link_reminds_three_times_and_is_patient() -> None:
    settings = parse_office_settings(bogor("office.toml"))
    assert settings.name == "LPSE Kota Bogor"
    assert settings.complaint.in_("en") == "SP4N-LAPOR! (lapor.go.id or SMS 1708)"
    assert settings.roles["tus"] == Text("TUS")
    assert settings.call_by == "tautan"
    assert settings.link("kucing-biru-42") == "https://meet.jit.si/kucing-biru-42"
    assert settings.call_reminders == (timedelta(days=1), timedelta(hours=1), timedelta(minutes=10))
    assert settings.no_show_grace == timedelta(minutes=10)
    assert settings.silent_days == settings.draft_days == Patience(nudge=3, warn=7, close=14)
    assert settings.sla_marks == (0.5, 0.8)
    assert settings.unclaimed_after == timedelta(hours=2)
    assert settings.documents_in_chat == timedelta(hours=24)
    assert (settings.files_a_day, settings.bytes_a_day) == (200, 400 << 20)


def test_what_providers_read_is_also_there_in_english() -> None:
    settings = parse_office_settings(bogor("office.toml"))
    read = (settings.contact, settings.complaint, settings.privacy_text, settings.retention_text)
    assert [text.id for text in read if not text.en] == []


def test_an_office_that_telephones_needs_no_link() -> None:
    file = bogor("office.toml")
    file["panggilan"] = {"cara": "telepon", "pengingat": ["10 menit", "2 jam"], "toleransi_terlambat_menit": 5}
    settings = parse_office_settings(file)
    assert (settings.call_by, settings.call_link) == ("telepon", "")
    assert settings.call_reminders == (timedelta(hours=2), timedelta(minutes=10))


def _spoil(table: str, key: str, value: object) -> Callable[[dict[str, Any]], None]:
    def spoil(file: dict[str, Any]) -> None:
        (file[table] if table else file)[key] = value

    return spoil


PATIENCE = "harus tiga bilangan yang makin besar, misalnya [3, 7, 14]"
MARKS = "harus bilangan antara 1 dan 99 yang makin besar, misalnya [50, 80]"


@pytest.mark.parametrize(
    ("table", "key", "value", "mistakes"),
    [
        ("", "nama", "", ("nama: tidak boleh kosong",)),
        ("", "kontak", 42, ("kontak: harus berupa teks",)),
        ("", "pengadaun", "x", ('pengadaun: tidak dikenal; mungkin maksudnya "pengaduan"?',)),
        ("peran", "tus", "", ("peran.tus: tidak boleh kosong",)),
        (
            "petugas",
            "berkas_di_percakapan_jam",
            48,
            (
                "petugas.berkas_di_percakapan_jam: paling banyak 47, tertulis 48; sesudah 48 jam Telegram tidak"
                " mengizinkan bot menghapus pesannya, jadi berkas tidak dapat dihapus lagi",
            ),
        ),
        ("berkas", "sehari_berkas", 0, ("berkas.sehari_berkas: paling sedikit 1, tertulis 0",)),
        (
            "panggilan",
            "tautan",
            "https://meet.jit.si/lpse",
            ('panggilan.tautan: harus diawali "https://", memuat {room} sekali, dan tanpa spasi',),
        ),
        (
            "panggilan",
            "tautan",
            "meet/{room}",
            ('panggilan.tautan: harus diawali "https://", memuat {room} sekali, dan tanpa spasi',),
        ),
        (
            "panggilan",
            "cara",
            "faks",
            ('panggilan.cara: "faks" tidak dikenal; pilih salah satu: tautan, telepon',),
        ),
        (
            "panggilan",
            "pengingat",
            ["sehari", "1 jam"],
            ('panggilan.pengingat: "sehari" bukan lama waktu; tulis seperti "10 menit", "2 jam", "1 hari"',),
        ),
        ("penyedia_diam", "konsep", [3, 7], (f"penyedia_diam.konsep: {PATIENCE}",)),
        ("penyedia_diam", "konsep", [7, 3, 14], (f"penyedia_diam.konsep: {PATIENCE}",)),
        (
            "penyedia_diam",
            "konsep",
            ["3"],
            ("penyedia_diam.konsep: harus berupa daftar bilangan bulat", f"penyedia_diam.konsep: {PATIENCE}"),
        ),
        ("petugas", "ingatkan_janji_persen", [80, 50], (f"petugas.ingatkan_janji_persen: {MARKS}",)),
        ("petugas", "ingatkan_janji_persen", [50, 100], (f"petugas.ingatkan_janji_persen: {MARKS}",)),
        ("petugas", "belum_diambil_jam_kerja", 0, ("petugas.belum_diambil_jam_kerja: paling sedikit 1, tertulis 0",)),
    ],
)
def test_a_mistake_in_the_settings_is_named_with_its_place(
    table: str, key: str, value: object, mistakes: tuple[str, ...]
) -> None:
    file = bogor("office.toml")
    _spoil(table, key, value)(file)
    with pytest.raises(OfficeSettingsMistakes) as found:
        parse_office_settings(file)
    assert found.value.mistakes == mistakes
