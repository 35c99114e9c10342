"""What the README tells a newcomer to type does what it says."""

import json
import re
import shlex

import pytest
from django.conf import settings
from django.core.management import call_command

from clients.models import Balance, Client
from managers.models import PointEntry
from tests.factories import OrgUnitFactory

COMMAND = re.compile(r"^\.venv/bin/python manage\.py (import_.+)$", re.MULTILINE)


@pytest.fixture
def demo_outlets(branch_unit):
    return [OrgUnitFactory(code=code, parent=branch_unit) for code in ("B1O1", "B1O2")]


def test_the_imports_of_the_readme_take_every_row(demo_outlets, capsys, monkeypatch):
    monkeypatch.chdir(settings.BASE_DIR)
    commands = COMMAND.findall((settings.BASE_DIR / "README.md").read_text(encoding="utf-8"))

    for command in commands:
        call_command(*shlex.split(command))
        summary = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert (summary["rejected"], summary["created"] > 0) == (0, True)

    assert [command.split()[0] for command in commands] == [
        "import_clients",
        "import_balances",
        "import_results",
    ]
    assert (Client.objects.count(), Balance.objects.count(), PointEntry.objects.count()) == (
        5,
        5,
        2,
    )


def test_every_file_that_the_documents_link_to_is_there():
    documents = [*settings.BASE_DIR.glob("*.md"), *settings.BASE_DIR.glob("docs/*.md")]
    link = re.compile(r"\]\((?!https?:|#)([^)#]+)")

    missing = [
        (document.name, place)
        for document in documents
        for place in link.findall(document.read_text(encoding="utf-8"))
        if not (document.parent / place).exists()
    ]

    assert missing == []
