"""Holds the office's folder against what lies in the database: cases outlive an edited catalogue."""

from pathlib import Path

from domain.office_file import in_file
from handlers.office import Office
from storage.unit_of_work import UnitOfWork


def missing_services(folder: Path, office: Office, uow: UnitOfWork) -> list[str]:
    """Every service that was taken out of the catalogue although there are cases about it, a line each."""
    known = {service.id for service in office.catalogue.services}
    return [
        in_file(folder / "catalogue.toml", _missing(service, count, number))
        for service, (count, number) in sorted(uow.cases.services().items())
        if service not in known
    ]


def _missing(service: str, count: int, number: str) -> str:
    such_as = f", misalnya {number}" if number else ""
    return (
        f'layanan "{service}" tidak ada lagi, padahal masih ada {count} permohonannya{such_as}; '
        'kembalikan layanan itu dan tulis status = "tidak_dilayani"'
    )
