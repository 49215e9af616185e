"""The answers by which Telegram says no."""

from typing import Any


class Refusal(Exception):
    """A call that Telegram refuses, with the sentence and the hints it gives."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def as_json(self) -> dict[str, Any]:
        shape: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            shape["parameters"] = self.parameters
        return shape


def bad_request(reason: str, **parameters: Any) -> Refusal:
    return Refusal(400, f"Bad Request: {reason}", **parameters)


def forbidden(reason: str) -> Refusal:
    return Refusal(403, f"Forbidden: {reason}")


def too_many_requests(retry_after: int) -> Refusal:
    return Refusal(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
