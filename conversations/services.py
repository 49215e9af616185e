"""The services: what each of the three that are applied for with documents asks beside what all of them ask."""

from collections.abc import Sequence
from typing import Any, Final

from conversations.application import FORM, MOBILE, MOBILE_SURE, NPWP, NPWP_SURE, application
from conversations.asking import consultation, training
from conversations.flow import Answers, Desk, Option, When, choice, entry, several
from domain.catalogue import CONSULTATION, DATA_CHANGE, REGISTRATION, TRAINING, USER_ID
from domain.identifiers import CompanyName, Email, Npwp, PersonName, SpseUserId, own_words
from domain.refusal import Refused

SHORTEST_ADDRESS, LONGEST_ADDRESS = 10, 300

registration = application(
    "registration",
    FORM,
    entry("company", CompanyName.parse),
    NPWP,
    NPWP_SURE,
    entry("user_id", SpseUserId.parse),
    entry("email", Email.parse),
    entry("director", PersonName.parse),
    MOBILE,
    MOBILE_SURE,
    told=("form", "company", "npwp", "user_id", "email", "director", "mobile", "bearer"),
)
"""Registration and verification of documents (service standard, service 1)."""


def address(text: str) -> str:
    """A postal address. Refused: empty, too_short (limit), too_long (limit)."""
    written = own_words(text, LONGEST_ADDRESS)
    if len(written) < SHORTEST_ADDRESS:
        raise Refused("too_short", limit=SHORTEST_ADDRESS)
    return written


def kinds_of_change(_answers: Answers, desk: Desk) -> Sequence[Option]:
    service = desk.service
    assert service is not None
    return [Option(change.id, change.name) for change in service.changes]


def changes(kind: str) -> When:
    """Whether the provider wants this changed."""
    return lambda answers: kind in answers.get("changes", ())


def unlike(old: str) -> Any:
    """A new value that is the old one is no change. Refused: same."""

    def check(value: Any, answers: Answers) -> None:
        if str(value).casefold() == str(answers.get(old, "")).casefold():
            raise Refused("same")

    return check


OLD_AND_NEW: Final = {
    "email": ("email", "email_new"),
    "alamat": ("address", "address_new"),
    "nama": ("company", "company_new"),
    "npwp": ("npwp", "npwp_new"),
}
"""Which answers hold what is in SPSE now and what shall be there, by kind of change."""

data_change = application(
    "data_change",
    several("changes", kinds_of_change),
    FORM,
    entry("company", CompanyName.parse),
    entry("company_new", CompanyName.parse, when=changes("nama"), check=unlike("company")),
    NPWP,
    NPWP_SURE,
    entry("npwp_new", Npwp.parse, when=changes("npwp"), check=unlike("npwp")),
    entry("user_id", SpseUserId.parse),
    entry("email", Email.parse, when=changes("email")),
    entry("email_new", Email.parse, when=changes("email"), check=unlike("email")),
    entry("address", address, when=changes("alamat")),
    entry("address_new", address, when=changes("alamat"), check=unlike("address")),
    entry("director", PersonName.parse),
    MOBILE,
    MOBILE_SURE,
    told=(
        "changes",
        "form",
        "company",
        "company_new",
        "npwp",
        "npwp_new",
        "user_id",
        "email",
        "email_new",
        "address",
        "address_new",
        "director",
        "mobile",
        "bearer",
    ),
)
"""Change of company data that the owner of the account cannot change alone (service standard, service 2)."""

user_id = application(
    "user_id",
    FORM,
    entry("company", CompanyName.parse),
    NPWP,
    NPWP_SURE,
    entry("email", Email.parse),
    entry("director", PersonName.parse),
    MOBILE,
    MOBILE_SURE,
    first=(choice("mailbox", "not_found", Option("found", leaves=True, drops=True)),),
    told=("form", "company", "npwp", "email", "director", "mobile", "bearer"),
)
"""The forgotten user ID (service standard, service 3); most find it in their own mailbox."""

BY_SERVICE: Final = {
    REGISTRATION: registration,
    DATA_CHANGE: data_change,
    USER_ID: user_id,
    CONSULTATION: consultation,
    TRAINING: training,
}
"""The form that serves a service, by the flow that the catalogue names."""
