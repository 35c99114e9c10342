"""Secrets of the demo bank: made once, kept in one file that only its owner can read.

Production never comes here: it names its own secrets in the environment.
"""

import base64
import os
import secrets
from pathlib import Path


def ensure(path: Path) -> Path:
    """Make the file of secrets unless it is there; of two processes the first one wins."""
    if path.exists():
        return path
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(_new_secrets(), encoding="utf-8")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path


def _new_secrets() -> str:
    lines = {
        "GUIBIN_MODE": "demo",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "FIELD_KEYS": f"demo:{_key()}",
        "FIELD_KEY_CURRENT": "demo",
        "BLIND_INDEX_KEY": _key(),
        "AUDIT_KEY": _key(),
    }
    return "".join(f"{name}={value}\n" for name, value in lines.items())


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
