"""What the views of lists and forms share."""

from allauth.account.adapter import get_adapter

from crm.lib.paging import Page, keyset

PAGE_SIZE = 25


def page_of(request, queryset, *, order, size=PAGE_SIZE) -> Page:
    """The page that `?after=` or `?before=` names; the first one for a cursor without sense."""
    asked = {name: request.GET.get(name) or None for name in ("after", "before")}
    try:
        return keyset(queryset, order=order, size=size, **asked)
    except ValueError:
        return keyset(queryset, order=order, size=size)


def add_refusal(form, broken) -> None:
    """Show a refusal beside the fields that it names, and above the form where it names none."""
    for name, sentence in broken.fields.items():
        if name in form.fields:
            form.add_error(name, sentence)
    if not set(broken.fields) & set(form.fields):
        form.add_error(None, str(broken))


def status_of(form) -> int:
    """422 for a form with errors, so that htmx shows it; 200 otherwise."""
    return 422 if form.is_bound and form.errors else 200


def address_of(request) -> str:
    """The network address that a request came from, behind as many proxies as we trust."""
    return get_adapter().get_client_ip(request)
