"""Find a Python that is new enough. Written so that an old one can read it."""

import importlib.util
import os
import shutil
import sys

NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")


def require():
    """Go on in Python 3.11 or newer, or leave with one line that says what is missing."""
    if sys.version_info < (3, 11):
        newer = next(filter(None, map(shutil.which, NEWER)), None)
        if newer:
            os.execv(newer, [newer] + sys.argv)
        sys.exit("Guibin needs Python 3.11 or newer; this is {}.{}.".format(*sys.version_info))
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            hint = "Python's module {} is missing: install it (Debian, Ubuntu: python3-venv)."
            sys.exit(hint.format(module))
