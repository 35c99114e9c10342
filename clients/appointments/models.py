"""Visits that are booked: when, where, with whom, and what became of them (rules F9, F10)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.book.models import OPEN_TO_COLLEAGUES, SHUT, Client
from crm.lib import clock
from crm.lib.money import MoneyField
from managers.people import scope
from managers.people.models import Absence
from managers.people.scope import Reach, Right


class Kind(models.TextChoices):
    """What a client comes for."""

    ADVICE = "advice", _("Advice")
    REVIEW = "review", _("Portfolio review")
    INTRODUCTION = "introduction", _("Introduction")
    LARGE_CASH = "large_cash", _("Large cash")
    CONTRACT = "contract", _("Contract")


class Step(models.TextChoices):
    """The four steps of a visit, in their order."""

    RECEIVED = "received", _("Received")
    CONSULTED = "consulted", _("Consulted")
    ACCOMPANIED = "accompanied", _("Accompanied")
    SEEN_OFF = "seen_off", _("Seen off")


class Room(models.Model):
    """A VIP room of an outlet; the administration keeps the list."""

    unit = models.ForeignKey(
        "managers.OrgUnit", models.PROTECT, related_name="rooms", verbose_name=_("outlet")
    )
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    latin_name = models.CharField(_("name in Latin letters"), max_length=80, blank=True)
    seats = models.PositiveSmallIntegerField(_("seats"), default=4)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("VIP room")
        verbose_name_plural = _("VIP rooms")
        ordering = ["unit", "name"]
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="room_once")]

    def __str__(self):
        return self.name


class AppointmentQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Appointments of clients whose file the person may open.

        Besides, unless the file is restricted or a colleague's: those they take part in, those of
        colleagues whom they cover today and, for who receives clients, today's to the outlet.
        """
        within = Q(client__in=Client.objects.visible_to(person))
        within |= Q(pk__in=_open_to(person).values("pk"))
        used = self.filter(within, client__locked_at__isnull=True)
        return used.exclude(client__person=person)

    def coming(self):
        """Those that are still to take place."""
        return self.filter(state__in=Appointment.COMING)

    def on(self, day):
        """Those that begin on a Shanghai day."""
        return self.filter(starts_at__range=(clock.start_of_day(day), clock.end_of_day(day)))

    def for_list(self):
        """All that lists touch, in two queries whatever their length."""
        rows = self.select_related("client", "host", "room", "unit")
        return rows.defer(*(f"client__{name}" for name in SHUT)).prefetch_related("slots__staff")


def _open_to(person):
    """Appointments that a person takes part in, or in place of somebody, or opens the door to."""
    today = clock.today()
    absences = Absence.objects.on(today).filter(deputy=person)
    slots = Slot.objects.filter(staff__in=absences.values("staff"), is_taken=True)
    mine = Slot.objects.filter(staff=person)
    within = Q(pk__in=slots.values("appointment")) | Q(pk__in=mine.values("appointment"))
    if scope.reach(person, Right.RECEIVE) == Reach.OUTLET:
        days = (clock.start_of_day(today), clock.end_of_day(today))
        units = scope.units(person, Right.RECEIVE)
        within |= Q(unit__in=units, starts_at__range=days)
    open_files = Client.objects.filter(OPEN_TO_COLLEAGUES)
    return Appointment.objects.filter(within, client__in=open_files)


class Appointment(models.Model):
    """A visit of one client, hosted by one colleague: at an outlet, or at an outside `place`.

    Whose time and which room it takes stands in its slots, which never overlap (rules F9). What is
    confirmed was agreed with the client. `cash` is CNY to have ready. `sequence` counts changes of
    time and place for the calendars of others.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        CONFIRMED = "confirmed", pgettext_lazy("appointment", "Confirmed")
        HELD = "held", pgettext_lazy("appointment", "Held")
        NO_SHOW = "no_show", _("Did not come")
        CANCELLED = "cancelled", pgettext_lazy("appointment", "Cancelled")

    COMING = (State.PROPOSED, State.CONFIRMED)

    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="appointments")
    host = models.ForeignKey("managers.Staff", models.PROTECT, related_name="hosted")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.ADVICE)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    unit = models.ForeignKey(
        "managers.OrgUnit", models.PROTECT, null=True, related_name="+", verbose_name=_("outlet")
    )
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, related_name="appointments", verbose_name=_("room")
    )
    place = models.CharField(_("place outside"), max_length=120, blank=True)
    purpose = models.CharField(_("what about"), max_length=200, blank=True)
    cash = MoneyField(_("cash to have ready"), null=True, help_text=_("CNY."))
    state = models.CharField(_("state"), max_length=9, choices=State.choices)
    cancel_reason = models.CharField(_("reason"), max_length=200, blank=True)
    received_at = models.DateTimeField(_("received"), null=True)
    consulted_at = models.DateTimeField(_("consulted"), null=True)
    accompanied_at = models.DateTimeField(_("accompanied"), null=True)
    seen_off_at = models.DateTimeField(_("seen off"), null=True)
    contact = models.OneToOneField(
        "clients.Contact", models.PROTECT, null=True, related_name="appointment"
    )
    booked_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    booked_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(_("closed"), null=True)
    sequence = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="appointment_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=True) ^ Q(place=""), name="appointment_at_one_place"
            ),
            models.CheckConstraint(
                condition=Q(room__isnull=True) | Q(unit__isnull=False), name="rooms_are_inside"
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""),
                name="cancelled_appointment_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-starts_at"], name="appointments_by_client"),
            models.Index(fields=["unit", "starts_at"], name="appointments_by_unit"),
            models.Index(
                fields=["starts_at", "id"],
                condition=Q(state__in=["proposed", "confirmed"]),
                name="appointments_coming",
            ),
        ]

    def __str__(self):
        return f"{self.client_id} {self.kind} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def is_coming(self) -> bool:
        """Whether it is still to take place."""
        return self.state in self.COMING

    @property
    def next_step(self) -> str:
        """The step of the visit to tick next; "" once the client was seen off."""
        return next((step for step in Step.values if not getattr(self, f"{step}_at")), "")

    @property
    def steps(self) -> list[tuple[str, str, object]]:
        """Each step with its label and the moment it was ticked at, or None."""
        return [(step.value, step.label, getattr(self, f"{step}_at")) for step in Step]

    @property
    def staff(self) -> list:
        """The colleagues who take part, the host first."""
        known = (None, self.host_id)
        return [self.host, *(s.staff for s in self.slots.all() if s.staff_id not in known)]

    @property
    def clashes(self) -> bool:
        """Whether somebody who takes part has something else at the time (rules F10)."""
        return self.is_coming and any(not slot.is_taken for slot in self.slots.all())


class Slot(models.Model):
    """The time of one colleague, or of one room, that an appointment takes.

    Taken slots of a colleague or a room never overlap: held by PostgreSQL with an exclusion
    constraint, by the actions under the lock of the person or room everywhere (rules F9). A slot
    is free again once its appointment is called off, and not yet taken where a visit came to a
    colleague who has something else then. `reminded` counts the reminders sent: the day before,
    and shortly before. `stop` is the colleague's own order of visits outside (rules E10).
    """

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="slots")
    staff = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="slots")
    room = models.ForeignKey(Room, models.PROTECT, null=True, related_name="slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_taken = models.BooleanField(default=True)
    reminded = models.PositiveSmallIntegerField(default=0)
    stop = models.PositiveSmallIntegerField(_("place on the way"), null=True)

    class Meta:
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(staff__isnull=True) ^ Q(room__isnull=True), name="slot_of_one"
            ),
            models.UniqueConstraint(fields=["appointment", "staff"], name="slot_of_staff_once"),
            models.UniqueConstraint(fields=["appointment", "room"], name="slot_of_room_once"),
        ]
        indexes = [
            models.Index(fields=["staff", "starts_at"], name="slots_by_staff"),
            models.Index(fields=["room", "starts_at"], name="slots_by_room"),
            models.Index(
                fields=["starts_at"],
                condition=Q(is_taken=True, staff__isnull=False),
                name="slots_to_remind",
            ),
        ]

    def __str__(self):
        return f"{self.staff_id or self.room_id} {self.starts_at:%Y-%m-%d %H:%M}"


class CalendarFeed(models.Model):
    """That a person's calendar may be read from outside, at an address that names `number`.

    A new address, or the end of it, raises the number: the addresses before open nothing any more.
    """

    staff = models.OneToOneField("managers.Staff", models.CASCADE, related_name="calendar_feed")
    number = models.PositiveIntegerField(default=1)
    is_open = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self):
        return f"{self.staff_id} {self.number}"
