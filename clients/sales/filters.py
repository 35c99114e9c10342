"""What lists of products, assessments, checks and sales can be narrowed by."""

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.sales.models import (
    BenefitGrant,
    Product,
    ProductRisk,
    RiskAssessment,
    SaleRecord,
    SuitabilityCheck,
)
from clients.sales.models.products import KINDS
from crm.lib import clock
from crm.lib.filtering import IdFilter, SpanFilter, YesNoFilter


class ProductFilter(filters.FilterSet):
    """By words, kind, highest risk, and whether they are on sale today."""

    search = filters.CharFilter(method="filter_search", label=_("Name, code or words"))
    product_category = filters.ChoiceFilter(field_name="category", choices=KINDS, label=_("Kind"))
    max_risk = filters.ChoiceFilter(
        method="filter_risk", choices=ProductRisk.choices, label=_("Risk at most")
    )
    on_sale = YesNoFilter(method="filter_on_sale", label=_("On sale"))

    class Meta:
        model = Product
        fields = []

    def filter_search(self, queryset, name, text):
        """Every word occurs in the name, code, issuer, terms, fees or a question."""
        for word in text.split()[:5]:
            found = Q(name__icontains=word) | Q(latin_name__icontains=word)
            found |= Q(code__icontains=word) | Q(issuer__icontains=word)
            found |= Q(terms__icontains=word) | Q(fees__icontains=word)
            asked = Product.objects.filter(questions__question__icontains=word)
            queryset = queryset.filter(found | Q(pk__in=asked.values("pk")))
        return queryset

    def filter_risk(self, queryset, name, level):
        """Products up to this risk."""
        return queryset.within(int(level))

    def filter_on_sale(self, queryset, name, wanted):
        """On sale today, or not."""
        today = Product.objects.on_sale(clock.today()).values("pk")
        return queryset.filter(pk__in=today) if wanted else queryset.exclude(pk__in=today)


class AssessmentFilter(filters.FilterSet):
    """Assessments of a client."""

    client = IdFilter(field_name="client_id")

    class Meta:
        model = RiskAssessment
        fields = ["client"]


class CheckFilter(filters.FilterSet):
    """Checks of a client, by a person, of a product, with an answer."""

    client = IdFilter(field_name="client_id")
    staff = IdFilter(field_name="staff_id")
    product = IdFilter(field_name="product_id")
    is_suitable = YesNoFilter()

    class Meta:
        model = SuitabilityCheck
        fields = ["client", "staff", "product", "is_suitable"]


class SaleFilter(filters.FilterSet):
    """Sales to a client, by a person, of a product, in a state, confirmed between two days."""

    client = IdFilter(field_name="client_id")
    staff = IdFilter(field_name="staff_id")
    product = IdFilter(field_name="product_id")
    state = filters.ChoiceFilter(choices=SaleRecord.State.choices)
    sold_between = SpanFilter(field_name="confirmed_at")

    class Meta:
        model = SaleRecord
        fields = ["client", "staff", "product", "state", "sold_between"]


class GrantFilter(filters.FilterSet):
    """Grants of a client, of a year."""

    client = IdFilter(field_name="client_id")
    year = IdFilter(field_name="year")  # a whole number, like an id

    class Meta:
        model = BenefitGrant
        fields = ["client", "year"]
