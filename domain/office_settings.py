"""What else an office decides for itself: its name and contact, how it calls, and how patient it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

from domain.office_file import OfficeMistakes, Table, Text
from domain.toml_lines import NO_LINES, Lines

ROLES: Final = ("tus", "verifikator", "admin")

MOST_PAGES: Final = 100
LEAST_PHOTO_SIDE: Final = 800
MOST_PHOTO_SIDE: Final = 1280
"""Messengers leave a photo 1280 pixels or more; what has fewer than this was made small on purpose, or sent around."""

FILES_A_DAY, MEGABYTES_A_DAY = 200, 400
"""Enough for the longest registration with every file as large as may be, and for most of it once more."""

HOURS_TO_DELETE: Final = 48
"""So long after sending it may a bot delete its message on Telegram."""

_UNITS: Final = {"menit": timedelta(minutes=1), "jam": timedelta(hours=1), "hari": timedelta(days=1)}

CallBy = Literal["tautan", "telepon"]


class OfficeSettingsMistakes(OfficeMistakes):
    """Everything that is wrong in the office's settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """After how many working days of a provider's silence Loket nudges, warns, and lets the case sleep."""

    nudge: int
    warn: int
    close: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeSettings:
    """One office's own decisions."""

    name: str
    contact: Text
    complaint: Text
    privacy_text: Text
    retention_text: Text
    roles: Mapping[str, Text]
    call_by: CallBy
    call_link: str
    """With {room} where the room goes that nobody can guess; empty where staff telephone."""
    call_reminders: tuple[timedelta, ...]
    """How long before a call to remind of it, the earliest reminder first."""
    no_show_grace: timedelta
    """How long after its start a call may still begin."""
    silent_days: Patience
    draft_days: Patience
    sla_marks: tuple[float, ...]
    unclaimed_after: timedelta
    """Of office hours: then staff are reminded of a case that nobody has taken."""
    least_photo_side: int
    """Pixels of the longer side below which a photo is advised to be sent again; 0: never."""
    most_pages: int
    """Of one document."""
    files_a_day: int
    bytes_a_day: int
    """How much one provider may send in a day; what is replaced counts as well."""
    documents_in_chat: timedelta
    """How long documents stay in a staff member's chat before they are deleted there."""

    def link(self, room: str) -> str:
        """Where both sides of a call meet."""
        return self.call_link.replace("{room}", room)


def parse_office_settings(mapping: Mapping[str, Any], lines: Lines = NO_LINES) -> OfficeSettings:
    """The settings from the read file; OfficeSettingsMistakes names everything that is wrong with them."""
    mistakes: list[str] = []
    root = Table(mapping, mistakes, lines=lines)
    privacy, roles, call = root.table("data_pribadi"), root.table("peran"), root.table("panggilan")
    silence, staff = root.table("penyedia_diam"), root.table("petugas")
    papers = root.table("berkas", optional=True)
    call_by, call_link = _way_to_call(call)
    settings = OfficeSettings(
        name=root.text("nama"),
        contact=root.words("kontak"),
        complaint=root.words("pengaduan"),
        privacy_text=privacy.words("pengelolaan"),
        retention_text=privacy.words("penyimpanan"),
        roles={role: roles.words(role) for role in ROLES},
        call_by=call_by,
        call_link=call_link,
        call_reminders=tuple(sorted(_durations(call, "pengingat"), reverse=True)),
        no_show_grace=timedelta(minutes=call.number("toleransi_terlambat_menit", least=1)),
        silent_days=_patience(silence, "permohonan"),
        draft_days=_patience(silence, "konsep"),
        sla_marks=_marks(staff),
        unclaimed_after=timedelta(hours=staff.number("belum_diambil_jam_kerja", least=1)),
        least_photo_side=papers.number("lebar_terkecil", LEAST_PHOTO_SIDE, least=0, most=MOST_PHOTO_SIDE),
        most_pages=papers.number("halaman_terbanyak", MOST_PAGES, least=1),
        files_a_day=papers.number("sehari_berkas", FILES_A_DAY, least=1),
        bytes_a_day=papers.number("sehari_mb", MEGABYTES_A_DAY, least=1) << 20,
        documents_in_chat=timedelta(hours=_hours_in_chat(staff)),
    )
    for table in (root, privacy, roles, call, silence, papers, staff):
        table.finish()
    if mistakes:
        raise OfficeSettingsMistakes(mistakes)
    return settings


def _hours_in_chat(staff: Table) -> int:
    """An hour is left for whatever is late."""
    hours = staff.number("berkas_di_percakapan_jam", least=1)
    if hours >= HOURS_TO_DELETE:
        staff.wrong(
            "berkas_di_percakapan_jam",
            f"paling banyak {HOURS_TO_DELETE - 1}, tertulis {hours}; sesudah {HOURS_TO_DELETE} jam Telegram tidak"
            " mengizinkan bot menghapus pesannya, jadi berkas tidak dapat dihapus lagi",
        )
    return hours


def _way_to_call(table: Table) -> tuple[CallBy, str]:
    link = table.text("tautan", "")
    if table.one_of("cara", ("tautan", "telepon")) == "telepon":
        return "telepon", ""
    if not re.fullmatch(r"https://[^\s{}]*\{room\}[^\s{}]*", link):
        table.wrong("tautan", 'harus diawali "https://", memuat {room} sekali, dan tanpa spasi')
    return "tautan", link


def _durations(table: Table, key: str) -> tuple[timedelta, ...]:
    found = []
    for text in table.texts(key):
        parts = re.fullmatch(r"([1-9]\d{0,3}) (menit|jam|hari)", text.strip())
        if parts:
            found.append(int(parts[1]) * _UNITS[parts[2]])
        else:
            table.wrong(key, f'"{text}" bukan lama waktu; tulis seperti "10 menit", "2 jam", "1 hari"')
    if len(set(found)) < len(found):
        table.wrong(key, "tiap lama waktu cukup ditulis sekali")
    return tuple(found)


def _patience(table: Table, key: str) -> Patience:
    days = table.numbers(key)
    if len(days) == 3 and 0 < days[0] < days[1] < days[2]:
        return Patience(nudge=days[0], warn=days[1], close=days[2])
    table.wrong(key, "harus tiga bilangan yang makin besar, misalnya [3, 7, 14]")
    return Patience(nudge=0, warn=0, close=0)


def _marks(table: Table) -> tuple[float, ...]:
    percents = table.numbers("ingatkan_janji_persen")
    if list(percents) != sorted(set(percents)) or not all(0 < percent < 100 for percent in percents):
        table.wrong("ingatkan_janji_persen", "harus bilangan antara 1 dan 99 yang makin besar, misalnya [50, 80]")
    return tuple(percent / 100 for percent in percents)
