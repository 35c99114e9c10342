"""The client: who they are, which tier and state, and who is responsible."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.book.models.reach import owned_within
from crm.lib import clock
from crm.lib.money import MoneyField
from crm.lib.secrets import EncryptedField, KeyField


class Tier(models.TextChoices):
    """Tiers by assets under management, lowest first (rules C3)."""

    REGULAR = "regular", _("Regular")
    GOLD = "gold", _("Gold")
    PLATINUM = "platinum", _("Platinum")
    DIAMOND = "diamond", _("Diamond")
    PRIVATE = "private", _("Private")


PREMIUM = (Tier.PLATINUM, Tier.DIAMOND, Tier.PRIVATE)


class State(models.TextChoices):
    """Where the client stands in the relay (rules C1)."""

    PROSPECT = "prospect", _("Prospect")
    IDENTIFIED = "identified", _("Identified")
    REFERRED = "referred", _("Referred")
    OWNED = "owned", _("Owned")
    DORMANT = "dormant", _("Dormant")
    LOST = "lost", _("Lost")
    WON_BACK = "won_back", _("Won back")
    CLOSED = "closed", pgettext_lazy("client", "Closed")


WITH_OWNER = (State.OWNED, State.DORMANT, State.LOST, State.WON_BACK)
_ORDINARY = (State.IDENTIFIED, State.REFERRED, State.OWNED)
SEALED = ("phone", "email", "identity_no", "address")
SHUT = ("data_key", *SEALED)  # what lists leave in the database


class ClientQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Clients whose file this person may open; for everybody else they do not exist."""
        return self.in_use().filter(owned_within(person), merged_into__isnull=True)

    def in_use(self):
        """All but locked and erased ones (rules J7)."""
        return self.filter(locked_at__isnull=True)

    def active(self):
        """All but closed clients."""
        return self.exclude(state=State.CLOSED)

    def pooled(self):
        """Clients who wait for an owner in an outlet's pool."""
        return self.active().filter(pool__isnull=False)

    def for_list(self):
        """All that lists and serializers touch, in one query; sealed fields stay shut."""
        return self.select_related("owner", "outlet", "pool").defer(*SHUT)


class Client(models.Model):
    """A person whom the bank serves, or hopes to serve.

    Responsible is the owner or, before one is found, the pool of an outlet: one of them, always
    (rules E9). Contact details are encrypted with a key of the client's own, which erasure throws
    away (rules J7); exact matches go through the blind indexes.
    `last_contact_at` and `next_due_at` are NOT NULL so that lists can be paged by them:
    `clock.NEVER` and `clock.SOMEDAY` stand for none.
    """

    class Sex(models.TextChoices):
        FEMALE = "f", _("Female")
        MALE = "m", _("Male")

    number = models.CharField(_("client number"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    pinyin = models.CharField(_("pinyin"), max_length=200, blank=True)
    joined_pinyin = models.CharField(max_length=200, blank=True, db_index=True)
    initials = models.CharField(max_length=20, blank=True, db_index=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    profile = models.JSONField(
        _("profile"), default=dict, blank=True, help_text=_("Volunteered facts: occupation, city.")
    )

    data_key = KeyField()
    phone = EncryptedField(_("mobile"), key="data_key", blank=True)
    phone_index = models.CharField(max_length=64, blank=True, db_index=True)
    phone_last4 = models.CharField(max_length=4, blank=True, db_index=True)
    email = EncryptedField(_("e-mail"), key="data_key", blank=True)
    identity_no = EncryptedField(_("identity number"), key="data_key", blank=True)
    identity_index = models.CharField(max_length=64, blank=True, db_index=True)
    identity_until = models.DateField(
        _("identity document valid until"), null=True, blank=True, help_text=_("Its last day.")
    )
    address = EncryptedField(_("address"), key="data_key", blank=True)

    tier = models.CharField(_("tier"), max_length=8, choices=Tier.choices, default=Tier.REGULAR)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    outlet = models.ForeignKey("managers.OrgUnit", models.PROTECT, related_name="clients")
    owner = models.ForeignKey(
        "managers.Staff", models.PROTECT, null=True, blank=True, related_name="book"
    )
    pool = models.ForeignKey(
        "managers.OrgUnit", models.PROTECT, null=True, blank=True, related_name="pooled_clients"
    )
    responsible_since = models.DateTimeField(_("responsible since"), default=clock.now)

    aum = MoneyField(_("assets"), default=0, help_text=_("CNY, closing balance."))
    is_watched = models.BooleanField(
        _("watch"), default=False, help_text=_("Missed the tier in the month before (rules C4).")
    )
    client_since = models.DateField(_("client since"), null=True, blank=True)
    last_contact_at = models.DateTimeField(_("last contact"), default=clock.NEVER)
    next_due_at = models.DateTimeField(_("next follow-up"), default=clock.SOMEDAY)
    do_not_contact = models.BooleanField(_("do not contact"), default=False)
    given_up_at = models.DateTimeField(
        _("given up"),
        null=True,
        editable=False,
        help_text=_("Since when nobody tries to win this prospect any more (rules E10)."),
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="absorbed"
    )
    restricted = models.BooleanField(
        _("restricted"),
        default=False,
        db_default=False,
        help_text=_("Only the owner and the heads see this file (rules A5)."),
    )
    person = models.ForeignKey(
        "managers.Staff",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # asked together with the owner or the outlet, which have indexes
        related_name="own_files",
        verbose_name=_("colleague"),
        help_text=_("Who of the bank's people this client is."),
    )
    ended_on = models.DateField(
        _("relationship ended"),
        null=True,
        blank=True,
        help_text=_("From this day on the law counts how long the file is kept (rules J7)."),
    )
    locked_at = models.DateTimeField(
        _("locked"),
        null=True,
        editable=False,
        help_text=_("Nobody uses this file: law keeps it, or it was erased (rules J7)."),
    )
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=True) ^ Q(pool__isnull=True),
                name="owner_or_pool_never_both",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=WITH_OWNER) | Q(owner__isnull=False),
                name="owned_states_have_an_owner",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(state="closed"),
                name="merged_clients_are_closed",
            ),
            models.CheckConstraint(
                condition=Q(locked_at__isnull=True) | Q(state="closed", do_not_contact=True),
                name="locked_clients_are_closed",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(locked_at__isnull=False, data_key="", name="", phone="", identity_no=""),
                name="erased_clients_say_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-aum", "id"], name="book_by_assets"),
            models.Index(fields=["owner", "next_due_at", "id"], name="book_by_next_due"),
            models.Index(fields=["owner", "last_contact_at", "id"], name="book_by_last_contact"),
            models.Index(fields=["owner", "joined_pinyin", "id"], name="book_by_name"),
            models.Index(fields=["outlet", "-aum", "id"], name="outlet_by_assets"),
            models.Index(fields=["outlet", "next_due_at", "id"], name="outlet_by_next_due"),
            models.Index(fields=["pool", "responsible_since", "id"], name="pool_by_wait"),
            models.Index(
                fields=["ended_on"],
                condition=Q(ended_on__isnull=False),
                name="clients_by_end",
            ),
            models.Index(
                fields=["identity_until"],
                condition=Q(identity_until__isnull=False),
                name="clients_by_identity_end",
            ),
            models.Index(
                fields=["birth_date", "name"],
                condition=Q(birth_date__isnull=False),
                name="clients_by_birth",
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def is_premium(self) -> bool:
        """Platinum and above (rules C3)."""
        return self.tier in PREMIUM

    @property
    def is_unusual(self) -> bool:
        """Whether lists mark the client with a chip beside the tier."""
        return self.do_not_contact or self.is_watched or self.state not in _ORDINARY

    @property
    def has_left(self) -> bool:
        """Dormant, lost, or a prospect given up: only what a person books remains (rules F2)."""
        given_up = self.state == State.PROSPECT and self.given_up_at is not None
        return given_up or self.state in (State.DORMANT, State.LOST)

    @property
    def last_contact(self):
        """Moment of the last valid contact, or None."""
        return None if self.last_contact_at <= clock.NEVER else self.last_contact_at

    @property
    def next_due(self):
        """Moment of the next open follow-up, or None."""
        return None if self.next_due_at >= clock.SOMEDAY else self.next_due_at


class OfClientsQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Rows of clients whose file this person may open."""
        return self.filter(client__in=Client.objects.visible_to(person))

    def due_by(self, day):
        """Of rows with a due day and its moment: those due on a Shanghai day or before.

        By the moment as well, which lies within the day: indexes of open rows have it, not the day.
        """
        return self.filter(due_on__lte=day, due_at__lte=clock.end_of_day(day))
