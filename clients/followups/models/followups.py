"""Follow-ups that are planned, and contacts that took place."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clients.book.models import SHUT, OfClientsQuerySet, lent_to
from clients.followups.models.kinds import Channel, Outcome, Trigger
from clients.followups.models.reasons import Explained
from crm import words
from crm.lib import clock
from managers.people import scope
from managers.people.scope import Reach, Right


class FollowUpQuerySet(OfClientsQuerySet):
    def visible_to(self, person):
        """Follow-ups of clients whose file this person may open, and the person's own."""
        reached = scope.reach(person, Right.FOLLOW_UP)
        if reached == Reach.NONE:
            return self.none()
        return super().visible_to(person)

    def open(self):
        return self.filter(state=FollowUp.State.OPEN)

    def overdue(self, at):
        """Open ones whose due moment has passed (rules F7)."""
        return self.open().filter(due_at__lt=at)

    def on_the_desk_of(self, person):
        """Open items of a person and of the colleagues whom they cover today.

        But for those that the person must not make.
        """
        covered, _files = lent_to(person)
        mine = self.open().filter(owner__in=[person.pk, *covered])
        return mine.filter(Q(excluded__isnull=True) | ~Q(excluded=person))

    def callbacks(self):
        """Calls for which a minute was agreed, not a window (rules F12)."""
        return self.filter(channel=Channel.CALL, from_time__isnull=False, to_time__isnull=True)

    def for_list(self):
        """All that lists touch, in one query."""
        return self.select_related("client", "client__owner", "owner", "taken_from").defer(
            *(f"client__{name}" for name in ("email", "identity_no", "address"))
        )

    def for_mail(self):
        """The little that a mail tells of each, in one query."""
        own = ("owner", "trigger", "channel", "due_on", "due_at", "from_time", "to_time")
        client = ("name", "number", "tier", "last_contact_at")
        names = (*own, "event_on", *(f"client__{name}" for name in client))
        return self.select_related("client").only(*names)


class FollowUp(Explained, models.Model):
    """A promise to contact a client; open until done, missed or cancelled (rules F7).

    `due_at` is when it should have happened; a follow-up "for the day" is due at its end. One open
    follow-up for each client, trigger and day (rules F2).
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("state", "Open")
        DONE = "done", _("Done")
        MISSED = "missed", _("Missed")
        CANCELLED = "cancelled", _("Cancelled")

    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="follow_ups")
    owner = models.ForeignKey("managers.Staff", models.PROTECT, related_name="follow_ups")
    taken_from = models.ForeignKey(
        "managers.Staff",
        models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("Whose it was before it came with the client."),
    )
    channel = models.CharField(
        _("how"), max_length=8, choices=Channel.choices, default=Channel.CALL
    )
    trigger = models.CharField(
        _("why"), max_length=16, choices=Trigger.choices, default=Trigger.MANUAL
    )
    purpose = models.CharField(_("what about"), max_length=200, blank=True)
    due_on = models.DateField(_("due day"))
    due_at = models.DateTimeField(_("due"))
    from_time = models.TimeField(_("from"), null=True, blank=True)
    to_time = models.TimeField(_("to"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    snoozes = models.PositiveSmallIntegerField(default=0)
    first_due_on = models.DateField(help_text=_("The day it was first due, before any snooze."))
    closed_at = models.DateTimeField(_("closed"), null=True)
    cancel_reason = models.CharField(_("reason"), max_length=200, blank=True)
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=5, db_default=5, help_text=_("9 goes first among equal ones.")
    )
    wanted_on = models.DateField(
        null=True, help_text=_("The day it fell on before it moved to a working day.")
    )
    gave_way = models.BooleanField(
        default=False,
        db_default=False,
        help_text=_("It moved because something else is due with the client that day."),
    )
    rule = models.CharField(
        max_length=24,
        blank=True,
        default="",
        db_default="",
        help_text=_("The trigger rule that made it."),
    )
    event_on = models.DateField(null=True, help_text=_("The day of what it is about."))
    event_key = models.CharField(
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text=_("Which of several on one day."),
    )
    standard = models.CharField(
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text=_("The standard it was planned by."),
    )
    situation = models.CharField(
        max_length=20,
        blank=True,
        default="",
        db_default="",
        help_text=_("State and tier of the client then."),
    )
    counted_from = models.DateTimeField(
        null=True, help_text=_("The contact from which the standard's days are counted.")
    )
    step = models.ForeignKey(
        "clients.ProgrammeStep",
        models.PROTECT,
        null=True,
        db_index=False,  # asked for by the client, never by the step
        related_name="+",
        help_text=_("The step of a programme that it is."),
    )
    series = models.ForeignKey(
        "clients.Series",
        models.PROTECT,
        null=True,
        db_index=False,  # asked for by the client, too
        related_name="+",
        help_text=_("What it recurs by."),
    )
    excluded = models.ForeignKey(
        "managers.Staff",
        models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("Who must not make this contact."),
    )
    created_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    version = models.PositiveIntegerField(default=1)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "trigger", "due_on", "event_key"],
                condition=Q(state="open"),
                name="one_open_follow_up_a_reason_and_day",
            ),
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(state="open", trigger__in=["cadence", "programme"]),
                name="one_next_contact_planned",
            ),
            models.UniqueConstraint(
                fields=["client", "rule", "event_on", "event_key"],
                condition=Q(event_on__isnull=False),
                name="one_follow_up_an_event_ever",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""),
                name="cancelling_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "due_at", "id"],
                condition=Q(state="open"),
                name="follow_ups_open_by_owner",
            ),
            models.Index(
                fields=["due_at", "id"], condition=Q(state="open"), name="follow_ups_open_by_due"
            ),
            models.Index(fields=["client", "state", "due_at"], name="follow_ups_by_client"),
            models.Index(fields=["owner", "closed_at"], name="follow_ups_closed"),
        ]

    def __str__(self):
        return f"{self.client_id} {self.trigger} {self.due_on}"

    @property
    def reason(self) -> str:
        """Why it exists, in a word or two; what a person agreed is called by its channel."""
        if self.trigger == Trigger.MANUAL:
            return self.get_channel_display()
        return self.get_trigger_display()

    @property
    def detail(self) -> str:
        """What else is known of it: the purpose, and the channel unless it is a call."""
        found = [self.purpose]
        if self.trigger == Trigger.NEW_CLIENT and not self.purpose:
            since = words.day(self.client.responsible_since)
            found.append(gettext("in your book since %(day)s") % {"day": since})
        if self.trigger != Trigger.MANUAL and self.channel != Channel.CALL:
            found.append(self.get_channel_display())
        if self.taken_from_id:
            name = words.plain_name(self.taken_from)
            found.append(gettext("taken over from %(name)s") % {"name": name})
        return " · ".join(part for part in found if part and part != self.reason)


class ContactQuerySet(OfClientsQuerySet):
    def for_list(self):
        return self.select_related("client", "staff").defer(*(f"client__{name}" for name in SHUT))


class Contact(models.Model):
    """An attempt to reach a client, and what came of it (rules F4).

    Append-only, but for a next step that is booked on the day itself.
    """

    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="contacts")
    staff = models.ForeignKey(
        "managers.Staff", models.PROTECT, null=True, related_name="contacts_made"
    )
    follow_up = models.OneToOneField(
        FollowUp, models.PROTECT, null=True, related_name="contact", help_text=_("What it answers.")
    )
    channel = models.CharField(_("how"), max_length=8, choices=Channel.choices)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices)
    notes = models.TextField(_("what was said"), max_length=2000, blank=True)
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    happened_at = models.DateTimeField(_("when"))
    is_valid = models.BooleanField(_("valid contact"), default=False)
    recorded_at = models.DateTimeField(default=clock.now)
    source_key = models.CharField(
        max_length=60, blank=True, help_text=_("By which an import knows it again.")
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["-happened_at", "-pk"]
        indexes = [
            models.Index(fields=["client", "-happened_at"], name="contacts_by_client"),
            models.Index(fields=["staff", "-happened_at"], name="contacts_by_staff"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source_key"], condition=~Q(source_key=""), name="contact_imported_once"
            )
        ]

    def __str__(self):
        return f"{self.client_id} {self.outcome}"
