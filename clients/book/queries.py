"""How people look for clients: by name, pinyin, initials, client number or phone."""

import re
import unicodedata

from django.db.models import Q

from clients.book import merged
from clients.book.models import OPEN_TO_COLLEAGUES, Client
from crm.lib import contact
from crm.lib.secrets import blind_index
from crm.words import has_hanzi
from managers.people import scope
from managers.people.models import Absence, Post, Posting, Staff, UnitKind
from managers.people.scope import Right

LONGEST = 60  # characters of a search; nobody's name or number is longer
FOUND = 50  # rows of a search page: who finds more types another letter

_DIGITS = re.compile(r"[\d\s()+-]+")
_NOTHING = Q(pk__in=[])


def matching(text: str) -> Q:
    """The condition that a client is meant by what somebody typed; an empty text means nobody.

    `张伟` is part of a name, `zhangwei` and `zhang wei` begin its pinyin, `zw` its initials; digits
    are a client number, the last four of a phone, or the whole phone, found by its blind index.
    """
    text = tidy(text)
    if not text:
        return _NOTHING
    if _DIGITS.fullmatch(text):
        return _by_digits(text)
    if has_hanzi(text):
        return Q(name__contains=text.replace(" ", ""))
    return _by_letters(text.casefold()) | _by_number(text.replace(" ", ""))


def owners_and_outlets(person, *, on) -> dict:
    """Whose clients, and of which outlets, a person may tell apart in a list; none if but one."""
    if scope.reach(person, Right.VIEW_FILE) == scope.Reach.OWN:
        away = Absence.objects.on(on).filter(deputy=person).values("staff")
        covered = list(Staff.objects.filter(pk__in=away))
        return {"owners": [person, *covered] if covered else [], "outlets": []}
    units = scope.units(person, Right.VIEW_FILE)
    working_there = Q(unit__in=units) | Q(unit__in=units.values("served_by"))
    keepers = Posting.objects.on(on).filter(
        working_there, post__in=[Post.WEALTH_RM, Post.MARKETING_RM]
    )
    outlets = list(units.filter(kind=UnitKind.OUTLET))
    return {
        "owners": list(Staff.objects.filter(pk__in=keepers.values("staff")).order_by("name")),
        "outlets": outlets if len(outlets) > 1 else [],
    }


def within_reach(person):
    """Clients whom a person may know of by their mask: the second gate (rules A5).

    Restricted ones and colleagues only for the owner and heads; nobody finds themselves.
    """
    known = Client.objects.in_use()
    rows = known.filter(~Q(person=person), outlet__in=scope.units(person, Right.LOOK_UP))
    if scope.may(person, Right.RESTRICT):
        return rows
    return rows.filter(Q(owner=person) | OPEN_TO_COLLEAGUES)


def file_of_merged(person, pk: int) -> Client | None:
    """The file that a merged one leads to, if the person may open it (rules C5)."""
    found = merged.standing([pk])[pk]
    return Client.objects.visible_to(person).filter(pk=found).first() if found != pk else None


def phone_index_of(text: str) -> str:
    """The blind index of a text that may be a phone number; "" if it is none."""
    try:
        return blind_index("phone", contact.normal_phone(text))
    except ValueError:
        return ""


def tidy(text: str) -> str:
    """One line without odd characters; full-width digits and letters become plain ones."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST])
    return " ".join("".join(c if c.isprintable() else " " for c in plain).split())


def _by_digits(text: str) -> Q:
    digits = re.sub(r"\D", "", text)
    if not digits:
        return _NOTHING
    found = _by_number(digits)
    if len(digits) == 4:
        found |= Q(phone_last4=digits)
    if index := phone_index_of(text):
        found |= Q(phone_index=index)
    return found


def _by_number(text: str) -> Q:
    return Q(number__startswith=text) | Q(number__startswith=text.upper())


def _by_letters(text: str) -> Q:
    joined = text.replace(" ", "")
    found = Q(joined_pinyin__startswith=joined) | Q(initials__startswith=joined)
    # A given name alone: `mingyuan` finds Zhou Mingyuan.
    return found | Q(pinyin__contains=f" {text}")
