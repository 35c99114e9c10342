"""All settings, read from the environment: `.env.example` lists every variable.

Two modes share one code. `demo` is what `./start` gives: this machine only, plain http, secrets
and data under var/. `production` is the default, names its own secrets and refuses to run
without them.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from crm import demo_secrets
from crm.lib import logs

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(env.path("GUIBIN_ENV_FILE", default=str(BASE_DIR / ".env"))())

# --- Mode, data folder, secrets

VAR = Path(env.str("GUIBIN_VAR", default=str(BASE_DIR / "var")))
_SECRETS_FILE = VAR / "secrets.env"
if env.str("GUIBIN_MODE", default="") == "demo":
    demo_secrets.ensure(_SECRETS_FILE)
if env.str("GUIBIN_MODE", default="") != "production":
    env.read_env(_SECRETS_FILE)  # names the demo mode too: commands after ./start need no setting

MODE: str = env.str("GUIBIN_MODE", default="production")
if MODE not in {"demo", "production"}:
    raise ImproperlyConfigured(f"GUIBIN_MODE is demo or production, not {MODE!r}.")
DEMO = MODE == "demo"

DEBUG: bool = env.bool("GUIBIN_DEBUG", default=False)
if DEBUG and not DEMO:
    raise ImproperlyConfigured("GUIBIN_DEBUG is for the demo mode: it shows internals to anybody.")


def _pairs(text: str) -> dict[str, str]:
    """Read `id:key,id:key`."""
    return dict(pair.strip().split(":", 1) for pair in text.split(",") if pair.strip())


SECRET_KEY: str = env.str("SECRET_KEY")
FIELD_KEYS: dict[str, str] = _pairs(env.str("FIELD_KEYS"))
FIELD_KEY_CURRENT: str = env.str("FIELD_KEY_CURRENT")
BLIND_INDEX_KEY: str = env.str("BLIND_INDEX_KEY")
AUDIT_KEY: str = env.str("AUDIT_KEY")
if FIELD_KEY_CURRENT not in FIELD_KEYS:
    raise ImproperlyConfigured("FIELD_KEY_CURRENT names none of the FIELD_KEYS.")

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

# --- Who comes in

AUTH_USER_MODEL = "managers.Staff"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
BREACHED_PASSWORDS: str = env.str("BREACHED_PASSWORDS", default="")
if BREACHED_PASSWORDS and not Path(BREACHED_PASSWORDS).is_file():
    raise ImproperlyConfigured("BREACHED_PASSWORDS names no file.")
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
    {
        "NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["employee_no", "name", "latin_name", "email"]},
    },
    {"NAME": "managers.access.passwords.Dressed"},
    {
        "NAME": "managers.access.passwords.Breached",
        "OPTIONS": {"path": BREACHED_PASSWORDS},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "managers.access.adapter.Door"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "employee_no"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True  # the session's length is SESSION_COOKIE_AGE for everyone
# An outlet shares one address; an account at an address is slowed down by `access.rules.pause`.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "20/m/ip,5/m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT: int = env.int("TRUSTED_PROXIES", default=0)

SECOND_FACTOR_REQUIRED: bool = env.bool("SECOND_FACTOR_REQUIRED", default=not DEMO)
MFA_ADAPTER = "managers.access.adapter.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # finger, face or PIN: a passkey is two factors
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO  # http://127.0.0.1
MFA_FORMS = {
    "authenticate": "managers.access.forms.CodeForm",
    "authenticate_webauthn": "managers.access.forms.PasskeyStepForm",
    "login_webauthn": "managers.access.forms.PasskeySignInForm",
}

MESSAGE_STORAGE = "crm.lib.sealed_messages.SealedMessages"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds: the longest a session lives
SESSION_IDLE_AGE = 15 * 60  # seconds without a person's action

# --- Wire and browser

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not DEMO
SECURE_SSL_REDIRECT = not DEMO
SECURE_HSTS_SECONDS = 0 if DEMO else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEMO
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.tokens.ScopedTokens",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.parsing.PlainJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["api.filtering.StrictFilters"],
    "DEFAULT_PAGINATION_CLASS": "api.paging.CursorPages",
    "DEFAULT_SCHEMA_CLASS": "api.schema.Schema",
    "DEFAULT_THROTTLE_CLASSES": ["api.tokens.PerToken"],
    "DEFAULT_THROTTLE_RATES": {"user": "60/min", "login": "5/min"},
    "EXCEPTION_HANDLER": "api.errors.handler",
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
KNOX_TOKEN_MODEL = "managers.Token"  # noqa: S105 - a name, no secret
MIGRATION_MODULES = {"knox": None}  # its own table is never used
REST_KNOX = {"TOKEN_TTL": timedelta(hours=12), "AUTH_HEADER_PREFIX": "Token"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Guibin",
    "DESCRIPTION": "Clients, follow-ups, handovers and competition of a bank's VIP service.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "ENUM_NAME_OVERRIDES": {
        "ClientStateEnum": "clients.book.models.client.State",
        "FollowUpStateEnum": "clients.followups.models.FollowUp.State",
        "GradeEnum": "managers.people.ladder.Grade",
        "AssessmentStateEnum": "managers.grades.models.Assessment.State",
        "AppointmentStateEnum": "clients.appointments.models.Appointment.State",
        "AppointmentKindEnum": "clients.appointments.models.Kind",
        "ClientRequestStateEnum": "clients.requests.models.ClientRequest.State",
        "ProspectStageEnum": "clients.prospecting.models.Stage",
        "ReferralStateEnum": "clients.lobby.models.Referral.State",
        "HandoverStateEnum": "clients.handover.models.Handover.State",
        "PlanCauseEnum": "clients.reassignment.models.ReassignmentPlan.Cause",
        "PlanStateEnum": "clients.reassignment.models.ReassignmentPlan.State",
        "PlannedMoveStateEnum": "clients.reassignment.models.PlannedMove.State",
        "ReturnReasonEnum": "clients.handover.models.ReturnReason",
        "ImportStateEnum": "clients.intake.models.State",
        "SaleStateEnum": "clients.sales.models.SaleRecord.State",
        "ProductCategoryEnum": "clients.sales.models.products.KINDS",
        "ContactOutcomeEnum": "clients.followups.models.Outcome",
        "ExportStateEnum": "clients.exports.models.Export.State",
        "TokenLevelEnum": "managers.access.scopes.Level",
        "ExportKindEnum": "clients.exports.models.Export.Kind",
        "ExportedKindEnum": "clients.exports.rules.KINDS",
        "PrivacyKindEnum": "clients.privacy.models.PrivacyRequest.Kind",
        "PrivacyChannelEnum": "clients.privacy.models.PrivacyRequest.Channel",
        "EndingCauseEnum": "clients.privacy.rules.closing.Cause",
        "PrivacyStateEnum": "clients.privacy.models.PrivacyRequest.State",
        "ContactChannelEnum": "clients.followups.models.Channel",
    },
}

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
