"""Assessments of relationship managers, and what they did to their grades (rules B2 to B5)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from managers.people import scope
from managers.people.ladder import STEPS, Grade
from managers.people.models import Post
from managers.people.scope import Reach, Right

_NOTE = 500  # characters of a reason, an opinion, an answer


class CycleQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Those in which the person, or somebody below, was assessed; all for head office."""
        if scope.reach(person, Right.READ_GRADES) == Reach.ALL:
            return self.all()
        return self.filter(pk__in=Assessment.objects.visible_to(person).values("cycle"))


class Cycle(models.Model):
    """One round in which everybody of the sequence is assessed: a quarter or a year (rules B2).

    `rules` holds the thresholds and criteria of its last day, so that a later change of a setting
    changes nothing that was proposed. The worker proposes for everybody at `filled_at`.
    """

    class Kind(models.TextChoices):
        QUARTER = "quarter", _("Quarter")
        YEAR = "year", _("Year")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    rules = models.JSONField()
    opened_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    filled_at = models.DateTimeField(null=True)

    objects = CycleQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment cycle")
        verbose_name_plural = _("assessment cycles")
        ordering = ["-last", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "first"], name="one_cycle_of_a_period"),
            models.CheckConstraint(condition=Q(last__gt=F("first")), name="cycle_has_days"),
        ]

    def __str__(self):
        if self.kind == self.Kind.YEAR:
            return f"{self.first.year}"
        return f"{self.first.year} Q{(self.first.month + 2) // 3}"


class AssessmentQuerySet(models.QuerySet):
    def visible_to(self, person):
        """One's own; a head those of the units below; head office and auditors all (rules A5)."""
        below = scope.units(person, Right.READ_GRADES)
        return self.filter(Q(staff=person) | Q(unit__in=below))

    def for_list(self):
        """With people, unit and cycle read along."""
        return self.select_related("staff", "unit", "cycle", "advised_by", "decided_by")

    def waiting(self):
        """Those that somebody still has to act on."""
        return self.filter(state__in=Assessment.OPEN)


def _step_fits(grade: str, step: str) -> Q:
    allowed = Q()
    for one in Grade:
        allowed |= Q(**{grade: one.value, f"{step}__gte": 1, f"{step}__lte": STEPS[one]})
    return allowed


class Assessment(models.Model):
    """How one person did, what follows for grade and step, and who said so (rules B2 to B5).

    `grade` and `step` are those held; `to_grade` and `to_step` what is proposed, and once decided
    what was decided. `evidence` is frozen when it is made. Without a cycle it is a head's own
    proposal. `posting` is what began when it came into force, empty where nothing changed.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("assessment", "Waits for the head's opinion")
        ADVISED = "advised", pgettext_lazy("assessment", "Waits for head office")
        DECIDED = "decided", pgettext_lazy("assessment", "Decided; an appeal is possible")
        APPEALED = "appealed", pgettext_lazy("assessment", "Appealed")
        FINAL = "final", pgettext_lazy("assessment", "Final")
        IN_FORCE = "in_force", pgettext_lazy("assessment", "In force")
        LAPSED = "lapsed", pgettext_lazy("assessment", "Lapsed")

    OPEN = (State.PROPOSED, State.ADVISED, State.DECIDED, State.APPEALED, State.FINAL)

    cycle = models.ForeignKey(Cycle, models.PROTECT, null=True, related_name="assessments")
    staff = models.ForeignKey("managers.Staff", models.PROTECT, related_name="assessments")
    unit = models.ForeignKey("managers.OrgUnit", models.PROTECT, related_name="+")
    post = models.CharField(_("post"), max_length=16, choices=Post.choices)
    grade = models.CharField(_("grade"), max_length=12, choices=Grade.choices)
    step = models.PositiveSmallIntegerField(_("step"))
    score = models.DecimalField(_("score"), max_digits=6, decimal_places=2, null=True)
    evidence = models.JSONField(default=dict)
    to_grade = models.CharField(_("grade"), max_length=12, choices=Grade.choices)
    to_step = models.PositiveSmallIntegerField(_("step"))
    reasons = models.JSONField(default=list)
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.PROPOSED
    )
    made_at = models.DateTimeField()
    opinion = models.CharField(_("opinion"), max_length=_NOTE, blank=True)
    advised_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    advised_at = models.DateTimeField(null=True)
    decision = models.CharField(_("reason"), max_length=_NOTE, blank=True)
    decided_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    effective_on = models.DateField(_("takes effect on"), null=True)
    appeal = models.CharField(_("appeal"), max_length=_NOTE, blank=True)
    appealed_at = models.DateTimeField(null=True)
    answer = models.CharField(_("answer"), max_length=_NOTE, blank=True)
    answered_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    posting = models.OneToOneField(
        "managers.Posting", models.PROTECT, null=True, related_name="assessment"
    )
    version = models.PositiveIntegerField(default=1)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["state", "effective_on"], name="assessments_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "staff"], name="one_assessment_in_a_cycle"),
            models.UniqueConstraint(
                fields=["staff"],
                condition=Q(cycle=None, state__in=["proposed", "advised", "decided", "appealed"]),
                name="one_open_proposal",
            ),
            models.CheckConstraint(condition=_step_fits("grade", "step"), name="held_step_exists"),
            models.CheckConstraint(
                condition=_step_fits("to_grade", "to_step"), name="proposed_step_exists"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("advised_by")),
                name="who_decides_did_not_advise",
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("decided_by")),
                name="who_answers_did_not_decide",
            ),
        ]

    def __str__(self):
        return f"{self.staff_id} {self.cycle_id} {self.to_grade} {self.to_step}"
