"""A person's own security: password, second factors, sessions, tokens."""

from functools import wraps

from allauth.account.authentication import get_authentication_records
from allauth.account.views import PasswordChangeView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.lib.secrets import Sealed
from crm.pages import add_refusal, status_of
from managers.access import queries
from managers.access.actions import factors, sessions, tokens
from managers.access.forms import AppForm, PasskeyForm, TokenForm
from managers.access.models import SignIn
from managers.access.qr import drawn

FRESH = 10 * 60  # seconds for which a proof of who it is counts for changes here


def fresh(view):
    """Ask for the password again unless it, or a factor, was proved in the last minutes."""

    @wraps(view)
    def asking(request, *args, **kwargs):
        proofs = get_authentication_records(request, request.user)
        if proofs and clock.now().timestamp() - proofs[-1]["at"] < FRESH:
            return view(request, *args, **kwargs)
        back = request.path if request.method == "GET" else reverse("security")
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")

    return never_cache(asking)


@never_cache
@require_GET
def security(request):
    """Everything about one's own door on one page."""
    now = clock.now()
    context = {
        "factors": queries.factors_of(request.user),
        "sessions": queries.sessions_of(request.user, this_key=request.session.session_key, at=now),
        "tokens": queries.tokens_of(request.user),
        "factor_required": settings.SECOND_FACTOR_REQUIRED,
    }
    return render(request, "managers/access/security.html", context)


class ChangePassword(PasswordChangeView):
    """A new password; all other sessions and the tokens end with the old one."""

    def form_valid(self, form):
        factors.change_password(self.request, form.cleaned_data["password1"], at=clock.now())
        messages.success(
            self.request, _("The password is changed. Other sessions and your tokens have ended.")
        )
        return redirect("security")


# --- Second factors


@fresh
@require_http_methods(["GET", "POST"])
def app_new(request):
    """Show a secret as a picture; the app's first code proves that it was taken over."""
    if queries.factors_of(request.user).app:
        return redirect("security")
    if request.method == "GET" or "new_app" not in request.session:
        request.session["new_app"] = Sealed.of(generate_totp_secret()).token
    secret = Sealed(request.session["new_app"]).open()
    form = AppForm(request.POST or None, secret=secret)
    if form.is_valid():
        codes = factors.add_app(request, secret=secret, step=form.step, at=clock.now())
        del request.session["new_app"]
        return _done(request, _("The authenticator app is set up."), codes)
    context = {"form": form, "secret": secret, "picture": drawn(request.user, secret)}
    return render(request, "managers/access/app_new.html", context, status=status_of(form))


@fresh
@require_http_methods(["GET", "POST"])
def passkey_new(request):
    """Ask the browser for a passkey and keep its public half."""
    form = PasskeyForm(request.POST or None)
    if form.is_valid():
        codes = factors.add_passkey(request, **form.cleaned_data, at=clock.now())
        return _done(request, _("The passkey is added."), codes)
    options = webauthn.begin_registration(request.user, True)
    context = {"form": form, "js_data": {"creation_options": options}}
    return render(request, "managers/access/passkey_new.html", context, status=status_of(form))


@fresh
@require_http_methods(["GET", "POST"])
def factor_remove(request, pk):
    """Say what follows, then remove one factor."""
    mine = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
    factor = get_object_or_404(mine, pk=pk, user=request.user)
    if request.method == "POST":
        try:
            factors.remove(factor, by=request.user, at=clock.now())
            messages.success(request, _("It is removed."))
        except RuleBroken as broken:
            messages.error(request, str(broken))
        return redirect("security")
    return render(request, "managers/access/factor_remove.html", {"factor": factor})


@fresh
@require_http_methods(["GET", "POST"])
def codes_new(request):
    """Say what follows, then make new recovery codes and show them this once."""
    if not queries.factors_of(request.user).any:
        return redirect("security")
    if request.method == "POST":
        codes = factors.renew_codes(request.user, by=request.user, at=clock.now())
        return _done(request, _("New recovery codes are made."), codes)
    return render(request, "managers/access/codes_new.html")


def _done(request, sentence: str, codes: list[str]):
    """Back to the page of security, by way of recovery codes where there are new ones."""
    if not codes:
        messages.success(request, sentence)
        return redirect("security")
    return render(request, "managers/access/codes.html", {"sentence": sentence, "codes": codes})


# --- Sessions and tokens


@require_POST
def session_end(request, pk):
    """End one of the person's sessions."""
    came = get_object_or_404(SignIn, pk=pk, staff=request.user)
    sessions.end_session(came, by=request.user, at=clock.now())
    messages.success(request, _("The session has ended."))
    return redirect("security")


@require_POST
def sessions_end(request):
    """Sign out everywhere else."""
    sessions.end_other_sessions(request, at=clock.now())
    messages.success(request, _("All other sessions have ended."))
    return redirect("security")


@fresh
@require_http_methods(["GET", "POST"])
def token_new(request):
    """Make a token, and show it this once."""
    form = TokenForm(request.POST or None)
    if form.is_valid():
        try:
            token, text = tokens.make_token(request.user, **form.cleaned_data, at=clock.now())
            return render(request, "managers/access/token.html", {"token": token, "text": text})
        except RuleBroken as broken:
            add_refusal(form, broken)
    return render(request, "managers/access/token_new.html", {"form": form}, status=status_of(form))


@require_POST
def token_end(request, pk):
    """End one of the person's tokens."""
    token = get_object_or_404(request.user.auth_token_set, pk=pk)
    tokens.end_token(token, by=request.user, at=clock.now())
    messages.success(request, _("The token has ended."))
    return redirect("security")
