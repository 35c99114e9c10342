"""What marketing RMs notice outside, and the report that they owe each month (rules E11)."""

import json

from django.db import connection, models
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from crm.lib import clock
from crm.lib.db import on_postgresql
from managers.people import scope
from managers.people.scope import Right

MOST_TAGS, LONGEST_TAG = 5, 20


class OfOutletsQuerySet(models.QuerySet):
    def of_outlets(self, person):
        """What was written in the outlet where a person works, or in those that they answer for."""
        here = Q(unit=person.current_unit) if person.current_unit else Q(pk__in=[])
        return self.filter(here | Q(unit__in=scope.units(person, Right.FOLLOW_UP)))

    def tagged(self, tag: str):
        """Those that have this tag, in capitals or not."""
        # SQLite keeps a list as text with other letters written as codes, PostgreSQL as they are.
        written = json.dumps(tag, ensure_ascii=not on_postgresql(connection))
        as_text = self.alias(tags_as_text=Cast("tags", TextField()))
        return as_text.filter(tags_as_text__icontains=written)


class NoteQuerySet(OfOutletsQuerySet):
    def visible_to(self, person):
        """Notes of the person's outlets, for posts that keep clients or answer for them."""
        return self.of_outlets(person) if scope.may(person, Right.FOLLOW_UP) else self.none()


class ReportQuerySet(OfOutletsQuerySet):
    def visible_to(self, person):
        """Own reports, and those of the person's outlets that have been handed in."""
        if not scope.may(person, Right.FOLLOW_UP):
            return self.none()
        handed_in = self.of_outlets(person).filter(submitted_at__isnull=False)
        return self.filter(Q(author=person) | Q(pk__in=handed_in.values("pk")))

    def owed(self):
        """Reports that have not been handed in."""
        return self.filter(submitted_at__isnull=True)

    def late(self, *, on):
        """Reports that should have been handed in before this day."""
        return self.owed().filter(due_on__lt=on)


class MarketNote(models.Model):
    """Something noticed outside: a competitor, a project, a mood. No clients are named in it."""

    author = models.ForeignKey("managers.Staff", models.PROTECT, related_name="+")
    unit = models.ForeignKey("managers.OrgUnit", models.PROTECT, related_name="+")
    text = models.TextField(_("what you noticed"), max_length=1000)
    tags = models.JSONField(_("tags"), default=list)
    written_at = models.DateTimeField(default=clock.now)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("market note")
        verbose_name_plural = _("market notes")
        ordering = ["-written_at", "-pk"]
        indexes = [models.Index(fields=["unit", "-written_at"], name="market_notes_by_unit")]

    def __str__(self):
        return f"{self.unit_id} {self.written_at:%Y-%m-%d}"


class MarketReport(models.Model):
    """The market report of one month by one marketing RM; read by the outlet once handed in."""

    author = models.ForeignKey("managers.Staff", models.PROTECT, related_name="market_reports")
    unit = models.ForeignKey("managers.OrgUnit", models.PROTECT, related_name="+")
    month = models.DateField(_("month"), help_text=_("Its first day."))
    due_on = models.DateField(_("due day"))
    text = models.TextField(_("report"), max_length=8000, blank=True)
    tags = models.JSONField(_("tags"), default=list)
    submitted_at = models.DateTimeField(_("handed in"), null=True)
    version = models.PositiveIntegerField(default=1)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("market report")
        verbose_name_plural = _("market reports")
        ordering = ["-month", "author"]
        constraints = [
            models.UniqueConstraint(fields=["author", "month"], name="one_market_report_a_month"),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | ~Q(text=""),
                name="handed_in_report_says_something",
            ),
        ]

    def __str__(self):
        return f"{self.author_id} {self.month:%Y-%m}"


class ReportReading(models.Model):
    """That a colleague has read a report."""

    report = models.ForeignKey(MarketReport, models.CASCADE, related_name="readings")
    staff = models.ForeignKey("managers.Staff", models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reading of a report")
        verbose_name_plural = _("readings of reports")
        ordering = ["read_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["report", "staff"], name="report_read_once")]

    def __str__(self):
        return f"{self.report_id} {self.staff_id}"
