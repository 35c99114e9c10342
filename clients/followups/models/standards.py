"""What the bank asks of its managers: how often to be in touch, and what makes a follow-up.

Rows are effective-dated: the latest one not after a day rules on it, and before the first row what
the product came with (`clients.followups.standards`, `clients.followups.triggers`).
"""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.book.models import State, Tier
from clients.followups.models.kinds import Channel, Trigger
from crm.lib import clock
from managers.people.models import Post

_ONE = MinValueValidator(1)


class Dated(models.Model):
    """A row that rules from a day on; once that day has begun nobody changes it any more."""

    valid_from = models.DateField(_("valid from"))
    set_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(default=clock.now)

    class Meta:
        abstract = True

    def has_begun(self, on) -> bool:
        return self.valid_from <= on


class ContactStandard(Dated):
    """How often whom (rules F1). Empty tier, stage or post: any; the most exact row rules.

    `gap_days` are calendar days between two valid contacts, null where none is asked for.
    `channels` are those that count. `visit_months`: so often the contact is a visit.
    """

    tier = models.CharField(_("tier"), max_length=8, choices=Tier.choices, blank=True)
    stage = models.CharField(_("stage"), max_length=10, choices=State.choices, blank=True)
    post = models.CharField(_("post"), max_length=20, choices=Post.choices, blank=True)
    gap_days = models.PositiveSmallIntegerField(
        _("longest gap, days"), null=True, blank=True, validators=[_ONE]
    )
    visit_months = models.PositiveSmallIntegerField(
        _("visit every … months"), null=True, blank=True, validators=[_ONE]
    )
    channels = models.JSONField(_("what counts"), default=list)
    purpose = models.CharField(_("what about"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("contact standard")
        verbose_name_plural = _("contact standards")
        ordering = ["-valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tier", "stage", "post", "valid_from"], name="one_standard_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(gap_days=0) & ~Q(visit_months=0),
                name="a_standard_asks_for_one_day_at_least",
            ),
        ]

    def __str__(self):
        return f"{self.code} ({self.valid_from})"

    @property
    def code(self) -> str:
        """Whom it is about, in one word."""
        return "-".join(part for part in (self.stage, self.post, self.tier) if part) or "all"

    @property
    def whom(self) -> str:
        """Whom it is about, in the reader's words."""
        said = (self.get_stage_display(), self.get_post_display(), self.get_tier_display())
        return " · ".join(filter(None, said)) or str(_("all clients"))

    @property
    def channel_labels(self) -> list[str]:
        """What counts, in words."""
        return [str(Channel(code).label) for code in self.channels]

    @property
    def channel(self) -> str:
        """How the next contact is planned."""
        return self.channels[0] if self.channels else Channel.CALL


class TriggerRule(Dated):
    """What an event makes of itself (rules F2): when, how, how urgent, and for which tiers.

    `offset` are days from the event on, negative ones before it; `in_working_days` says which.
    """

    code = models.CharField(_("rule"), max_length=24)
    trigger = models.CharField(_("trigger"), max_length=16, choices=Trigger.choices)
    is_on = models.BooleanField(_("switched on"), default=True)
    tiers = models.JSONField(_("for tiers"), default=list, blank=True)
    offset = models.SmallIntegerField(_("days from the event"), default=0)
    in_working_days = models.BooleanField(_("working days"), default=False)
    channel = models.CharField(
        _("how"), max_length=8, choices=Channel.choices, default=Channel.CALL
    )
    purpose = models.CharField(_("what about"), max_length=100, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), default=5)

    class Meta:
        verbose_name = _("trigger rule")
        verbose_name_plural = _("trigger rules")
        ordering = ["code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="one_rule_a_day"),
            models.CheckConstraint(
                condition=Q(in_working_days=False) | Q(offset__gte=0),
                name="working_days_follow_the_event",
            ),
        ]

    def __str__(self):
        return f"{self.code} ({self.valid_from})"

    @property
    def tier_labels(self) -> list[str]:
        """For whom, in words; none for all."""
        return [str(Tier(code).label) for code in self.tiers]

    def fits(self, client) -> bool:
        """Whether the rule is about clients of this tier."""
        return not self.tiers or client.tier in self.tiers
