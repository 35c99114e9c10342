"""What all other settings rest on: the environment, the mode, the data folder and the keys."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from crm import demo_secrets

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(env.path("GUIBIN_ENV_FILE", default=str(BASE_DIR / ".env"))())

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
