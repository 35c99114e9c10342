"""Erasure and answers while others work on the same client: one wins, nothing comes back."""

import threading
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection, transaction

from clients.assets.actions import record_balances
from clients.book.details import name_columns, sealed_columns
from clients.intake.actions.known import Update
from clients.intake.rows import ClientRow
from clients.merging.actions import merge
from clients.models import Client, Erasure, Member, PrivacyRequest
from clients.privacy import actions
from managers.audit.queries import verify
from managers.models import AuditEvent
from tests.clients.test_intake_holdings import ACCOUNTS, PRODUCTS, load  # noqa: F401
from tests.factories import ClientFactory
from tests.factories.privacy import PrivacyRequestFactory
from tests.test_races import fresh, outcome_of
from tests.threads import NEVER_MIND, at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer: no races to see"
    ),
]

ROUNDS, PHONE = 10, "16187654321"


def erase(client, officer, now):
    client = Client.objects.get(pk=client.pk)
    basis = Erasure.Basis.REQUEST
    return lambda: actions.erase(client, basis=basis, by=fresh(officer), at=now)


def test_two_officers_answer_one_request_and_one_is_told(officer, outlet, now):
    for _round in range(ROUNDS):
        asked = PrivacyRequestFactory(kind="erasure", client=ClientFactory(outlet=outlet))

        def answer(asked=asked):
            row = PrivacyRequest.objects.get(pk=asked.pk)
            return actions.answer(row, answer="Done as you asked", by=fresh(officer), at=now)

        assert outcome_of(at_once(answer, answer)) == (1, 1)

    assert AuditEvent.objects.filter(verb__startswith="privacyrequest.").count() == ROUNDS
    assert verify().fault is None


def test_an_import_that_comes_meanwhile_brings_nothing_back(rm, officer, now):
    columns = name_columns("欧阳寒霜") | sealed_columns(phone=PHONE)
    for place in range(ROUNDS):
        client = ClientFactory(owner=rm, state="prospect", aum=0, number=f"N{place}")
        row = ClientRow(None, client.number, dict(columns), {"city": "江南"}, "O1")

        def bring(row=row):
            with transaction.atomic():
                return Update([row], by=None, at=now).write()

        assert outcome_of(at_once(erase(client, officer, now), bring)) == (2, 0)
        client.refresh_from_db()
        assert (client.erased_at, client.name, client.profile) == (now, "", {})


def somebody_waits() -> bool:
    """Whether anybody in this database waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    "left_out", [{"accounts": ACCOUNTS}, {"products": PRODUCTS[: PRODUCTS.index("7;")]}]
)
def test_what_hangs_on_a_file_comes_too_late_for_one_that_is_being_erased(
    load,  # noqa: F811
    officer,
    outlet,
    now,
    left_out,
):
    """The import has found the client; the erasure commits before it writes the rows."""
    coming = ClientFactory(number="X3", outlet=outlet, state="prospect", aum=0)
    erased, brought = threading.Event(), threading.Event()
    files = {"people": "id;name\n1;王丹\n", "accounts": f"{ACCOUNTS}a;3;second\n"} | left_out

    def erase_slowly():
        with transaction.atomic():
            erase(coming, officer, now)()
            erased.set()
            while not (brought.is_set() or somebody_waits()):
                pass

    def bring():
        erased.wait(NEVER_MIND)
        try:
            return load(**files)
        finally:
            brought.set()

    assert outcome_of(at_once(erase_slowly, bring)) == (2, 0)
    coming.refresh_from_db()
    assert coming.erased_at == now
    assert not coming.holdings.exists()
    assert not Member.objects.filter(client=coming).exists()


def test_a_balance_that_comes_meanwhile_is_not_kept(officer, outlet, now):
    for place in range(ROUNDS):
        client = ClientFactory(outlet=outlet, state="prospect", aum=0, number=f"N{place}")
        wanted = {(client.pk, now.date()): Decimal("7.00")}
        feed = partial(record_balances, wanted, by=None, at=now)

        results = at_once(erase(client, officer, now), feed)

        # Whoever was first: had the balance been, law would keep the file.
        client.refresh_from_db()
        assert (client.erased_at is None) == client.balances.exists(), results


def test_a_merge_that_comes_meanwhile_leaves_nobody_half_erased(rm, head, officer, now):
    for _round in range(ROUNDS):
        same = {"owner": rm, "state": "prospect", "aum": 0, "phone_index": "same"}
        kept, other = ClientFactory(**same), ClientFactory(**same)

        def join(kept=kept, other=other):
            return merge(kept, other, by=fresh(head), at=now)

        outcome_of(at_once(erase(other, officer, now), join))

        kept.refresh_from_db()
        other.refresh_from_db()
        if other.erased_at:
            assert (kept.erased_at is not None) == (other.merged_into_id == kept.pk)
        Client.objects.filter(pk__in=[kept.pk, other.pk]).update(phone_index="")
