"""Files that were made one: which lead to which, however many merges lie between (rules C5)."""

from collections.abc import Iterable

from clients.book.models import Client


def above(pks: Iterable[int]) -> dict[int, list[int]]:
    """The files to which each of these leads, the nearest first; the last one stands.

    One query where nothing was merged, and one for each merge that lies on the way.
    """
    pks = set(pks)
    into: dict[int, int] = {}
    asked = pks
    while asked:
        rows = Client.objects.filter(pk__in=asked, merged_into__isnull=False).order_by()
        into |= dict(rows.values_list("pk", "merged_into"))
        asked = {into[pk] for pk in asked if pk in into} - into.keys()
    return {pk: way(pk, into) for pk in pks}


def below(pks: Iterable[int]) -> dict[int, list[int]]:
    """Each file, and after it all that were taken into it, also by way of others."""
    pks = set(pks)
    into: dict[int, int] = {}
    asked = pks
    while asked:
        rows = Client.objects.filter(merged_into__in=asked).order_by()
        found = dict(rows.values_list("pk", "merged_into"))
        asked = found.keys() - into.keys()
        into |= found
    members = {pk: [pk] for pk in pks}
    for pk in into:
        for kept in way(pk, into):
            if kept in members:
                members[kept].append(pk)
    return members


def standing(pks: Iterable[int]) -> dict[int, int]:
    """The file that stands for each of these today."""
    return {pk: [pk, *kept][-1] for pk, kept in above(pks).items()}


def way(pk: int, into: dict[int, int]) -> list[int]:
    """The files that one leads to, the nearest first, where `into` says what leads where."""
    found = []
    while pk in into:
        pk = into[pk]
        found.append(pk)
    return found
