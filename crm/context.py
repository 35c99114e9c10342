"""What every page may use: the frame around it, the theme, the moment it was made at."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from crm.lib import clock

_BAR = 5  # places in a phone's bottom bar

# Posts by their codes and pages by the names of their urls: the floor imports nothing above it.
_RMS = ("wealth_rm", "marketing_rm")
_HEADS = ("branch_head", "wealth_head")
_LOBBY = ("lobby_manager", "lobby_assistant", "teller_cash", "teller_noncash")
_OVERSEERS = ("cp_officer", "hq_admin", "auditor")
_LOOKS_UP = (*_RMS, *_HEADS, *_LOBBY, "cp_officer")


@dataclass(frozen=True)
class Entry:
    """A place in the navigation, and the posts that may use it."""

    page: str
    label: str
    icon: str
    posts: tuple[str, ...] = ()
    short: str = ""  # where the label is too long for a phone's bar
    url: str = ""
    count: int | None = None
    current: bool = False

    @property
    def short_label(self) -> str:
        return self.short or self.label


_ENTRIES = (
    Entry("today", _("Today"), "sun-high", _RMS),
    Entry("branch", _("Branch"), "building", _HEADS),
    Entry("client-list", _("Clients"), "users", _RMS + _HEADS),
    Entry("follow-up-list", _("Follow-ups"), "calendar-due", _RMS + _HEADS),
    Entry(
        "relay",
        _("Referrals & handovers"),
        "transfer-in",
        _RMS + _HEADS + _LOBBY,
        short=_("Referrals"),
    ),
    Entry("request-list", _("Requests"), "help-circle", _RMS + _HEADS),
    Entry("prospects", _("Prospects"), "target-arrow", ("marketing_rm", *_HEADS)),
    Entry("market", _("Market"), "building-store", ("marketing_rm", *_HEADS)),
    Entry("coverage", _("Coverage"), "chart-bar", _RMS + _HEADS),
    Entry("work-logs", _("Work log"), "notebook", _RMS + _HEADS),
    Entry("calendar", _("Calendar"), "calendar", _RMS + _HEADS),
    Entry("visits", _("Visits"), "door-enter", ("lobby_manager", "lobby_assistant")),
    Entry(
        "competition",
        _("Competition"),
        "trophy",
        (*_RMS, *_HEADS, "lobby_manager", "hq_admin"),
    ),
    Entry(
        "career",
        _("Career"),
        "stairs-up",
        (*_RMS, *_HEADS, "lobby_manager", "hq_admin"),
    ),
    Entry("contact-rules", _("Contact rules"), "phone-outgoing", ("hq_admin",)),
    Entry("audit", _("Audit"), "shield-check", _OVERSEERS),
    Entry("access-log", _("Access log"), "eye", _OVERSEERS),
    Entry("privacy-request-list", _("Data protection"), "shield-lock", ("cp_officer", "auditor")),
    Entry("import-list", _("Imports"), "file-import", (*_HEADS, "hq_admin")),
)
_MAILBOX = Entry("mailbox", _("Mailbox"), "mail")
_ADMIN = Entry("admin:index", _("Administration"), "settings")


def shell(request) -> dict:
    """Context of every page that a request made; nothing is looked up until a page asks."""
    now = clock.now()
    person = getattr(request, "user", None)
    return {
        "now": now,
        "today": clock.local(now).date(),
        "demo": settings.DEMO,
        "idle_minutes": settings.SESSION_IDLE_AGE // 60,
        "theme": getattr(person, "theme", "auto"),
        "navigation": SimpleLazyObject(lambda: Navigation(request)),
    }


class Navigation:
    """The entries for one person; `bar` and `more` share them out on a phone."""

    def __init__(self, request):
        self.post = getattr(request.user, "current_post", "")
        self.entries = _entries(request, self.post)
        fits = len(self.entries) <= _BAR
        self.bar = self.entries if fits else self.entries[: _BAR - 1]
        self.more = self.entries[len(self.bar) :]

    @property
    def search_url(self) -> str:
        """Where clients are looked up, for posts that may (rules A5)."""
        return _address("search") if self.post in _LOOKS_UP else ""

    @property
    def access_log_url(self) -> str:
        """Who read what, for posts whose navigation has no place for it (rules A5)."""
        reads = (*_RMS, *_HEADS, "lobby_manager")
        return _address("access-log") if self.post in reads else ""

    @property
    def exports_url(self) -> str:
        """Where files leave the product, for posts that ask or decide (rules J8)."""
        return _address("export-list") if self.post in (*_HEADS, *_OVERSEERS) else ""

    @property
    def live_search_url(self) -> str:
        """Where hits come from while one types, for posts that keep files: others are counted."""
        return _address("search-live") if self.post in _RMS + _HEADS else ""


def _entries(request, post: str) -> list[Entry]:
    wanted = [entry for entry in _ENTRIES if post in entry.posts]
    if request.user.is_authenticated and settings.DEMO:
        wanted.append(_MAILBOX)
    if request.user.is_staff:
        wanted.append(_ADMIN)
    counts = getattr(request, "nav_counts", {})
    found = [
        replace(entry, url=url, count=counts.get(entry.page))
        for entry in wanted
        if (url := _address(entry.page))
    ]
    here = max(
        (entry.url for entry in found if request.path.startswith(entry.url)), key=len, default=""
    )
    return [replace(entry, current=entry.url == here) for entry in found]


def _address(page: str) -> str:
    """The page's address; empty where the page is not mounted."""
    try:
        return reverse(page)
    except NoReverseMatch:
        return ""
