"""What the office offers, and which documents one provider must bring."""

import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from domain.catalogue import Bearer, Need, ServiceStatus, needed_documents
from domain.catalogue_file import CatalogueMistakes, parse_catalogue
from domain.office_file import Text
from tests.domain.offices import MAKASSAR_CATALOGUE, bogor, bogor_catalogue


def _needs(service: str, form: str, bearer: Bearer) -> dict[str, Need]:
    return {need.id: need for need in needed_documents(bogor_catalogue().service(service), form, bearer)}


@pytest.mark.parametrize(
    ("service", "form", "bearer", "with_amended_deed", "count"),
    [
        ("REG", "CV", "direktur", False, 8),
        ("REG", "CV", "kuasa", False, 9),
        ("REG", "PT", "direktur", False, 9),
        ("REG", "PT", "kuasa", True, 11),
        ("REG", "Koperasi", "direktur", False, 8),
        ("UBH", "CV", "direktur", False, 6),
        ("UBH", "PT", "kuasa", True, 9),
        ("UID", "CV", "direktur", False, 6),
        ("UID", "PT", "kuasa", True, 9),
    ],
)
def test_a_provider_brings_as_many_documents_as_the_standard_asks(
    service: str, form: str, bearer: Bearer, with_amended_deed: bool, count: int
) -> None:
    needs = _needs(service, form, bearer).values()
    assert len([need for need in needs if with_amended_deed or not need.optional]) == count


def test_documents_come_in_the_order_of_the_standard() -> None:
    assert list(_needs("REG", "PT", "kuasa")) == [
        "formulir_keikutsertaan",
        "formulir_pendaftaran",
        "surat_penunjukan_admin",
        "surat_kuasa",
        "ktp_direktur",
        "npwp_perusahaan",
        "npwp_direktur",
        "izin_usaha",
        "akta_pendirian",
        "akta_perubahan",
        "sk_kemenkumham",
    ]


def test_any_of_six_licences_is_one_need() -> None:
    licence = _needs("REG", "CV", "direktur")["izin_usaha"]
    assert [kind.id for kind in licence.kinds] == ["nib", "tdp", "siup", "iujk", "sbu", "izin_lain"]
    assert (licence.name, licence.optional) == (Text("Izin usaha", "Business licence"), False)


def test_only_the_amended_deed_is_needed_if_there_is_one() -> None:
    assert [need.id for need in _needs("REG", "PT", "kuasa").values() if need.optional] == ["akta_perubahan"]


def test_each_need_says_what_staff_look_at() -> None:
    needs = _needs("REG", "PT", "kuasa")
    assert [key for key, need in needs.items() if need.stamped] == ["formulir_keikutsertaan", "surat_kuasa"]
    assert [key for key, need in needs.items() if need.single_page] == [
        "ktp_direktur",
        "npwp_perusahaan",
        "npwp_direktur",
    ]
    assert [key for key, need in needs.items() if need.personal] == ["ktp_direktur", "npwp_perusahaan", "npwp_direktur"]
    assert [key for key, need in needs.items() if need.original] == list(needs)[4:]
    assert [attribute.id for attribute in needs["surat_kuasa"].attributes] == [
        "kop_surat",
        "ttd_direktur",
        "cap",
        "meterai",
    ]
    assert needs["sk_kemenkumham"].requirement_number == 8


def test_a_letter_names_its_template() -> None:
    template = _needs("REG", "PT", "kuasa")["surat_kuasa"].template
    assert template is not None
    assert (template.id, template.official) == ("surat-kuasa", False)
    assert _needs("REG", "CV", "direktur")["ktp_direktur"].template is None


def test_providers_read_the_present_stamp_duty_and_the_old_wording_is_kept() -> None:
    form = bogor_catalogue().service("REG").requirements[0]
    assert form.description.id.endswith("dicap dan bermeterai Rp10.000")
    assert form.description.en.endswith("a Rp10,000 duty stamp")
    assert form.source_text.endswith("dicap dan bermaterai Rp. 6.000")
    assert bogor_catalogue().stamp_duty == 10000


def test_no_provider_reads_the_old_stamp_duty() -> None:
    texts = [
        text
        for service in bogor_catalogue().services
        for requirement in service.requirements
        for text in (requirement.description.id, requirement.description.en)
    ]
    assert [text for text in texts if "materai" in text or "6.000" in text or "{" in text] == []


def test_the_five_services_of_the_standard_are_offered_in_their_order() -> None:
    assert [(service.number, service.code, service.status) for service in bogor_catalogue().services] == [
        (1, "REG", ServiceStatus.ACTIVE),
        (2, "UBH", ServiceStatus.ACTIVE),
        (3, "UID", ServiceStatus.ACTIVE),
        (4, "KON", ServiceStatus.ACTIVE),
        (5, "PLT", ServiceStatus.NOT_OFFERED),
    ]


def test_registration_is_told_as_the_standard_has_it() -> None:
    service = bogor_catalogue().service("registrasi")
    assert (service.hours, service.fee_rp, service.secret_product) == (24, 0, False)
    assert service.fee_text == Text("Tidak dikenakan biaya", "Free of charge")
    assert service.time_text.id == "Maksimal 1x24 jam (hari kerja) setelah berkas lengkap diverifikasi"
    assert [precondition.id for precondition in service.preconditions] == ["daftar-online", "punya-user-id"]
    assert [basis.id for basis in service.legal_bases] == [
        "perpres-16-2018",
        "perka-lkpp-2-2010",
        "se-deputi-1-2020",
        "sop-020",
    ]


def test_consultation_promises_nothing_and_training_points_to_youtube() -> None:
    consultation, training = bogor_catalogue().service("KON"), bogor_catalogue().service("PLT")
    assert (consultation.hours, consultation.requirements, consultation.time_text.id) == (None, (), "")
    assert (consultation.fee_rp, consultation.video_call, training.video_call) == (0, True, False)
    assert training.referral.in_("id") == "Channel YouTube “eproc LKPP”"


def test_the_user_id_is_told_only_to_the_one_who_asked() -> None:
    assert bogor_catalogue().service("UID").secret_product


def test_four_things_can_be_changed() -> None:
    changes = bogor_catalogue().service("UBH").changes
    assert [change.name.in_("en") for change in changes] == [
        "E-mail address",
        "Company address",
        "Company name",
        "Company NPWP",
    ]


def test_everything_that_providers_read_is_also_there_in_english() -> None:
    catalogue = bogor_catalogue()
    for service in catalogue.services:
        read = [service.title, service.short_title, service.description, service.fee_text, service.product]
        read += [service.time_text, service.referral, *(one.description for one in service.preconditions)]
        read += [requirement.description for requirement in service.requirements]
        assert [text.id for text in read if text.id and not text.en] == []
    assert [attribute.id for attribute in catalogue.attributes if not attribute.name.en] == []
    assert [template.id for template in catalogue.templates if not template.name.en] == []


def test_a_text_without_translation_is_read_in_indonesian() -> None:
    assert (Text("Izin").in_("en"), Text("Izin", "Licence").in_("en")) == ("Izin", "Licence")
    assert Text("Izin", "Licence").in_("su") == "Izin"


def test_a_service_that_nobody_offers_is_not_found() -> None:
    with pytest.raises(KeyError):
        bogor_catalogue().service("XYZ")


def test_another_office_has_other_services_conditions_and_stamps() -> None:
    catalogue = parse_catalogue(tomllib.loads(MAKASSAR_CATALOGUE))
    account, training = catalogue.services
    assert account.requirements[0].description.id == "Salah satu izin, meterai Rp12.000"
    assert (account.hours, training.status, training.referral.id) == (48, ServiceStatus.REDIRECTED, "Dinas Koperasi")
    (licence,) = needed_documents(account, "PT", "direktur")
    assert ([kind.id for kind in licence.kinds], licence.optional, licence.single_page) == (["nib"], True, True)
    licence, letter = needed_documents(account, "Koperasi", "direktur")
    assert ([kind.id for kind in licence.kinds], letter.id) == (["nib", "badan_hukum"], "koperasi")


def _service(file: dict[str, Any]) -> dict[str, Any]:
    service: dict[str, Any] = file["layanan"][0]
    return service


def _blank_id(file: dict[str, Any]) -> None:
    _service(file)["persyaratan"][2]["berkas"][0]["id"] = "  "


def _id_with_spaces(file: dict[str, Any]) -> None:
    _service(file)["persyaratan"][2]["berkas"][0]["id"] = "surat kuasa"


def _same_code(file: dict[str, Any]) -> None:
    file["layanan"][1]["kode_tiket"] = "REG"


def _small_code(file: dict[str, Any]) -> None:
    _service(file)["kode_tiket"] = "reg"


def _same_document(file: dict[str, Any]) -> None:
    _service(file)["persyaratan"][1]["berkas"][0]["id"] = "surat_kuasa"


def _unknown_status(file: dict[str, Any]) -> None:
    _service(file)["status"] = "buka"


def _unknown_condition(file: dict[str, Any]) -> None:
    _service(file)["persyaratan"][3]["syarat"] = "bentuk_nv"


def _unknown_references(file: dict[str, Any]) -> None:
    _service(file)["dasar_hukum"] = ["uu-1"]
    _service(file)["persyaratan"][0]["atribut"] = ["materai"]
    _service(file)["persyaratan"][0]["templat"] = "formulir"
    file["templat"] = []
    for service in file["layanan"]:
        for requirement in service.get("persyaratan", [])[1:] if service["no"] == 1 else service.get("persyaratan", []):
            requirement.pop("templat", None)


def _misspelt_key(file: dict[str, Any]) -> None:
    _service(file)["uraain_en"] = _service(file).pop("uraian_en")


def _unknown_placeholder(file: dict[str, Any]) -> None:
    _service(file)["persyaratan"][0]["uraian"] = "Bermaterai {materai}"


def _no_documents(file: dict[str, Any]) -> None:
    _service(file)["persyaratan"][4]["berkas"] = []


def _no_time(file: dict[str, Any]) -> None:
    del _service(file)["jangka_waktu"]["jam"]


def _no_fee_text(file: dict[str, Any]) -> None:
    del _service(file)["biaya"]


def _redirected_nowhere(file: dict[str, Any]) -> None:
    file["layanan"][3]["status"] = "dialihkan"


def _licences_without_name(file: dict[str, Any]) -> None:
    del _service(file)["persyaratan"][6]["nama"]


def _long_short_title(file: dict[str, Any]) -> None:
    _service(file)["judul_singkat"] = "Registrasi dan Verifikasi Berkas"


def _wrong_kinds(file: dict[str, Any]) -> None:
    _service(file)["hasil_rahasia"] = "ya"
    _service(file)["prasyarat"] = ["daftar"]
    _service(file)["no"] = True


def _no_services(file: dict[str, Any]) -> None:
    file["layanan"] = []


def _free_stamps(file: dict[str, Any]) -> None:
    file["meterai"]["nilai_berlaku"] = 0


@pytest.mark.parametrize(
    ("spoil", "mistakes"),
    [
        (_blank_id, ("layanan[registrasi].persyaratan[3].berkas[0].id: tidak boleh kosong",)),
        (
            _id_with_spaces,
            (
                'layanan[registrasi].persyaratan[3].berkas[0].id: "surat kuasa" harus diawali huruf, tanpa spasi, '
                "paling banyak 40 huruf, angka, - atau _",
            ),
        ),
        (_same_code, ('layanan: "REG" dipakai 2 kali; harus berbeda-beda',)),
        (_small_code, ('layanan[registrasi].kode_tiket: "reg" harus terdiri atas 2 sampai 5 huruf besar',)),
        (_same_document, ('layanan[registrasi].persyaratan: "surat_kuasa" dipakai 2 kali; harus berbeda-beda',)),
        (
            _unknown_status,
            (
                'layanan[registrasi].status: "buka" tidak dikenal; pilih salah satu: '
                "aktif, tidak_dilayani, tanpa_rincian, dialihkan",
            ),
        ),
        (
            _unknown_condition,
            (
                'layanan[registrasi].persyaratan[4].syarat: "bentuk_nv" tidak dikenal; pilih salah satu: selalu, '
                "pembawa_bukan_direktur, bila_ada, bentuk_pt, bentuk_cv, bentuk_firma, bentuk_koperasi, "
                "bentuk_perorangan, bentuk_lainnya",
            ),
        ),
        (
            _unknown_references,
            (
                'layanan[registrasi].persyaratan[1].atribut: "materai" belum didaftarkan; yang ada: '
                "kop_surat, ttd_direktur, cap, meterai, asli, salinan",
                'layanan[registrasi].persyaratan[1].templat: "formulir" belum didaftarkan; yang ada: belum ada',
                'layanan[registrasi].dasar_hukum: "uu-1" belum didaftarkan; yang ada: '
                "perpres-16-2018, perka-lkpp-2-2010, se-deputi-1-2020, sop-020, sop-021",
            ),
        ),
        (_misspelt_key, ('layanan[registrasi].uraain_en: tidak dikenal; mungkin maksudnya "uraian_en"?',)),
        (_unknown_placeholder, ("layanan[registrasi].persyaratan[1].uraian: {materai} tidak dikenal",)),
        (_no_documents, ("layanan[registrasi].persyaratan[5].berkas: wajib ada sedikitnya satu",)),
        (_no_time, ("layanan[registrasi].jangka_waktu.jam: wajib diisi",)),
        (_no_fee_text, ("layanan[registrasi].biaya: wajib diisi",)),
        (_redirected_nowhere, ("layanan[konsultasi].rujukan: wajib diisi",)),
        (_licences_without_name, ("layanan[registrasi].persyaratan[7].nama: wajib diisi",)),
        (
            _long_short_title,
            (
                'layanan[registrasi].judul_singkat: "Registrasi dan Verifikasi Berkas" terlalu panjang: '
                "32 huruf, paling banyak 24",
            ),
        ),
        (
            _wrong_kinds,
            (
                "layanan[registrasi].no: harus berupa bilangan bulat",
                "layanan[registrasi].hasil_rahasia: harus berupa true atau false",
                "layanan[registrasi].prasyarat[0]: harus berupa tabel",
            ),
        ),
        (_no_services, ("layanan: wajib ada sedikitnya satu",)),
        (_free_stamps, ("meterai.nilai_berlaku: paling sedikit 1, tertulis 0",)),
    ],
)
def test_a_mistake_in_the_catalogue_is_named_with_its_place(
    spoil: Callable[[dict[str, Any]], None], mistakes: tuple[str, ...]
) -> None:
    file = bogor("catalogue.toml")
    spoil(file)
    with pytest.raises(CatalogueMistakes) as found:
        parse_catalogue(file)
    assert found.value.mistakes == mistakes


def test_all_mistakes_are_named_at_once_even_in_an_empty_catalogue() -> None:
    with pytest.raises(CatalogueMistakes) as found:
        parse_catalogue({"petugas": {}})
    assert str(found.value).splitlines() == [
        "meterai: wajib diisi",
        "meterai.nilai_berlaku: wajib diisi",
        "katalog: wajib diisi",
        "fakta: wajib diisi",
        "layanan: wajib ada sedikitnya satu",
        "petugas: tidak dikenal",
        "katalog.versi: wajib diisi",
        "katalog.nama_layanan: wajib diisi",
        "katalog.unit_pelayanan: wajib diisi",
        "katalog.portal_spse: wajib diisi",
    ]
