"""Registration and document verification: what a new provider is asked (service standard, service 1)."""

from collections.abc import Mapping, Sequence

from conversations.flow import (
    Answers,
    Desk,
    Option,
    Say,
    choice,
    entry,
    flow,
    papers,
    pick,
    say,
)
from conversations.papers import LISTING, comma, marks
from domain.catalogue import BY_PROXY, FORM, IF_ANY, DocumentKind, Need, Requirement
from domain.identifiers import CompanyName, Email, Npwp, PersonName, Phone, SpseUserId

NPWP_IN_DOUBT, PHONE_IN_DOUBT = "npwp_sure", "mobile_sure"


def doubtful_npwp(answers: Answers) -> bool:
    """The check digit does not fit: worth a question, never a refusal."""
    return "npwp" in answers and not Npwp.parse(answers["npwp"]).plausible


def not_mobile(answers: Answers) -> bool:
    """A land line cannot hold a video call."""
    return "mobile" in answers and not Phone.parse(answers["mobile"]).mobile


def about(_answers: Answers, desk: Desk) -> Mapping[str, object]:
    service = desk.service
    assert service is not None
    return {
        "title": service.title,
        "fee": service.fee_text,
        "time": service.time_text,
        "product": service.product,
        "papers": tuple(_to_prepare(requirement) for requirement in service.requirements),
    }


def _to_prepare(requirement: Requirement) -> Say:
    """One line of what to bring: the documents, what each must carry, and when it is not for everybody."""
    if requirement.pick == "minimal_satu":
        names = comma([kind.name for kind in requirement.documents])
        return say("registration.about.any", number=requirement.number, name=requirement.name, names=names)
    names = comma([_named(kind, requirement.condition) for kind in requirement.documents])
    return say("registration.about.paper", number=requirement.number, names=names, marks=marks(requirement.attributes))


def _named(kind: DocumentKind, condition: str) -> object:
    known = {BY_PROXY: "by_proxy", IF_ANY: "if_any"}
    for rule in (kind.condition, condition):
        if rule in known:
            return say(f"registration.about.{known[rule]}", name=kind.name)
        if rule.startswith(FORM):
            return say("registration.about.only_form", name=kind.name, form=rule.removeprefix(FORM).upper())
    return kind.name


def preconditions(_answers: Answers, desk: Desk) -> Mapping[str, object]:
    service = desk.service
    assert service is not None
    return {
        "preconditions": tuple(
            say("registration.ready.line", description=one.description) for one in service.preconditions
        ),
        "portal": desk.catalogue.portal_spse,
    }


def office(_answers: Answers, desk: Desk) -> Mapping[str, object]:
    return desk.facts()


def legal_forms(_answers: Answers, desk: Desk) -> Sequence[Option]:
    return [Option(form.id, form.name) for form in desk.catalogue.legal_forms]


def typed_npwp(answers: Answers, _desk: Desk) -> Mapping[str, object]:
    return {"npwp": Npwp.parse(answers["npwp"]).shown}


def typed_phone(answers: Answers, _desk: Desk) -> Mapping[str, object]:
    return {"mobile": answers["mobile"]}


ASKED = ("form", "company", "npwp", "user_id", "email", "director", "mobile", "bearer")


def summary(answers: Answers, desk: Desk) -> Mapping[str, object]:
    """Everything the provider said, to be read once more before it is sent."""
    form = desk.catalogue.legal_form(answers["form"])
    spoken: dict[str, object] = {
        **{name: answers[name] for name in ASKED},
        "form": form.name,
        "npwp": Npwp.parse(answers["npwp"]).shown,
        "bearer": say(f"registration.bearer.{answers['bearer']}"),
    }
    lines = tuple(say("registration.review.line", what=say(f"field.{name}"), value=spoken[name]) for name in ASKED)
    sent = {document.need for document in desk.documents()}
    names = tuple(
        say("registration.review.paper", name=_sent_name(need, desk)) for need in desk.needs(answers) if need.id in sent
    )
    return {"lines": lines, "papers": names, "count": len(names)}


def _sent_name(need: Need, desk: Desk) -> object:
    kinds = [one.kind for one in desk.documents() if one.need == need.id]
    named = [kind.name for kind in need.kinds if kind.id in kinds]
    return named[0] if len(named) == 1 else need.name


def changeable(answers: Answers, _desk: Desk) -> Sequence[Option]:
    """What can be put right before sending; choosing it asks that question again."""
    options = [Option(name, say(f"field.{name}"), forgets=(name, f"{name}_sure", "review", "change")) for name in ASKED]
    options.append(Option("papers", say("field.papers"), forgets=("review", "change"), marks=(LISTING,)))
    options.append(Option("nothing", say("registration.change.nothing"), forgets=("review", "change")))
    return options


def wants_change(answers: Answers) -> bool:
    return answers.get("review") == "change"


registration = flow(
    "registration",
    choice("about", "go", facts=about),
    choice("ready", "yes", Option("no", leaves=True, forgets=("ready",)), facts=preconditions),
    choice("privacy", "agree", Option("refuse", leaves=True, drops=True), facts=office),
    pick("form", legal_forms),
    entry("company", CompanyName.parse),
    entry("npwp", Npwp.parse),
    choice(NPWP_IN_DOUBT, "yes", Option("fix", forgets=("npwp", NPWP_IN_DOUBT)), when=doubtful_npwp, facts=typed_npwp),
    entry("user_id", SpseUserId.parse),
    entry("email", Email.parse),
    entry("director", PersonName.parse),
    entry("mobile", Phone.parse),
    choice(
        PHONE_IN_DOUBT, "yes", Option("fix", forgets=("mobile", PHONE_IN_DOUBT)), when=not_mobile, facts=typed_phone
    ),
    choice("bearer", "direktur", "kuasa"),
    papers("documents"),
    choice("review", "send", "change", facts=summary),
    pick("change", changeable, when=wants_change),
    then="submit",
)
