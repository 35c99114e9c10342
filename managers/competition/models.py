"""The productivity competition's ledger: append-only points, each with its source."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.lib import clock
from crm.lib.money import MoneyField, PointsField
from managers.people.models import Post


class Metric(models.TextChoices):
    """What earns points (rules H2, first form)."""

    DEAL = "deal", _("Deals won")
    HANDOVER = "handover", _("Clients introduced")
    REFERRAL = "referral", _("Referrals accepted")
    CONVERSION = "conversion", _("Referrals converted")
    CONTACT = "contact", _("Valid contacts")


class PointEntry(models.Model):
    """Points of one person for one event on one day, with post, unit and grade of that day.

    Never changed or deleted; a correction is a reversing entry. `source` names the event, so that a
    replay changes nothing (rules H6, H7).
    """

    staff = models.ForeignKey("managers.Staff", models.PROTECT, related_name="point_entries")
    day = models.DateField(_("day"))
    metric = models.CharField(_("metric"), max_length=12, choices=Metric.choices)
    points = PointsField(_("points"))
    amount = MoneyField(_("amount"), null=True)
    source = models.CharField(_("source"), max_length=80, unique=True)
    unit = models.ForeignKey("managers.OrgUnit", models.PROTECT, null=True, related_name="+")
    post = models.CharField(_("post"), max_length=16, choices=Post.choices, blank=True)
    grade = models.CharField(_("grade"), max_length=12, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("points")
        verbose_name_plural = _("points")
        ordering = ["-day", "-pk"]
        indexes = [
            models.Index(fields=["day", "staff"], name="points_by_day"),
            models.Index(fields=["staff", "day"], name="points_by_person"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(source=""), name="points_have_a_source")]

    def __str__(self):
        return f"{self.staff_id} {self.source}"
