"""Licences of people to sell what needs one (rules C8)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LicenceQuerySet(models.QuerySet):
    def on(self, day):
        """Licences that are valid on a day; their last day is included."""
        return self.filter(valid_until__gte=day)


class Licence(models.Model):
    """A licence to sell funds or insurance, through its last day."""

    class Kind(models.TextChoices):
        FUND = "fund", _("Fund")
        INSURANCE = "insurance", _("Insurance")

    staff = models.ForeignKey(
        "managers.Staff", models.PROTECT, related_name="licences", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    number = models.CharField(_("number"), max_length=40)
    valid_until = models.DateField(_("valid until"))

    objects = LicenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("licence")
        verbose_name_plural = _("licences")
        ordering = ["staff", "kind", "-valid_until"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="licence_number_once")
        ]

    def __str__(self):
        return f"{self.staff_id} {self.kind} {self.valid_until}"
