"""What clients asked and were promised: who is in charge, the answer, what came of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.book.models import OfClientsQuerySet, lent_to
from clients.followups.models import Channel
from crm.lib import clock
from managers.people import scope
from managers.people.scope import Reach, Right


class Told(models.TextChoices):
    """How the client heard the answer; or that nobody could tell them, with a reason."""

    CALL = Channel.CALL.value, Channel.CALL.label
    VISIT = Channel.VISIT.value, Channel.VISIT.label
    OUTSIDE = Channel.OUTSIDE.value, Channel.OUTSIDE.label
    MESSAGE = Channel.MESSAGE.value, Channel.MESSAGE.label
    NOT_TOLD = "not_told", _("Not told")


class Result(models.TextChoices):
    """What came of a request."""

    DONE = "done", pgettext_lazy("request", "Done as asked")
    PARTLY = "partly", pgettext_lazy("request", "Done in part")
    REFUSED = "refused", pgettext_lazy("request", "Not possible")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "No longer wanted")


class RequestQuerySet(OfClientsQuerySet):
    def visible_to(self, person):
        """Requests of clients whose file this person may open."""
        if scope.reach(person, Right.FOLLOW_UP) == Reach.NONE:
            return self.none()
        return super().visible_to(person)

    def open(self):
        """Without an answer, or answered and not yet told."""
        return self.exclude(state=ClientRequest.State.CLOSED)

    def overdue(self, at):
        return self.open().filter(due_at__lt=at)

    def on_the_desk_of(self, person):
        """Open ones of a person and of the colleagues whom they cover today."""
        covered, _files = lent_to(person)
        return self.open().filter(owner__in=[person.pk, *covered])

    def for_list(self):
        """All that lists touch, in one query."""
        return self.select_related("client", "client__owner", "owner").defer(
            *(f"client__{name}" for name in ("email", "identity_no", "address"))
        )


class ClientRequest(models.Model):
    """Something that a client asked; open until it has an answer and the client knows (rules F11).

    `due_at` is the promised moment: the time that was named, else the end of the day.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("request", "Open")
        ANSWERED = "answered", pgettext_lazy("request", "Answered, not told")
        CLOSED = "closed", pgettext_lazy("request", "Closed")

    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="client_requests")
    owner = models.ForeignKey("managers.Staff", models.PROTECT, related_name="client_requests")
    asked = models.CharField(_("what the client asks"), max_length=500)
    promised = models.CharField(_("what was promised"), max_length=200, blank=True)
    due_on = models.DateField(_("promised day"))
    due_time = models.TimeField(_("promised time"), null=True, blank=True)
    due_at = models.DateTimeField(_("promised until"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    told = models.CharField(_("how the client was told"), max_length=8, choices=Told, blank=True)
    told_at = models.DateTimeField(_("told"), null=True)
    not_told_reason = models.CharField(_("why not told"), max_length=200, blank=True)
    result = models.CharField(
        pgettext_lazy("request", "result"), max_length=9, choices=Result, blank=True
    )
    closed_at = models.DateTimeField(_("closed"), null=True)
    contact = models.OneToOneField(
        "clients.Contact",
        models.PROTECT,
        null=True,
        related_name="request",
        help_text=_("The contact in which the client heard the answer."),
    )
    escalated_at = models.DateTimeField(
        null=True, help_text=_("When the head was told that the promise is late.")
    )
    taken_by = models.ForeignKey("managers.Staff", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    version = models.PositiveIntegerField(default=1)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request of the client")
        verbose_name_plural = _("requests of the client")
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="closed") | (~Q(answer="") & ~Q(told="") & ~Q(result="")),
                name="closed_request_has_answer_and_result",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | ~Q(answer=""),
                name="answered_request_has_an_answer",
            ),
            models.CheckConstraint(
                condition=~Q(told="not_told") | ~Q(not_told_reason=""),
                name="untold_request_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "due_at", "id"],
                condition=~Q(state="closed"),
                name="requests_open_by_owner",
            ),
            models.Index(
                fields=["due_at", "id"], condition=~Q(state="closed"), name="requests_open_by_due"
            ),
            models.Index(fields=["client", "state", "due_at"], name="requests_by_client"),
        ]

    def __str__(self):
        return f"{self.client_id} {self.state} {self.due_on}"

    @property
    def is_open(self) -> bool:
        return self.state != self.State.CLOSED
