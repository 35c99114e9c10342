"""The pages that belong to no feature: sign-in, the frame, errors."""

import pytest
from django.urls import reverse
from django.views import defaults
from django.views.csrf import csrf_failure


def test_sign_in_tells_the_wrong_password_and_keeps_the_number(client, rm):
    page = client.post(reverse("account_login"), {"login": "880427", "password": "nonsense"})
    html = page.content.decode()
    assert "The staff number or the password is not right." in html
    assert 'value="880427"' in html
    assert "nonsense" not in html


def test_sign_in_goes_on_to_the_page_that_was_asked_for(client, rm):
    address = f"{reverse('account_login')}?next=/clients/"
    page = client.post(address, {"login": "880427", "password": "correct horse battery"})
    assert (page.status_code, page.url) == (302, "/clients/")


def test_the_language_can_be_chosen_before_sign_in(client, db):
    client.post(reverse("set_language"), {"language": "zh-hans", "next": "/"})
    assert '<html lang="zh-hans"' in client.get(reverse("account_login")).content.decode()


def test_the_frame_carries_the_persons_theme_and_name(client, rm):
    rm.theme = "dark"
    rm.save()
    client.force_login(rm)
    html = client.get(reverse("account_change_password")).content.decode()
    assert '<html lang="en" data-bs-theme="dark">' in html
    assert "Nanhu Road outlet" in html
    assert "Wealth RM" in html


def test_a_refusal_says_why(rf, rm):
    request = rf.get("/")
    request.user = rm
    html = defaults.permission_denied(request, "Only the owner may see it.").content.decode()
    assert "Only the owner may see it." in html


@pytest.mark.parametrize(
    ("view", "sentence"),
    [
        (lambda request: defaults.bad_request(request, None), "That address could not be read"),
        (lambda request: defaults.page_not_found(request, ValueError()), "nothing here for you"),
        (defaults.server_error, "Something broke on our side"),
        (csrf_failure, "Please send it again"),
    ],
)
def test_an_error_page_says_what_to_do_next(rf, rm, view, sentence):
    request = rf.get("/")
    request.user = rm
    html = view(request).content.decode()
    assert sentence in html
    assert 'href="/"' in html
