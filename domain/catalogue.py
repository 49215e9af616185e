"""What the office offers: its services, what each asks for, and which documents one provider must bring."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from domain.office_file import Text

Bearer = Literal["direktur", "kuasa"]
Pick = Literal["semua", "minimal_satu"]

ORIGINAL: Final = "asli"
STAMPED: Final = "meterai"

ALWAYS: Final = "selalu"
BY_PROXY: Final = "pembawa_bukan_direktur"
IF_ANY: Final = "bila_ada"
FORM: Final = "bentuk_"  # and the id of a legal form in small letters, such as bentuk_pt

REGISTRATION: Final = "registrasi"
DATA_CHANGE: Final = "perubahan_data"
USER_ID: Final = "informasi_user_id"
CONSULTATION: Final = "konsultasi"
TRAINING: Final = "pelatihan"
FLOWS: Final = (REGISTRATION, DATA_CHANGE, USER_ID, CONSULTATION, TRAINING)
"""The conversations that Loket can hold; a catalogue says which service is served by which."""

APPLICATIONS: Final = (REGISTRATION, DATA_CHANGE, USER_ID)
"""Those that ask for documents."""

CHANGES: Final = ("email", "alamat", "nama", "npwp")
"""The company data whose change Loket can ask about."""


class ServiceStatus(StrEnum):
    """What the office does when somebody asks for a service."""

    ACTIVE = "aktif"
    NOT_OFFERED = "tidak_dilayani"
    TITLE_ONLY = "tanpa_rincian"
    REDIRECTED = "dialihkan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Something with a key for the rules and a name for people: a document, a legal form, a thing to look for."""

    id: str
    name: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKind:
    """One document that a requirement lists."""

    id: str
    name: Text
    condition: str = ALWAYS
    single_page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasis:
    """A regulation or procedure that a service rests on."""

    id: str
    description: Text
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Precondition:
    """What must be true before a provider asks for the service."""

    id: str
    description: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A form or sample letter: where it comes from, and whether the standard itself names it."""

    id: str
    name: Text
    origin: Text
    official: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One numbered requirement of the standard."""

    number: int
    id: str
    name: Text
    description: Text
    source_text: str
    """The wording of the standard where the office corrected it, for instance an old stamp duty; else empty."""
    condition: str
    attributes: tuple[Named, ...]
    documents: tuple[DocumentKind, ...]
    pick: Pick
    personal: bool
    template: Template | None

    @property
    def original(self) -> bool:
        """Whether the original must be shown on the video call."""
        return any(attribute.id == ORIGINAL for attribute in self.attributes)

    @property
    def stamped(self) -> bool:
        """Whether it must carry a duty stamp."""
        return any(attribute.id == STAMPED for attribute in self.attributes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service of the standard."""

    number: int
    id: str
    code: str
    title: Text
    short_title: Text
    status: ServiceStatus
    description: Text
    legal_bases: tuple[LegalBasis, ...]
    fee_rp: int
    fee_text: Text
    product: Text
    secret_product: bool
    """Whether the result is for the one who asked alone, such as a user ID."""
    hours: int | None
    time_text: Text
    preconditions: tuple[Precondition, ...]
    requirements: tuple[Requirement, ...]
    referral: Text
    flow: str
    """The conversation that serves it, one of FLOWS; empty where it is not served here."""
    changes: tuple[Named, ...]
    """What a provider may ask to have changed, where that is the service."""
    video_call: bool
    """Whether a question may also be talked over in a video call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All that one office offers."""

    version: str
    office_name: Text
    unit: Text
    introduction: Text
    portal_spse: str
    portal_helpdesk: str
    stamp_duty: int
    legal_bases: tuple[LegalBasis, ...]
    legal_forms: tuple[Named, ...]
    attributes: tuple[Named, ...]
    templates: tuple[Template, ...]
    services: tuple[Service, ...]

    @property
    def stamp_duty_text(self) -> Text:
        """The figure on a duty stamp (meterai), as people write it."""
        duty = f"{self.stamp_duty:,}"
        return Text("Rp" + duty.replace(",", "."), "Rp" + duty)

    def service(self, key: str) -> Service:
        """The service with this id or this code; KeyError when there is none."""
        for service in self.services:
            if key in (service.id, service.code):
                return service
        raise KeyError(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One document that this provider must send, or may if there is one."""

    id: str
    name: Text
    attributes: tuple[Named, ...]
    optional: bool
    kinds: tuple[DocumentKind, ...]
    """More than one where any of several documents will do."""
    single_page: bool
    original: bool
    stamped: bool
    personal: bool
    requirement_number: int
    description: Text
    template: Template | None


def needed_documents(service: Service, form: str, bearer: Bearer) -> tuple[Need, ...]:
    """What a company of this legal form must send, in the order of the standard (service standard, nos. 3, 10, 17)."""
    return tuple(
        need
        for requirement in service.requirements
        if _applies(requirement.condition, form, bearer)
        for need in _needs(requirement, form, bearer)
    )


def _needs(requirement: Requirement, form: str, bearer: Bearer) -> Iterable[Need]:
    kinds = tuple(kind for kind in requirement.documents if _applies(kind.condition, form, bearer))
    if requirement.pick == "minimal_satu":
        if kinds:
            optional = requirement.condition == IF_ANY
            yield _need(requirement, requirement.id, requirement.name, kinds, optional)
        return
    for kind in kinds:
        yield _need(requirement, kind.id, kind.name, (kind,), IF_ANY in (requirement.condition, kind.condition))


def _need(requirement: Requirement, key: str, name: Text, kinds: tuple[DocumentKind, ...], optional: bool) -> Need:
    return Need(
        id=key,
        name=name,
        attributes=requirement.attributes,
        optional=optional,
        kinds=kinds,
        single_page=all(kind.single_page for kind in kinds),
        original=requirement.original,
        stamped=requirement.stamped,
        personal=requirement.personal,
        requirement_number=requirement.number,
        description=requirement.description,
        template=requirement.template,
    )


def _applies(condition: str, form: str, bearer: Bearer) -> bool:
    if condition == BY_PROXY:
        return bearer != "direktur"
    if condition.startswith(FORM):
        return condition.removeprefix(FORM) == form.casefold()
    return True
