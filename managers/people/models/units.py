"""The tree of units: head office, branches, outlets, wealth centres (rules A1)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class UnitKind(models.TextChoices):
    """Levels of the organisation (rules A1)."""

    HEAD_OFFICE = "head_office", _("Head office")
    BRANCH = "branch", pgettext_lazy("unit", "Branch")
    OUTLET = "outlet", _("Outlet")
    WEALTH_CENTRE = "wealth_centre", _("Wealth centre")


RECEIVES = (UnitKind.OUTLET, UnitKind.WEALTH_CENTRE)  # where clients are met


class OrgUnitQuerySet(models.QuerySet):
    def within(self, unit):
        """The unit and everything below it."""
        return self.filter(path__startswith=unit.path)


class OrgUnit(models.Model):
    """Head office, branch, outlet or wealth centre; `path` begins the paths of all below it."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=120)
    latin_name = models.CharField(_("name in Latin letters"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=UnitKind.choices)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("belongs to"),
    )
    path = models.CharField(max_length=200, unique=True, editable=False)
    served_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="serves",
        verbose_name=_("served by"),
        help_text=_("The wealth centre that serves this outlet."),
    )
    is_active = models.BooleanField(_("open"), default=True)

    objects = OrgUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind="head_office"), name="one_head_office"
            ),
        ]

    def __str__(self):
        return self.name
