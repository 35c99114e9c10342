"""The productivity competition: the ledger of results, competitions, and what they ended with."""

from collections.abc import Sequence

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.lib import clock
from crm.lib.db import CurrentTransaction
from crm.lib.money import MoneyField, PointsField
from managers.competition.metrics import MONEY, Metric
from managers.competition.rulebook import Rulebook
from managers.people.models import Post
from managers.people.models.staff import Staff

__all__ = ["Appeal", "Competition", "Display", "FinalStanding", "Metric", "PointEntry", "Step"]


class PointEntry(models.Model):
    """One result of one person on one day, with post, unit and grade of that day.

    `amount` is what the metric measures: clients, contacts, CNY, or a reading of a rate. Never
    changed or deleted; a correction is a reversing entry. `source` names the event, so that a
    replay changes nothing (rules H6, H7).
    """

    staff = models.ForeignKey("managers.Staff", models.PROTECT, related_name="point_entries")
    day = models.DateField(_("day"))
    metric = models.CharField(_("metric"), max_length=12, choices=Metric.choices)
    amount = PointsField(_("amount"))
    source = models.CharField(_("source"), max_length=80, unique=True)
    unit = models.ForeignKey("managers.OrgUnit", models.PROTECT, null=True, related_name="+")
    post = models.CharField(_("post"), max_length=16, choices=Post.choices, blank=True)
    grade = models.CharField(_("grade"), max_length=12, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    recorded_at = models.DateTimeField(default=clock.now)
    written_in = models.BigIntegerField(
        db_default=CurrentTransaction(),
        editable=False,
        help_text="The transaction that wrote it, by the database's count; 0 where it has none.",
    )

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["-day", "-pk"]
        indexes = [
            models.Index(fields=["day", "staff"], name="points_by_day"),
            # All that the standings ask, so that nobody reads the rows of the others' results.
            models.Index(
                fields=["staff", "day", "metric", "amount", "reverses", "written_in"],
                name="points_of_standings",
            ),
            models.Index(fields=["written_in"], name="points_by_transaction"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(source=""), name="points_have_a_source")]

    def __str__(self):
        return f"{self.staff_id} {self.source}"

    @property
    def is_money(self) -> bool:
        """Whether the amount is CNY."""
        return self.metric in MONEY


class CompetitionQuerySet(models.QuerySet):
    def announced(self):
        """Those that have begun, whatever became of them; drafts are not shown."""
        return self.filter(steps__state=Competition.State.RUNNING)

    def open_on(self, day):
        """Those that a result of this day still changes."""
        return self.filter(first__lte=day, last__gte=day, state__in=Competition.OPEN)


class Competition(models.Model):
    """A period, the units that take part, and rules that never change once it runs.

    No units mean the whole bank. `cutoff` is the last entry that counts once it is frozen, `digest`
    the hash of rules and final standings (rules H6).
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("competition", "Draft")
        RUNNING = "running", pgettext_lazy("competition", "Running")
        CLOSED = "closed", pgettext_lazy("competition", "Closed")
        PROVISIONAL = "provisional", pgettext_lazy("competition", "Provisional")
        APPEAL = "appeal", pgettext_lazy("competition", "Appeals")
        FROZEN = "frozen", pgettext_lazy("competition", "Frozen")
        PAID = "paid", pgettext_lazy("competition", "Paid")
        CANCELLED = "cancelled", pgettext_lazy("competition", "Cancelled")

    OPEN = (State.RUNNING, State.CLOSED, State.PROVISIONAL, State.APPEAL)
    FINAL = (State.FROZEN, State.PAID)

    chosen: Sequence = ()  # the units of one that is only tried and never saved

    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=80)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    units = models.ManyToManyField("managers.OrgUnit", blank=True, related_name="+")
    rules = models.JSONField()
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT)
    reason = models.CharField(_("reason for cancelling"), max_length=300, blank=True)
    cutoff = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CompetitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("competition")
        verbose_name_plural = _("competitions")
        ordering = ["-first", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")), name="competition_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["frozen", "paid"])
                | (Q(cutoff__isnull=False) & ~Q(digest="")),
                name="frozen_competition_has_its_cutoff",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def rulebook(self) -> Rulebook:
        """The rules as typed values."""
        return Rulebook.load(self.rules)

    @property
    def days(self) -> int:
        """Calendar days of the period, both ends included."""
        return (self.last - self.first).days + 1

    @property
    def is_announced(self) -> bool:
        """Whether it has begun, whatever became of it. One query."""
        return self.steps.filter(state=self.State.RUNNING).exists()

    @property
    def is_final(self) -> bool:
        """Whether nothing changes any more."""
        return self.state in self.FINAL

    def days_left(self, today) -> int:
        """Calendar days from today to the last day, both counted; 0 once it is over."""
        return max((self.last - max(today, self.first)).days + 1, 0)


class Step(models.Model):
    """Who brought a competition into a state, and when; `told_at` once all who take part know."""

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="steps")
    state = models.CharField(max_length=12, choices=Competition.State.choices)
    by = models.ForeignKey("managers.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "state"], name="one_step_into_a_state")
        ]

    def __str__(self):
        return f"{self.competition_id} {self.state}"


class FinalStanding(models.Model):
    """One row of the table as it was frozen; `explained` holds lines and deductions as text."""

    competition = models.ForeignKey(Competition, models.PROTECT, related_name="final")
    staff = models.ForeignKey("managers.Staff", models.PROTECT, related_name="+")
    unit = models.ForeignKey("managers.OrgUnit", models.PROTECT, related_name="+")
    post = models.CharField(max_length=16, choices=Post.choices)
    grade = models.CharField(max_length=12)
    present_days = models.PositiveIntegerField()
    place = models.PositiveIntegerField(null=True)
    prize = MoneyField()
    bar = models.CharField(max_length=12, blank=True)
    explained = models.JSONField()

    class Meta:
        ordering = ["competition", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "staff"], name="one_final_standing")
        ]

    def __str__(self):
        return f"{self.competition_id} {self.staff_id} {self.place}"


class AppealQuerySet(models.QuerySet):
    def visible_to(self, person):
        """One's own; all of them for who decides."""
        return self if person.current_post == Post.HQ_ADMIN else self.filter(staff=person)

    def open(self):
        """Those that wait for a decision."""
        return self.filter(state=Appeal.State.OPEN)


class Appeal(models.Model):
    """What a participant holds against the own score, with evidence, and what was decided."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("appeal", "Waits for a decision")
        UPHELD = "upheld", pgettext_lazy("appeal", "Upheld")
        REJECTED = "rejected", pgettext_lazy("appeal", "Rejected")

    competition = models.ForeignKey(Competition, models.PROTECT, related_name="appeals")
    staff = models.ForeignKey("managers.Staff", models.PROTECT, related_name="appeals")
    metric = models.CharField(_("metric"), max_length=12, choices=Metric.choices)
    reason = models.CharField(_("what is wrong"), max_length=500)
    evidence = models.CharField(_("evidence"), max_length=500)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    made_at = models.DateTimeField()
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    decided_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    entry = models.OneToOneField(PointEntry, models.PROTECT, null=True, related_name="+")

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["competition", "staff", "metric"],
                condition=Q(state="open"),
                name="one_open_appeal_of_a_metric",
            )
        ]

    def __str__(self):
        return f"{self.competition_id} {self.staff_id} {self.metric}"


class Display(models.Model):
    """A screen on a wall that shows one division of the competition without a session.

    Its address is signed and opens the wallboard alone, until somebody ends it. `unit` is the
    outlet where it hangs, whose people stand out; without one nobody does (rules H9).
    """

    unit = models.ForeignKey(
        "managers.OrgUnit", models.PROTECT, null=True, blank=True, related_name="+"
    )
    division = models.CharField(_("division"), max_length=32, db_index=True)
    language = models.CharField(_("language"), max_length=8, choices=Staff.Language.choices)
    made_by = models.ForeignKey("managers.Staff", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("screen")
        verbose_name_plural = _("screens")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.pk} {self.division}"
