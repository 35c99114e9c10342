"""The front door by post, and what people choose for themselves."""

from django.conf import settings
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from crm.lib import clock
from crm.middleware import without_factor
from managers.people import actions
from managers.people.forms import PreferencesForm
from managers.people.models import Post

# Where each post's day begins; who has none today is told so.
HOMES = {
    Post.WEALTH_RM: "today",
    Post.MARKETING_RM: "today",
    Post.BRANCH_HEAD: "branch",
    Post.WEALTH_HEAD: "branch",
    Post.LOBBY_MANAGER: "relay",
    Post.LOBBY_ASSISTANT: "relay",
    Post.TELLER_CASH: "relay",
    Post.TELLER_NONCASH: "relay",
    Post.HQ_ADMIN: "competition",
    Post.CP_OFFICER: "audit",
    Post.AUDITOR: "audit",
}


@require_GET
def home(request):
    """Send everybody to the page that their day begins with."""
    page = HOMES.get(request.user.current_post)
    if page:
        return redirect(page)
    return render(request, "managers/people/home.html")


@require_GET
def watermark(request):
    """An image of the person's staff number and the minute, laid faintly over every page.

    An image, because the policy of the pages allows no inline style; fresh each minute.
    """
    mark = f"{request.user.employee_no} · {clock.local(clock.now()):%Y-%m-%d %H:%M}"
    answer = render(
        request, "managers/people/watermark.svg", {"mark": mark}, content_type="image/svg+xml"
    )
    patch_vary_headers(answer, ["Cookie"])
    return answer


@without_factor
@require_POST
def set_preferences(request):
    """Keep language and appearance, and go back to where the person was."""
    form = PreferencesForm(request.POST)
    if form.is_valid():
        actions.set_preferences(request.user, **form.cleaned_data)
    response = redirect(_back(request))
    # The sign-in page speaks the language of whoever was here last.
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        request.user.language,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
    return response


def _back(request) -> str:
    """The page that asked; never another site (security 20)."""
    wanted = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if allowed else "home"
