"""A polite no: why something that was said or sent cannot be taken as it is."""


class Refused(Exception):
    """Carries the key of a reason and the facts its sentence needs; the sentence itself lives in the wording."""

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts
