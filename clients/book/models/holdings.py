"""What clients hold with the bank, and who belongs together."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.book.models.client import OfClientsQuerySet
from crm.lib.money import MoneyField


class Category(models.TextChoices):
    """Kinds of product."""

    ACCOUNT = "account", _("Account")
    DEPOSIT = "deposit", _("Deposit")
    WEALTH = "wealth", _("Wealth product")
    FUND = "fund", _("Fund")
    INSURANCE = "insurance", _("Insurance")
    BOND = "bond", _("Bond")
    CARD = "card", _("Card")
    LOAN = "loan", _("Loan")


OWED = (Category.LOAN,)
NOT_ASSETS = (Category.CARD, *OWED)


class Holding(models.Model):
    """A product that a client holds. `amount` is in `currency`, null where the source names none.

    Only CNY counts towards the client's assets: foreign amounts are never added to it. Whoever took
    the money out before its day has `redeemed_on`; such a holding is never open again.
    """

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="holdings")
    source_key = models.CharField(max_length=200, help_text=_("Key in the source, once a client."))
    category = models.CharField(_("kind"), max_length=10, choices=Category.choices)
    name = models.CharField(_("product"), max_length=120)
    amount = MoneyField(_("amount"), null=True)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    opened_on = models.DateField(_("opened"), null=True)
    matures_on = models.DateField(_("matures"), null=True)
    redeemed_on = models.DateField(_("redeemed early"), null=True)
    is_open = models.BooleanField(_("open"), default=True)

    objects = OfClientsQuerySet.as_manager()

    class Meta:
        verbose_name = _("holding")
        verbose_name_plural = _("holdings")
        ordering = ["matures_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["client", "source_key"], name="holding_once"),
            models.CheckConstraint(
                condition=Q(redeemed_on=None) | Q(is_open=False),
                name="holding_redeemed_is_not_open",
            ),
        ]
        indexes = [
            models.Index(
                fields=["matures_on"],
                condition=Q(is_open=True, matures_on__isnull=False),
                name="holdings_maturing",
            )
        ]

    def __str__(self):
        return f"{self.client_id} {self.name}"


class HouseholdQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Households with a member whom the person may see; `seen_members` are only those."""
        seen = Member.objects.visible_to(person)
        return self.filter(pk__in=seen.order_by().values("household")).prefetch_related(
            models.Prefetch("members", seen, to_attr="seen_members")
        )


class Household(models.Model):
    """People who belong together; informative, never sets a tier (rules C7)."""

    source_key = models.CharField(max_length=80, unique=True, null=True)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")

    def __str__(self):
        return f"household {self.pk}"


class Member(models.Model):
    """A client's place in a household; `version` rises with each correction."""

    class Relation(models.TextChoices):
        HOLDER = "holder", _("Account holder")
        AUTHORISED = "authorised", _("Authorised person")
        SPOUSE = "spouse", _("Spouse")
        CHILD = "child", _("Child")
        PARENT = "parent", _("Parent")
        PARTNER = "partner", _("Business partner")
        OTHER = "other", _("Other")

    household = models.ForeignKey(Household, models.CASCADE, related_name="members")
    client = models.OneToOneField("clients.Client", models.CASCADE, related_name="membership")
    relation = models.CharField(_("relation"), max_length=10, choices=Relation.choices)
    decides = models.BooleanField(_("decides about money"), default=False)
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = OfClientsQuerySet.as_manager()

    class Meta:
        verbose_name = _("household member")
        verbose_name_plural = _("household members")
        ordering = ["household", "pk"]

    def __str__(self):
        return f"{self.household_id} {self.client_id}"
