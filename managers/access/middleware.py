"""Where the bank asks everybody for a second factor, whoever has none reaches nothing else."""

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from managers.access import rules


class SecondFactorRequired:
    """Lead a session that proved a password only to where a second factor is set up.

    Whoever has one signs in again with it: the session is older than the rule.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Nothing to do where it is not asked for, proved, or needed to get there."""
        if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
            return None
        if request.session.get("second_factor") or getattr(view, "without_factor", False):
            return None
        if request.path.startswith("/api/"):
            detail = _("Set up a second factor first.")
            body = {"code": "second_factor_missing", "detail": detail, "fields": {}}
            return JsonResponse(body, status=403)
        if rules.has_factor(request.user):
            logout(request)
            return redirect_to_login(request.get_full_path())
        page = reverse("security")
        return HttpResponseClientRedirect(page) if request.htmx else redirect(page)
