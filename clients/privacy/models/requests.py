"""What clients ask about their own data, and when the answer is due."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.book.models import SHUT, Client
from crm.lib.secrets import EncryptedField
from managers.people import scope
from managers.people.scope import Right


class PrivacyRequestQuerySet(models.QuerySet):
    def visible_to(self, person):
        """For officers and auditors those of their units, for others what they took down, and those
        of clients whose file they may open; never one's own (rules A5, J7).
        """
        guarded = Q(client__outlet__in=scope.units(person, Right.READ_PRIVACY))
        served = Q(client__in=Client.objects.visible_to(person))
        rows = self.filter(guarded | served | Q(registered_by=person))
        return rows.exclude(client__person=person)

    def open(self):
        """Those that wait for an answer."""
        return self.filter(state__in=PrivacyRequest.OPEN)

    def for_list(self):
        """All that lists touch, in one query; what is sealed stays shut."""
        joined = ("client", "client__outlet", "registered_by", "worked_by")
        shut = [f"client__{name}" for name in SHUT]
        return self.select_related(*joined).defer(*shut, "wish", "answer")


class PrivacyRequest(models.Model):
    """One thing that a client asks about their data (rules J7; PIPL art. 44 to 50).

    `due_on` is the last day for the answer; it does not roll over weekends (rules F6). `purposes`
    are the consents that are withdrawn, as codes. What was asked and answered in words is sealed.
    """

    class Kind(models.TextChoices):
        COPY = "copy", _("Copy of the data")
        CORRECTION = "correction", _("Correction")
        ERASURE = "erasure", _("Erasure")
        WITHDRAWAL = "withdrawal", _("Withdrawal of consent")

    class Channel(models.TextChoices):
        OUTLET = "outlet", _("At the outlet")
        PHONE = "phone", _("By phone")
        APP = "app", _("In the bank's app")
        MAIL = "mail", _("By e-mail")
        LETTER = "letter", _("By letter")

    class Identity(models.TextChoices):
        CARD = "card", _("Identity card seen")
        CALLBACK = "callback", _("Called back on the number on file")
        APP = "app", _("Signed in to the bank's app")
        PROXY = "proxy", _("Signed mandate and both identity cards seen")

    class State(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("request", "Received")
        IN_WORK = "in_work", _("In work")
        ANSWERED = "answered", pgettext_lazy("request", "Answered")
        REFUSED = "refused", pgettext_lazy("request", "Refused")

    OPEN = (State.RECEIVED, State.IN_WORK)

    client = models.ForeignKey(
        "clients.Client", models.PROTECT, related_name="privacy_requests", verbose_name=_("client")
    )
    kind = models.CharField(_("what is asked"), max_length=10, choices=Kind.choices)
    channel = models.CharField(_("by which way"), max_length=6, choices=Channel.choices)
    identity = models.CharField(_("identity checked"), max_length=8, choices=Identity.choices)
    received_on = models.DateField(_("received on"))
    due_on = models.DateField(_("answer by"))
    wish = EncryptedField(_("in the client's words"), blank=True, default="")
    purposes = models.JSONField(_("consents"), default=list, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.RECEIVED
    )
    registered_by = models.ForeignKey("managers.Staff", models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(_("taken down"))
    worked_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    answer = EncryptedField(_("answer"), blank=True, default="")
    answered_at = models.DateTimeField(_("answered"), null=True)
    version = models.PositiveIntegerField(default=1)

    objects = PrivacyRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request of a client")
        verbose_name_plural = _("requests of clients")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "kind"],
                condition=Q(state__in=["received", "in_work"]),
                name="one_open_request_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["received", "in_work"])
                | Q(answered_at__isnull=False, worked_by__isnull=False),
                name="answered_requests_say_when_and_by_whom",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                condition=Q(state__in=["received", "in_work"]),
                name="requests_to_answer",
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.state in self.OPEN
