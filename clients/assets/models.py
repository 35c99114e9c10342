"""What clients have with the bank day by day, and what follows: averages, tiers and states."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.book.models import OfClientsQuerySet, State, Tier
from crm.lib import clock
from crm.lib.money import MoneyField


class Balance(models.Model):
    """Closing assets of a client on a day, in CNY; they hold until the next row (rules C2)."""

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="balances")
    day = models.DateField(_("day"))
    closing = MoneyField(_("closing balance"))
    recorded_at = models.DateTimeField(default=clock.now)

    objects = OfClientsQuerySet.as_manager()

    class Meta:
        verbose_name = _("balance")
        verbose_name_plural = _("balances")
        ordering = ["client", "-day"]
        constraints = [
            models.UniqueConstraint(fields=["client", "day"], name="one_balance_a_day"),
            models.CheckConstraint(condition=Q(closing__gte=0), name="balance_never_negative"),
        ]

    def __str__(self):
        return f"{self.client_id} {self.day}"


class MonthAverage(models.Model):
    """A finished month of a client: written from the balances, never by hand (rules C2).

    `net_flow` is what the closing balance gained over that of the month before, null in the first
    month. `is_whole` tells that the balances reach back to the first day.
    """

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="months")
    month = models.DateField(_("month"), help_text=_("Its first day."))
    average = MoneyField(_("average"))
    closing = MoneyField(_("closing balance"))
    peak = MoneyField(_("highest balance"))
    net_flow = MoneyField(_("net flow"), null=True)
    is_whole = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("month average")
        verbose_name_plural = _("month averages")
        ordering = ["client", "-month"]
        constraints = [
            models.UniqueConstraint(fields=["client", "month"], name="one_average_a_month")
        ]

    def __str__(self):
        return f"{self.client_id} {self.month:%Y-%m}"


class Contribution(models.Model):
    """What a client brought the bank in a year, in CNY (rules C6)."""

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="contributions")
    year = models.PositiveSmallIntegerField(_("year"))
    fees = MoneyField(_("fee income"), default=0)
    margin = MoneyField(_("deposit margin"), default=0)

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ["client", "-year"]
        constraints = [
            models.UniqueConstraint(fields=["client", "year"], name="one_contribution_a_year")
        ]

    def __str__(self):
        return f"{self.client_id} {self.year}"

    @property
    def total(self):
        """Fee income and deposit margin together."""
        return self.fees + self.margin


class Standing(models.Model):
    """How far a client's months have been counted towards a tier (rules C4).

    The count begins with `base_tier` in `base_month`, or in the first month there is. `tier` is
    the one that the count has led to; where the client's differs, somebody else set it, and the
    count begins anew.
    """

    client = models.OneToOneField("clients.Client", models.CASCADE, related_name="standing")
    base_tier = models.CharField(max_length=8, choices=Tier.choices)
    base_month = models.DateField(null=True)
    tier = models.CharField(max_length=8, choices=Tier.choices)
    misses = models.PositiveSmallIntegerField(_("missed months"), default=0)
    settled_month = models.DateField(null=True, help_text=_("The last month that was counted."))
    grown_month = models.DateField(
        null=True, help_text=_("The last month whose growth counts in results.")
    )
    is_stale = models.BooleanField(
        default=False, help_text=_("Balances have changed since; the next count clears it.")
    )

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        indexes = [models.Index(fields=["settled_month"], name="standings_by_month")]

    def __str__(self):
        return f"{self.client_id} {self.tier}"


class TierChange(models.Model):
    """A tier raised or lowered, with the figures that caused it; append-only (rules C4)."""

    class Cause(models.TextChoices):
        REACHED = "reached", _("The average reached the tier")
        MISSED = "missed", _("The average missed the tier")
        CORRECTED = "corrected", _("Balances that came late")

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="tier_changes")
    was = models.CharField(max_length=8, choices=Tier.choices)
    now = models.CharField(max_length=8, choices=Tier.choices)
    cause = models.CharField(_("cause"), max_length=9, choices=Cause.choices)
    month = models.DateField(_("month"), help_text=_("The month that decided."))
    average = MoneyField(_("average"))
    misses = models.PositiveSmallIntegerField(_("missed months"), default=0)
    effective_on = models.DateField(_("in force from"))
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("change of tier")
        verbose_name_plural = _("changes of tier")
        ordering = ["-effective_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(was=F("now")), name="tier_change_changes")
        ]
        indexes = [models.Index(fields=["client", "-effective_on"], name="tier_changes_by_client")]

    def __str__(self):
        return f"{self.client_id} {self.was} {self.now}"


class StateChange(models.Model):
    """A step of a client's life, with the figures that caused it; append-only (rules C1)."""

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="state_changes")
    was = models.CharField(max_length=10, choices=State.choices)
    now = models.CharField(max_length=10, choices=State.choices)
    figures = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("change of state")
        verbose_name_plural = _("changes of state")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["client", "-at"], name="state_changes_by_client")]

    def __str__(self):
        return f"{self.client_id} {self.was} {self.now}"
