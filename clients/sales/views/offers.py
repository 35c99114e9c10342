"""What a client may be offered, the check, and the answers about risk that it rests on."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clients.sales import actions, rules
from clients.sales.filters import ProductFilter
from clients.sales.forms import AssessmentForm, OfferForm
from clients.sales.models import Product, RiskAssessment
from clients.sales.queries import latest_disclosure, offers, risk_card, suitability, unsuited
from clients.sales.views.files import file_of, require_adviser
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal, page_of, status_of


@require_GET
def client_products(request, pk):
    """What the client may be offered: within a level that holds, and on sale (rules C8).

    Whoever looks for something else is told why it does not suit.
    """
    client, today = file_of(request, pk), clock.today()
    risk = risk_card(client, on=today)
    found = ProductFilter(request.GET, queryset=offers(risk, on=today), request=request)
    search = request.GET.get("search", "")
    asked = ProductFilter(request.GET, queryset=Product.objects.all(), request=request)
    context = {
        "client": client,
        "risk": risk,
        "unsuited": unsuited(risk, asked.qs, on=today) if search else [],
        "page": page_of(request, found.qs, order=("category", "code", "pk")),
        "kinds": found.form.fields["product_category"].choices,
        "search": search,
        "may_advise": rules.may_advise(request.user, client, on=today),
    }
    return render(request, "clients/sales/client_products.html", context)


@require_http_methods(["GET", "POST"])
def client_offer(request, pk):
    """One product beside one client: does it suit, and if so, recommend it."""
    client, found = file_of(request, pk), _product(request)
    form = OfferForm(request.POST or None, product=found)
    if request.method == "POST":
        require_adviser(request, client)
        if form.is_valid() and (sale := _recommend(request, client, found, form)):
            messages.success(request, _("Recommended. Now show the client the disclosure."))
            return redirect("sale", sale.pk)
    return _offer_page(request, client, found, form)


@require_http_methods(["GET", "POST"])
def client_risk(request, pk):
    """What the client answered about risk, now and before."""
    client, today = file_of(request, pk), clock.today()
    form = AssessmentForm(request.POST or None, initial={"answered_on": today})
    if request.method == "POST":
        require_adviser(request, client)
        if form.is_valid():
            try:
                actions.assess(client, **form.cleaned_data, by=request.user, at=clock.now())
            except RuleBroken as broken:
                add_refusal(form, broken)
            else:
                messages.success(request, _("The assessment is in the file."))
                return redirect("client", pk)
    context = {
        "client": client,
        "risk": risk_card(client, on=today),
        "history": RiskAssessment.objects.filter(client=client).select_related("recorded_by")[:20],
        "form": form,
        "may_advise": rules.may_advise(request.user, client, on=today),
    }
    return render(request, "clients/sales/client_risk.html", context, status=status_of(form))


def _product(request) -> Product:
    text = request.POST.get("product") or request.GET.get("product", "")
    if not text.isdecimal() or len(text) > 18:
        raise Http404
    return get_object_or_404(Product.objects.for_list(), pk=int(text))


def _recommend(request, client, product, form):
    """Check, and recommend what suits; None after a refusal, which then stands in the form."""
    data, who = dict(form.cleaned_data), {"by": request.user, "at": clock.now()}
    amount = data.pop("amount")
    check = actions.check(client, product, **data, **who)
    try:
        return actions.recommend(check, amount=amount, **who)
    except RuleBroken as broken:
        add_refusal(form, broken)
        return None


def _offer_page(request, client, product, form):
    today, typed = clock.today(), {"need": True, "affordable": True}
    found = suitability(client, product, request.user, on=today, **typed)
    facts = found.facts
    against = [
        rules.in_words(one, product=product, level=facts.level, valid_until=facts.valid_until)
        for one in rules.reasons_against(facts)
    ]
    context = {
        "client": client,
        "product": product,
        "risk": risk_card(client, on=today),
        "against": against,
        "questions": product.questions.all(),
        "disclosure": latest_disclosure(product),
        "form": form,
        "may_advise": rules.may_advise(request.user, client, on=today),
    }
    return render(request, "clients/sales/client_offer.html", context, status=status_of(form))
