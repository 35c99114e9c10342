"""What people type about clients ends in the client's own row and nowhere else (security 12, 17).

New clients come through every door, then all that the product keeps, sends and logs is searched
for their names and details. What pages and the API answer is examined in `test_matrix`.
"""

import inspect
import logging
import uuid
from itertools import chain

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.urls import reverse

import clients.tasks
import managers.tasks
from clients.models import Client
from managers.inbox.actions import notify
from managers.models import Letter
from managers.outbox import letters
from managers.outbox.courier import deliver_due
from managers.people.models import Post
from tests.visibility.stage import CANARY, NAME

pytestmark = pytest.mark.django_db

NEW_NAME = "赵松竹"
DETAILS = {"name": NEW_NAME, "email": "canary9@mail.example", "address": "Canary Lane 9, gate 3"}
IDENTITY = "110101197001019985"
WRONG = "1397412"  # too short for a phone number


@pytest.fixture
def story(stage, now, caplog):
    """New clients by page and API, an old one changed, another handed over, the morning's mail."""
    caplog.set_level(logging.DEBUG)
    posts = (Post.TELLER_CASH, Post.WEALTH_RM, Post.MARKETING_RM)
    teller, rm, marketing = map(stage.browser, posts)
    refer_page, new_page = reverse("referral-new"), reverse("client-new")
    referral = {"name": NEW_NAME, "cues": ["vip_card"], "target": stage.here.spare.pk}
    on_site = {**referral, "phone": "13974129001", "on_site": "yes"}
    file = {**DETAILS, "outlet": stage.here.unit.pk}
    prospect = {"name": NEW_NAME, "identity_no": IDENTITY}
    old = stage.thing("client", Post.WEALTH_RM, "own")
    edit = {**DETAILS, "phone": "13974129005", "version": old.version}
    draft = stage.thing("draft-by-me", Post.MARKETING_RM, "own")
    answers = [
        teller.post(refer_page, {"q": "13974129000"}),
        teller.post(f"{refer_page}?new", on_site),
        _send(teller, "api-referral-list", **referral, phone="13974129002"),
        rm.post(new_page, {**file, "phone": "13974129003"}),
        rm.post(new_page, {**file, "phone": WRONG}),
        _send(rm, "api-client-list", **prospect, phone="13974129004"),
        _send(rm, "api-client-list", **prospect, phone=WRONG),
        rm.post(reverse("client-edit", args=[old.pk]), edit),
        _send(marketing, "api-handover-submit", draft.pk),
        marketing.post(reverse("codes-new")),
    ]
    _tell(draft, now)
    letters.plan_all(now)
    deliver_due(now)
    statuses = [answer.status_code for answer in answers]
    assert statuses == [200, 302, 201, 302, 422, 201, 409, 302, 200, 200]


def _tell(draft, now):
    """A notification that goes by mail too."""
    notify("handover-submitted", to=draft.to_staff, about=draft, key="told", at=now, mail=True)


def _send(program, url, pk=None, /, **data):
    """A POST to the API whose answer is kept."""
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    address = reverse(url, args=[pk] if pk else [])
    return program.post(address, data, content_type="application/json", headers=headers)


def told(texts, *patterns) -> list[str]:
    """Names and details that are in the texts."""
    return [found for text in texts for pattern in patterns for found in pattern.findall(text)]


def tables() -> dict[str, str]:
    """All values of every table, as the database hands them out."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = " ".join(map(str, chain.from_iterable(cursor.fetchall())))
    return found


@pytest.mark.usefixtures("story")
def test_only_the_table_of_clients_holds_names_and_none_holds_details_in_clear():
    kept = tables()

    assert Client.objects.filter(name=NEW_NAME).count() == 5
    assert {table for table, text in kept.items() if told([text], NAME)} == {"clients_client"}
    assert {table for table, text in kept.items() if told([text], CANARY)} == set()


@pytest.mark.usefixtures("story")
def test_the_log_holds_neither_names_nor_details(caplog):
    records = [
        f"{record.getMessage()} {record.args} {record.exc_text}"
        for record in caplog.get_records("setup")  # where the story is told
    ]

    assert [text for text in records if "Unprocessable" in text or "Conflict" in text]
    assert told(records, NAME, CANARY) == []


@pytest.mark.usefixtures("story")
def test_no_mail_holds_names_or_details():
    kinds = {path.name for path in (settings.BASE_DIR / "templates/emails").glob("*-subject.txt")}
    sent = Letter.objects.filter(state=Letter.State.SENT)
    texts = [
        text
        for letter in mail.outbox
        for text in (str(letter.extra_headers), letter.subject, letter.body)
    ]
    texts += [content for letter in mail.outbox for content, _kind in letter.alternatives]

    assert {f"{letter.kind}-subject.txt" for letter in sent} == kinds
    assert len(mail.outbox) == len(sent)
    assert told(texts, NAME, CANARY) == []


def test_tasks_take_nothing_that_could_name_a_client():
    tasks = [
        getattr(place, name) for place in (clients.tasks, managers.tasks) for name in place.__all__
    ]

    taken = {task.name: [*inspect.signature(task.run).parameters] for task in tasks}
    assert taken.pop("clients.intake.tasks.work_import") == ["pk"]  # of a run, no client
    assert {name: names for name, names in taken.items() if names} == {}
