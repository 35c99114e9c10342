"""Follow-ups that come again and again (rules F15)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.book.models import OfClientsQuerySet
from clients.followups.models.kinds import Channel
from crm.lib import clock


class Every(models.TextChoices):
    """How often, in plain words."""

    WEEK = "week", _("Every week")
    FORTNIGHT = "fortnight", _("Every two weeks")
    MONTH = "month", _("Every month")
    QUARTER = "quarter", _("Every quarter")
    YEAR = "year", _("Every year")


class Series(models.Model):
    """A follow-up that recurs; one occurrence is open at a time.

    `rule` is an RRULE of RFC 5545 whose days are counted from `begins_on`. `exceptions` say which
    of its days are left out: the day in ISO, and the day to which it moved or "" for none.
    """

    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="series")
    every = models.CharField(_("repeats"), max_length=9, choices=Every.choices)
    rule = models.CharField(max_length=120)
    begins_on = models.DateField(_("first day"))
    exceptions = models.JSONField(default=dict)
    channel = models.CharField(_("how"), max_length=8, choices=Channel.choices)
    purpose = models.CharField(_("what about"), max_length=200, blank=True)
    from_time = models.TimeField(_("from"), null=True, blank=True)
    to_time = models.TimeField(_("to"), null=True, blank=True)
    created_by = models.ForeignKey("managers.Staff", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = OfClientsQuerySet.as_manager()

    class Meta:
        verbose_name = _("recurring follow-up")
        verbose_name_plural = _("recurring follow-ups")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["client"], condition=Q(ended_at__isnull=True), name="series_going_on"
            )
        ]

    def __str__(self):
        return f"{self.client_id} {self.rule}"

    @property
    def code(self) -> str:
        """What its follow-ups name as the rule that made them."""
        return f"series-{self.pk}"
