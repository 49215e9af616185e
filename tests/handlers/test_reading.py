"""What was read on a document is compared with the answers and with the other documents; each thing is said once."""

from handlers.reading import differences
from storage.preflight.rules import Advice
from storage.preflight.telling import Reading

TOLD = {"company": "PT Maju Bersama", "director": "Siti Rahmawati", "npwp": "0013121660091000"}
NIK = "3271046504930002"


def ktp(name: str = "SITI RAHMAWATI", nik: str = NIK) -> Reading:
    return Reading(kind="ktp", numbers={"nik": nik}, names={"person": name}, confidence=0.9)


def letter(name: str = "Siti Rahmawati", nik: str = NIK) -> Reading:
    return Reading(kind="surat_kuasa", numbers={"nik": nik}, names={"person": name}, confidence=0.9)


def test_what_fits_is_not_spoken_of() -> None:
    assert differences(ktp(), "ktp_direktur", TOLD, {"surat_kuasa": letter()}) == ()


def test_another_document_is_told_and_nothing_else_about_it() -> None:
    assert differences(ktp("X Y Z", "3271046504930003"), "npwp_direktur", TOLD, {"surat_kuasa": letter()}) == (
        Advice("seems_other", {"seems": "ktp"}),
    )


def test_two_documents_that_differ_are_told_from_the_side_of_the_one_that_came() -> None:
    facts = {"field": "nik", "mine": "32**********0002", "theirs": "32**********0009", "other": "surat_kuasa"}
    others = {"surat_kuasa": letter(nik="3271046504930009"), "ktp_direktur": ktp(nik="3271046504930004")}
    assert differences(ktp(), "ktp_direktur", TOLD, others) == (Advice("papers_differ", facts),)
    [other_side] = differences(letter(nik="3271046504930009"), "surat_kuasa", TOLD, {"ktp_direktur": ktp()})
    assert (other_side.facts["mine"], other_side.facts["other"]) == ("32**********0009", "ktp_direktur")


def test_a_name_that_differs_from_the_answer_is_not_told_again_for_every_document() -> None:
    found = differences(ktp("RATNA KUSUMAWATI"), "ktp_direktur", TOLD, {"surat_kuasa": letter()})
    assert [(one.key, one.facts["field"]) for one in found] == [("name_differs", "director")]


def test_a_number_is_never_told_in_full() -> None:
    found = differences(ktp(), "ktp_direktur", {**TOLD, "nik": "3271046504930007"}, {})
    assert NIK not in str(found)
    assert [one.key for one in found] == ["number_differs"]
