"""What an audit event says, in words: its verb is a thing and an act, its facts are codes."""

from datetime import date

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from clients.oversight.vocabulary import ACTS, FACTS, MEANS, THINGS
from crm import words

_LONGEST = 60  # characters of a fact on the page; seals and lists are longer


def verb_in_words(verb: str) -> str:
    """`client.edited` as "client: edited"; a word that is not known stays the code it is."""
    thing, _dot, act = verb.partition(".")
    said = {"thing": THINGS.get(thing, thing), "act": ACTS.get(act, act)}
    return _("%(thing)s: %(act)s") % said if act else str(said["thing"])


def facts_in_words(facts: dict) -> list[tuple[str, str]]:
    """Each fact with its label, as a reader understands it."""
    return [
        (str(FACTS.get(name) or name.replace("_", " ")), _value(_coded(name, value)))
        for name, value in facts.items()
        if value not in (None, "", [], {})
    ]


def _coded(name: str, value):
    return str(MEANS.get(value, value)) if name == "means" else value


def _value(value) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case list():
            return words.listed(_value(part) for part in value)
        case dict():
            return words.listed(f"{name} {_value(part)}" for name, part in value.items())
        case str() if len(value) == 10 and (day := _day(value)):
            return words.day(day)
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
