"""The audit: a chain that nobody changes unseen."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from managers.audit.actions import record
from managers.audit.queries import Fault, Harm, verify
from managers.models import AuditEvent, AuditStream
from tests.factories import PointEntryFactory


@pytest.fixture
def chain(rm, head, now):
    """Five events of one outlet in two months."""
    before = now - timedelta(days=30)
    return [
        record("client.opened", rm, by=rm, at=before, client=1, owner=rm.pk),
        record("client.given", rm, by=head, at=before, client=1, was=None, now=rm.pk),
        record("client.opened", rm, by=rm, at=now, client=2, owner=rm.pk),
        record("client.given", rm, by=head, at=now, client=2, was=None, now=rm.pk),
        record("client.changed", rm, by=rm, at=now, client=2, fields=["phone"]),
    ]


def test_an_untouched_chain_holds(chain):
    report = verify()

    assert report.fault is None
    assert (report.streams, report.events) == (3, 5)  # the root and two months


@pytest.mark.parametrize(
    "edit",
    [
        {"at": "2026-11-23T09:10:01+08:00"},
        {"actor_id": None},
        {"verb": "client.closed"},
        {"subject_type": "clients.client"},
        {"subject_id": "999"},
        {"client_id": 3},
        {"client_id": None},
        {"facts": {"was": None}},
        {"facts": {}},
        {"sealed": {}},
        {"sealed": {"phone": ["v2.0a1b2c3d.AAAA"]}},
        {"mac": "0" * 64},
    ],
    ids=str,
)
@pytest.mark.parametrize("which", range(5))
@pytest.mark.usefixtures("open_ledgers")
def test_any_edit_of_any_event_is_found(chain, which, edit):
    event = chain[which]

    AuditEvent.objects.filter(pk=event.pk).update(**edit)

    assert verify().fault == Fault(event.stream.name, event.position, Harm.EDITED, event.pk)


@pytest.mark.parametrize("which", [0, 2, 3])
@pytest.mark.usefixtures("open_ledgers")
def test_a_removed_event_is_named(chain, which):
    event = chain[which]

    AuditEvent.objects.filter(pk=event.pk).delete()

    assert verify().fault == Fault(event.stream.name, event.position, Harm.REMOVED)


@pytest.mark.usefixtures("open_ledgers")
def test_a_removed_event_whose_followers_moved_up_is_found(chain):
    first, second, third = chain[2:]

    AuditEvent.objects.filter(pk=second.pk).delete()
    AuditEvent.objects.filter(pk=third.pk).update(position=second.position)
    AuditStream.objects.filter(pk=first.stream_id).update(position=2)

    assert verify().fault == Fault(first.stream.name, 2, Harm.EDITED, third.pk)


@pytest.mark.usefixtures("open_ledgers")
def test_reordered_events_are_named(chain):
    first, second = chain[2:4]

    AuditEvent.objects.filter(pk=second.pk).update(position=99)
    AuditEvent.objects.filter(pk=first.pk).update(position=2)
    AuditEvent.objects.filter(pk=second.pk).update(position=1)

    assert verify().fault == Fault(first.stream.name, 1, Harm.REORDERED, second.pk)


@pytest.mark.usefixtures("open_ledgers")
def test_an_event_moved_to_another_stream_is_found(chain):
    moved = chain[1]

    AuditEvent.objects.filter(pk=moved.pk).update(stream=chain[2].stream, position=4)

    assert verify().fault == Fault(moved.stream.name, 2, Harm.CUT_OFF)


@pytest.mark.usefixtures("open_ledgers")
def test_an_invented_event_is_found(chain):
    event = chain[-1]

    AuditEvent.objects.create(
        stream=event.stream, position=4, at=event.at, verb="client.closed", mac=event.mac
    )

    assert verify().fault == Fault(event.stream.name, 4, Harm.ADDED)


@pytest.mark.usefixtures("open_ledgers")
def test_a_cut_off_end_is_named(chain):
    event = chain[-1]

    AuditEvent.objects.filter(pk=event.pk).delete()

    assert verify().fault == Fault(event.stream.name, 3, Harm.CUT_OFF)


@pytest.mark.usefixtures("open_ledgers")
def test_a_cut_off_end_with_the_head_wound_back_is_found_by_the_next_month(chain):
    kept, cut = chain[:2]

    AuditEvent.objects.filter(pk=cut.pk).delete()
    AuditStream.objects.filter(pk=kept.stream_id).update(position=1, mac=kept.mac)

    assert verify().fault == Fault(kept.stream.name, 2, Harm.CUT_OFF)


@pytest.mark.usefixtures("open_ledgers")
def test_in_the_newest_month_it_is_found_by_a_copy_of_the_heads(chain):
    kept, cut = chain[3:]
    heads = verify().heads

    AuditEvent.objects.filter(pk=cut.pk).delete()
    AuditStream.objects.filter(pk=kept.stream_id).update(position=2, mac=kept.mac)

    assert verify().fault is None
    assert verify(heads).fault == Fault(kept.stream.name, 3, Harm.CUT_OFF)


@pytest.mark.usefixtures("open_ledgers")
def test_a_stream_taken_away_whole_is_found_by_a_copy_of_the_heads(chain):
    newest = chain[-1].stream
    heads = verify().heads

    AuditEvent.objects.filter(stream=newest).delete()
    newest.delete()

    assert verify().fault is None
    assert verify(heads).fault == Fault(newest.name, 1, Harm.CUT_OFF)


@pytest.mark.usefixtures("open_ledgers")
def test_history_written_anew_with_the_key_is_found_by_a_copy_of_the_heads(chain, rm, now):
    newest = chain[-1].stream
    heads = verify().heads

    AuditEvent.objects.filter(stream=newest).delete()
    AuditStream.objects.filter(pk=newest.pk).update(position=0, mac=newest.anchor)
    for _ in range(3):
        record("client.closed", rm, by=rm, at=now)

    assert verify().fault is None
    assert verify(heads).fault == Fault(newest.name, 3, Harm.EDITED)


@pytest.mark.usefixtures("open_ledgers")
def test_the_first_stream_hangs_on_the_key(chain, settings):
    settings.AUDIT_KEY = settings.BLIND_INDEX_KEY

    assert verify().fault == Fault(chain[0].stream.name.rpartition(":")[0], 1, Harm.REMOVED)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda: AuditEvent.objects.update(verb="client.closed"),
        lambda: AuditEvent.objects.all()._raw_delete("default"),
        lambda: AuditStream.objects.update(position=0),
        lambda: AuditStream.objects.update(name="system:2020-01", position=99),
        lambda: AuditStream.objects.filter(position=0)._raw_delete("default"),
    ],
)
@pytest.mark.usefixtures("chain")
def test_the_database_refuses_to_change_what_is_recorded(tamper):
    with pytest.raises(IntegrityError, match="only added to"), transaction.atomic():
        tamper()

    assert verify().fault is None


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE {} SET amount = 0", "DELETE FROM {}"])
def test_the_database_refuses_to_change_results(statement):
    PointEntryFactory()

    with (
        pytest.raises(IntegrityError, match="only added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format("managers_pointentry"))


@pytest.mark.parametrize(
    "table", ["managers_auditevent", "managers_auditstream", "managers_pointentry"]
)
@pytest.mark.usefixtures("db")
def test_postgresql_refuses_to_empty_a_ledger(table):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE.")

    with (
        pytest.raises(IntegrityError, match="only added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.usefixtures("chain")
def test_the_command_ends_with_a_summary(capsys):
    call_command("verify_audit", json=True)

    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {
        "ok": True,
        "streams": 3,
        "events": 5,
        "accesses": 0,
        "fault": None,
        "bent_standings": [],
    }


@pytest.mark.usefixtures("open_ledgers")
def test_the_command_fails_on_a_broken_chain_and_says_where(chain, capsys):
    event = chain[1]
    AuditEvent.objects.filter(pk=event.pk).update(client_id=5)

    with pytest.raises(SystemExit, match="1"):
        call_command("verify_audit", json=True)

    summary = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert summary["fault"] == {
        "stream": event.stream.name,
        "position": 2,
        "harm": "edited",
        "event": event.pk,
    }


@pytest.mark.usefixtures("open_ledgers")
def test_the_command_keeps_the_heads_in_a_file(chain, tmp_path, capsys):
    heads = tmp_path / "heads.json"
    call_command("verify_audit", head_file=heads)
    kept = heads.read_text()
    newest = chain[-1].stream
    AuditEvent.objects.filter(stream=newest).delete()
    newest.delete()

    with pytest.raises(SystemExit, match="1"):
        call_command("verify_audit", head_file=heads)

    assert heads.read_text() == kept  # a broken chain never replaces the good heads
    assert "cut_off" in capsys.readouterr().out
