"""What a client told us about themselves: how to reach them, what matters to them, what they allow.

Everything here is volunteered. What concerns others, or money elsewhere, names its purpose
(rules C9).
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.book.models import OfClientsQuerySet
from crm.lib import clock
from crm.lib.money import MoneyField
from managers.people.models import Tongue


class Reach(models.TextChoices):
    """Ways in which a client can be reached."""

    PHONE = "phone", _("Phone")
    WECOM = "wecom", _("WeCom")
    TEXT = "text", _("Text message")
    MAIL = "mail", _("E-mail")
    VISIT = "visit", _("In person")


class Person(models.TextChoices):
    """Whom a date or a life event concerns, as seen from the client."""

    CLIENT = "client", _("Client")
    SPOUSE = "spouse", _("Spouse")
    CHILD = "child", _("Child")
    PARENT = "parent", _("Parent")
    PARTNER = "partner", _("Business partner")
    OTHER = "other", _("Other")


class Entry(models.Model):
    """A line of the file; `version` counts its changes."""

    recorded_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)
    version = models.PositiveIntegerField(default=1)

    objects = OfClientsQuerySet.as_manager()

    class Meta:
        abstract = True


class Preferences(Entry):
    """How and when a client wants to be reached, and what to talk about or not (rules C9, F3).

    `days` are ISO weekdays, Monday is 1; none means any. Without hours the bank's own hold. From
    `quiet_from` to `quiet_to` nobody calls or writes.
    `speaks` is what the client would rather speak than Mandarin.
    """

    client = models.OneToOneField("clients.Client", models.CASCADE, related_name="preferences")
    first = models.CharField(_("first by"), max_length=6, choices=Reach.choices, blank=True)
    then = models.CharField(_("then by"), max_length=6, choices=Reach.choices, blank=True)
    speaks = models.CharField(
        _("language"), max_length=3, choices=Tongue.choices, blank=True, db_default=""
    )
    days = models.JSONField(_("days"), default=list, blank=True)
    from_time = models.TimeField(_("from"), null=True, blank=True)
    to_time = models.TimeField(_("until"), null=True, blank=True)
    quiet_from = models.TimeField(_("in peace from"), null=True, blank=True)
    quiet_to = models.TimeField(_("in peace until"), null=True, blank=True)
    topics = models.CharField(_("topics"), max_length=200, blank=True)
    likes = models.CharField(_("likes"), max_length=200, blank=True)
    avoid = models.CharField(_("avoid"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("preferences")
        verbose_name_plural = _("preferences")
        constraints = [
            models.CheckConstraint(
                condition=Q(from_time__isnull=True, to_time__isnull=True)
                | Q(from_time__isnull=False, to_time__isnull=False, to_time__gt=F("from_time")),
                name="best_time_has_two_ends",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_to__isnull=True)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False, quiet_to__gt=F("quiet_from")),
                name="quiet_time_has_two_ends",
            ),
        ]

    def __str__(self):
        return f"preferences {self.client_id}"


class ImportantDate(Entry):
    """A day that returns each year, by the solar or the lunar calendar (rules C9, F2).

    `year` is the one it began in, by the same calendar; unknown for most.
    """

    class Kind(models.TextChoices):
        BIRTHDAY = "birthday", _("Birthday")
        ANNIVERSARY = "anniversary", _("Wedding anniversary")
        SCHOOL = "school", _("School fees")
        BUSINESS = "business", _("Company anniversary")
        OTHER = "other", _("Other day")

    class Calendar(models.TextChoices):
        SOLAR = "solar", _("Solar")
        LUNAR = "lunar", _("Lunar")

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="important_dates")
    kind = models.CharField(_("what"), max_length=11, choices=Kind.choices)
    whose = models.CharField(
        _("whose"), max_length=7, choices=Person.choices, default=Person.CLIENT
    )
    label = models.CharField(_("in words"), max_length=80, blank=True)
    calendar = models.CharField(
        _("calendar"), max_length=5, choices=Calendar.choices, default=Calendar.SOLAR
    )
    month = models.PositiveSmallIntegerField(_("month"))
    day = models.PositiveSmallIntegerField(_("day"))
    is_leap_month = models.BooleanField(_("leap month"), default=False)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)

    class Meta:
        verbose_name = _("important date")
        verbose_name_plural = _("important dates")
        ordering = ["client", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(month__range=(1, 12), day__range=(1, 31)), name="date_is_in_a_year"
            ),
            models.CheckConstraint(
                condition=Q(is_leap_month=False) | Q(calendar="lunar"),
                name="leap_months_are_lunar",
            ),
        ]

    def __str__(self):
        return f"date {self.pk}"


class LifeEvent(Entry):
    """Something that changes what a client needs, past or coming."""

    class Kind(models.TextChoices):
        WEDDING = "wedding", _("Wedding")
        BIRTH = "birth", _("Birth of a child")
        STUDY = "study", _("School or study")
        HOME = "home", _("New home")
        WORK = "work", _("New work")
        COMPANY = "company", _("Company founded or sold")
        RETIREMENT = "retirement", _("Retirement")
        ILLNESS = "illness", _("Hard times")
        LOSS = "loss", _("Bereavement")
        OTHER = "other", _("Other event")

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="life_events")
    kind = models.CharField(_("what"), max_length=10, choices=Kind.choices)
    whose = models.CharField(
        _("whose"), max_length=7, choices=Person.choices, default=Person.CLIENT
    )
    happens_on = models.DateField(_("day"))
    note = models.CharField(_("in words"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("life event")
        verbose_name_plural = _("life events")
        ordering = ["-happens_on", "-pk"]

    def __str__(self):
        return f"life event {self.pk}"


class Relative(Entry):
    """Somebody close to a client who is not a client of the bank; named only if volunteered."""

    class Relation(models.TextChoices):
        SPOUSE = "spouse", _("Spouse")
        CHILD = "child", _("Child")
        PARENT = "parent", _("Parent")
        PARTNER = "partner", _("Business partner")
        AUTHORISED = "authorised", _("Authorised person")
        OTHER = "other", _("Other")

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="relatives")
    relation = models.CharField(_("relation"), max_length=10, choices=Relation.choices)
    name = models.CharField(_("name"), max_length=80, blank=True)
    note = models.CharField(_("what the client told"), max_length=120, blank=True)
    decides = models.BooleanField(_("decides about money"), default=False)
    purpose = models.CharField(_("why we keep this"), max_length=120)

    class Meta:
        verbose_name = _("relative")
        verbose_name_plural = _("relatives")
        ordering = ["client", "pk"]

    def __str__(self):
        return f"relative {self.pk}"


class OutsideHolding(Entry):
    """What a client has elsewhere and chose to tell; kept for a purpose only (rules C9)."""

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="outside_holdings")
    what = models.CharField(_("what"), max_length=120)
    amount = MoneyField(_("amount, CNY"), null=True, blank=True)
    told_on = models.DateField(_("told on"))
    purpose = models.CharField(_("why we keep this"), max_length=120)

    class Meta:
        verbose_name = _("holding elsewhere")
        verbose_name_plural = _("holdings elsewhere")
        ordering = ["-told_on", "-pk"]

    def __str__(self):
        return f"outside holding {self.pk}"


class Consent(Entry):
    """What a client allows, how it was given, and until when it held; never deleted (rules C9)."""

    class Purpose(models.TextChoices):
        MARKETING = "marketing", _("Offers and invitations")
        HOUSEHOLD = "household", _("Assets shown to the household")
        SHARING = "sharing", _("Data shared within the group")

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="consents")
    purpose = models.CharField(_("for"), max_length=9, choices=Purpose.choices)
    channel = models.CharField(
        _("by"), max_length=6, choices=Reach.choices, blank=True, help_text=_("Empty: any way.")
    )
    given_on = models.DateField(_("given on"))
    evidence = models.CharField(
        _("evidence"), max_length=120, help_text=_("Where it can be looked up: form, recording.")
    )
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["purpose", "-given_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=models.F("given_on")),
                name="consent_ends_after_it_begins",
            )
        ]

    def __str__(self):
        return f"consent {self.pk}"

    def holds_on(self, day) -> bool:
        """Whether it may be relied on; it ends with the day of its withdrawal."""
        return self.given_on <= day and not (self.withdrawn_on and self.withdrawn_on <= day)
