"""The office's sample letters, filled for every service, business form and bearer that may ask for one."""

import re
from itertools import product

import pytest

from bot.office_folder import read_office
from handlers import samples
from storage.printing.letters import fill_letter
from tests.offices import GROUP, ROOT
from tests.reading import letter_of, one_line

OFFICE = read_office(ROOT / "office", GROUP)
TOLD = {
    "company": "Maju Bersama",
    "npwp": "013121660091000",
    "user_id": "maju_bersama",
    "email": "siti@maju.co.id",
    "director": "Siti Aminah",
    "mobile": "+6281234567890",
    "changes": ["email", "npwp"],
}
WANTED = [
    pytest.param(requirement.template.id, service.id, id=f"{service.code}-{requirement.template.id}")
    for service in OFFICE.catalogue.services
    for requirement in service.requirements
    if requirement.template is not None and requirement.template.id in OFFICE.letters
]


@pytest.mark.parametrize(("letter", "service"), WANTED)
def test_it_reads_well_whoever_asks_for_it(letter: str, service: str) -> None:
    forms = OFFICE.catalogue.legal_forms
    for form, bearer in product(forms, ("direktur", "kuasa")):
        known = samples.facts(OFFICE, service, {**TOLD, "form": form.id, "bearer": bearer})
        text = one_line(letter_of(fill_letter(OFFICE.letters[letter], known)))
        assert f"Bentuk usaha : {form.name.id} " in text
        for told in ("Maju Bersama", "Siti Aminah", "01.312.166.0-091.000", "LPSE Kota Bogor"):
            assert told in text
        assert not re.search(r"[{}]|\bNone\b|\bTrue\b", text)
        assert re.findall(r"\b(\w{2,}) \1\b", text, re.IGNORECASE) == []
