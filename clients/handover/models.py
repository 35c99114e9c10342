"""The handover of a client from one RM to another, with the whole file."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.book.models import SHUT
from crm.lib import clock
from crm.lib.money import MoneyField
from managers.people import scope
from managers.people.scope import Reach, Right


class Item(models.TextChoices):
    """The ten parts of a complete file (rules E3)."""

    IDENTITY = "identity", _("Identity verified")
    CONTACT = "contact", _("Contact and best time")
    SOURCE = "source", _("Source and how you met")
    NEEDS = "needs", _("Needs and goals")
    ASSETS = "assets", _("Assets and products discussed")
    RISK = "risk", _("Risk level, or not assessed")
    PREFERENCES = "preferences", _("Preferences and taboos")
    DATES = "dates", _("Important dates")
    PROMISES = "promises", _("Contacts and promises made")
    CONSENTS = "consents", _("Consents and open issues")


class ReturnReason(models.TextChoices):
    """Why a file is sent back (rules E4)."""

    INCOMPLETE = "incomplete", _("Incomplete")
    WRONG_CONTACT = "wrong_contact", _("Wrong contact")
    DUPLICATE = "duplicate", _("Duplicate")
    NOT_PREMIUM = "not_premium", _("Not a premium client")
    CONFLICT = "conflict", _("Conflict of interest")
    OVER_CAPACITY = "over_capacity", _("Over capacity")
    OTHER = "other", _("Other")


RETURNS = 2  # of a file, after which a head decides


class HandoverQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Handovers that I sent, that were sent to me, and for heads those of their outlets."""
        mine = Q(from_staff=person) | (
            Q(to_staff=person) & ~Q(state__in=[Handover.State.DRAFT, Handover.State.WITHDRAWN])
        )
        if scope.reach(person, Right.ASSIGN) in (Reach.TREE, Reach.ALL):
            mine |= Q(client__outlet__in=scope.units(person, Right.ASSIGN))
        return self.filter(mine, client__locked_at__isnull=True).exclude(client__person=person)

    def taken_back_from(self, person):
        """Those that were sent to a person, and withdrawn since."""
        sent = self.filter(to_staff=person, submitted_at__isnull=False)
        return sent.filter(state=Handover.State.WITHDRAWN)

    def pending(self):
        """Those that are not over."""
        return self.filter(state__in=Handover.PENDING)

    def overdue(self, at):
        """Those whose present stage lasts longer than it may (rules E5)."""
        return self.filter(state__in=Handover.RUNNING, due_at__lt=at)

    def to_decide(self):
        """Returned so often that a head decides (rules E4)."""
        often = Q(returns__gte=RETURNS, returns__gt=models.F("decided_returns"))
        return self.filter(often, state=Handover.State.RETURNED)

    def for_list(self):
        """All that lists touch, in one query."""
        return self.select_related("client", "client__outlet", "from_staff", "to_staff").defer(
            *(f"client__{name}" for name in SHUT)
        )


class Handover(models.Model):
    """One handover: the owner changes at the introduction, not before (rules E2, E6)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned")
        ACCEPTED = "accepted", pgettext_lazy("handover", "Accepted")
        INTRODUCED = "introduced", _("Introduced")
        CLOSED = "closed", _("Closed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    PENDING = (State.DRAFT, State.SUBMITTED, State.RETURNED, State.ACCEPTED)
    RUNNING = (*PENDING, State.INTRODUCED)

    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="handovers")
    from_staff = models.ForeignKey("managers.Staff", models.PROTECT, related_name="handovers_sent")
    to_staff = models.ForeignKey(
        "managers.Staff", models.PROTECT, related_name="handovers_received"
    )
    file = models.JSONField(_("file"), default=dict, help_text=_("Text for each of the ten items."))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    due_at = models.DateTimeField(_("due"), default=clock.SOMEDAY)
    submitted_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    introduced_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    aum_then = MoneyField(_("assets at the introduction"), null=True)
    return_reason = models.CharField(
        _("reason"), max_length=14, choices=ReturnReason.choices, blank=True
    )
    return_note = models.CharField(_("note"), max_length=300, blank=True)
    return_items = models.JSONField(
        _("what to mend"), default=dict, help_text=_("What is wrong with which item.")
    )
    returns = models.PositiveSmallIntegerField(default=0)
    decided_returns = models.PositiveSmallIntegerField(
        default=0, help_text=_("Returns about which a head has decided.")
    )
    decision_note = models.CharField(_("decision"), max_length=300, blank=True)
    waived = models.JSONField(
        _("waived"), default=dict, help_text=_("Items that a head waived, each with its reason.")
    )
    escalated = models.PositiveSmallIntegerField(
        default=0,
        help_text=_("Whom the clock has told of this stage: 1 the person, 2 and 3 heads."),
    )
    created_at = models.DateTimeField(default=clock.now)
    version = models.PositiveIntegerField(default=1)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(state__in=["draft", "submitted", "returned", "accepted"]),
                name="one_pending_handover",
            ),
            models.CheckConstraint(
                condition=~Q(from_staff=models.F("to_staff")), name="handover_to_another"
            ),
        ]
        indexes = [
            models.Index(fields=["to_staff", "state", "due_at"], name="handovers_to_answer"),
            models.Index(fields=["from_staff", "state"], name="handovers_sent"),
        ]

    def __str__(self):
        return f"{self.client_id} {self.state}"

    @property
    def missing(self) -> list[Item]:
        """Items that are neither filled nor waived (rules E3)."""
        return [item for item in Item if not self._has(item)]

    @property
    def filled(self) -> int:
        """How many of the ten items are filled or waived."""
        return len(Item) - len(self.missing)

    @property
    def percent(self) -> int:
        """How much of the file is there, in percent."""
        return 100 * self.filled // len(Item)

    def _has(self, item) -> bool:
        return item in self.waived or bool(str(self.file.get(item, "")).strip())

    @property
    def needs_decision(self) -> bool:
        """Returned twice, or again after a head decided: a head says how it goes on (rules E4)."""
        is_returned = self.state == self.State.RETURNED
        return is_returned and self.returns >= RETURNS and self.returns > self.decided_returns

    def is_late(self, at) -> bool:
        """Whether the present stage lasts longer than it may (rules E5)."""
        return self.state in self.RUNNING and self.due_at < at

    @property
    def due(self):
        """Moment by which the present stage ends, or None where nothing presses."""
        return None if self.due_at >= clock.SOMEDAY else self.due_at


class Waiver(models.Model):
    """An item that the sender cannot fill, and what a head says to that (rules E3)."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked for")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")

    handover = models.ForeignKey("clients.Handover", models.CASCADE, related_name="waivers")
    item = models.CharField(_("item"), max_length=12, choices=Item.choices)
    reason = models.CharField(_("reason"), max_length=200)
    asked_at = models.DateTimeField(_("asked"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ASKED)
    decided_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "item"],
                condition=~Q(state="refused"),
                name="an_item_is_waived_once",
            ),
        ]

    def __str__(self):
        return f"{self.handover_id} {self.item} {self.state}"


class CreditShare(models.Model):
    """The part of an event's points that a person has by a handover (rules E7).

    Written once, at the introduction, with what the bank has set for that day; the shares of an
    event sum to 100.
    """

    class Event(models.TextChoices):
        INTRODUCTION = "introduction", _("The new client")
        GROWTH = "growth", _("Growth of the first days")
        LATER = "later", _("Growth afterwards")

    handover = models.ForeignKey("clients.Handover", models.CASCADE, related_name="shares")
    event = models.CharField(_("event"), max_length=12, choices=Event.choices)
    staff = models.ForeignKey("managers.Staff", models.PROTECT, related_name="+")
    percent = models.PositiveSmallIntegerField(_("percent"))

    class Meta:
        verbose_name = _("share")
        verbose_name_plural = _("shares")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "event", "staff"], name="one_share_of_an_event"
            ),
            models.CheckConstraint(condition=Q(percent__lte=100), name="a_share_of_a_hundred"),
        ]

    def __str__(self):
        return f"{self.handover_id} {self.event} {self.percent}"
