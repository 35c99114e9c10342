"""What people type about clients ends in the client's own row and nowhere else (security 12, 17).

New clients come through every door, then all that the product keeps, sends, queues and logs is
searched for their names and details. What pages and the API answer is examined in `test_matrix`.
"""

import inspect
import logging
import uuid

import pytest
from django.conf import settings
from django.core import mail
from django.urls import reverse

import clients.tasks
import managers.tasks
from clients.appointments.actions import telling
from clients.appointments.models import Slot
from clients.exports.tasks import build_exports
from clients.intake.tasks import work_import
from clients.models import Client, Export
from crm.celery import app
from managers.inbox.actions import notify
from managers.models import Letter, Step
from managers.outbox import letters
from managers.outbox.courier import deliver_due
from managers.people.models import Post
from tests.clients import imports
from tests.visibility import canaries
from tests.visibility.stage import CANARY, NAME

pytestmark = [pytest.mark.once, pytest.mark.django_db]

NEW_NAME = "赵松竹"
DETAILS = {"name": NEW_NAME, "email": "canary9@mail.example", "address": "Canary Lane 9, gate 3"}
IDENTITY = "110101197001019985"
WRONG = "1397412"  # too short for a phone number
REASON = "For the quarterly review"
# Cells of a list that somebody imports: one client comes in, one is put aside.
LIST = imports.table(
    imports.row(1, name=NEW_NAME, phone="13974129006"),
    imports.row(2, name=NEW_NAME, phone="13974129007", identity_no=f"{IDENTITY[:-1]}4"),
)


@pytest.fixture
def in_redis(settings):
    """Where a real broker is named, the cache lies beside it: both are searched."""
    if settings.CELERY_BROKER_URL.startswith("redis"):
        backend = "django.core.cache.backends.redis.RedisCache"
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": settings.CELERY_BROKER_URL}}
    yield
    app.control.purge()


@pytest.fixture
def story(stage, now, caplog, in_redis):
    """All that happens to clients in a morning; gives the answers that people got."""
    caplog.set_level(logging.DEBUG)
    answers = _typed(stage)
    _told(stage, now)
    _queued(stage, now)
    return answers


def _typed(stage) -> list:
    """New clients by page and API, an old one changed, looked for and shown, another handed on."""
    posts = (Post.TELLER_CASH, Post.WEALTH_RM, Post.MARKETING_RM, Post.BRANCH_HEAD)
    teller, rm, marketing, head = map(stage.browser, posts)
    refer_page, new_page = reverse("referral-new"), reverse("client-new")
    referral = {"name": NEW_NAME, "cues": ["vip_card"], "target": stage.here.spare.pk}
    on_site = {**referral, "phone": "13974129001", "on_site": "yes"}
    file = {**DETAILS, "outlet": stage.here.unit.pk}
    prospect = {"name": NEW_NAME, "identity_no": IDENTITY}
    old = stage.thing("client", Post.WEALTH_RM, "own")
    pooled = stage.thing("pooled", Post.BRANCH_HEAD, "own")
    edit = {**DETAILS, "phone": "13974129005", "version": old.version}
    draft = stage.thing("draft-by-me", Post.MARKETING_RM, "own")
    wanted = {
        200: [
            teller.post(refer_page, {"q": "13974129000"}),
            _send(marketing, "api-handover-submit", draft.pk),
            marketing.post(reverse("codes-new")),
            rm.post(reverse("search-live"), {"q": old.name}),
            _send(rm, "api-client-reveal", old.pk, field="email", purpose=REASON),
        ],
        201: [
            _send(teller, "api-referral-list", **referral, phone="13974129002"),
            _send(rm, "api-client-list", **prospect, phone="13974129004"),
        ],
        302: [
            teller.post(f"{refer_page}?new", on_site),
            rm.post(new_page, {**file, "phone": "13974129003"}),
            rm.post(reverse("client-edit", args=[old.pk]), edit),
            rm.post(reverse("search"), {"q": old.name}),
            rm.post(reverse("client-list"), {"search": "13974129005"}),
            head.post(reverse("assign"), {f"to-{pooled.pk}": stage.here.spare.pk}),
        ],
        409: [_send(rm, "api-client-list", **prospect, phone=WRONG)],
        422: [rm.post(new_page, {**file, "phone": WRONG})],
    }
    got = {status: {answer.status_code for answer in rows} for status, rows in wanted.items()}
    assert got == {status: {status} for status in wanted}
    return [answer for rows in wanted.values() for answer in rows]


def _send(program, url, pk=None, /, **data):
    """A POST to the API whose answer is kept."""
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    address = reverse(url, args=[pk] if pk else [])
    return program.post(address, data, content_type="application/json", headers=headers)


def _told(stage, now) -> None:
    """The morning's mail, and a notification that goes by mail too."""
    draft = stage.thing("draft-by-me", Post.MARKETING_RM, "own")
    notify("handover-submitted", to=draft.to_staff, about=draft, key="told", at=now, mail=True)
    visit = stage.thing("visit", Post.WEALTH_RM, "own")  # the client agreed to mails
    span = {"starts_at": visit.starts_at, "ends_at": visit.ends_at, "is_taken": False}
    Slot.objects.create(appointment=visit, staff=stage.here.spare, **span)
    visit.refresh_from_db()
    telling.invite(visit, at=now)
    telling.uninvite(visit, at=now)
    Step.objects.update(told_at=now)  # of competitions: thousands of mails that name nobody
    letters.plan_all(now)
    deliver_due(now)


def _queued(stage, now) -> None:
    """A list is imported, clients and audit are exported, and every task waits in the broker."""
    run = imports.done(stage.people[Post.BRANCH_HEAD], LIST)
    work_import.delay(run.pk)
    for post, kind in ((Post.BRANCH_HEAD, "clients"), (Post.AUDITOR, "audit")):
        person = stage.people[post]
        days = {"first": "2026-11-23", "last": "2026-11-23"}
        asked = {"unit": person.current_unit.pk, "reason": REASON, "format": "csv", **days}
        stage.browser(post).post(reverse("export-new"), {"kind": kind, **asked})
    Export.objects.filter(state="waiting").update(state="queued")
    build_exports()
    for entry in app.conf.beat_schedule.values():
        app.send_task(entry["task"])


def told(texts, *patterns) -> list[str]:
    """Names and details that are in the texts."""
    return [found for text in texts for pattern in patterns for found in pattern.findall(text)]


def test_what_is_typed_about_clients_turns_up_nowhere_else(story, caplog):
    kept = canaries.tables()
    rows_of_clients = kept.pop("clients_client")
    records = [
        f"{record.getMessage()} {record.args} {record.exc_text}"
        for record in caplog.get_records("setup")  # where the story is told
    ]
    places = {
        "the table of clients": ([rows_of_clients], [CANARY]),  # names stand there
        "any other table": (kept.values(), [NAME, CANARY]),
        "sessions": (canaries.sessions(), [NAME, CANARY]),
        "cookies": (canaries.cookies(story), [NAME, CANARY]),
        "addresses": ([answer.get("Location", "") for answer in story], [NAME, CANARY]),
        "the log": (records, [NAME, CANARY]),
        "mails": (canaries.mails(), [NAME, CANARY]),
        "the broker": (canaries.broker(), [NAME, CANARY]),
        "the cache": (canaries.cached(), [NAME, CANARY]),
        "a list of clients": (canaries.exported("clients"), [CANARY]),  # a head reads names
        "an extract of the audit": (canaries.exported("audit"), [NAME, CANARY]),
    }

    found = {place: told(texts, *patterns) for place, (texts, patterns) in places.items()}

    assert {place: texts for place, texts in found.items() if texts} == {}
    assert Client.objects.filter(name=NEW_NAME).count() == 6
    assert [text for text in records if "Unprocessable" in text or "Conflict" in text]
    assert "clients.intake.tasks.work_import" in str(places["the broker"][0])
    assert {place for place, (texts, _patterns) in places.items() if not texts} <= {"the cache"}


def test_every_kind_of_mail_was_among_them(story):
    known = {path.name for path in (settings.BASE_DIR / "templates/emails").glob("*-subject.txt")}
    sent = Letter.objects.filter(state=Letter.State.SENT)
    kinds = {letter.kind for letter in sent}

    assert {f"{letters.kinds[kind].template}-subject.txt" for kind in kinds} == known
    assert "week-of-the-head" in kinds
    assert len(mail.outbox) == len(sent)


def test_tasks_take_nothing_that_could_name_a_client():
    tasks = [
        getattr(place, name) for place in (clients.tasks, managers.tasks) for name in place.__all__
    ]

    taken = {task.name: [*inspect.signature(task.run).parameters] for task in tasks}
    assert taken.pop("clients.intake.tasks.work_import") == ["pk"]  # of a run, no client
    assert taken.pop("clients.reassignment.tasks.work_plan") == ["pk"]  # of a plan
    assert {name: names for name, names in taken.items() if names} == {}
