"""Signs what Twilio posts, and reads the wishes that an address carries behind its `#`."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urldefrag

MOST_RETRIES = 5


def signature(auth_token: str, url: str, form: Mapping[str, str]) -> str:
    """X-Twilio-Signature of a form that is posted to an address; what follows `#` is not signed."""
    signed = urldefrag(url).url + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(auth_token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


@dataclass(frozen=True, slots=True)
class Patience:
    """How long Twilio waits for an answer, and after which failures it tries how often again."""

    retries: int = 1
    reasons: frozenset[str] = frozenset({"ct"})
    connect: float = 5.0
    read: float = 15.0

    def tries_again_after(self, reason: str) -> bool:
        return "all" in self.reasons or reason in self.reasons


def patience(url: str) -> Patience:
    """The wishes in `#rc=3&rp=ct,rt,5xx&ct=2000&rt=5000`; the usual ones where there are none."""
    wishes = dict(parse_qsl(urldefrag(url).fragment))
    usual = Patience()

    def number(name: str, otherwise: float) -> float:
        return int(wishes[name]) if wishes.get(name, "").isdecimal() else otherwise

    return Patience(
        retries=min(int(number("rc", usual.retries)), MOST_RETRIES),
        reasons=frozenset(wishes["rp"].split(",")) if "rp" in wishes else usual.reasons,
        connect=number("ct", usual.connect * 1000) / 1000,
        read=number("rt", usual.read * 1000) / 1000,
    )
