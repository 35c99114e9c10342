"""Posts, sequences, and who is posted where (rules A2, A3, B1)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from managers.people.ladder import STEPS, Grade


class Post(models.TextChoices):
    """What a person does (rules A3)."""

    WEALTH_RM = "wealth_rm", _("Wealth RM")
    MARKETING_RM = "marketing_rm", _("Marketing RM")
    LOBBY_MANAGER = "lobby_manager", _("Lobby manager")
    LOBBY_ASSISTANT = "lobby_assistant", _("Lobby assistant")
    TELLER_CASH = "teller_cash", _("Cash teller")
    TELLER_NONCASH = "teller_noncash", _("Non-cash teller")
    BRANCH_HEAD = "branch_head", _("Branch head")
    WEALTH_HEAD = "wealth_head", _("Wealth-centre head")
    CP_OFFICER = "cp_officer", _("Protection officer")
    HQ_ADMIN = "hq_admin", _("Administrator")
    AUDITOR = "auditor", _("Auditor")


class Sequence(models.TextChoices):
    """The four sequences of staff (rules A2)."""

    MANAGEMENT = "management", _("Management")
    OFFICE = "office", _("Office")
    COUNTER = "counter", _("Counter")
    RM = "rm", _("Relationship managers")


RM_POSTS = (Post.WEALTH_RM, Post.MARKETING_RM, Post.LOBBY_MANAGER)
SEQUENCE_OF = {
    **dict.fromkeys(RM_POSTS, Sequence.RM),
    **dict.fromkeys(
        (Post.LOBBY_ASSISTANT, Post.TELLER_CASH, Post.TELLER_NONCASH), Sequence.COUNTER
    ),
    **dict.fromkeys((Post.BRANCH_HEAD, Post.WEALTH_HEAD), Sequence.MANAGEMENT),
    **dict.fromkeys((Post.CP_OFFICER, Post.HQ_ADMIN, Post.AUDITOR), Sequence.OFFICE),
}


class PostingQuerySet(models.QuerySet):
    def on(self, day):
        """Postings that hold on a day."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day)

    def during(self, first, last):
        """Postings that hold on at least one day from `first` to `last`."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=first), since__lte=last)


def _step_within_grade():
    allowed = Q(grade="", step__isnull=True)
    for grade in Grade:
        allowed |= Q(grade=grade.value, step__gte=1, step__lte=STEPS[grade])
    return allowed


def _sequence_fits_post():
    allowed = Q()
    for sequence in Sequence:
        posts = [post.value for post, found in SEQUENCE_OF.items() if found == sequence]
        allowed |= Q(sequence=sequence.value, post__in=posts)
    return allowed


class Posting(models.Model):
    """Where a person works, as what and in which grade, from `since` until before `until`.

    One at a time for each person; only the sequence of relationship managers has a grade
    (rules A2, A3, B1).
    """

    staff = models.ForeignKey(
        "managers.Staff", models.PROTECT, related_name="postings", verbose_name=_("person")
    )
    unit = models.ForeignKey(
        "managers.OrgUnit", models.PROTECT, related_name="postings", verbose_name=_("unit")
    )
    post = models.CharField(_("post"), max_length=16, choices=Post.choices)
    sequence = models.CharField(_("sequence"), max_length=12, choices=Sequence.choices)
    grade = models.CharField(_("grade"), max_length=12, choices=Grade.choices, blank=True)
    step = models.PositiveSmallIntegerField(_("step"), null=True, blank=True)
    since = models.DateField(_("from"))
    until = models.DateField(_("until, exclusive"), null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["staff", "-since"]
        constraints = [
            models.UniqueConstraint(
                fields=["staff"], condition=Q(until__isnull=True), name="one_open_posting"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="posting_has_days"
            ),
            models.CheckConstraint(condition=_sequence_fits_post(), name="post_fits_sequence"),
            models.CheckConstraint(condition=_step_within_grade(), name="step_within_grade"),
            models.CheckConstraint(
                condition=Q(sequence="rm") ^ Q(grade=""), name="only_rms_have_a_grade"
            ),
        ]

    def __str__(self):
        return f"{self.staff_id} {self.post} {self.since}"
