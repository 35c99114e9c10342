"""What may be shown of personal data to who may not see it whole (rules J5; security 13).

A mask never shows more than it says here, however short or odd the value is, and
hides its length where that would help to guess it.
"""

from crm.lib.surnames import divide, is_chinese

_STARS = "****"
_HIDDEN = "***"


def name(text: str) -> str:
    """The surname alone: 王小明 is 王**, 欧阳小明 is 欧阳*, Jane Smith is J*** S***."""
    text = text.strip()
    if not text:
        return ""
    if not is_chinese(text):
        return " ".join(f"{word[0]}{_HIDDEN}" for word in text.split())
    if len(text) == 1:
        return _HIDDEN
    surname, _given = divide(text)
    return (surname or text[0]).ljust(3, "*")


def phone(text: str) -> str:
    """The first three and the last four digits: 138****5678; of a short number less."""
    text = text.strip()
    if len(text) >= 11:
        return f"{text[:3]}{_STARS}{text[-4:]}"
    return _last_four(text)


def identity(text: str) -> str:
    """The first and the last character of an identity number."""
    text = text.strip()
    if len(text) < 8:
        return _STARS if text else ""
    return f"{text[0]}{'*' * (len(text) - 2)}{text[-1]}"


def card(text: str) -> str:
    """The last four digits of a card or account number."""
    return _last_four("".join(text.split()))


def email(text: str) -> str:
    """The first letter and the domain: z***@mail.example."""
    local, at, domain = text.strip().rpartition("@")
    if not local:
        return _HIDDEN if text.strip() else ""
    return f"{local[0]}{_HIDDEN}{at}{domain}"


def _last_four(text: str) -> str:
    if len(text) < 8:
        return _STARS if text else ""
    return f"{_STARS}{text[-4:]}"
