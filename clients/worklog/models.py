"""The daily work log of an RM: what was done, which duties are ticked, a note (rules D6)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from managers.people import scope
from managers.people.scope import Right


class Duty(models.TextChoices):
    """What a day asks of an RM; the product sees the first ones for itself."""

    CALLS = "calls", _("Everybody due or late was contacted")
    PROMISES = "promises", _("No promise to a client is late")
    REFERRALS = "referrals", _("No referral waits past its time")
    VISITS = "visits", _("Every visit of the day was settled")
    MORNING = "morning", _("Took part in the morning meeting")
    EVENING = "evening", _("Took part in the evening meeting")
    NEWS = "news", _("Read the news of markets and products")
    DESK = "desk", _("Desk and papers put in order")


COMPUTED = (Duty.CALLS, Duty.PROMISES, Duty.REFERRALS, Duty.VISITS)
BY_HAND = [(duty.value, duty.label) for duty in Duty if duty not in COMPUTED]


class WorkLogQuerySet(models.QuerySet):
    def visible_to(self, person):
        """One's own, and for heads those of their outlets once they are handed in."""
        if not scope.may(person, Right.FOLLOW_UP):
            return self.none()
        units = scope.units(person, Right.FOLLOW_UP)
        handed_in = Q(unit__in=units, submitted_at__isnull=False)
        return self.filter(Q(staff=person) | handed_in)

    def for_list(self):
        return self.select_related("staff", "unit")


class WorkLog(models.Model):
    """One day of one RM. `figures` and the duties are what they were when it was handed in.

    They hold numbers and codes only; clients are read from their own rows.
    """

    staff = models.ForeignKey("managers.Staff", models.PROTECT, related_name="work_logs")
    unit = models.ForeignKey("managers.OrgUnit", models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    ticks = models.JSONField(_("duties"), default=list)
    figures = models.JSONField(_("figures"), default=dict)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    submitted_at = models.DateTimeField(_("handed in"), null=True)
    version = models.PositiveIntegerField(default=1)

    objects = WorkLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("work log")
        verbose_name_plural = _("work logs")
        ordering = ["-day", "staff"]
        constraints = [
            models.UniqueConstraint(fields=["staff", "day"], name="one_work_log_a_day"),
        ]
        indexes = [models.Index(fields=["unit", "-day"], name="work_logs_by_unit")]

    def __str__(self):
        return f"{self.staff_id} {self.day}"
