"""A kind of letter for tests: a note whose text stands in its context."""

from pathlib import Path

import pytest

from managers.outbox import letters

TEMPLATES = Path(__file__).parent / "templates"


def build(letter):
    """What the note says; nothing without a text."""
    return {"text": letter.context["text"]} if letter.context["text"] else None


def register():
    """Make the kinds known to the courier of this process."""
    for kind in ("note", "plain-note", "broken-note"):
        letters.register(kind, build)


@pytest.fixture
def notes(settings):
    """The kinds `note`, `plain-note` (no HTML) and `broken-note` (its template fails)."""
    register()
    [engine] = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], TEMPLATES]}]
