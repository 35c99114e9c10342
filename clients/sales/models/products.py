"""The catalogue: products, what they cost and risk, and what has to be said before a sale."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.book.models import Category
from crm.lib import clock
from crm.lib.money import MoneyField
from crm.words import in_chinese

SOLD = (Category.DEPOSIT, Category.WEALTH, Category.FUND, Category.INSURANCE, Category.BOND)
KINDS = [(kind.value, kind.label) for kind in SOLD]


class ProductRisk(models.IntegerChoices):
    """How much a product may lose, lowest first (rules C8)."""

    R1 = 1, _("R1 Low")
    R2 = 2, _("R2 Medium-low")
    R3 = 3, _("R3 Medium")
    R4 = 4, _("R4 Medium-high")
    R5 = 5, _("R5 High")


class ProductQuerySet(models.QuerySet):
    def on_sale(self, day):
        """Products that may be sold on a day."""
        return self.filter(
            Q(on_sale_until__isnull=True) | Q(on_sale_until__gte=day), on_sale_from__lte=day
        )

    def within(self, level: int):
        """Products whose risk, by issuer and by seller, is at most this level (rules C8)."""
        return self.filter(issuer_risk__lte=level, seller_risk__lte=level)

    def for_list(self):
        """All that lists touch, in one query; `counted_risk` is `risk`, to sort by."""
        return self.select_related("fallback").annotate(
            counted_risk=Greatest("issuer_risk", "seller_risk")
        )


class Product(models.Model):
    """Something the bank sells. Amounts in CNY; both days of sale are included.

    Where issuer and seller rate the risk differently, the higher one counts (rules C8).
    """

    code = models.CharField(_("product code"), max_length=20, unique=True)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=80)
    latin_name = models.CharField(_("name in Latin letters"), max_length=120, blank=True)
    category = models.CharField(_("kind"), max_length=10, choices=KINDS)
    issuer = models.CharField(_("issuer"), max_length=80)
    issuer_risk = models.PositiveSmallIntegerField(_("issuer's risk"), choices=ProductRisk.choices)
    seller_risk = models.PositiveSmallIntegerField(_("our risk"), choices=ProductRisk.choices)
    fees = models.TextField(_("fees"), max_length=600, blank=True)
    fee_rate = models.DecimalField(
        _("fee income, percent"),
        max_digits=5,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("What the bank earns of an amount sold, in percent."),
    )
    terms = models.TextField(_("terms"), max_length=1000, blank=True)
    months = models.PositiveSmallIntegerField(
        _("runs for months"), null=True, blank=True, help_text=_("Empty: no fixed end.")
    )
    minimum = MoneyField(_("from"), default=0, help_text=_("Smallest amount, CNY."))
    on_sale_from = models.DateField(_("on sale from"))
    on_sale_until = models.DateField(_("on sale until"), null=True, blank=True)
    fallback = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="stands_in_for",
        verbose_name=_("otherwise offer"),
    )

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(issuer_risk__range=(1, 5), seller_risk__range=(1, 5)),
                name="product_has_a_risk",
            ),
            models.CheckConstraint(
                condition=Q(on_sale_until__isnull=True) | Q(on_sale_until__gte=F("on_sale_from")),
                name="sale_ends_after_it_begins",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"

    @property
    def risk(self) -> int:
        """The risk that counts: the higher of the two (rules C8)."""
        return max(self.issuer_risk, self.seller_risk)

    @property
    def risk_label(self) -> str:
        """The risk in words."""
        return str(ProductRisk(self.risk).label)

    @property
    def shown_name(self) -> str:
        """The name in the page's language."""
        return self.name if in_chinese() or not self.latin_name else self.latin_name

    def is_on_sale(self, day) -> bool:
        """Whether it may be sold on a day."""
        return self.on_sale_from <= day and (
            self.on_sale_until is None or day <= self.on_sale_until
        )


class ProductQuestion(models.Model):
    """What clients ask about a product, and the answer that is right."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(_("place"), default=1)
    question = models.CharField(_("question"), max_length=200)
    answer = models.TextField(_("answer"), max_length=1000)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["product", "position", "pk"]

    def __str__(self):
        return self.question


class Disclosure(models.Model):
    """One version of what the client is told about a product; never changed once published."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="disclosures")
    version = models.PositiveSmallIntegerField(_("version"))
    text = models.TextField(_("text"), max_length=4000)
    published_at = models.DateTimeField(_("published"), default=clock.now)
    published_by = models.ForeignKey("managers.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("disclosure")
        verbose_name_plural = _("disclosures")
        ordering = ["product", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["product", "version"], name="disclosure_version_once")
        ]

    def __str__(self):
        return f"{self.product_id} v{self.version}"
