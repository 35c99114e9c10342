"""All settings, read from the environment: `.env.example` lists every variable.

Two modes share one code. `demo` is what `./start` gives: this machine only, plain http, secrets
and data under var/. `production` is the default, names its own secrets and refuses to run
without them.
"""

from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from crm.lib import logs
from crm.settings_api import *  # noqa: F403 - settings are a name space
from crm.settings_door import *  # noqa: F403
from crm.settings_mode import *  # noqa: F403
from crm.settings_mode import BASE_DIR, DEBUG, DEMO, VAR, env

# --- Address

SITE_URL: str = env.str("SITE_URL", **({"default": "http://127.0.0.1:8000"} if DEMO else {}))
_LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS: list[str] = (
    _LOOPBACK if DEMO else env.list("ALLOWED_HOSTS", default=[urlsplit(SITE_URL).hostname])
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]
ROOT_URLCONF = "crm.urls"
WSGI_APPLICATION = "crm.wsgi.application"

# --- Applications

INSTALLED_APPS = [
    "api",
    "bench",
    "clients",
    "managers",
    "crm",
    "crm.administration.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "rest_framework",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "crm.middleware.NotStored",
    "django_htmx.middleware.HtmxMiddleware",
    "crm.middleware.IdleSignOut",
    "crm.middleware.PersonalLanguage",
    "crm.middleware.SignInRequired",
    "managers.access.middleware.SecondFactorRequired",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
if DEMO:
    MIDDLEWARE.append("clients.demo.interpreter.Interpreter")

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "crm.context.shell",
            ],
        },
    },
]

NAVIGATION_COUNTS = "clients.desk.counts.counts"  # what waits at the places of the navigation

# --- Data: SQLite under var/ by default, PostgreSQL by DATABASE_URL

_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",  # a transaction that will write waits at its beginning
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000",
}


def _database(url: str) -> dict:
    """Read a database address and add what this project relies on."""
    database = env.db_url_config(url)
    if database["ENGINE"].endswith("sqlite3"):
        return {**database, "OPTIONS": {**_SQLITE_OPTIONS}}
    lock_timeout = env.str("DATABASE_LOCK_TIMEOUT", default="5s")
    options = {**database.get("OPTIONS", {}), "options": f"-c lock_timeout={lock_timeout}"}
    # Reconnecting for each request would cost more than the page itself.
    lasting = {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    return {**database, **lasting, "OPTIONS": options}


DATABASES = {
    "default": _database(env.str("DATABASE_URL", default=f"sqlite:///{VAR / 'guibin.sqlite3'}"))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_CACHE_URL: str = env.str("CACHE_URL", default="")
CACHES = {
    "default": (
        env.cache_url_config(_CACHE_URL)
        if _CACHE_URL
        # Shared between processes, as rate limits need it, without a further server.
        else {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},  # the default forgets limits after 300
        }
    )
}

# Seconds for which all who look share one sum of the ledger; 0: everybody sums up alone.
STANDINGS_SPAN: int = env.int("STANDINGS_SPAN", default=1)

# --- Tasks: a broker of files under var/ by default, Redis by CELERY_BROKER_URL

CELERY_BROKER_URL: str = env.str("CELERY_BROKER_URL", default="filesystem://localhost")
EMBEDDED_BROKER = CELERY_BROKER_URL.startswith("filesystem:")
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "data_folder_in": str(VAR / "broker" / "messages"),
        "data_folder_out": str(VAR / "broker" / "messages"),
        "control_folder": str(VAR / "broker" / "control"),
        "polling_interval": 0.2,
    }
    if EMBEDDED_BROKER
    # Redelivers what a lost worker held; more than twice as long as the longest task.
    else {"visibility_timeout": 30 * 60}
)
if EMBEDDED_BROKER:
    for _folder in ("messages", "control"):
        (VAR / "broker" / _folder).mkdir(mode=0o700, parents=True, exist_ok=True)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
CELERY_TIMEZONE = "Asia/Shanghai"

# --- Mail: a folder of files in the demo, a server by EMAIL_URL

_EMAIL_URL: str = env.str("EMAIL_URL", **({"default": "filemail://"} if DEMO else {}))
vars().update(env.email_url_config(_EMAIL_URL))
EMAIL_TIMEOUT = 30  # seconds for each step of a dialogue; a letter's lease is longer
MAILBOX = VAR / "mailbox"
# Asked what became of a mail when a courier died: (Message-ID) -> arrived, or None for unknown.
MAIL_LOOKUP: str = env.str("MAIL_LOOKUP", default="")
match urlsplit(_EMAIL_URL).scheme.partition("+")[0]:
    case "filemail":
        EMAIL_BACKEND = "managers.outbox.filebox.EmailBackend"
        MAIL_LOOKUP = "managers.outbox.filebox.has_arrived"
    case "smtp":
        EMAIL_BACKEND = "managers.outbox.smtp.EmailBackend"
DEFAULT_FROM_EMAIL: str = env.str("MAIL_FROM", default="Guibin <guibin@bank.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Languages and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- Static files

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "crm.lib.assets.PackageFinder",
]
_PLAIN_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _PLAIN_STATIC if DEBUG else "crm.lib.assets.StaticStorage"},
}
MEDIA_ROOT = VAR / "media"
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("woff", "woff2", "ttf", "png", "jpg", "gif", "gz")

# --- Log: what happened to which row, never whose name or what was asked for

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": logs.Formatter,
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "filters": {"without_request": {"()": logs.WithoutRequest}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # Django's own handler would mail whole requests with their form fields.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        **{name: {"filters": ["without_request"]} for name in logs.telling_requests()},
    },
}
