"""Programmes: contacts with offsets, such as the first months of a client (rules F14).

A programme is what the bank asks for; a run of it copies its steps, so that it keeps them.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.book.models import OfClientsQuerySet, Tier
from clients.followups.models.kinds import Channel
from clients.followups.models.standards import Dated
from crm.lib import clock


class Start(models.TextChoices):
    """What begins a programme, besides a person."""

    ASSIGNED = "assigned", _("A client is assigned")
    INTRODUCED = "introduced", _("A handover is introduced")


class Programme(Dated):
    """Steps with offsets, from a day on. `steps` are dicts of `day`, `channel` and `purpose`.

    `day` are calendar days since the beginning; without `starts` only a person begins it.
    """

    code = models.SlugField(_("code"), max_length=24)
    name = models.CharField(pgettext_lazy("programme", "name"), max_length=60)
    is_on = models.BooleanField(_("switched on"), default=True)
    starts = models.JSONField(_("begins when"), default=list, blank=True)
    tiers = models.JSONField(_("for tiers"), default=list, blank=True)
    steps = models.JSONField(_("steps"), default=list)

    class Meta:
        verbose_name = _("contact programme")
        verbose_name_plural = _("contact programmes")
        ordering = ["code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="one_programme_a_day")
        ]

    def __str__(self):
        return f"{self.code} ({self.valid_from})"

    @property
    def days(self) -> list[int]:
        """The offsets alone."""
        return [step["day"] for step in self.steps]

    @property
    def tier_labels(self) -> list[str]:
        """For whom it begins by itself, in words; none for all."""
        return [str(Tier(code).label) for code in self.tiers]

    @property
    def start_labels(self) -> list[str]:
        """What begins it, in words."""
        return [str(Start(code).label) for code in self.starts]


class ProgrammeRun(models.Model):
    """A programme that goes on with a client, or went on; one at a time."""

    class State(models.TextChoices):
        RUNNING = "running", pgettext_lazy("programme", "Running")
        DONE = "done", pgettext_lazy("programme", "Completed")
        CALLED_OFF = "called_off", pgettext_lazy("programme", "Called off")
        LEFT = "left", pgettext_lazy("programme", "Ended with the client")

    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="programme_runs")
    code = models.SlugField(max_length=24)
    name = models.CharField(pgettext_lazy("programme", "name"), max_length=60)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.RUNNING
    )
    started_on = models.DateField(_("started"))
    started_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = OfClientsQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme of a client")
        verbose_name_plural = _("programmes of clients")
        ordering = ["-started_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(state="running"), name="one_running_programme"
            )
        ]

    def __str__(self):
        return f"{self.client_id} {self.code} {self.started_on}"


class StepQuerySet(models.QuerySet):
    def ahead(self):
        """Steps of running programmes that nobody has made yet, in their order."""
        running = self.filter(run__state=ProgrammeRun.State.RUNNING, passed_at__isnull=True)
        return running.order_by("run", "number")


class ProgrammeStep(models.Model):
    """One contact of a run; passed once it was made, missed or taken back."""

    run = models.ForeignKey(ProgrammeRun, models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField(_("day"))
    channel = models.CharField(_("how"), max_length=8, choices=Channel.choices)
    purpose = models.CharField(_("what about"), max_length=100, blank=True)
    passed_at = models.DateTimeField(null=True)
    is_fixed = models.BooleanField(
        default=False,
        db_default=False,
        help_text=_("A person chose the day; it does not give way."),
    )

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["run", "number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="one_step_a_number"),
        ]

    def __str__(self):
        return f"{self.run_id} {self.number} {self.due_on}"

    @property
    def passed_on(self):
        """The day on which it was made, missed or taken back."""
        return clock.local(self.passed_at).date() if self.passed_at else None
