"""The lobby's part of the relay: referrals, and who was asked to answer them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.book.models import SHUT
from crm.lib import clock
from managers.people import scope
from managers.people.scope import Reach, Right


class Source(models.TextChoices):
    """Who recognised the client (rules D4)."""

    LOBBY_MANAGER = "lobby_manager", _("Lobby manager")
    LOBBY_ASSISTANT = "lobby_assistant", _("Lobby assistant")
    TELLER_CASH = "teller_cash", _("Cash teller")
    TELLER_NONCASH = "teller_noncash", _("Non-cash teller")
    RM = "rm", _("Relationship manager")
    COLLEAGUE = "colleague", _("Colleague")
    CLIENT = "client", _("A client")


class Cue(models.TextChoices):
    """What was noticed; never appearance, origin or age (rules D3)."""

    VIP_CARD = "vip_card", _("VIP card or ticket")
    LARGE_TRANSACTION = "large_transaction", _("Large transaction")
    MATURITY = "maturity", _("Withdraws a maturing deposit")
    WEALTH_ENQUIRY = "wealth_enquiry", _("Asks about investing")
    BUSINESS_OWNER = "business_owner", _("Runs a business")
    MOVING_AWAY = "moving_away", _("Wants to move money away")


class ReferralQuerySet(models.QuerySet):
    def visible_to(self, person):
        """What I referred, what I am or was asked, and for heads all of their outlets."""
        asked = Hop.objects.filter(asked=person).values("referral")
        mine = Q(referrer=person) | Q(target=person) | Q(pk__in=asked)
        if scope.reach(person, Right.ASSIGN) in (Reach.TREE, Reach.ALL):
            mine |= Q(outlet__in=scope.units(person, Right.ASSIGN))
        return self.filter(mine, client__locked_at__isnull=True).exclude(client__person=person)

    def waiting(self):
        """Those that nobody has answered."""
        return self.filter(state=Referral.State.NEW)

    def overdue(self, at):
        """Those that wait longer than their deadline; they stay answerable (rules D4)."""
        return self.waiting().filter(answer_by__lt=at)

    def for_list(self):
        """All that lists touch, in one query."""
        return self.select_related("client", "referrer", "target", "outlet").defer(
            *(f"client__{name}" for name in SHUT)
        )


class Referral(models.Model):
    """A quality client recognised at the counter or in the lobby, sent to an RM who answers.

    `target`, `asked_at` and `answer_by` are those of the hop that waits; once it was accepted,
    `target` is the RM who has the client (rules D4).
    """

    class State(models.TextChoices):
        NEW = "new", _("Waiting")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        CONVERTED = "converted", _("Converted")
        EXPIRED = "expired", _("Expired")

    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="referrals")
    outlet = models.ForeignKey("managers.OrgUnit", models.PROTECT, related_name="referrals")
    source = models.CharField(_("source"), max_length=16, choices=Source.choices)
    referrer = models.ForeignKey("managers.Staff", models.PROTECT, related_name="referrals_made")
    recommended_by = models.ForeignKey(
        "clients.Client", models.PROTECT, null=True, related_name="recommendations"
    )
    target = models.ForeignKey("managers.Staff", models.PROTECT, related_name="referrals_received")
    cues = models.JSONField(_("noticed"), default=list)
    note = models.CharField(_("note"), max_length=300, blank=True)
    on_site = models.BooleanField(_("is here now"), default=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.NEW)
    made_at = models.DateTimeField(_("referred"), default=clock.now)
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    answer_by = models.DateTimeField(_("answer by"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    decline_reason = models.CharField(_("reason"), max_length=200, blank=True)
    settled_at = models.DateTimeField(_("converted or expired"), null=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(state="new"), name="one_open_referral"
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(decline_reason=""),
                name="declining_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["target", "state", "answer_by"], name="referrals_to_answer"),
            models.Index(fields=["referrer", "-made_at"], name="referrals_by_referrer"),
        ]

    def __str__(self):
        return f"{self.client_id} {self.state}"

    @property
    def cue_labels(self) -> list[str]:
        """What was noticed, in words."""
        return [str(Cue(cue).label) for cue in self.cues]


class Hop(models.Model):
    """One colleague who was asked to answer a referral: when, until when, and what came of it.

    At most one of a referral waits at a time: a database constraint (rules D4).
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Is asked")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        SILENT = "silent", _("Did not answer")
        GONE = "gone", _("Could not answer any more")
        PLACED = "placed", _("Placed the client")
        OVERTAKEN = "overtaken", _("A head decided first")
        CLOSED = "closed", _("Nothing left to answer")

    referral = models.ForeignKey("clients.Referral", models.CASCADE, related_name="hops")
    asked = models.ForeignKey("managers.Staff", models.PROTECT, related_name="+")
    is_head = models.BooleanField(_("asked as head"), default=False)
    why = models.CharField(
        _("why"), max_length=10, blank=True, help_text=_("Reason of the suggestion; a code.")
    )
    asked_at = models.DateTimeField(_("asked"))
    until = models.DateTimeField(_("answer by"))
    outcome = models.CharField(
        _("outcome"), max_length=9, choices=Outcome.choices, default=Outcome.WAITING
    )
    ended_at = models.DateTimeField(_("ended"), null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("asked colleague")
        verbose_name_plural = _("asked colleagues")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["referral"], condition=Q(outcome="waiting"), name="one_waiting_hop"
            ),
        ]

    def __str__(self):
        return f"{self.referral_id} {self.outcome}"
