"""Reads the office's catalogue and names every mistake in it at once."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from domain.catalogue import (
    ALWAYS,
    APPLICATIONS,
    BY_PROXY,
    CHANGES,
    DATA_CHANGE,
    FLOWS,
    FORM,
    IF_ANY,
    USER_ID,
    Catalogue,
    DocumentKind,
    LegalBasis,
    Named,
    Pick,
    Precondition,
    Requirement,
    Service,
    ServiceStatus,
    Template,
)
from domain.office_file import OfficeMistakes, Table, Text
from domain.toml_lines import NO_LINES, Lines

CLOCK: Final = {"hitung": "hari_kerja", "mulai": "berkas_lengkap_diverifikasi", "selesai": "produk_terbit"}

SHORT_TITLE: Final = 24  # a row of a WhatsApp list shows no more

T = TypeVar("T")
Listed = TypeVar("Listed", Named, LegalBasis, Template)


class CatalogueMistakes(OfficeMistakes):
    """Everything that is wrong in a catalogue."""


def parse_catalogue(mapping: Mapping[str, Any], lines: Lines = NO_LINES) -> Catalogue:
    """The catalogue from the read file; CatalogueMistakes names everything that is wrong with it."""
    mistakes: list[str] = []
    duty = Table(mapping, mistakes, lines=lines).table("meterai").number("nilai_berlaku", least=1)
    spoken_duty = Text(f"Rp{duty:,}".replace(",", "."), f"Rp{duty:,}")
    root = Table(mapping, mistakes, facts={"meterai": spoken_duty}, lines=lines)
    head = root.table("katalog")
    forms = _named(root.table("fakta"), "bentuk_usaha")
    attributes = _attributes(root.table("atribut", optional=True))
    known = _Known(
        bases=_by_id(root, "dasar_hukum", map(_legal_basis, root.tables("dasar_hukum", "id"))),
        attributes=_by_id(root, "atribut", attributes),
        templates=_by_id(root, "templat", map(_template, root.tables("templat", "id"))),
        conditions=(ALWAYS, BY_PROXY, IF_ANY, *(FORM + form.id.casefold() for form in forms)),
    )
    services = sorted((_service(table, known) for table in root.tables("layanan", "id")), key=lambda one: one.number)
    for name in ("number", "id", "code"):
        _once(root, "layanan", [str(getattr(service, name)) for service in services])
    _once(root, "layanan", [service.short_title.id for service in services])
    if not services:
        root.wrong("layanan", "wajib ada sedikitnya satu")
    root.finish("meterai", "kebijakan_mutu", "pelaku", "kejanggalan")
    catalogue = Catalogue(
        version=head.text("versi"),
        office_name=head.words("nama_layanan"),
        unit=head.words("unit_pelayanan"),
        introduction=head.words("pengantar", ""),
        portal_spse=head.address("portal_spse"),
        portal_helpdesk=head.address("portal_helpdesk", ""),
        stamp_duty=duty,
        legal_bases=tuple(known.bases.values()),
        legal_forms=forms,
        attributes=attributes,
        templates=tuple(known.templates.values()),
        services=tuple(services),
    )
    head.finish("bahasa", "zona_waktu")
    if mistakes:
        raise CatalogueMistakes(mistakes)
    return catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    bases: Mapping[str, LegalBasis]
    attributes: Mapping[str, Named]
    templates: Mapping[str, Template]
    conditions: tuple[str, ...]


def _service(table: Table, known: _Known) -> Service:
    status = ServiceStatus(table.one_of("status", [status.value for status in ServiceStatus]))
    wanted = None if status is ServiceStatus.ACTIVE else ""
    requirements = tuple(_requirement(inner, known) for inner in table.tables("persyaratan", "no"))
    time = table.table("jangka_waktu", optional=not requirements)
    service = Service(
        number=table.number("no", least=1),
        id=_id(table),
        code=_code(table),
        title=table.words("judul"),
        short_title=_short_title(table),
        status=status,
        description=table.words("uraian", wanted),
        legal_bases=_look_up(table, "dasar_hukum", table.texts("dasar_hukum"), known.bases),
        fee_rp=table.number("biaya_rp", 0),
        fee_text=table.words("biaya", wanted),
        product=table.words("produk", wanted),
        secret_product=table.flag("hasil_rahasia"),
        hours=time.number("jam", least=1, most=720) if time.has("jam") or requirements else None,
        time_text=time.words("uraian", None if requirements else ""),
        preconditions=tuple(_precondition(inner) for inner in table.tables("prasyarat", "id")),
        requirements=requirements,
        referral=table.words("rujukan", None if status is ServiceStatus.REDIRECTED else ""),
        flow=table.one_of("alur", FLOWS, None if status is ServiceStatus.ACTIVE else ""),
        changes=_named(table, "jenis_perubahan"),
        video_call=table.flag("panggilan_video"),
    )
    if service.status is ServiceStatus.ACTIVE:
        _fit_for_its_flow(table, service)
    needs = [key for requirement in requirements for key in _need_ids(requirement)]
    _once(table, "persyaratan", needs)
    # There is one clock, which these words describe; another word would promise one that nobody keeps.
    for key, kept in CLOCK.items():
        time.one_of(key, (kept,), kept)
    time.finish()
    table.finish("pemberitahuan", "prosedur", "data_isian")
    return service


def _fit_for_its_flow(table: Table, service: Service) -> None:
    """What the conversation that serves it cannot do without."""
    if service.flow in APPLICATIONS and not service.requirements:
        table.wrong("persyaratan", f'wajib ada untuk alur "{service.flow}"')
    if service.flow not in APPLICATIONS and service.requirements:
        table.wrong("persyaratan", f'alur "{service.flow}" tidak meminta berkas')
    if service.flow == USER_ID and not service.secret_product:
        table.wrong("hasil_rahasia", "wajib true: user ID hanya untuk yang memintanya")
    if service.flow == DATA_CHANGE:
        if not service.changes:
            table.wrong("jenis_perubahan", "wajib ada sedikitnya satu")
        for inner in table.tables("jenis_perubahan", "id"):
            if (change := inner.text("id", "")) not in CHANGES:
                inner.wrong("id", f'"{change}" tidak dikenal; pilih dari: {", ".join(CHANGES)}')


def _requirement(table: Table, known: _Known) -> Requirement:
    pick: Pick = "minimal_satu" if table.one_of("pilih", ("semua", "minimal_satu"), "semua") != "semua" else "semua"
    template = table.text("templat", "")
    documents = tuple(_document(inner, known) for inner in table.tables("berkas"))
    if not documents:
        table.wrong("berkas", "wajib ada sedikitnya satu")
    requirement = Requirement(
        number=table.number("no", least=1),
        id=_id(table),
        name=table.words("nama", None if pick == "minimal_satu" else ""),
        description=table.words("uraian"),
        source_text=table.text("teks_sumber", ""),
        condition=table.one_of("syarat", known.conditions, ALWAYS),
        attributes=_look_up(table, "atribut", table.texts("atribut"), known.attributes),
        documents=documents,
        pick=pick,
        personal=table.flag("data_pribadi"),
        template=next(iter(_look_up(table, "templat", [template] if template else [], known.templates)), None),
    )
    table.finish("pemeriksaan")
    return requirement


def _need_ids(requirement: Requirement) -> tuple[str, ...]:
    if requirement.pick == "minimal_satu":
        return (requirement.id,)
    return tuple(document.id for document in requirement.documents)


def _document(table: Table, known: _Known) -> DocumentKind:
    document = DocumentKind(
        id=_id(table),
        name=table.words("nama"),
        condition=table.one_of("syarat", known.conditions, ALWAYS),
        single_page=table.one_of("halaman", ("banyak", "satu"), "banyak") == "satu",
    )
    table.finish()
    return document


def _legal_basis(table: Table) -> LegalBasis:
    basis = LegalBasis(id=_id(table), description=table.words("uraian"), note=table.text("catatan_kini", ""))
    table.finish()
    return basis


def _template(table: Table) -> Template:
    template = Template(
        id=_id(table), name=table.words("nama"), origin=table.words("asal"), official=table.flag("resmi")
    )
    table.finish()
    return template


def _precondition(table: Table) -> Precondition:
    precondition = Precondition(id=_id(table), description=table.words("uraian"))
    table.finish()
    return precondition


def _attributes(table: Table) -> tuple[Named, ...]:
    return tuple(Named(id=key, name=table.words(key)) for key in table.names() if not key.endswith("_en"))


def _named(table: Table, key: str) -> tuple[Named, ...]:
    found = []
    for inner in table.tables(key, "id"):
        found.append(Named(id=_id(inner), name=inner.words("nama")))
        inner.finish()
    _once(table, key, [one.id.casefold() for one in found])
    _once(table, key, [one.name.id for one in found])
    return tuple(found)


def _id(table: Table) -> str:
    key = table.text("id")
    # It travels in the data of a button, which has room for 64 bytes.
    if key and not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,39}", key):
        table.wrong("id", f'"{key}" harus diawali huruf, tanpa spasi, paling banyak 40 huruf, angka, - atau _')
    return key


def _code(table: Table) -> str:
    code = table.text("kode_tiket")
    if code and not re.fullmatch(r"[A-Z]{2,5}", code):
        table.wrong("kode_tiket", f'"{code}" harus terdiri atas 2 sampai 5 huruf besar')
    return code


def _short_title(table: Table) -> Text:
    title = table.words("judul_singkat")
    for text in (title.id, title.en):
        if len(text) > SHORT_TITLE:
            table.wrong("judul_singkat", f'"{text}" terlalu panjang: {len(text)} huruf, paling banyak {SHORT_TITLE}')
    return title


def _look_up(table: Table, key: str, ids: Iterable[str], known: Mapping[str, T]) -> tuple[T, ...]:
    found = []
    for one in ids:
        if one in known:
            found.append(known[one])
        else:
            table.wrong(key, f'"{one}" belum didaftarkan; yang ada: {", ".join(known) or "belum ada"}')
    return tuple(found)


def _by_id(root: Table, key: str, items: Iterable[Listed]) -> Mapping[str, Listed]:
    listed = list(items)
    _once(root, key, [item.id for item in listed])
    return {item.id: item for item in listed}


def _once(table: Table, key: str, ids: Iterable[str]) -> None:
    for one, times in Counter(ids).items():
        if times > 1 and one:
            table.wrong(key, f'"{one}" dipakai {times} kali; harus berbeda-beda')
