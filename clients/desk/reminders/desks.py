"""Whose desk work lies on today: the owner's, or instead of those who are away the deputy's."""

from managers.people.models import Absence


def holders(owners, *, on) -> dict:
    """Who is reminded instead of each owner on a day, by the owner's id (rules E8)."""
    away = Absence.objects.on(on).filter(staff__in=owners, deputy__is_active=True)
    deputies = {absence.staff_id: absence.deputy for absence in away.select_related("deputy")}
    return {owner.pk: deputies.get(owner.pk, owner) for owner in owners}
