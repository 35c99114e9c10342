"""What a password may not be, beside too short: known to whoever tries passwords by lists.

No rules of composition and no dates of expiry: they make passwords worse (security 18).
"""

import hashlib
import os
from pathlib import Path

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_DRESSING = "0123456789!@#$%^&*()-_=+.,;:?/\\|~`'\" "


class Dressed(CommonPasswordValidator):
    """Refuses a common password in a dress: digits and signs around it, or said twice."""

    def validate(self, password, user=None):
        """Raise ValidationError if a common word is all that is behind it."""
        bare = password.lower().strip(_DRESSING)
        half = bare[: len(bare) // 2]
        for core in {bare, half if half * 2 == bare else bare}:
            if len(core) < 3 or core in self.passwords or len(set(core)) < 4:
                raise ValidationError(self.get_help_text(), code="password_dressed")

    def get_help_text(self):
        return _("This is a common password with something around it.")


class Breached:
    """Refuses what stands in a list of breached passwords that the bank keeps on its own disk.

    The list is the one of haveibeenpwned.com, ordered by hash: a line is the SHA-1 of a password
    in upper case, then anything. It is searched by halving, so its size does not matter.
    """

    def __init__(self, path: str = ""):
        self.path = Path(path) if path else None

    def validate(self, password, user=None):
        """Raise ValidationError for a password of the list."""
        if self.path and self._holds(hashlib.sha1(password.encode()).hexdigest().upper()):  # noqa: S324
            raise ValidationError(self.get_help_text(), code="password_breached")

    def get_help_text(self):
        return _("This password stands in lists of stolen passwords.")

    def _holds(self, digest: str) -> bool:
        wanted = digest.encode()
        with self.path.open("rb") as lines:
            low, high = 0, lines.seek(0, os.SEEK_END)
            while low < high:
                middle = (low + high) // 2
                lines.seek(middle)
                if middle:
                    lines.readline()  # the rest of the line that the middle fell into
                if (found := lines.readline()[:40]) and found < wanted:
                    low = middle + 1
                else:
                    high = middle
            lines.seek(low)
            near = [lines.readline()[:40] for _line in range(3)]
        return wanted in near
