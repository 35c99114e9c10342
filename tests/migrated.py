"""A run on SQLite begins with a copy of a database that an earlier run has migrated.

Migrating takes longer than most runs of a single file. The copy is kept beside the tests' other
files, under a hash of all migrations and all versions; without one the run migrates and keeps it.
"""

import hashlib
import os
import shutil
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

_A_DAY = 86_400  # seconds
_ROOT = settings.BASE_DIR


def _kept() -> Path:
    """Where the migrated database of these migrations is kept."""
    told = hashlib.sha256((_ROOT / "requirements-dev.lock").read_bytes())
    for path in sorted(_ROOT.glob("*/migrations/*.py")):
        told.update(path.name.encode() + path.read_bytes())
    return settings.VAR / f"migrated-{told.hexdigest()[:16]}.sqlite3"


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings) -> bool:
    """Whether the run finds a migrated database, and need not make one."""
    if connection.vendor != "sqlite" or not _kept().exists():
        return False
    shutil.copyfile(_kept(), connection.settings_dict["TEST"]["NAME"])
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, django_db_keepdb):
    """Keep what was migrated; leave nothing of a copy behind."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite" and not _kept().exists():
            _keep()
        yield
        connection.close()
    if django_db_keepdb:
        copy = Path(connection.settings_dict["NAME"])
        for path in copy.parent.glob(f"{copy.name}*"):  # its log of changes too
            path.unlink()


def _keep() -> None:
    """Write the migrated database down, whole or not at all, and throw older ones away."""
    for old in settings.VAR.glob("migrated-*"):
        if old.stat().st_mtime < time.time() - _A_DAY:
            old.unlink(missing_ok=True)
    unfinished = _kept().with_suffix(f".{os.getpid()}")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(unfinished)])
    unfinished.replace(_kept())
