"""Tell people, and keep what they have read."""

from dataclasses import asdict
from datetime import timedelta

from django.db import transaction

from crm import bank
from crm.lib import clock
from managers.audit.chain import plain
from managers.inbox.models import Notification
from managers.outbox.actions import post
from managers.outbox.queries import first_in_trouble, mail_state
from managers.people.models import Post, Staff

CHUNK = 2_000  # rows of one DELETE


def notify(kind, *, to, about, key, at, mail=False, **facts) -> Notification | None:
    """Tell a person something, in the transaction of its cause; None if it was told before.

    `about` is the row concerned, `key` what may come once to each person; `facts` are ids, codes,
    numbers and dates. With `mail` a letter says the same, masked (rules J5).
    """
    told, is_new = Notification.objects.get_or_create(
        to=to,
        kind=kind,
        key=str(key),
        defaults={
            "about_type": about._meta.label_lower,
            "about_id": str(about.pk),
            "facts": plain(facts),
            "at": at,
        },
    )
    if not is_new:
        return None
    if mail:
        post("notification", to=to, due=at, about=told.pk, at=at, notification=told.pk)
    return told


@transaction.atomic
def watch_mail(*, at) -> int:
    """Tell administrators that letters are late, failed or uncertain; returns how many were told.

    Each once a day at most, also where the letter that says so does not leave itself (security 7).
    """
    state = mail_state(at=at)
    if state.is_well:
        return 0
    day, first = clock.local(at).date(), first_in_trouble(at=at)
    told = [
        notify("mail-in-trouble", to=one, about=first, key=day, at=at, mail=True, **asdict(state))
        for one in Staff.objects.posted(day, Post.HQ_ADMIN)
    ]
    return sum(one is not None for one in told)


def read(notification, *, at) -> Notification:
    """The person has seen it; a second time changes nothing."""
    Notification.objects.unread().filter(pk=notification.pk).update(read_at=at)
    notification.read_at = notification.read_at or at
    return notification


def read_all(*, by, at) -> int:
    """Put everything of a person aside; returns how many were unread."""
    return Notification.objects.visible_to(by).unread().update(read_at=at)


def clear_old(*, at) -> int:
    """Remove what was read longer ago than the bank keeps it; what is unread stays."""
    days = bank.read("inbox.days", on=clock.local(at).date())
    old = Notification.objects.filter(read_at__lt=at - timedelta(days=days))
    removed = 0
    while part := list(old.values_list("pk", flat=True)[:CHUNK]):
        removed += Notification.objects.filter(pk__in=part).delete()[0]
    return removed
