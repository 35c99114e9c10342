"""No pattern of ours takes long over what somebody sends to slow it down (security 20)."""

import subprocess
import sys

import pytest
from django.conf import settings

# For each pattern its own characters in long rows, with an end that fits nowhere: what makes a
# pattern that tries every way of cutting a text try them all. Seconds of the processor for all:
# what else the machine does meanwhile is no fault of a pattern.
BOUND = 120
_PROGRAM = f"""
import resource
resource.setrlimit(resource.RLIMIT_CPU, ({BOUND}, {BOUND}))
"""
_PROGRAM += """
import importlib, pkgutil, re, sys
import django
django.setup()

def patterns():
    for package in ("api", "clients", "managers", "crm"):
        path = importlib.import_module(package).__path__
        for found in pkgutil.walk_packages(path, package + "."):
            if ".migrations" in found.name or found.name == "crm.wsgi":
                continue
            module = importlib.import_module(found.name)
            for name, thing in vars(module).items():
                things = thing.values() if isinstance(thing, dict) else [thing]
                if isinstance(thing, (list, tuple, set)):
                    things = thing
                for one in things:
                    if isinstance(one, re.Pattern):
                        yield f"{found.name}.{name}", one

def hostile(pattern):
    text = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
    pieces = {*text, "a", "0", " ", "-", "a ", "0 ", "a.", "0-", "aA0", "\\t", "中", "1,"}
    for piece in sorted(pieces):
        yield piece * (5_000 // len(piece)) + "\\x00"

count = 0
for name, one in dict(patterns()).items():
    count += 1
    print(name, flush=True)
    for text in hostile(one.pattern):
        text = text if isinstance(one.pattern, str) else text.encode("utf-8", "replace")
        one.search(text), one.fullmatch(text)
print(count, "patterns", flush=True)
"""


@pytest.mark.once
def test_no_pattern_hangs_on_a_hostile_text():
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        cwd=settings.BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "crm.settings_test", "PATH": ""},
        capture_output=True,
        text=True,
    )

    *_names, last = done.stdout.splitlines()
    assert last.endswith("patterns"), f"{last}: {done.stderr[-500:]}"
    assert int(last.split()[0]) > 10
