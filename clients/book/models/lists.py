"""What people keep beside the book: tags on clients, and filters under a name."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.lib import clock
from managers.people import scope
from managers.people.scope import Right


class KeptQuerySet(models.QuerySet):
    def visible_to(self, person):
        """One's own, and what colleagues share with the outlets that one works for."""
        shared = Q(unit=person.current_unit) | Q(unit__in=scope.units(person, Right.VIEW_FILE))
        return self.filter(Q(owner=person) | (Q(unit__isnull=False) & shared))


class Kept(models.Model):
    """Something that a person keeps under a name; with a unit it is shared there."""

    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=40)
    owner = models.ForeignKey("managers.Staff", models.PROTECT, related_name="+")
    unit = models.ForeignKey("managers.OrgUnit", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = KeptQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"], condition=Q(unit__isnull=True), name="own_%(class)s_once"
            ),
            models.UniqueConstraint(
                fields=["unit", "name"],
                condition=Q(unit__isnull=False),
                name="shared_%(class)s_once",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_shared(self) -> bool:
        """Whether colleagues of the outlet see it."""
        return self.unit_id is not None


class Tag(Kept):
    """A word that groups clients."""

    class Meta(Kept.Meta):
        verbose_name = _("tag")
        verbose_name_plural = _("tags")


class Tagging(models.Model):
    """A tag on a client."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="taggings")
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="taggings")
    tagged_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    tagged_at = models.DateTimeField()

    class Meta:
        verbose_name = _("tag of a client")
        verbose_name_plural = _("tags of clients")
        constraints = [models.UniqueConstraint(fields=["tag", "client"], name="tagged_once")]

    def __str__(self):
        return f"{self.tag_id} {self.client_id}"


class SavedView(Kept):
    """Filters and order of the list of clients, as the address says them."""

    query = models.CharField(max_length=1000)

    class Meta(Kept.Meta):
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
