"""The administrator's tables of the catalogue and the benefits; what clients were told stays."""

from django.contrib import admin

from clients.sales import actions
from clients.sales.models import Benefit, BenefitQuota, Disclosure, Product, ProductQuestion
from managers.people.admin import AdministratorsOnly, Appended


class OfAdministrators:
    """Rows inside another table: for whoever may change that table."""

    extra = 0

    def has_view_permission(self, request, obj=None):
        return True

    def has_add_permission(self, request, obj=None):
        return True

    def has_change_permission(self, request, obj=None):
        return True

    def has_delete_permission(self, request, obj=None):
        return True


class QuestionRows(OfAdministrators, admin.TabularInline):
    model = ProductQuestion
    fields = ["position", "question", "answer"]


class QuotaRows(OfAdministrators, admin.TabularInline):
    model = BenefitQuota
    fields = ["tier", "times"]


@admin.register(Product)
class ProductAdmin(AdministratorsOnly):
    list_display = ["code", "name", "category", "issuer_risk", "seller_risk", "on_sale_until"]
    list_filter = ["category", "seller_risk"]
    search_fields = ["code", "name", "latin_name", "issuer"]
    autocomplete_fields = ["fallback"]
    date_hierarchy = "on_sale_from"
    inlines = [QuestionRows]

    def get_readonly_fields(self, request, obj=None):
        """What was sold under a code stays under it."""
        return ["code", "category"] if obj else []


@admin.register(Disclosure)
class DisclosureAdmin(Appended):
    fields = ["product", "text"]
    list_display = ["product", "version", "published_at", "published_by"]
    list_select_related = ["product", "published_by"]
    search_fields = ["product__code", "product__name"]
    autocomplete_fields = ["product"]

    def write(self, data, *, by, at):
        return actions.publish(data["product"], text=data["text"], by=by, at=at)


@admin.register(Benefit)
class BenefitAdmin(AdministratorsOnly):
    list_display = ["code", "name", "latin_name", "is_active"]
    search_fields = ["code", "name", "latin_name"]
    inlines = [QuotaRows]
