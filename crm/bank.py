"""Settings of the bank: one default each, overridden by effective-dated rows.

`read("book.limits", on=day)` gives the value that rules on that day.
"""

import time
from datetime import date
from typing import Any

from django.apps import apps

from crm.bank_defaults import DEFAULTS, FLOORS

_KEPT_SECONDS = 5
_kept: tuple[float, dict] | None = None


def read(key: str, *, on: date) -> Any:
    """The value of a setting on a day. Raises KeyError for a key that has no default."""
    default = DEFAULTS[key]
    for valid_from, value in _rows().get(key, ()):
        if valid_from <= on:
            return value
    return default


def forget() -> None:
    """Read the rows afresh at the next call; for whoever has just changed one."""
    global _kept
    _kept = None


def check(key: str, value: Any) -> None:
    """Raise KeyError for an unknown key, ValueError for another shape or less than the law asks."""
    if key not in DEFAULTS:
        raise KeyError(f"There is no setting called {key}.")
    default = DEFAULTS[key]
    same_kind = isinstance(value, type(default)) and not (
        isinstance(value, bool) and not isinstance(default, bool)
    )
    if not same_kind or (isinstance(default, dict) and set(value) != set(default)):
        raise ValueError(f"{key} must look like {default!r}.")
    for part, least in FLOORS.get(key, {}).items():
        if value[part] < least:
            raise ValueError(f"{key}: the law asks for at least {least} of {part}.")


def _rows() -> dict:
    """All rows, newest first, kept for a few seconds: settings change a few times a year."""
    global _kept
    if _kept is None or time.monotonic() - _kept[0] > _KEPT_SECONDS:
        found: dict[str, list] = {}
        rows = apps.get_model("crm", "BankSetting").objects.order_by("key", "-valid_from")
        for key, valid_from, value in rows.values_list("key", "valid_from", "value"):
            found.setdefault(key, []).append((valid_from, value))
        _kept = (time.monotonic(), found)
    return _kept[1]
