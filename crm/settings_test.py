"""The settings of the tests: fixed secrets, nothing slow, nothing that leaves the machine.

`TEST_DATABASE_URL` and `TEST_BROKER_URL` move them to PostgreSQL and a real broker;
`GUIBIN_TEST_DB` names the database, so that two runs on one machine keep apart.
"""

import os
import tempfile
from pathlib import Path

_ROOT = Path(tempfile.gettempdir()) / f"guibin-tests-{os.getuid()}"
_ROOT.mkdir(mode=0o700, exist_ok=True)
_DATABASE = os.environ.get("GUIBIN_TEST_DB", "test_guibin")


def _broker() -> str:
    """The broker that is named: another database of it for each of several test workers.

    What waits there for a worker of one test is not taken by that of another.
    """
    address, _slash, number = os.environ.get("TEST_BROKER_URL", "").rpartition("/")
    if not address.startswith("redis:") or not number.isdigit():
        return os.environ.get("TEST_BROKER_URL") or "memory://"
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return f"{address}/{int(number) + int(worker)}"


os.environ.update(
    GUIBIN_ENV_FILE=os.devnull,
    GUIBIN_MODE="demo",
    GUIBIN_DEBUG="0",
    GUIBIN_VAR=str(_ROOT),
    SITE_URL="http://testserver",
    SECRET_KEY="tests-need-a-key-that-never-changes-and-is-worth-nothing-to-anybody",
    FIELD_KEYS="test:Z3VpYmluLXRlc3RzLWZpZWxkLWtleS1udW1iZXItMDE=,older:Z3VpYmluLXRlc3RzLWZpZWxkLWtleS1udW1iZXItMDI=",
    FIELD_KEY_CURRENT="test",
    BLIND_INDEX_KEY="Z3VpYmluLXRlc3RzLWJsaW5kLWluZGV4LWtleS0wMDE=",
    AUDIT_KEY="Z3VpYmluLXRlc3RzLWF1ZGl0LWNoYWluLWtleS0wMDE=",
    DATABASE_URL=os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{_ROOT / 'unused.sqlite3'}",
    CELERY_BROKER_URL=_broker(),
    CACHE_URL="locmemcache://",
    EMAIL_URL="memorymail://",
    STANDINGS_SPAN="0",  # the clock stands still, and a result shows at once
    DJANGO_ALLOW_ASYNC_UNSAFE="true",  # Playwright's loop runs in the thread that makes the rows
)

from crm.settings import *
from crm.settings import DATABASES, MIDDLEWARE, REST_FRAMEWORK, STORAGES

_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    # A file, not memory: browser tests read and write from several threads.
    _database["TEST"] = {"NAME": str(_ROOT / f"{_DATABASE}-{os.getpid()}.sqlite3")}
    # In memory otherwise: nobody mourns these rows, and every request is undone by a savepoint.
    _database["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; "
        "PRAGMA cache_size=-128000; PRAGMA temp_store=MEMORY"
    )
else:
    _database["TEST"] = {"NAME": _DATABASE}
    _database["CONN_MAX_AGE"] = 0  # a thread that ends leaves no connection behind

MIDDLEWARE.remove(
    "clients.demo.interpreter.Interpreter"
)  # pages say what the rows say, as at a bank
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] = {"user": None, "login": None}
