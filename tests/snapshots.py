"""Texts that are kept beside the tests: compared word by word, written anew when asked to."""

import difflib
from pathlib import Path

import pytest


def pytest_addoption(parser):
    group = parser.getgroup("guibin")
    told = "write the kept texts anew instead of comparing with them"
    group.addoption("--renew-snapshots", action="store_true", help=told)
    group.addoption("--pictures", metavar="DIR", help="draw each mail in Chromium into DIR")


@pytest.fixture
def is_kept(pytestconfig):
    """Compares a text with the kept one; writes it instead under --renew-snapshots."""
    renews = pytestconfig.getoption("renew_snapshots")

    def compare(path: Path, text: str) -> None:
        if renews:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return
        kept = path.read_text(encoding="utf-8") if path.exists() else ""
        if kept != text:
            lines = difflib.unified_diff(kept.splitlines(), text.splitlines(), "kept", "now", n=1)
            told = f"{path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}"
            hint = "If this is meant: pytest tests/mails --renew-snapshots, and read the diff."
            pytest.fail("\n".join([told, *lines, hint]), pytrace=False)

    return compare
