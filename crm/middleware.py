"""What every request passes through."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.utils import translation
from django.utils.cache import patch_cache_control
from django_htmx.http import HttpResponseClientRedirect

from crm.lib import clock


def unattended(view):
    """Mark a view that pages ask by themselves, again and again: it keeps no session alive."""
    view.is_unattended = True
    return view


def without_factor(view):
    """Mark a view that a person may use before having the second factor that the bank asks for."""
    view.without_factor = True
    return view


class PersonalLanguage:
    """Speak the language that the person chose; without a person, that of the browser."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


BEGAN = "began"  # in the session: when it began, in seconds since 1970


def seen_key(session_key: str) -> str:
    """Where the shared cache keeps the last moment at which a session's person did something."""
    return f"seen:{session_key}"


class IdleSignOut:
    """Sign out whoever did nothing for SESSION_IDLE_AGE seconds, and after SESSION_COOKIE_AGE.

    The last moment is kept in the shared cache, once a minute, so that no page writes its
    session. Where the cache forgets it, the session still ends after SESSION_COOKIE_AGE.
    """

    exactness = timedelta(minutes=1)

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        """Look before the view: what a page asks by itself shows nobody's presence."""
        if request.user.is_authenticated:
            self.look(request, attended=not getattr(view_func, "is_unattended", False))

    def look(self, request, *, attended: bool) -> None:
        key, moment = seen_key(request.session.session_key), clock.now()
        seen = cache.get(key)
        idle = seen and moment - seen > timedelta(seconds=settings.SESSION_IDLE_AGE)
        if idle or _is_over(request.session, moment):
            logout(request)
        elif attended and (not seen or moment - seen >= self.exactness):
            cache.set(key, moment, settings.SESSION_COOKIE_AGE)


def _is_over(session, moment) -> bool:
    """A session that is written meanwhile would move its own end (security 18)."""
    began = session.get(BEGAN)
    return bool(began) and moment.timestamp() - began > settings.SESSION_COOKIE_AGE


class NotStored:
    """Let no browser or proxy keep what a person saw: nobody pages back after the sign-out."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.user.is_authenticated:
            patch_cache_control(response, private=True, no_store=True)
        return response


class SignInRequired(LoginRequiredMiddleware):
    """Every page is closed by default; part of a page sends the whole page to the sign-in."""

    def handle_no_permission(self, request, view_func):
        if not request.htmx:
            return super().handle_no_permission(request, view_func)
        page = request.htmx.current_url_abs_path or settings.LOGIN_REDIRECT_URL
        return HttpResponseClientRedirect(redirect_to_login(page).url)
