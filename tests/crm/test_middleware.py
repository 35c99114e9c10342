from datetime import timedelta

import pytest
from django.urls import reverse

from crm.lib import clock


@pytest.fixture
def page():
    return reverse("follow-up-list")


def test_a_session_lives_while_its_person_works(client, rm, page, now):
    client.force_login(rm)

    for minutes in (0, 14, 28, 42):
        with clock.at(now + timedelta(minutes=minutes)):
            assert client.get(page).status_code == 200


def test_a_session_ends_after_fifteen_idle_minutes(client, rm, page, now):
    client.force_login(rm)
    client.get(page)

    with clock.at(now + timedelta(minutes=15, seconds=1)):
        late = client.get(page)

    assert late.status_code == 302
    assert late.url == f"{reverse('account_login')}?next={page}"
    assert "_auth_user_id" not in client.session


def test_part_of_a_page_sends_the_whole_page_to_the_sign_in(client, page):
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}?owner=2"}

    answer = client.get(page, headers=headers)

    assert answer.status_code == 200
    assert answer["HX-Redirect"] == f"{reverse('account_login')}?next={page}%3Fowner%3D2"


def test_what_a_page_asks_by_itself_keeps_nobody_signed_in(client, rm, page, now):
    client.force_login(rm)
    client.get(page)
    progress = reverse("import-progress", args=[1])
    for minutes in (5, 10, 14):
        with clock.at(now + timedelta(minutes=minutes)):
            client.get(progress, headers={"HX-Request": "true"})

    with clock.at(now + timedelta(minutes=16)):
        assert client.get(page).status_code == 302
