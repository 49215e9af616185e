"""The numbered errors of Twilio: those that an answer carries, and those that a message fails with later."""

from typing import Any

FAILURES = {
    63003: "Channel could not find To address",
    63007: "Twilio could not find a Channel with the specified From address",
    63010: "Channels - Twilio Internal error",
    63012: "Channel provider returned an internal service error",
    63013: "This message send failed because it violates Channel provider's policy",
    63014: "This message failed to be delivered to the user because it was blocked by a user action",
    63015: "Channel Sandbox can only send messages to phone numbers that have joined the Sandbox",
    63016: "Failed to send freeform message because you are outside the allowed window",
    63018: "Rate limit exceeded for Channel",
    63019: "Media failed to download",
    63021: "Channel invalid content error",
    63024: "Invalid message recipient",
    63027: "Template does not exist for a language and locale",
    63028: "Number of parameters provided does not match the expected number of parameters",
    63034: "Media exceeds the maximum size",
    63038: "Account exceeded the daily messages limit",
    63040: "Template rejected",
    63041: "Template paused",
    63042: "Template disabled",
}


class Refusal(Exception):
    """A call that Twilio refuses at once."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


def bad_request(code: int, message: str) -> Refusal:
    return Refusal(400, code, message)


def not_found(path: str) -> Refusal:
    return Refusal(404, 20404, f"The requested resource {path} was not found")


UNAUTHORIZED = Refusal(401, 20003, "Authenticate")
TOO_MANY = Refusal(429, 20429, "Too Many Requests")
