"""Plans that give the book of somebody who goes to colleagues, client by client (rules E8)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.book.models import SHUT
from clients.book.reasons import Reason
from managers.people import scope
from managers.people.scope import Reach, Right

_LIVE = ["draft", "waiting", "approved", "running", "undoing"]


class PlanQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Plans that touch outlets for which a head assigns clients (rules A5)."""
        if scope.reach(person, Right.ASSIGN) in (Reach.NONE, Reach.OWN):
            return self.none()
        outlets = scope.units(person, Right.ASSIGN)
        touched = PlanApproval.objects.filter(outlet__in=outlets).values("plan")
        return self.filter(pk__in=touched)

    def live(self):
        """Those that are neither done nor given up."""
        return self.filter(state__in=_LIVE)

    def at_work(self):
        """Those that a worker carries out or takes back."""
        return self.filter(state__in=ReassignmentPlan.AT_WORK)

    def orphaned(self, at):
        """Those at work that no worker holds, or whose worker died."""
        return self.at_work().filter(Q(lease_until__isnull=True) | Q(lease_until__lt=at))

    def for_list(self):
        """All that lists and serializers touch, in two queries."""
        related = self.select_related("from_staff", "created_by", "deputy")
        return related.prefetch_related(
            models.Prefetch("approvals", PlanApproval.objects.select_related("outlet", "by"))
        )


class ReassignmentPlan(models.Model):
    """What becomes of the clients of somebody on leave, transferred or resigning (rules E8).

    On leave a deputy covers from `effective_on` to `last_day` and nobody changes owner; else each
    client has a `PlannedMove`, carried out from `effective_on` on. A worker holds the plan until
    `lease_until`; `fence` rises with each claim, so that one who lost it writes nothing more.
    """

    class Cause(models.TextChoices):
        LEAVE = "leave", _("Leave")
        TRANSFER = "transfer", _("Transfer")
        RESIGNATION = "resignation", _("Resignation")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("plan", "Draft")
        WAITING = "waiting", pgettext_lazy("plan", "Waits for approval")
        APPROVED = "approved", pgettext_lazy("plan", "Approved")
        RUNNING = "running", pgettext_lazy("plan", "Being carried out")
        DONE = "done", pgettext_lazy("plan", "Carried out")
        UNDOING = "undoing", pgettext_lazy("plan", "Being undone")
        UNDONE = "undone", pgettext_lazy("plan", "Undone")
        CANCELLED = "cancelled", pgettext_lazy("plan", "Given up")

    OPEN = (State.DRAFT, State.WAITING, State.APPROVED)
    AT_WORK = (State.RUNNING, State.UNDOING)

    from_staff = models.ForeignKey(
        "managers.Staff", models.PROTECT, related_name="plans", verbose_name=_("RM who goes")
    )
    cause = models.CharField(_("reason"), max_length=12, choices=Cause.choices)
    effective_on = models.DateField(_("from"))
    last_day = models.DateField(_("last day of leave"), null=True, blank=True)
    deputy = models.ForeignKey(
        "managers.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    absence = models.ForeignKey("managers.Absence", models.SET_NULL, null=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default="draft")
    created_by = models.ForeignKey("managers.Staff", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    began_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("reassignment plan")
        verbose_name_plural = _("reassignment plans")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["from_staff"], condition=Q(state__in=_LIVE), name="one_live_plan_a_person"
            ),
            models.CheckConstraint(
                condition=Q(cause="leave") ^ Q(last_day__isnull=True), name="only_leave_ends"
            ),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("from_staff")),
                name="another_covers_a_leave",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "effective_on"],
                condition=Q(state__in=_LIVE),
                name="plans_under_way",
            )
        ]

    def __str__(self):
        return f"{self.cause} {self.pk}"

    @property
    def is_leave(self) -> bool:
        """Whether a deputy covers and nobody changes owner."""
        return self.cause == self.Cause.LEAVE

    @property
    def is_open(self) -> bool:
        """Whether it may still be changed or given up."""
        return self.state in self.OPEN

    @property
    def is_at_work(self) -> bool:
        """Whether a worker has it, or will."""
        return self.state in self.AT_WORK


class PlanApproval(models.Model):
    """An outlet that a plan touches, and which of its heads has agreed (rules E8).

    One that `gives` has clients in the plan; another one only receives some.
    """

    plan = models.ForeignKey(ReassignmentPlan, models.CASCADE, related_name="approvals")
    outlet = models.ForeignKey("managers.OrgUnit", models.PROTECT, related_name="+")
    gives = models.BooleanField()
    by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["outlet"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "outlet"], name="one_approval_an_outlet")
        ]

    def __str__(self):
        return f"{self.plan_id} {self.outlet_id}"


class Why(models.TextChoices):
    """Why a client was not moved, or not given back; the RM concerned stands beside it."""

    NO_TARGET = "no_target", _("nobody was chosen for this client")
    OWNER_CHANGED = "owner_changed", _("the client has another RM since")
    CLOSED = "closed", _("the client has closed all accounts")
    OWN_FILE = "own_file", _("the RM is this client")
    GONE = "gone", _("the RM does not work here any more")
    POST = "post", _("the RM does not keep clients of this kind")
    OUTLET = "outlet", _("the RM works for another outlet")
    GRADE = "grade", _("the RM has not the grade for a client of this tier")
    LICENCE = "licence", _("the RM has no licence for what the client holds")
    AWAY = "away", _("the RM is away and nobody covers")
    ROOM = "room", _("the RM's book is full")
    EDITED = "edited", _("the file was changed since")
    CONTACTED = "contacted", _("the new RM has been in touch since")
    WORKED = "worked", _("follow-ups were done or booked since")
    FAILED = "failed", _("the move failed; please assign the client by hand")


class MoveQuerySet(models.QuerySet):
    def for_list(self):
        """All that lists and serializers touch, in one query; sealed fields stay shut."""
        related = self.select_related("client", "client__outlet", "client__owner", "to")
        return related.defer(*(f"client__{name}" for name in SHUT))


class PlannedMove(models.Model):
    """One client of a plan: who shall get them and why, and what became of it.

    `seen` is the version of the client after the move: undo leaves alone what changed since.
    """

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("move", "Planned")
        MOVED = "moved", pgettext_lazy("move", "Moved")
        LEFT = "left", pgettext_lazy("move", "Not moved")
        RETURNED = "returned", pgettext_lazy("move", "Given back")
        KEPT = "kept", pgettext_lazy("move", "Not given back")

    plan = models.ForeignKey(ReassignmentPlan, models.CASCADE, related_name="moves")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="planned_moves")
    was_outlet = models.ForeignKey("managers.OrgUnit", models.PROTECT, related_name="+")
    to = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=10, blank=True, help_text=_("Why this RM, or nobody."))
    is_chosen = models.BooleanField(default=False, help_text=_("A head chose this RM by hand."))
    override = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("Why a head chose this RM against a rule (rules E12)."),
    )
    state = models.CharField(max_length=8, choices=State.choices, default="planned")
    why = models.CharField(max_length=14, choices=Why.choices, blank=True)
    moved_at = models.DateTimeField(null=True)
    seen = models.PositiveIntegerField(default=0)

    objects = MoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned move")
        verbose_name_plural = _("planned moves")
        ordering = ["client"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "client"], name="one_move_a_client_and_plan"),
            models.CheckConstraint(
                condition=~Q(state="moved") | Q(to__isnull=False, moved_at__isnull=False),
                name="moved_clients_have_a_receiver",
            ),
        ]
        indexes = [models.Index(fields=["plan", "state", "client"], name="moves_to_make")]

    def __str__(self):
        return f"{self.plan_id} {self.client_id} {self.state}"

    @property
    def reason_label(self) -> str:
        """Why this RM, or why nobody, in words."""
        if self.is_chosen:
            return _("chosen by hand")
        return Reason(self.reason).label if self.reason else ""
