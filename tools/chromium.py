"""Where this machine's Chromium is."""

import os
import shutil
import subprocess
from pathlib import Path

from tools import place

NAMES = ("chromium", "chromium-browser", "google-chrome")
DOWNLOAD_PATIENCE = 180  # seconds


def find() -> str:
    """The path of a Chromium: GUIBIN_CHROMIUM, the machine's, Playwright's own, or empty."""
    named = os.environ.get("GUIBIN_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    return named or _playwrights_own()


def find_or_download() -> str:
    """As `find`; where there is none, let Playwright try to download its own."""
    found = find()
    if found:
        return found
    command = (place.PYTHON, "-m", "playwright", "install", "chromium")
    try:
        subprocess.run(command, capture_output=True, timeout=DOWNLOAD_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return ""
    return find()


def _playwrights_own() -> str:
    code = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as browsers: print(browsers.chromium.executable_path)"
    )
    asked = subprocess.run(
        (place.PYTHON, "-c", code), capture_output=True, text=True, check=False
    ).stdout.strip()
    return asked if asked and Path(asked).exists() else ""
