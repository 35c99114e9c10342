"""The pages of overseers: audit and access log."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from clients.oversight import actions
from clients.oversight.tasks import check_audit
from clients.oversight.verbs import facts_in_words, verb_in_words
from clients.oversight.vocabulary import ACTS, THINGS
from crm.lib import clock
from managers.audit.actions import log_access, record
from managers.audit.models import Access, Basis
from managers.models import AuditEvent, Notification, Verification
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
VERB = re.compile(r'\brecord(?:_many)?\(\s*"(\w+)\.(\w+)"')


@pytest.fixture
def file(rm, outlet):
    return ClientFactory(owner=rm, outlet=outlet, name="王小明")


def events(page):
    return [row["event"] for row in page.context["rows"]]


def lines(page):
    return [row for row, _client in page.context["rows"]]


def read(person, *clients, at):
    grounds = [(client.pk, Basis.OWN) for client in clients]
    return log_access(Access.VIEWED, grounds, by=person, at=at, page="client")


# --- Words


def test_an_act_is_told_in_both_languages():
    assert verb_in_words("client.tier_changed") == "client: tier changed"
    with translation.override("zh-hans"):
        assert verb_in_words("client.tier_changed") == "客户：等级变更"


def test_a_word_that_nobody_knows_stays_the_code_it_is():
    assert verb_in_words("thing.bent") == "thing: bent"


def test_facts_are_readable_and_empty_ones_left_out():
    shown = facts_in_words({"day": "2026-11-23", "ok": True, "was": None, "fields": ["a", "b"]})

    assert shown == [("day", "2026-11-23"), ("in order", "yes"), ("fields", "a and b")]


# --- The audit


@pytest.mark.parametrize("who", ["officer", "auditor", "admin"])
def test_officers_and_auditors_read_the_audit_masked(request, client, file, rm, now, who):
    record("client.edited", file, by=rm, at=now, client=file.pk, fields=["phone"])
    client.force_login(request.getfixturevalue(who))

    page = client.get(reverse("audit")).content.decode()

    assert "client: edited" in page
    assert "Wang**" in page
    assert "王小明" not in page
    assert (reverse("export-new") in page) is (who != "admin")


@pytest.mark.parametrize("who", ["rm", "head", "lobby"])
def test_nobody_else_does(request, client, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse("audit")).status_code == 403


def test_the_audit_is_narrowed(client, auditor, file, rm, stranger, outlet, branch_unit, now):
    mine = record("client.edited", file, by=rm, at=now, client=file.pk)
    record("client.edited", file, by=stranger, at=now - 3 * DAY, client=file.pk + 1)
    theirs = AuditEvent.objects.exclude(pk=mine.pk).get()
    client.force_login(auditor)

    def found(**asked):
        return set(events(client.get(reverse("audit"), asked)))

    assert found(actor="880427") == found(client=file.number) == found(unit=outlet.pk) == {mine}
    assert found(unit=branch_unit.pk) == found(thing="client") == found(act="edited")
    assert found(act="edited") == {mine, theirs}
    assert found(thing="sale") == set()
    assert found(between_after="2026-11-23") == {mine}
    assert found(between_before="2026-11-22") == {theirs}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_audit_costs_the_same_for_any_size(
    client, auditor, file, rm, now, rows, django_assert_num_queries
):
    for _ in range(rows):
        record("client.edited", file, by=rm, at=now, client=file.pk)
    client.force_login(auditor)

    # session, person, posting, events, clients, last check, units, bell
    with django_assert_num_queries(8):
        page = client.get(reverse("audit"))

    assert len(events(page)) == rows


# --- Whether it holds


def test_a_check_is_kept_and_shown(client, auditor, rm, now):
    record("a.b", rm, by=rm, at=now)
    client.force_login(auditor)
    assert "Not verified yet" in client.get(reverse("audit")).content.decode()

    check_audit()

    assert "Verified at 2026-11-23 09:10: 1 event" in client.get(reverse("audit")).content.decode()
    assert not Notification.objects.exists()


@pytest.mark.usefixtures("open_ledgers")
def test_a_breach_is_shown_and_told_to_auditors_and_administrators(
    client, auditor, admin, officer, rm, now
):
    bent = record("a.b", rm, by=rm, at=now)
    AuditEvent.objects.filter(pk=bent.pk).update(verb="a.c")

    kept = actions.check_audit(by=None, at=now)

    assert kept.fault == f"{bent.stream.name}, position 1: edited"
    assert {row.to for row in Notification.objects.all()} == {auditor, admin}
    client.force_login(auditor)
    assert "Broken, found at" in client.get(reverse("audit")).content.decode()


@pytest.mark.usefixtures("open_ledgers")
def test_the_same_breach_is_told_once_a_day(auditor, rm, now):
    bent = record("a.b", rm, by=rm, at=now)
    AuditEvent.objects.filter(pk=bent.pk).update(verb="a.c")

    for at in (now, now, now + DAY):
        actions.check_audit(by=None, at=at)

    assert auditor.notifications.count() == 2
    assert Verification.objects.count() == 3


# --- The access log


def test_an_rm_sees_what_the_rm_has_read_and_no_more(client, rm, head, file, now):
    mine = read(rm, file, at=now)
    read(head, file, at=now)
    client.force_login(rm)

    page = client.get(reverse("access-log"))

    assert lines(page) == mine
    assert "What I have read" in page.content.decode()


def test_a_head_sees_who_read_the_clients_of_the_outlet(
    client, rm, stranger, head, file, other_outlet, now
):
    ours = read(stranger, file, at=now)
    read(stranger, ClientFactory(outlet=other_outlet, owner=stranger), at=now)
    client.force_login(head)

    assert lines(client.get(reverse("access-log"))) == ours
    assert lines(client.get(reverse("access-log"), {"actor": "880427"})) == []


@pytest.mark.parametrize(
    ("who", "status"),
    [("head", 200), ("auditor", 200), ("officer", 200), ("rm", 404), ("other_head", 404)],
)
def test_the_log_of_one_client(request, client, rm, file, now, who, status):
    read(rm, file, at=now)
    client.force_login(request.getfixturevalue(who))

    page = client.get(reverse("client-access", args=[file.pk]))

    assert page.status_code == status
    if status == 200:
        assert len(lines(page)) == 1
        assert "王小明" not in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_access_log_costs_the_same_for_any_size(
    client, auditor, rm, outlet, now, rows, django_assert_num_queries
):
    read(rm, *[ClientFactory(owner=rm, outlet=outlet) for _ in range(rows)], at=clock.now())
    client.force_login(auditor)

    with django_assert_num_queries(6):  # session, person, posting, lines, clients, bell
        page = client.get(reverse("access-log"))

    assert len(lines(page)) == rows


def test_whatever_the_product_writes_down_is_told_in_words():
    places = [settings.BASE_DIR / app for app in ("clients", "managers")]
    sources = [path for place in places for path in place.rglob("*.py")]
    written = {
        found for path in sources for found in VERB.findall(path.read_text(encoding="utf-8"))
    }

    assert len(written) > 50
    assert sorted(thing for thing, _act in written if thing not in THINGS) == []
    assert sorted(act for _thing, act in written if act not in ACTS) == []
