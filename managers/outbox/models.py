"""Letters that must leave: the database is the queue, a courier carries them out."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.lib import clock


class Trouble(models.TextChoices):
    """Why a letter has not left; kept as a code with the server's numbers, never its words."""

    INACTIVE = "inactive", _("The recipient may not sign in any more.")
    NO_ADDRESS = "no_address", _("The recipient has no e-mail address.")
    UNWRITTEN = "unwritten", _("The letter could not be written.")
    REFUSED = "refused", _("The mail server refused the letter.")
    BUSY = "busy", _("The mail server asked to try again later.")
    UNREACHABLE = "unreachable", _("The mail server could not be reached.")
    LOST = "lost", _("The connection broke while the letter was on its way.")
    GIVEN_UP = "given_up", _("Too many attempts.")


LONGEST_LEASE = timedelta(minutes=10)  # longer than any that a courier is given


class LetterQuerySet(models.QuerySet):
    def due(self, at):
        """Letters that may be claimed: waiting and due, or claimed by a courier that died."""
        waiting = Q(state=Letter.State.WAITING, due_at__lte=at, not_before__lte=at)
        orphaned = Q(state=Letter.State.CLAIMED) & _lease_over(at)
        return self.filter(waiting | orphaned).order_by("due_at", "pk")

    def left_in_hand(self, at):
        """Letters whose courier died between handing over and stamping: nobody knows yet."""
        return self.filter(_lease_over(at), state=Letter.State.HANDING)


def _lease_over(at) -> Q:
    """The lease has ended, or it ends so late that the clock must have gone back since."""
    return Q(lease_until__lt=at) | Q(lease_until__gt=at + LONGEST_LEASE)


class Letter(models.Model):
    """One mail to one person about one thing at one due moment; never two (security 2).

    The text is made when it leaves, from `context` that holds ids only, so nothing personal waits
    here. `fence` rises with every claim: a courier that lost its lease cannot stamp the row.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("letter", "Waiting")
        CLAIMED = "claimed", _("Being written")
        HANDING = "handing", _("Being handed over")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        UNCERTAIN = "uncertain", _("Uncertain")
        DROPPED = "dropped", _("Nothing to say")

    kind = models.CharField(_("kind"), max_length=40)
    about = models.CharField(_("about"), max_length=80)
    recipient = models.ForeignKey(
        "managers.Staff", models.PROTECT, related_name="letters", verbose_name=_("recipient")
    )
    channel = models.CharField(_("channel"), max_length=10, default="email")
    due_at = models.DateTimeField(_("due"))
    context = models.JSONField(default=dict)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    not_before = models.DateTimeField(_("not before"), default=clock.NEVER)
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    message_id = models.CharField(_("message id"), max_length=120, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("posted"), default=clock.now)
    sent_at = models.DateTimeField(_("sent"), null=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "about", "recipient", "channel", "due_at"], name="letter_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state="waiting"),
                name="letters_waiting",
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=["claimed", "handing"]),
                name="letters_in_hand",
            ),
            models.Index(
                fields=["id"],
                condition=Q(state__in=["failed", "uncertain"]),
                name="letters_undecided",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.about}"

    @property
    def trouble(self) -> str:
        """What went wrong last, as a sentence with the numbers beside it; "" if nothing did."""
        code, _space, detail = self.last_error.partition(" ")
        if not code:
            return ""
        sentence = Trouble(code).label
        return f"{sentence} ({detail})" if detail else str(sentence)


class MailChoice(models.Model):
    """Which reminders a person has stopped, and when they want none by mail (rules F8).

    Outside the quiet hours a mail may come; those of the bank's night hold without a row, too.
    """

    staff = models.OneToOneField(
        "managers.Staff", models.PROTECT, primary_key=True, related_name="mail_choice"
    )
    stopped = models.JSONField(default=list)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)

    class Meta:
        verbose_name = _("choice of mails")
        verbose_name_plural = _("choices of mails")

    def __str__(self):
        return f"{self.staff_id}"

    @property
    def as_chosen(self) -> tuple:
        """What was chosen, to compare."""
        return tuple(self.stopped), self.quiet_from, self.quiet_until
