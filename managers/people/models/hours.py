"""When an outlet receives clients, where it is not as the bank usually does (rules F9)."""

from collections.abc import Iterable
from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from crm.lib import clock
from crm.workdays import work_calendar

_MONDAY_TO_FRIDAY = range(1, 6)


class OpeningHoursQuerySet(models.QuerySet):
    def touching(self, first: date):
        """Rows that rule on some day from this one on, the latest begun first."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=first))

    def for_good(self):
        """Rows that close an outlet without a last day, and after which nothing is set."""
        later = OpeningHours.objects.filter(
            unit=OuterRef("unit"), valid_from__gt=OuterRef("valid_from")
        )
        return self.filter(~Exists(later), days=[], valid_until=None)


def ruling(rows: Iterable["OpeningHours"], day: date) -> "OpeningHours | None":
    """Of an outlet's rows, the latest begun first, the one that says something of a day."""
    return next((row for row in rows if row.rules_on(day)), None)


class OpeningHours(models.Model):
    """From a day on, until its last day or until another row begins.

    `days` are the ISO weekdays on which the outlet opens, none while it is closed. Without hours
    those of the bank hold. What ends with a last day, such as a renovation, gives way to what ruled
    before. The reason is told wherever somebody meets a day on which it is closed.
    """

    unit = models.ForeignKey(
        "managers.OrgUnit",
        models.PROTECT,
        related_name="opening_hours",
        verbose_name=_("outlet"),
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Empty: until something else is set.")
    )
    days = models.JSONField(_("open on"), default=list, blank=True)
    opens_at = models.TimeField(
        _("opens at"), null=True, blank=True, help_text=_("Empty: the hours of the bank.")
    )
    closes_at = models.TimeField(_("closes at"), null=True, blank=True)
    reason = models.CharField(
        _("why it is closed"),
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text=_("Colleagues read it beside each closed day, such as: renovation."),
    )
    set_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(default=clock.now)

    objects = OpeningHoursQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "valid_from"],
                name="one_opening_a_day",
                violation_error_message=_(
                    "Something else is set for that day already; please choose another one."
                ),
            ),
            models.CheckConstraint(
                condition=Q(opens_at=None, closes_at=None)
                | Q(opens_at__isnull=False, closes_at__isnull=False, closes_at__gt=F("opens_at")),
                name="an_outlet_opens_before_it_closes",
                violation_error_message=_("An outlet opens before it closes, or has no own hours."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="opening_hours_end_after_they_begin",
                violation_error_message=_("The last day is not before the first."),
            ),
        ]

    def __str__(self):
        return f"{self.unit_id} ({self.valid_from})"

    def rules_on(self, day: date) -> bool:
        """Whether it says something of this day, unless a later row does."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def is_open(self, day: date) -> bool:
        """Whether clients are received: never on holidays, on make-up workdays as in the week."""
        if not self.days:
            return False
        calendar = work_calendar()
        if calendar.is_workday(day):
            return day.isoweekday() in self.days or day.isoweekday() not in _MONDAY_TO_FRIDAY
        return day.isoweekday() in self.days and not calendar.name(day)
