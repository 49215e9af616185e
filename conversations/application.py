"""What applying for any service begins and ends with: what it is, privacy, who files, documents, one more look."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from conversations.flow import (
    Answers,
    Desk,
    Facts,
    Flow,
    Option,
    Say,
    Step,
    choice,
    entry,
    flow,
    papers,
    pick,
    say,
)
from conversations.papers import LISTING, comma
from domain.catalogue import BY_PROXY, IF_ANY, Catalogue, DocumentKind, Need, Requirement
from domain.catalogue import FORM as BY_FORM
from domain.identifiers import Npwp, Phone

NPWP_IN_DOUBT, PHONE_IN_DOUBT = "npwp_sure", "mobile_sure"


def doubtful_npwp(answers: Answers) -> bool:
    """The check digit does not fit: worth a question, never a refusal."""
    return "npwp" in answers and _is_doubtful(answers["npwp"])


@lru_cache(maxsize=512)
def _is_doubtful(npwp: str) -> bool:
    return not Npwp.parse(npwp).plausible


def not_mobile(answers: Answers) -> bool:
    """A land line cannot hold a video call."""
    return "mobile" in answers and not _is_mobile(answers["mobile"])


@lru_cache(maxsize=1024)
def _is_mobile(number: str) -> bool:
    # Asked several times a turn, and telling it takes a while.
    return Phone.parse(number).mobile


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
        return say("application.about.any", name=requirement.name, names=names)
    names = comma([_named(kind, requirement.condition) for kind in requirement.documents])
    key = "application.about.stamped" if requirement.stamped else "application.about.paper"
    return say(key, names=names)


def _named(kind: DocumentKind, condition: str) -> object:
    known = {BY_PROXY: "by_proxy", IF_ANY: "if_any"}
    for rule in (kind.condition, condition):
        if rule in known:
            return say(f"application.about.{known[rule]}", name=kind.name)
        if rule.startswith(BY_FORM):
            return say("application.about.only_form", name=kind.name, form=rule.removeprefix(BY_FORM).upper())
    return kind.name


def preconditions(_answers: Answers, desk: Desk) -> Mapping[str, object]:
    service = desk.service
    assert service is not None
    return {
        "preconditions": tuple(
            say("application.ready.line", description=one.description) for one in service.preconditions
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


def spoken(name: str, value: object, catalogue: Catalogue) -> object:
    """An answer as people read it."""
    match name:
        case "form":
            forms = {form.id: form.name for form in catalogue.legal_forms}
            return forms.get(str(value), str(value))
        case "npwp" | "npwp_new":
            return Npwp.parse(str(value)).shown
        case "bearer":
            return say(f"application.bearer.{value}")
        case "changes" | "changed" if isinstance(value, list):
            changes = {change.id: change.name for service in catalogue.services for change in service.changes}
            return comma([changes.get(one, one) for one in value])
    return str(value)


def summary(told: tuple[str, ...]) -> Facts:
    """Everything the provider said, to be read once more before it is sent."""

    def facts(answers: Answers, desk: Desk) -> Mapping[str, object]:
        lines = tuple(
            say("application.review.line", what=say(f"field.{name}"), value=spoken(name, answers[name], desk.catalogue))
            for name in told
            if name in answers
        )
        sent = {document.need for document in desk.documents()}
        names = tuple(
            say("application.review.paper", name=_sent_name(need, desk))
            for need in desk.needs(answers)
            if need.id in sent
        )
        return {"lines": lines, "papers": names, "count": len(names)}

    return facts


def _sent_name(need: Need, desk: Desk) -> object:
    kinds = [one.kind for one in desk.documents() if one.need == need.id]
    named = [kind.name for kind in need.kinds if kind.id in kinds]
    return named[0] if len(named) == 1 else need.name


def changeable(told: tuple[str, ...]) -> Callable[[Answers, Desk], Sequence[Option]]:
    """What can be put right before sending; choosing it asks that question again."""

    def options(answers: Answers, _desk: Desk) -> Sequence[Option]:
        said = [name for name in told if name in answers]
        again = ("review", "change")
        found = [
            Option(name, say(f"field.{name}"), forgets=(name, f"{name}_sure", f"{name}_done", *again)) for name in said
        ]
        found.append(Option("papers", say("field.papers"), forgets=again, marks=(LISTING,)))
        found.append(Option("nothing", say("application.change.nothing"), forgets=again))
        return found

    return options


def wants_change(answers: Answers) -> bool:
    return answers.get("review") == "change"


PRIVACY = choice(
    "privacy", Option("agree", means="yes"), Option("refuse", leaves=True, drops=True, means="no"), facts=office
)
FORM = pick("form", legal_forms)
NPWP = entry("npwp", Npwp.parse)
NPWP_SURE = choice(
    NPWP_IN_DOUBT, "yes", Option("fix", forgets=("npwp", NPWP_IN_DOUBT)), when=doubtful_npwp, facts=typed_npwp
)
MOBILE = entry("mobile", Phone.parse)
MOBILE_SURE = choice(
    PHONE_IN_DOUBT, "yes", Option("fix", forgets=("mobile", PHONE_IN_DOUBT)), when=not_mobile, facts=typed_phone
)


def application(name: str, *questions: Step, told: tuple[str, ...], first: tuple[Step, ...] = ()) -> Flow:
    """The form of one service: `questions` are its own, `first` comes before everything else."""
    return flow(
        name,
        *first,
        choice("about", Option("go", means="yes"), facts=about),
        choice(
            "ready",
            Option("yes", means="yes"),
            Option("no", leaves=True, forgets=("ready",), means="no"),
            facts=preconditions,
        ),
        PRIVACY,
        *questions,
        choice("bearer", "direktur", "kuasa"),
        papers("documents"),
        choice("review", "send", "change", facts=summary(told)),
        pick("change", changeable(told), when=wants_change),
        then="submit",
        words="application",
        told=told,
    )
