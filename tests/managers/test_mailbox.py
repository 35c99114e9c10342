"""The demo's mailbox, and the administrator's view of letters and audit."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from managers.audit.actions import record
from managers.outbox import filebox
from managers.outbox.actions import post
from managers.outbox.courier import deliver_due
from tests.factories import LetterFactory
from tests.managers.notes import notes

__all__ = ["notes"]


@pytest.fixture
def mailbox(settings, tmp_path):
    """Mail goes to an empty file mailbox."""
    settings.MAILBOX = tmp_path / "mailbox"
    settings.EMAIL_BACKEND = "managers.outbox.filebox.EmailBackend"
    return settings.MAILBOX


@pytest.fixture
def send(mailbox, now):
    """Send a mail with a subject, some minutes from now."""

    def send(subject, minutes=0):
        date = f"{now + timedelta(minutes=minutes):%a, %d %b %Y %H:%M:%S %z}"
        mail = EmailMultiAlternatives(
            subject, "Text", to=["a@bank.example"], headers={"Date": date}
        )
        mail.attach_alternative("<html><head></head><body>Body</body></html>", "text/html")
        mail.send()

    return send


@pytest.mark.usefixtures("notes")
def test_a_letter_lands_in_the_mailbox(rm, now, mailbox):
    letter = post("note", to=rm, due=now, about="note:1", at=now, text="单**")

    assert deliver_due(now)["sent"] == 1

    [name] = filebox.names()
    mail = filebox.read(name)
    letter.refresh_from_db()
    assert (mail.subject, mail.to) == ("Open: 单**", rm.email)
    assert now <= mail.sent_at < now + timedelta(minutes=1)
    assert mail.text == "Dear 林悦, 单**\n"
    assert mail.html.startswith("<!doctype html>")
    assert filebox.has_arrived(letter.message_id)
    assert not filebox.has_arrived("<another@bank.example>")
    assert {path.stat().st_mode & 0o777 for path in mailbox.iterdir()} == {0o600}


@pytest.mark.usefixtures("mailbox")
def test_an_empty_mailbox_says_so(client, rm):
    client.force_login(rm)

    assert "No mail yet." in client.get("/mailbox/").content.decode()


def test_the_newest_mail_stands_first(client, rm, send):
    send("First")
    send("Second", minutes=1)
    client.force_login(rm)

    page = client.get("/mailbox/")

    assert [mail.subject for mail in page.context["letters"]] == ["Second", "First"]


def test_a_long_mailbox_has_pages(client, rm, send):
    for number in range(65):
        send(f"No. {number}", minutes=number)
    client.force_login(rm)

    def subjects(page):
        return [mail.subject for mail in page.context["letters"]]

    first = client.get("/mailbox/")
    second = client.get("/mailbox/", {"after": first.context["page"].next_cursor})
    third = client.get("/mailbox/", {"after": second.context["page"].next_cursor})
    back = client.get("/mailbox/", {"before": third.context["page"].previous_cursor})

    newest_first = [f"No. {number}" for number in reversed(range(65))]
    assert subjects(first) + subjects(second) + subjects(third) == newest_first
    assert subjects(back) == subjects(second)
    assert (first.context["page"].previous_cursor, third.context["page"].next_cursor) == (None,) * 2


def test_a_mail_is_shown_on_the_page_of_the_list_where_it_stands(client, rm, send):
    for number in range(40):
        send(f"No. {number}", minutes=number)
    oldest = filebox.names()[-1]
    client.force_login(rm)

    page = client.get(reverse("mailbox-letter", args=[oldest]))

    assert page.context["letter"].subject == "No. 0"
    assert page.context["letters"][-1].id == oldest


def test_a_mail_s_html_is_shown_in_a_sandbox(client, rm, send):
    send("Hello")
    [name] = filebox.names()
    client.force_login(rm)

    page = client.get(reverse("mailbox-body", args=[name]))

    assert page.content.decode().rstrip() == (
        '<html><head><base target="_blank"></head><body>Body</body></html>'
    )
    assert page["Content-Security-Policy"].startswith("sandbox allow-popups")
    assert "script-src" not in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize(
    "path", ["20261123T011000Z-0000000000000000/", "secrets/", "20261123T011000Z-0/body/"]
)
@pytest.mark.usefixtures("mailbox")
def test_a_mail_that_is_not_there_is_not_found(path, client, rm):
    client.force_login(rm)

    assert client.get(f"/mailbox/{path}").status_code == 404


def test_there_is_no_mailbox_outside_the_demo(client, rm, send, settings):
    send("Hello")
    settings.DEMO = False
    client.force_login(rm)

    assert client.get("/mailbox/").status_code == 404


def test_a_visitor_must_sign_in_to_read_mail(client, mailbox):
    assert client.get("/mailbox/").status_code == 302


# --- In the administration


@pytest.mark.parametrize(
    ("decision", "before", "after"),
    [
        ("retry", "failed", "waiting"),
        ("was_delivered", "uncertain", "sent"),
        ("was_not_delivered", "uncertain", "waiting"),
        ("retry", "sent", "sent"),
    ],
)
def test_an_administrator_decides_about_letters(decision, before, after, client, admin, rm):
    letter = LetterFactory(recipient=rm, state=before, last_error="refused 550 5.1.1")
    client.force_login(admin)

    page = client.post(
        "/admin/managers/letter/", {"action": decision, "_selected_action": letter.pk}, follow=True
    )

    letter.refresh_from_db()
    assert (page.status_code, letter.state) == (200, after)


def test_an_administrator_reads_why_a_letter_failed(client, admin, rm):
    letter = LetterFactory(recipient=rm, state="failed", last_error="refused 550 5.1.1")
    client.force_login(admin)

    page = client.get(f"/admin/managers/letter/{letter.pk}/change/").content.decode()

    assert "The mail server refused the letter. (550 5.1.1)" in page
    assert client.get("/admin/managers/letter/add/").status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("table", "queries"), [("letter", 9), ("auditevent", 5)])
def test_the_administrator_s_lists_cost_the_same_for_any_size(
    table, queries, rows, client, admin, rm, now, django_assert_num_queries
):
    for _ in range(rows):
        LetterFactory(recipient=rm)
        record("client.opened", rm, by=rm, at=now)
    client.force_login(admin)

    # Session, person, posting, count, rows; of letters the setting and how the mail stands.
    with django_assert_num_queries(queries):
        page = client.get(f"/admin/managers/{table}/")

    assert page.status_code == 200


def test_nobody_changes_the_audit_in_the_administration(client, admin, now):
    event = record("client.opened", admin, by=admin, at=now)
    client.force_login(admin)

    assert client.get(f"/admin/managers/auditevent/{event.pk}/change/").status_code == 200
    assert client.get(f"/admin/managers/auditevent/{event.pk}/delete/").status_code == 403
    assert client.get("/admin/managers/auditevent/add/").status_code == 403
