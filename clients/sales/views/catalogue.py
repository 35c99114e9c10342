"""The catalogue: what the bank sells, and what clients ask about it."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from clients.sales.filters import ProductFilter
from clients.sales.models import Product, ProductRisk
from clients.sales.queries import latest_disclosure
from clients.sales.rules import LICENSED
from crm.lib import clock
from crm.pages import page_of
from managers.people import scope
from managers.people.scope import Right

ORDERS = {
    "name": ("latin_name", "pk"),
    "-name": ("-latin_name", "-pk"),
    "risk": ("counted_risk", "pk"),
    "-risk": ("-counted_risk", "-pk"),
    "minimum": ("minimum", "pk"),
    "-minimum": ("-minimum", "-pk"),
}


@require_GET
def product_list(request):
    """Products on sale, unless others are asked for."""
    scope.require(request.user, Right.VIEW_FILE)
    asked = request.GET.copy()
    asked.setdefault("on_sale", "true")
    narrowed = ProductFilter(asked, queryset=Product.objects.for_list(), request=request)
    order = ORDERS.get(asked.get("sort"), ORDERS["name"])
    context = {
        "page": page_of(request, narrowed.qs, order=order),
        "filter": narrowed,
        "kinds": narrowed.form.fields["product_category"].choices,
        "risks": ProductRisk.choices,
        "search": asked.get("search", ""),
    }
    return render(request, "clients/sales/products.html", context)


@require_GET
def product(request, pk):
    """One product: what it is, costs and risks, and what clients ask."""
    scope.require(request.user, Right.VIEW_FILE)
    found = get_object_or_404(Product.objects.for_list(), pk=pk)
    context = {
        "product": found,
        "questions": found.questions.all(),
        "disclosure": latest_disclosure(found),
        "is_on_sale": found.is_on_sale(clock.today()),
        "licence_needed": found.category in LICENSED,
    }
    return render(request, "clients/sales/product.html", context)
