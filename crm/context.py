"""What every page may use: the frame around it, the theme, the moment it was made at."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.lib import clock

_BAR = 5  # places in a phone's bottom bar
_MOST = 99  # a higher count is told as "99+"

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
    counted: str = ""  # what is counted here, as read after the number
    url: str = ""
    count: int = 0
    current: bool = False

    @property
    def short_label(self) -> str:
        return self.short or self.label

    @property
    def count_shown(self) -> str:
        return f"{_MOST}+" if self.count > _MOST else str(self.count or "")


_ENTRIES = (
    Entry("today", _("Today"), "sun-high", _RMS, counted=pgettext_lazy("count", "due by today")),
    Entry(
        "branch",
        _("Branch"),
        "building",
        _HEADS,
        counted=pgettext_lazy("count", "without an RM"),
    ),
    Entry("client-list", _("Clients"), "users", _RMS + _HEADS),
    Entry(
        "follow-up-list",
        _("Follow-ups"),
        "calendar-due",
        _RMS + _HEADS,
        counted=pgettext_lazy("count", "overdue"),
    ),
    Entry(
        "relay",
        _("Referrals & handovers"),
        "transfer-in",
        _RMS + _HEADS + _LOBBY,
        short=_("Referrals"),
        counted=pgettext_lazy("count", "waiting for you"),
    ),
    Entry(
        "request-list",
        _("Requests"),
        "help-circle",
        _RMS + _HEADS,
        counted=pgettext_lazy("count", "overdue"),
    ),
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
        wanted = _wanted(request.user, self.post)
        counts = _counts(request.user, wanted)
        self.unread = counts.get("inbox", 0)
        self.entries = _entries(request.path, wanted, counts)
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


def _wanted(person, post: str) -> list[Entry]:
    wanted = [entry for entry in _ENTRIES if post in entry.posts]
    if person.is_authenticated and settings.DEMO:
        wanted.append(_MAILBOX)
    if person.is_staff:
        wanted.append(_ADMIN)
    return wanted


def _counts(person, entries) -> dict[str, int]:
    """How much waits for a person at each place that counts, and unread in the inbox."""
    if not person.is_authenticated:
        return {}
    count = import_string(settings.NAVIGATION_COUNTS)
    return count(person, [entry.page for entry in entries if entry.counted], at=clock.now())


def _entries(path: str, wanted, counts) -> list[Entry]:
    found = [
        replace(entry, url=url, count=counts.get(entry.page, 0))
        for entry in wanted
        if (url := _address(entry.page))
    ]
    here = max((entry.url for entry in found if path.startswith(entry.url)), key=len, default="")
    return [replace(entry, current=entry.url == here) for entry in found]


def _address(page: str) -> str:
    """The page's address; empty where the page is not mounted."""
    try:
        return reverse(page)
    except NoReverseMatch:
        return ""
