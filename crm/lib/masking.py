"""What may be shown of personal data to who may not see it whole (rules J5; security 13).

A mask never shows more than it says here, however short or odd the value is, and
hides its length where that would help to guess it.
"""

from crm.lib.surnames import divide, is_chinese

_STARS = "****"
_HIDDEN = "***"
_SHORT = 8  # characters below which even an end would say too much


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


def phone(text: str, first: int = 3, last: int = 4) -> str:
    """The first and the last digits: 138****5678; of a short number the last alone, or none."""
    text = text.strip()
    if len(text) >= first + last + len(_STARS):
        return f"{text[:first]}{_STARS}{_end(text, last)}"
    return _last(text, last)


def identity(text: str, first: int = 1, last: int = 1) -> str:
    """The first and the last character of an identity number."""
    text = text.strip()
    if len(text) < max(_SHORT, first + last + len(_STARS)):
        return _STARS if text else ""
    return f"{text[:first]}{'*' * (len(text) - first - last)}{_end(text, last)}"


def card(text: str) -> str:
    """The last four digits of a card or account number."""
    return _last("".join(text.split()), 4)


def email(text: str, first: int = 1) -> str:
    """The first letter and the domain: z***@mail.example."""
    local, at, domain = text.strip().rpartition("@")
    if not local:
        return _HIDDEN if text.strip() else ""
    shown = local[: min(first, max(1, len(local) - len(_HIDDEN)))]
    return f"{shown}{_HIDDEN}{at}{domain}"


def _last(text: str, count: int) -> str:
    if len(text) < max(_SHORT, count + len(_STARS)):
        return _STARS if text else ""
    return f"{_STARS}{_end(text, count)}"


def _end(text: str, count: int) -> str:
    return text[len(text) - count :]
