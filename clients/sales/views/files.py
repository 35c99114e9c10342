"""What these pages share: the client's file, and who may advise."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from clients.book.models import Client
from clients.book.reading import seen
from clients.sales.rules import may_advise
from crm.lib import clock


def file_of(request, pk) -> Client:
    """The client, whose file the person may open, logged; 404 for anybody else."""
    rows = Client.objects.visible_to(request.user).select_related("owner", "outlet")
    client = get_object_or_404(rows, pk=pk)
    seen(request, client)
    return client


def require_adviser(request, client) -> None:
    """Raise PermissionDenied for somebody who may read the file but not advise on it."""
    if not may_advise(request.user, client, on=clock.today()):
        raise PermissionDenied(_("Only the client's wealth RM advises on products."))
