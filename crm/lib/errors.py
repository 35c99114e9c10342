"""Refusals that a person can read."""


class RuleBroken(Exception):  # noqa: N818 - a refusal is no error of the program
    """A rule of the bank forbids what was asked; nothing was changed.

    `message` is one translated sentence for the person who asked, `code` a stable
    word for programs, `fields` names the form fields at fault, each with its own
    sentence.
    """

    def __init__(self, message: str, code: str = "rule_broken", fields: dict | None = None):
        super().__init__(message)
        self.message = message
        self.code = code
        self.fields = fields or {}

    def __str__(self) -> str:
        return str(self.message)


class Stale(RuleBroken):
    """Somebody else changed the row since this person read it."""

    def __init__(self, message: str, code: str = "stale", fields: dict | None = None):
        super().__init__(message, code, fields)
