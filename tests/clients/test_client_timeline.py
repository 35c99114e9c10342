"""The timeline of a client: all that happened, newest first."""

from datetime import UTC, date, datetime, timedelta

from clients.desk.timeline import PAGE, timeline
from clients.models import Contact
from tests.clients.one_client import address, file
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    FollowUpFactory,
    HandoverFactory,
    HoldingFactory,
    OwnershipFactory,
    ReferralFactory,
)

__all__ = ["file"]
TODAY = date(2026, 11, 23)


def titles(page) -> list[str]:
    """The events of the timeline, from top to bottom."""
    return [event.title for month in page.context["timeline"].months for event in month.events]


def test_the_timeline_tells_all_that_happened_newest_first(
    client, file, rm, marketing, lobby, head
):
    file.ownerships.update(until=datetime(2026, 9, 10, tzinfo=UTC))
    OwnershipFactory(
        client=file,
        owner=rm,
        since=datetime(2026, 9, 10, tzinfo=UTC),
        cause="handover",
        decided_by=rm,
    )
    HandoverFactory(
        client=file,
        from_staff=marketing,
        to_staff=rm,
        state="closed",
        submitted_at=datetime(2026, 9, 1, tzinfo=UTC),
        accepted_at=datetime(2026, 9, 2, tzinfo=UTC),
        introduced_at=datetime(2026, 9, 10, tzinfo=UTC),
        closed_at=datetime(2026, 9, 20, tzinfo=UTC),
    )
    ReferralFactory(
        client=file,
        referrer=lobby,
        target=marketing,
        state="declined",
        decline_reason="No room",
        made_at=datetime(2026, 8, 28, 1, tzinfo=UTC),
        answered_at=datetime(2026, 8, 28, 2, tzinfo=UTC),
    )
    FollowUpFactory(client=file, state="missed", closed_at=datetime(2026, 10, 5, tzinfo=UTC))
    FollowUpFactory(client=file)
    ContactFactory(client=file)
    ContactFactory(
        client=file,
        outcome="no_answer",
        is_valid=False,
        happened_at=datetime(2026, 10, 9, tzinfo=UTC),
    )
    client.force_login(rm)

    page = client.get(address(file))

    assert titles(page) == [
        "Call, reached",
        "Call, no answer",
        "Missed: Agreed",
        "Handover closed",
        "Introduced to Lin Yue",
        "Handover accepted",
        "Handover file sent to Lin Yue",
        "Referral declined",
        "Referred to Guo Feng",
        "File opened by Lin Yue",
    ]
    assert page.context["timeline"].counts == {
        "contacts": 2,
        "promises": 1,
        "relay": 5,
        "owners": 2,
        "visits": 0,
        "requests": 0,
        "products": 0,
        "consents": 0,
        "standing": 0,
        "maturities": 0,
    }
    assert [(month.first_day.month, month.valid) for month in page.context["timeline"].months] == [
        (11, 1),
        (10, 0),
        (9, 0),
        (8, 0),
    ]


def test_the_timeline_narrows_to_one_kind(client, file, rm):
    ContactFactory(client=file)
    client.force_login(rm)

    assert titles(client.get(address(file) + "?kind=contacts")) == ["Call, reached"]
    assert titles(client.get(address(file) + "?kind=owners")) == ["File opened by Lin Yue"]
    assert len(titles(client.get(address(file) + "?kind=bogus&before=then"))) == 2


def test_earlier_events_follow_page_by_page_without_gap(file):
    for number in range(70):
        moment = datetime(2026, 10, 1, tzinfo=UTC) + timedelta(hours=number // 2)
        ContactFactory(client=file, notes=str(number), happened_at=moment)
    seen, before = [], None
    while True:
        page = timeline(file, on=TODAY, kind="contacts", before=before)
        seen += [event.text for month in page.months for event in month.events]
        before = page.earlier
        if before is None:
            break

    rows = Contact.objects.order_by("-happened_at", "-pk").values_list("notes", flat=True)
    assert seen == list(rows)
    assert len(seen) > 2 * PAGE


def test_the_timeline_tells_what_was_opened_and_what_the_client_agreed_to(client, file, rm):
    HoldingFactory(client=file, name="Time deposit, 1 year", opened_on=date(2026, 9, 4))
    HoldingFactory(client=file, name="Unknown since when")
    ConsentFactory(client=file, withdrawn_on=date(2026, 10, 2))
    client.force_login(rm)

    assert titles(client.get(address(file)))[:3] == [
        "No longer agreed: Offers and invitations",
        "Time deposit, 1 year opened",
        "Agreed: Offers and invitations",
    ]
    only = client.get(address(file) + "?kind=consents")
    assert len(titles(only)) == only.context["timeline"].counts["consents"] == 2


def test_the_timeline_tells_what_matured_and_what_was_redeemed_before_its_day(client, file, rm):
    HoldingFactory(client=file, name="Deposit A", matures_on=date(2026, 10, 8), amount="1000.00")
    HoldingFactory(client=file, name="Deposit B", matures_on=date(2026, 12, 8))
    HoldingFactory(
        client=file,
        name="Deposit C",
        matures_on=date(2026, 12, 9),
        redeemed_on=date(2026, 11, 2),
        is_open=False,
    )
    client.force_login(rm)

    page = client.get(address(file) + "?kind=maturities")

    assert titles(page) == ["Deposit C was redeemed early", "Deposit A matured"]
    assert "It would have matured on 2026-12-09." in page.content.decode()
    assert [row.name for row in page.context["portfolio"].rows] == ["Deposit A", "Deposit B"]
