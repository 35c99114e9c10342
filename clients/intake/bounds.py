"""Whose clients an import may touch: those of the outlets below whoever imports (rules A5)."""

from dataclasses import dataclass

from clients.book.models import Client
from managers.people import scope
from managers.people.models import OrgUnit
from managers.people.scope import Reach, Right


@dataclass(frozen=True)
class Bounds:
    """The outlets whose clients may come in or change; None for all, and new units are opened."""

    outlets: frozenset[int] | None = None

    @property
    def opens_units(self) -> bool:
        """Whether a unit that a file names and nobody knows is opened."""
        return self.outlets is None

    def hold(self, unit: OrgUnit) -> bool:
        """Whether clients of this outlet may be touched."""
        return self.outlets is None or unit.pk in self.outlets

    def clients(self):
        """The clients that may be touched; others are none of the importer's business."""
        if self.outlets is None:
            return Client.objects.all()
        return Client.objects.filter(outlet__in=self.outlets)


WHOLE_BANK = Bounds()


def bounds_of(person) -> Bounds:
    """The bounds of a person's imports; none of their units without the right."""
    if scope.reach(person, Right.IMPORT) == Reach.ALL:
        return WHOLE_BANK
    return Bounds(frozenset(scope.units(person, Right.IMPORT).values_list("pk", flat=True)))
