"""The pages of what clients ask (rules F11)."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from crm.lib import clock
from tests.clients.requested import MONDAY, TOLD, book, taken, text
from tests.factories import ClientFactory, ClientRequestFactory

__all__ = ["book", "taken"]

pytestmark = pytest.mark.django_db


def test_a_request_is_taken_down_from_the_clients_page_in_two_fields(client, book, rm):
    client.force_login(rm)

    sent = {"asked": "The rate for three years", "due_on": "2026-11-24"}
    answer = client.post(reverse("request-new", args=[book.pk]), sent)

    assert answer.status_code == 302
    page = text(client.get(reverse("client", args=[book.pk])))
    assert page.count("The rate for three years") == 2  # in its card and in the timeline


def test_the_page_closes_a_request_and_says_what_is_missing(client, taken, rm):
    client.force_login(rm)
    url = reverse("request", args=[taken.pk])

    refused = client.post(url, {"answer": "Yes", "version": 1})
    kept = client.post(url, {"answer": "Yes", "version": 1, "then": "keep"})
    closed = client.post(url, {**TOLD, "version": 2})

    assert [page.status_code for page in (refused, kept, closed)] == [422, 302, 302]
    assert "Please say whether the client was told, and how." in text(refused)
    assert "Done as asked" in text(client.get(url))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_size(client, rows, rm, django_assert_num_queries):
    for _row in range(rows):
        ClientRequestFactory(client=ClientFactory(owner=rm))
    client.force_login(rm)
    client.get(reverse("request-list"))

    with django_assert_num_queries(7):
        page = client.get(reverse("request-list"))

    assert len(page.context["page"].rows) == rows


def test_every_page_says_alike_how_late_a_promise_is(client, book, rm):
    late = ClientRequestFactory(client=book, due_on=date(2026, 11, 20))
    client.force_login(rm)

    pages = (
        "/today/",
        "/requests/",
        reverse("request", args=[late.pk]),
        reverse("client", args=[book.pk]),
    )
    with clock.at(datetime(2026, 11, 21, 0, 30, tzinfo=clock.SHANGHAI)):
        for page in pages:
            html = client.get(page).content.decode()
            assert ("1 day late" in html, "min late" in html) == (True, False), page


def test_the_list_is_narrowed_to_what_is_late_or_closed(client, book, rm, now):
    late = ClientRequestFactory(client=book, due_on=MONDAY, due_at=now - timedelta(hours=1))
    ClientRequestFactory(client=book)
    closed = ClientRequestFactory(client=book, state="closed", closed_at=now, **TOLD)
    client.force_login(rm)

    def found(**asked):
        page = client.get(reverse("request-list"), asked).context["page"]
        return [item.pk for item in page.rows]

    assert (found(overdue="true"), found(state="closed")) == ([late.pk], [closed.pk])
    assert len(found()) == 2
