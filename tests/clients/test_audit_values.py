"""What a detail was before: sealed in the audit, opened by auditors who say why."""

import pytest
from django.urls import reverse

from clients.book.actions import edit
from clients.book.details import sealed_columns
from clients.book.reveal import reveal
from clients.models import Client
from managers.models import AccessEvent, AuditEvent
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db

WAS, IS = "16112342210", "16187654321"
WHY = "Look into a complaint"


@pytest.fixture
def event(rm, now):
    file = ClientFactory(owner=rm, **sealed_columns(phone=WAS))
    edit(file, version=file.version, by=rm, at=now, phone=IS)
    return AuditEvent.objects.get(verb="client.edited")


def address(event) -> str:
    return reverse("audit-values", args=[event.pk])


def test_an_auditor_sees_before_and_after_and_the_audit_says_so(client, event, auditor):
    client.force_login(auditor)

    asked = client.get(address(event)).content.decode()
    shown = client.post(address(event), {"purpose": WHY})

    text = shown.content.decode()
    assert WAS not in asked
    assert (WAS in text, IS in text, shown["Cache-Control"]) == (True, True, "no-store, private")
    opened = AuditEvent.objects.get(verb="audit.opened")
    assert (opened.actor, opened.subject_id) == (auditor, str(event.pk))
    assert AccessEvent.objects.get(verb="revealed").client_id == event.client_id


def test_without_a_purpose_nothing_is_shown(client, event, auditor):
    client.force_login(auditor)

    page = client.post(address(event), {"purpose": "why not"})

    assert page.status_code == 422
    assert WAS not in page.content.decode()
    assert not AuditEvent.objects.filter(verb="audit.opened").exists()


@pytest.mark.parametrize("who", ["rm", "head", "officer", "admin"])
def test_for_others_the_page_is_closed(who, request, client, event):
    client.force_login(request.getfixturevalue(who))

    assert client.post(address(event), {"purpose": WHY}).status_code == 403


def test_after_the_key_is_gone_the_page_says_that_nobody_can_read_it(client, event, auditor):
    Client.objects.update(data_key="")
    client.force_login(auditor)

    page = client.post(address(event), {"purpose": WHY})

    assert "The client was erased" in page.content.decode()


def test_the_audit_page_shows_purposes_until_the_key_is_gone(client, event, rm, officer, now):
    file = Client.objects.get()
    reveal(file, "phone", purpose="Call her back before noon", by=rm, at=now)
    client.force_login(officer)

    before = client.get(reverse("audit")).content.decode()
    Client.objects.update(data_key="")
    after = client.get(reverse("audit")).content.decode()

    assert "Call her back before noon" in before
    assert address(event) not in before
    assert "Call her back before noon" not in after
    assert "erased" in after


def test_the_auditor_s_page_leads_to_what_was_before(client, event, auditor):
    client.force_login(auditor)

    assert f'href="{address(event)}"' in client.get(reverse("audit")).content.decode()
