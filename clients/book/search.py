"""The search box: who is meant, why, and whom somebody meant who mistyped."""

from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.contrib.postgres.lookups import TrigramSimilar
from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from clients.book.models import Client, Member, Tag
from clients.book.queries import FOUND, matching, phone_index_of, tidy
from crm.lib import names
from crm.lib.db import on_postgresql
from crm.lib.spelling import distance
from crm.words import has_hanzi

ENOUGH = 8  # exact hits beyond which nobody asks what else was meant
_CANDIDATES = 2_000  # rows among which a misspelled name is looked for
_LONG_WORD = 10  # letters from which two mistakes are forgiven, one below


class Why(models.TextChoices):
    """What a client was found by."""

    NUMBER = "number", _("client number")
    PHONE = "phone", _("phone")
    LAST_FOUR = "last_four", _("last four digits")
    NAME = "name", _("name")
    PINYIN = "pinyin", _("pinyin")
    INITIALS = "initials", _("initials")
    TAG = "tag", _("tag")
    HOUSEHOLD = "household", _("same household")
    SOUND = "sound", _("sounds the same")
    SPELLING = "spelling", _("similar spelling")


GUESSES = (Why.SOUND, Why.SPELLING)


@dataclass(frozen=True)
class Hit:
    """A client, and what was typed to mean them."""

    client: Client
    why: str

    @property
    def reason(self) -> str:
        """The reason in words."""
        return Why(self.why).label


def find(person, text: str, *, most: int = FOUND) -> list[Hit]:
    """Whom of the clients that the person may see somebody meant: exact hits by name first.

    Then whose tag it is, who belongs to the household of an exact hit, and, where few fit, who is
    called nearly so. At most nine queries, whatever is typed.
    """
    text = tidy(text)
    if not text:
        return []
    seen = Client.objects.visible_to(person)
    exact = seen.filter(matching(text)).for_list().order_by("joined_pinyin", "pk")[:most]
    hits = {client.pk: Hit(client, _why(client, text)) for client in exact}
    sources = [_tagged(person, text)]
    if 0 < len(hits) <= ENOUGH:
        sources.append((Why.HOUSEHOLD, _household(hits)))
    if len(hits) < ENOUGH:
        sources += _similar(seen, text)
    for why, pks in sources:
        new = [pk for pk in pks if pk not in hits][: most - len(hits)]
        rows = seen.for_list().in_bulk(new) if new else {}
        hits |= {pk: Hit(rows[pk], why) for pk in new if pk in rows}
    return list(hits.values())


def _why(client, text: str) -> str:
    plain = text.casefold().replace(" ", "")
    digits = "".join(c for c in text if c.isdigit())
    if client.number.casefold().startswith(plain) or (digits and client.number.startswith(digits)):
        return Why.NUMBER
    if digits and digits == client.phone_last4:
        return Why.LAST_FOUR
    if digits and client.phone_index == phone_index_of(text):
        return Why.PHONE
    if has_hanzi(text):
        return Why.NAME
    is_initials = client.initials.startswith(plain) and not client.joined_pinyin.startswith(plain)
    return Why.INITIALS if is_initials else Why.PINYIN


def _tagged(person, text: str) -> tuple[str, list[int]]:
    """Clients with a tag of this name."""
    tags = Tag.objects.visible_to(person).filter(name__iexact=text)
    rows = Client.objects.visible_to(person).filter(taggings__tag__in=tags).distinct()
    return Why.TAG, list(rows.order_by("joined_pinyin", "pk").values_list("pk", flat=True)[:FOUND])


def _household(hits) -> list[int]:
    """The other members of the households of those who were found."""
    homes = Member.objects.filter(client__in=[*hits]).values("household")
    rows = Member.objects.filter(household__in=homes).exclude(client__in=[*hits])
    return list(rows.values_list("client", flat=True)[:FOUND])


def _similar(seen, text: str) -> list[tuple[str, list[int]]]:
    """Who is called nearly so: the same sound first, then a letter or a character apart."""
    plain = text.casefold().replace(" ", "")
    if has_hanzi(plain):
        return _one_character_apart(seen, plain)
    if plain.isalpha() and len(plain) > 3:
        return [(Why.SPELLING, _misspelled(seen, plain))]
    return []


def _one_character_apart(seen, name: str) -> list[tuple[str, list[int]]]:
    """Names of this length in which one character is another; those of the same sound first."""
    if len(name) < 2:
        return []
    sound = names.pinyin(name)[1]
    shapes = [Q(name__startswith=name[:i], name__endswith=name[i + 1 :]) for i in range(len(name))]
    rows = seen.filter(Q(joined_pinyin=sound) | reduce(or_, shapes)).order_by("joined_pinyin", "pk")
    found = list(rows.values_list("pk", "joined_pinyin", "name")[:_CANDIDATES])
    same = [pk for pk, spelled, _name in found if spelled == sound]
    apart = sorted(
        (_apart(spelled, sound), pk)
        for pk, spelled, called in found
        if spelled != sound and distance(called, name, most=1)
    )
    return [(Why.SOUND, same), (Why.SPELLING, [pk for _distance, pk in apart])]


def _apart(a: str, b: str) -> int:
    most = max(len(a), len(b))
    return distance(a, b, most=most) or 0


def _misspelled(seen, typed: str) -> list[int]:
    """Clients whose pinyin, or its beginning, differs from what was typed by a slip or two."""
    most = 2 if len(typed) >= _LONG_WORD else 1
    rows = _alike(seen, typed)
    ranked = []
    for pk, spelled in rows.values_list("pk", "joined_pinyin")[:_CANDIDATES]:
        slips = [distance(spelled[: len(typed) + more], typed, most=most) for more in (0, 1, -1)]
        whole = distance(spelled, typed, most=most)
        if whole is not None or any(slip is not None for slip in slips):
            ranked.append((whole is None, min(s for s in (*slips, whole) if s is not None), pk))
    return [pk for _is_part, _slips, pk in sorted(ranked)]


def _alike(seen, typed: str):
    """Cheap to ask, nearest first: the trigram index knows; without it, one letter is right."""
    if on_postgresql(connection):
        alike = Q(TrigramSimilar(F("joined_pinyin"), Value(typed)))
        rows = seen.filter(alike | Q(joined_pinyin__startswith=typed[:3]))
        return rows.order_by(TrigramSimilarity("joined_pinyin", typed).desc(), "pk")
    alike = Q(joined_pinyin__startswith=typed[0]) | Q(joined_pinyin__contains=typed[1:3])
    return seen.filter(alike).order_by("joined_pinyin", "pk")
