"""The offices that the tests of the rules visit: Bogor as it is shipped, and a small one that is nothing like it."""

import tomllib
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from domain.calendar import Calendar
from domain.calendar_file import parse_calendar
from domain.catalogue import Catalogue
from domain.catalogue_file import parse_catalogue
from domain.holidays_id import indonesian_holidays

OFFICE = Path(__file__).parents[2] / "office"
WIB = ZoneInfo("Asia/Jakarta")


def bogor(file: str) -> dict[str, Any]:
    """One of Bogor's files, freshly read, to be spoilt at will."""
    return tomllib.loads((OFFICE / file).read_text(encoding="utf-8"))


@cache
def bogor_catalogue() -> Catalogue:
    return parse_catalogue(bogor("catalogue.toml"))


@cache
def bogor_calendar() -> Calendar:
    return parse_calendar(bogor("calendar.toml"), indonesian_holidays)


def wib(text: str) -> datetime:
    """A moment by Bogor's clock, such as 2026-07-17 10:00."""
    return datetime.fromisoformat(text).replace(tzinfo=WIB).astimezone(UTC)


MAKASSAR_CATALOGUE = """
[katalog]
versi = "2026"
unit_pelayanan = "Bagian Pengadaan Kota Makassar"
nama_layanan = "LPSE Kota Makassar"
portal_spse = "https://spse.example.go.id"

[meterai]
nilai_berlaku = 12000

[fakta]
bentuk_usaha = [{ id = "PT", nama = "PT" }, { id = "Koperasi", nama = "Koperasi", nama_en = "Cooperative" }]

[atribut]
asli = "asli diperlihatkan"

[[layanan]]
no = 2
id = "pelatihan"
kode_tiket = "LAT"
judul = "Pelatihan"
judul_singkat = "Pelatihan"
status = "dialihkan"
rujukan = "Dinas Koperasi"

[[layanan]]
no = 1
id = "akun"
kode_tiket = "AKN"
judul = "Akun Penyedia"
judul_singkat = "Akun Penyedia"
status = "aktif"
alur = "registrasi"
uraian = "Membuka akun."
biaya = "Gratis"
produk = "Akun"
  [layanan.jangka_waktu]
  jam = 48
  uraian = "2x24 jam"
  [[layanan.persyaratan]]
  no = 1
  id = "izin"
  nama = "Izin"
  uraian = "Salah satu izin, meterai {meterai}"
  pilih = "minimal_satu"
  syarat = "bila_ada"
  berkas = [
    { id = "nib", nama = "NIB", halaman = "satu" },
    { id = "badan_hukum", nama = "Badan hukum", halaman = "satu", syarat = "bentuk_koperasi" },
  ]
  [[layanan.persyaratan]]
  no = 2
  id = "koperasi"
  nama = "Surat koperasi"
  uraian = "Salah satu surat koperasi"
  pilih = "minimal_satu"
  berkas = [{ id = "surat", nama = "Surat", syarat = "bentuk_koperasi" }]
"""

MAKASSAR_CALENDAR = """
zona_waktu = "Asia/Makassar"
singkatan_zona = "WITA"
[jam_kantor]
senin = ["08:00 - 16:00"]
sabtu = ["8.00-11.00"]
[jam_wajar]
setiap_hari = "08.00-17.00"
[panggilan]
senin = ["10.00-11.00"]
lama_menit = 45
kapasitas = 1
paling_lambat_dipesan_jam = 0
hari_kerja_ke_depan = 2
paling_lambat_diubah_jam = 1
paling_banyak_diubah = 1
"""


@cache
def makassar_calendar() -> Calendar:
    return parse_calendar(
        tomllib.loads(MAKASSAR_CALENDAR), lambda year: {date(2026, 8, 17): "Hari Kemerdekaan"} if year == 2026 else {}
    )


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), WIB).astimezone(UTC)
