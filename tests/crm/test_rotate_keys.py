"""`manage.py rotate_keys`: new master keys while people work, however often it is killed."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.db import connection

from api.models import KeptAnswer
from clients.book import actions
from clients.book.details import sealed_columns
from clients.models import Client
from crm.lib import rotation
from crm.lib.secrets import master_of
from tests.factories import ClientFactory
from tests.threads import at_once

CLIENTS = 20


def phone_of(number: int) -> str:
    return f"1611234{number:04d}"


@pytest.fixture
def book(rm, settings):
    """Clients, and a kept answer, from the time when the older key was the current one."""
    settings.FIELD_KEY_CURRENT = "older"
    clients = [
        ClientFactory(owner=rm, **sealed_columns(phone=phone_of(number)))
        for number in range(CLIENTS)
    ]
    KeptAnswer.objects.create(staff=rm, key="1", fingerprint="", body='{"ok": 1}')
    settings.FIELD_KEY_CURRENT = "test"
    return clients


def rotate(capsys) -> dict:
    """Run the command to its end; its summary."""
    capsys.readouterr()
    call_command("rotate_keys", json=True)
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def phones() -> list[str]:
    return [client.phone.open() for client in Client.objects.order_by("pk")]


def test_all_is_readable_by_the_new_key_alone(book, settings, capsys):
    summary = rotate(capsys)
    settings.FIELD_KEYS = {"test": settings.FIELD_KEYS["test"]}

    assert summary["renewed"]["clients.Client"] == CLIENTS
    assert summary["renewed"]["api.KeptAnswer"] == 1
    assert (summary["left"], summary["removable"]) == ({"older": 0}, ["older"])
    assert phones() == [phone_of(number) for number in range(CLIENTS)]
    assert KeptAnswer.objects.get().body.open() == '{"ok": 1}'


def test_the_values_themselves_stay_as_they_are(book, capsys):
    before = [client.phone.token for client in book]

    rotate(capsys)

    assert [client.phone.token for client in Client.objects.order_by("pk")] == before


def test_a_second_run_has_nothing_to_do(book, capsys):
    rotate(capsys)

    assert sum(rotate(capsys)["renewed"].values()) == 0


def test_a_row_that_cannot_be_opened_keeps_its_key_from_being_removed(book, capsys):
    Client.objects.filter(pk=book[3].pk).update(data_key="k1.older.00000000.AAAA")

    summary = rotate(capsys)

    assert (summary["renewed"]["clients.Client"], summary["left"]) == (CLIENTS - 1, {"older": 1})
    assert summary["removable"] == []


def test_a_client_whose_key_was_thrown_away_gets_none(book, capsys):
    Client.objects.filter(pk=book[3].pk).update(data_key="", phone="")

    rotate(capsys)

    assert Client.objects.get(pk=book[3].pk).data_key == ""


@pytest.mark.django_db(transaction=True)
def test_killed_amid_a_chunk_it_leaves_all_readable_and_resumes(book, capsys):
    command = [sys.executable, "-m", "tests.crm.rotation_process"]
    with subprocess.Popen(
        [*command, str(connection.settings_dict["NAME"])],
        cwd=project.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "crm.settings_test"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        while "amid" not in (line := process.stdout.readline()):
            assert line, "the process ended by itself"
        process.kill()

    keys = Client.objects.order_by("pk").values_list("data_key", flat=True)
    assert [master_of(key) for key in keys] == ["test"] * 10 + ["older"] * 10
    assert phones() == [phone_of(number) for number in range(CLIENTS)]

    assert rotate(capsys)["renewed"]["clients.Client"] == 10
    assert phones() == [phone_of(number) for number in range(CLIENTS)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_people_correct_files_meanwhile_and_nothing_is_lost(book, rm, now, monkeypatch):
    monkeypatch.setattr(rotation, "CHUNK", 3)

    def edit(clients):
        for number, client in clients:
            seen = Client.objects.get(pk=client.pk)
            new = {"phone": phone_of(5000 + number)}
            actions.edit(seen, version=seen.version, by=rm, at=now, **new)

    pairs = list(enumerate(book))
    results = at_once(
        lambda: call_command("rotate_keys"),
        lambda: edit(pairs[::2]),
        lambda: edit(reversed(pairs[1::2])),
    )

    assert results == [None, None, None]
    assert phones() == [phone_of(5000 + number) for number in range(CLIENTS)]
    assert rotation.under(Client, "older") == 0
